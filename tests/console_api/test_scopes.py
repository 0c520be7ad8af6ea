"""Roles are sets of scopes, and a reach."""

from offhook.console_api.scopes import SCOPES_OF_ROLE, Role, Scope, commands_all_phones, sees_all_phones


def test_each_role_may_all_that_the_one_below_may() -> None:
    assert set(SCOPES_OF_ROLE) == set(Role)
    operator, supervisor, administrator = (SCOPES_OF_ROLE[role] for role in Role)
    assert operator < supervisor < administrator == set(Scope)


def test_the_reach_grows_with_the_role() -> None:
    assert [sees_all_phones(role) for role in Role] == [False, True, True]
    assert [commands_all_phones(role) for role in Role] == [False, False, True]


def test_what_only_administrators_may() -> None:
    below = SCOPES_OF_ROLE[Role.SUPERVISOR]
    assert {scope for scope in Scope if scope not in below} == {
        Scope.PHONES_ADMIN,
        Scope.USERS_ADMIN,
        Scope.AUDIT_READ,
        Scope.METRICS_READ,
        Scope.CONSOLE_ADMIN,
    }

"""What users and tokens may."""

import msgspec
import pytest

from offhook.console.principal import Principal, principal_of_token, principal_of_user
from offhook.console.store.people import Login, UserRecord
from offhook.console_api.scopes import Role, Scope
from offhook.errors import NotAllowed

MINE, OTHER = "02000f001001", "02000f001002"
LOGIN = Login(hash="0" * 64, kind="session", name="", created=0.0, expires=None, user="u_1")


def a_user(role: Role, *phones: str) -> Principal:
    return principal_of_user(UserRecord(id="u_1", name="anna", role=role, created=0.0, phones=phones), LOGIN)


def a_token(*scopes: str) -> Principal:
    return principal_of_token(Login(hash="1" * 64, kind="token", name="t", created=0.0, expires=None, scopes=scopes))


def may_command(principal: Principal, phone: str) -> bool:
    try:
        principal.require_phone(phone)
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize(
    ("principal", "by", "sees_other", "commands_mine", "commands_other"),
    [
        (a_user(Role.OPERATOR, MINE), "user:anna", False, True, False),
        (a_user(Role.SUPERVISOR, MINE), "user:anna", True, True, False),
        (a_user(Role.ADMINISTRATOR), "user:anna", True, True, True),
        (a_token("calls:control"), "token:t", True, True, True),
    ],
)
def test_reach(principal: Principal, by: str, sees_other: bool, commands_mine: bool, commands_other: bool) -> None:
    assert principal.by == by
    assert principal.sees_phone(MINE)
    assert principal.sees_phone(None)
    assert principal.sees_phone(OTHER) is sees_other
    assert (may_command(principal, MINE), may_command(principal, OTHER)) == (commands_mine, commands_other)


def test_a_token_has_its_scopes_and_no_other() -> None:
    token = a_token("calls:read", "of:the_future")
    token.require(Scope.CALLS_READ)
    with pytest.raises(NotAllowed, match="calls:control"):
        token.require(Scope.CALLS_CONTROL)
    assert token.scopes == {Scope.CALLS_READ}


def test_rights_are_compared_whoever_has_them() -> None:
    assert a_user(Role.OPERATOR, MINE).has_rights_of(a_user(Role.OPERATOR, MINE))
    assert not a_user(Role.OPERATOR, MINE).has_rights_of(a_user(Role.OPERATOR, OTHER))
    assert not a_user(Role.SUPERVISOR).has_rights_of(a_user(Role.ADMINISTRATOR))
    user = a_user(Role.OPERATOR).user
    assert user is not None and msgspec.structs.replace(user, group="x").role is Role.OPERATOR

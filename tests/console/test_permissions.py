"""Every route and every event has a rule, and what has none reaches nobody."""

import pytest

from offhook.console.openapi_document import GUARDED_ROUTES
from offhook.console.permissions import ROUTE_NEEDS, View, audience_of, views_of
from offhook.console_api.event_types import EventType
from offhook.console_api.scopes import SCOPES_OF_ROLE, Role, Scope

OPERATOR, ADMINISTRATOR = SCOPES_OF_ROLE[Role.OPERATOR], SCOPES_OF_ROLE[Role.ADMINISTRATOR]


def test_the_table_has_every_guarded_route() -> None:
    routes = {getattr(route, "operation_id", None) for route in GUARDED_ROUTES}
    assert routes - set(ROUTE_NEEDS) == set(), "give it an entry in ROUTE_NEEDS, and in tests/console/rest/test_guard"
    assert set(ROUTE_NEEDS) - routes == set(), "there is no such route any more"


@pytest.mark.parametrize("type_", EventType)
def test_somebody_decided_who_hears_of_each_event(type_: EventType) -> None:
    assert audience_of(type_) is not None, "give the event an entry in permissions.py"


def test_an_event_nobody_decided_about_reaches_administrators_only() -> None:
    assert audience_of("secret.told") is None


@pytest.mark.parametrize(
    ("type_", "own", "other"),
    [
        (EventType.CALL_DELIVERED, View.PLAIN, View.REDUCED),
        (EventType.PHONE_DND_CHANGED, View.PLAIN, View.PLAIN),
        (EventType.COMMAND_QUEUED, View.PLAIN, None),
        (EventType.PHONE_ADDED, View.REDUCED, View.REDUCED),
        (EventType.PHONE_VENDOR_EVENT, None, None),
        (EventType.PHONE_REPORT_IGNORED, None, None),
        (EventType.PHONE_ADDRESS_CHANGED, None, None),
    ],
)
def test_what_an_operator_hears(type_: EventType, own: View | None, other: View | None) -> None:
    assert views_of(OPERATOR)[type_] == (own, other)


def test_an_administrator_hears_all_of_all() -> None:
    assert {views[0] for views in views_of(ADMINISTRATOR).values()} == {View.FULL}


def test_raw_requests_take_a_scope_of_their_own() -> None:
    views = views_of(frozenset(Scope) - {Scope.CONSOLE_ADMIN})
    assert View.FULL not in {view for pair in views.values() for view in pair}
    assert views[EventType.PHONE_ADDED][0] is View.PLAIN

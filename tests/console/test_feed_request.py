"""What is asked of a feed, what of it may be seen, and that the bus is told the same."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.console.bus.in_process import InProcessBus
from offhook.console.feed_request import FeedFilter, phones_wanted, read_request
from offhook.console.permissions import View
from offhook.console.principal import Principal, principal_of_token, principal_of_user
from offhook.console.store.people import Login, UserRecord
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.frames import Subscribe
from offhook.console_api.scopes import Role, Scope
from offhook.errors import NotValid

ANNA, BEN, CHLOE = "0000000000a1", "0000000000b2", "0000000000c3"
LOGIN = Login("hash", "session", "", 0.0, None)


def a_user(role: Role, *phones: str, group: str = "") -> UserRecord:
    return UserRecord(id=f"u_{role}", name=str(role), role=role, created=0.0, phones=phones, group=group)


def asker(role: Role, *phones: str) -> Principal:
    return principal_of_user(a_user(role, *phones), LOGIN)


def an_event(type_: EventType, phone: str | None, seq: int = 1) -> Envelope:
    return Envelope(id="e", seq=seq, epoch="e", type=type_, time="t", received="t", origin=Origin.REPORTED, phone=phone)


def test_a_query_is_read() -> None:
    request = read_request(b"after_seq=7&epoch=e&at_most=100&phones=a&phones=b&types=call.&groups=S%C3%BCd&other=1")
    assert (request.after_seq, request.epoch, request.at_most) == (7, "e", 100)
    assert request.wanted == Subscribe(phones=["a", "b"], types=["call."], groups=["Süd"])


def test_an_empty_query_asks_for_everything_and_a_snapshot() -> None:
    request = read_request(b"")
    assert (request.after_seq, request.epoch, request.at_most, request.wanted) == (None, "", None, Subscribe())


@pytest.mark.parametrize("name", ["after_seq", "at_most"])
@pytest.mark.parametrize("text", ["", "x", "-1", "1.5", "9" * 19, "%D9%A1"])
def test_a_number_that_is_none_is_refused(name: str, text: str) -> None:
    with pytest.raises(NotValid, match=name):
        read_request(f"{name}={text}".encode())


def test_groups_stand_for_the_phones_of_their_members() -> None:
    users = [a_user(Role.OPERATOR, ANNA, group="Sales"), a_user(Role.SUPERVISOR, BEN, group="Service")]
    assert phones_wanted(Subscribe(), users) is None
    assert phones_wanted(Subscribe(groups=["Sales"]), users) == frozenset({ANNA})
    assert phones_wanted(Subscribe(groups=["Sales", "Service"], phones=[CHLOE]), users) == frozenset({ANNA, BEN, CHLOE})
    assert phones_wanted(Subscribe(groups=["nobody"]), users) == frozenset()
    assert phones_wanted(Subscribe(phones=[]), users) == frozenset()


def test_an_operator_gets_the_own_calls_and_the_presence_of_others() -> None:
    wanted = FeedFilter(asker(Role.OPERATOR, ANNA), None, None)
    assert wanted.view_of(an_event(EventType.CALL_HELD, ANNA)) is View.PLAIN
    assert wanted.view_of(an_event(EventType.CALL_HELD, BEN)) is View.REDUCED
    assert wanted.view_of(an_event(EventType.COMMAND_SENT, BEN)) is None
    assert wanted.view_of(an_event(EventType.PHONE_VENDOR_EVENT, ANNA)) is None


def test_what_is_asked_for_narrows_what_may_be_seen() -> None:
    wanted = FeedFilter(asker(Role.OPERATOR, ANNA), frozenset({ANNA, BEN}), ["call."])
    assert wanted.view_of(an_event(EventType.CALL_HELD, ANNA)) is View.PLAIN
    assert wanted.view_of(an_event(EventType.CALL_HELD, BEN)) is View.REDUCED
    assert wanted.view_of(an_event(EventType.CALL_HELD, CHLOE)) is None
    assert wanted.view_of(an_event(EventType.CALL_HELD, None)) is None
    assert wanted.view_of(an_event(EventType.PHONE_DND_CHANGED, ANNA)) is None


ASKERS = [
    asker(Role.OPERATOR, ANNA),
    asker(Role.OPERATOR),
    asker(Role.SUPERVISOR, BEN),
    asker(Role.ADMINISTRATOR),
    principal_of_token(Login("h", "token", "t", 0.0, None, scopes=(Scope.EVENTS_READ,))),
]
PHONES = [ANNA, BEN, CHLOE, None]


@given(
    who=st.sampled_from(ASKERS),
    phones=st.none() | st.frozensets(st.sampled_from([ANNA, BEN, CHLOE])),
    types=st.none() | st.lists(st.sampled_from(["call.", "phone.", "line.registered", "command.", "nonsense"])),
)
async def test_the_bus_brings_exactly_what_is_to_be_sent(
    who: Principal, phones: frozenset[str] | None, types: list[str] | None
) -> None:
    wanted = FeedFilter(who, phones, types)
    events = [
        an_event(type_, phone, seq) for seq, (type_, phone) in enumerate(itertools.product(EventType, PHONES), start=1)
    ]
    expected = [event.seq for event in events if wanted.view_of(event) is not None]
    bus = InProcessBus()
    async with bus.subscribe(*wanted.interests()) as subscription:
        await bus.publish(events)
        await bus.close()
        assert [event.seq async for batch in subscription for event in batch] == expected

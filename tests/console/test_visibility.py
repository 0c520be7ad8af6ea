"""What is shown to whom."""

from typing import Any

import msgspec
import pytest

from offhook.console.permissions import View
from offhook.console.records import PhoneSetupChanged
from offhook.console.visibility import event_for, shown, view_for
from offhook.console_api.envelope import Envelope, Source
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import CommandState, Snapshot, Verb
from offhook.console_api.scopes import Role
from offhook.errors import NotFound
from tests.console.kit import A, B, Scene
from tests.console.test_principal import a_token, a_user
from tests.console.test_reduce_setup import a_command

SETUP = PhoneSetup(
    name="Anna", extension="1001", account="1001@pbx", control_url="http://127.0.0.9:1", control_user="admin"
)
OPERATOR = a_user(Role.OPERATOR, A)


def a_scene() -> Scene:
    """A talks to a stranger; B's phone rings for somebody else."""
    scene = Scene()
    for phone in (A, B):
        scene.change(PhoneSetupChanged(phone, SETUP))
    scene.report("incoming", mac=A, call_id="first-call-of-all", remote="sip:2001@pbx")
    scene.report("incoming", mac=B, call_id="second-call-of-all", remote="sip:2002@pbx")
    return scene


def an_event(type_: EventType, phone: str | None = B) -> Envelope:
    return Envelope(
        id="e-1",
        seq=1,
        epoch="e",
        type=type_,
        time="t",
        received="t",
        origin=Origin.REPORTED,
        phone=phone,
        line="1001@pbx",
        call="c_1",
        connection=f"c_1:{phone}",
        connection_state="alerting",
        cause="normal",
        detail={"remote": "sip:2002@pbx"},
        source=Source(action=1, dialect="base", event="incoming", vars={"remote": "2002"}, request="/incoming.xml"),
    )


def test_of_a_colleagues_phone_the_presence_alone() -> None:
    scene = a_scene()
    mine, other = shown(OPERATOR, [scene.phone(A), scene.phone(B)])
    assert (mine.state, mine.account, mine.control_url, mine.address) == ("ringing", "1001@pbx", "", "")
    assert (other.state, other.name, other.extension) == ("ringing", "Anna", "1001")
    assert (other.account, other.control_url, other.control_user, other.address, other.verbs) == ("", "", "", "", [])
    assert Verb.PRESS_KEYS in mine.verbs


def test_a_supervisor_sees_all_and_commands_the_own() -> None:
    scene, supervisor = a_scene(), a_user(Role.SUPERVISOR, A)
    first, second = shown(supervisor, scene.live())
    verbs = {each.connections[0].phone: each.connections[0].verbs for each in (first, second)}
    assert verbs[A] and not verbs[B]
    assert shown(supervisor, scene.phone(B)).account == "1001@pbx"


@pytest.mark.parametrize("asker", [a_user(Role.ADMINISTRATOR), a_token("phones:admin")])
def test_who_may_see_everything_gets_what_there_is(asker: Any) -> None:
    scene = a_scene()
    for answer in (scene.phone(A), scene.live()[0], scene.phone(B), a_command(CommandState.SENT), None, "text", [1]):
        assert shown(asker, answer) == answer


def test_calls_of_others_do_not_exist() -> None:
    scene = a_scene()
    (seen,) = shown(OPERATOR, scene.live())
    assert [each.phone for each in seen.connections] == [A]
    hidden = next(call for call in scene.live() if call.id != seen.id)
    with pytest.raises(NotFound):
        shown(OPERATOR, hidden)


def test_a_snapshot_is_cut_down_alike() -> None:
    scene = a_scene()
    whole = scene.state.snapshot(epoch="e", seq=1, now=scene.clock.at)
    seen: Snapshot = shown(OPERATOR, whole)
    assert (len(seen.phones), len(seen.calls)) == (2, 1)
    assert "127.0.0.9:1" not in msgspec.json.encode(seen).decode()
    assert "2002" not in msgspec.json.encode(seen).decode()
    assert shown(a_user(Role.ADMINISTRATOR), whole) == whole


def test_commands_of_others_do_not_exist() -> None:
    command = a_command(CommandState.SENT)
    own = msgspec.structs.replace(command, phone=A)
    other = msgspec.structs.replace(command, phone=B)
    assert shown(OPERATOR, [own, other]) == [own]
    with pytest.raises(NotFound):
        shown(OPERATOR, other)


@pytest.mark.parametrize(
    ("type_", "phone", "view"),
    [
        (EventType.CALL_DELIVERED, A, View.PLAIN),
        (EventType.CALL_DELIVERED, B, View.REDUCED),
        (EventType.COMMAND_QUEUED, B, None),
        (EventType.PHONE_VENDOR_EVENT, A, None),
        (EventType.PHONE_DND_CHANGED, B, View.PLAIN),
        (EventType.CALL_DELIVERED, None, View.PLAIN),
    ],
)
def test_how_much_of_an_event_an_operator_gets(type_: EventType, phone: str | None, view: View | None) -> None:
    assert view_for(OPERATOR, an_event(type_, phone)) is view


def test_events_in_their_forms() -> None:
    event = an_event(EventType.CALL_DELIVERED)
    assert event_for(View.FULL, event) is event
    plain = event_for(View.PLAIN, event)
    assert plain == msgspec.structs.replace(event, source=None)
    assert event_for(View.PLAIN, plain) is plain
    reduced = event_for(View.REDUCED, event)
    assert (reduced.phone, reduced.connection_state, reduced.seq) == (B, "alerting", 1)
    assert not any(word in msgspec.json.encode(reduced) for word in (b"2002", b"c_1", b"pbx", b"normal"))

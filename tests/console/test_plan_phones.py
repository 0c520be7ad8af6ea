"""The verbs of a phone: what is sent, what proves it, and when they are refused."""

from dataclasses import replace

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.command_plan import plan_command
from offhook.console.plan_parts import AlreadySo, Patience, Proof, Situation
from offhook.console.plan_phones import forward_tokens
from offhook.console_api.event_types import EventType
from offhook.console_api.resources import Forwarding, PhoneState, Verb
from offhook.protocol.active_uri import DialNumber, ForwardKind, SwitchForward
from offhook.protocol.keys import Key
from tests.console.planning import BASE, OWN, S, connection, keys_of, phone, planned, refused, situation

BUSY_KEYS = {"busy_on": "SPEAKER *67{target} OK", "busy_off": "SPEAKER *68 OK"}


def at(state: PhoneState, **changes: object) -> Situation:
    return replace(situation(), phone=phone(state=state, **changes))


def test_dialling_names_the_account_only_when_there_is_one() -> None:
    plan = planned(Verb.DIAL, situation(), number="+39 010-1")
    assert plan.requests == (DialNumber("+390101", "1001@pbx"),)
    assert plan.proof == Proof(EventType.CALL_ORIGINATED, "p")
    named = planned(Verb.DIAL, situation(), number="7", account="1009@pbx")
    assert named.requests == (DialNumber("7", "1009@pbx"),)
    assert planned(Verb.DIAL, at(PhoneState.IDLE, account=""), number="7").requests == (DialNumber("7", None),)


@pytest.mark.parametrize("number", ["a\nb", "1&key=Reboot#<", "1002; rm", "1002;rm", "bob", ""])
def test_what_cannot_be_dialled(number: str) -> None:
    assert refused(Verb.DIAL, situation(), number=number) == "number-not-valid"


@pytest.mark.parametrize(
    ("state", "error_id"), [(PhoneState.RINGING, "call-ringing"), (PhoneState.CALLING, "call-in-progress")]
)
def test_no_new_call_over_one_that_is_beginning(state: PhoneState, error_id: str) -> None:
    assert refused(Verb.DIAL, at(state)) == error_id


@pytest.mark.parametrize(("state", "beginning"), [(PhoneState.RINGING, S.ALERTING), (PhoneState.CALLING, S.INITIATED)])
def test_a_call_that_may_be_over_hinders_no_new_one(state: PhoneState, beginning: ConnectionState) -> None:
    left_over = connection(beginning, is_uncertain=True)
    assert planned(Verb.DIAL, replace(at(state), connections=[left_over])).requests
    sure = connection(beginning, "c2")
    assert refused(Verb.DIAL, replace(at(state), connections=[left_over, sure])) != ""


@pytest.mark.parametrize(("verb", "key"), [(Verb.REDIAL, "RD"), (Verb.VOICEMAIL, "MSG")])
def test_keys_that_place_a_call_need_an_idle_phone(verb: Verb, key: str) -> None:
    plan = planned(verb, situation(S.NULL))
    assert (keys_of(plan), plan.proof) == (key, Proof(EventType.CALL_ORIGINATED, "p"))
    assert refused(verb, situation(S.HELD)) == "phone-in-call"


@pytest.mark.parametrize(("on", "key"), [(True, "DNDOn"), (False, "DNDOff")])
def test_do_not_disturb(on: bool, key: str) -> None:
    plan = planned(Verb.SET_DND, situation(), on=on)
    assert keys_of(plan) == key
    assert plan.proof == Proof(EventType.PHONE_DND_CHANGED, "p", detail={"on": on})
    assert isinstance(plan_command(Verb.SET_DND, {"on": on}, at(PhoneState.IDLE, dnd=on)), AlreadySo)


def test_a_forward_is_set_by_the_keys_of_the_set_up() -> None:
    seen = at(PhoneState.IDLE, forward_keys=BUSY_KEYS)
    plan = planned(Verb.SET_FORWARDING, seen, kind="busy", on=True, target="12")
    assert keys_of(plan) == "Speaker * 6 7 1 2 OK"
    assert plan.proof == Proof(EventType.PHONE_FORWARDING_CHANGED, "p", detail={"type": "busy", "on": True})
    assert keys_of(planned(Verb.SET_FORWARDING, seen, kind="busy", on=False)) == "Speaker * 6 8 OK"
    assert refused(Verb.SET_FORWARDING, seen, kind="busy", on=True) == "target-missing"
    assert refused(Verb.SET_FORWARDING, seen, kind="always", on=True) == "forwarding-not-remote"
    assert refused(Verb.SET_FORWARDING, situation(), kind="busy", on=False) == "forwarding-not-remote"
    assert forward_tokens("*72{target} OK", "5") == ["*725", "OK"]


def test_a_forward_that_is_so_already() -> None:
    seen = at(PhoneState.IDLE, forward_keys=BUSY_KEYS, forwarding=Forwarding(busy=True))
    assert isinstance(plan_command(Verb.SET_FORWARDING, {"kind": "busy", "on": True}, seen), AlreadySo)
    assert keys_of(planned(Verb.SET_FORWARDING, seen, kind="busy", on=True, target="9")), "another target is news"
    assert keys_of(planned(Verb.SET_FORWARDING, seen, kind="busy", on=False))


SWITCHES = [(kind, on) for kind in ("always", "busy", "no_answer") for on in (True, False)]


@pytest.mark.parametrize(("kind", "on"), SWITCHES)
def test_a_phone_whose_make_has_switches_for_forwards_needs_no_keys(kind: str, on: bool) -> None:
    seen = replace(at(PhoneState.IDLE), dialect=OWN)
    plan = planned(Verb.SET_FORWARDING, seen, kind=kind, on=on, **({"target": "*3#"} if on else {}))
    assert plan.requests == (SwitchForward(ForwardKind(kind), on, "*3#" if on else ""),)
    assert plan.proof is not None and plan.proof.detail["on"] is on
    if on:
        assert refused(Verb.SET_FORWARDING, seen, kind=kind, on=on) == "target-missing"


def test_the_keys_of_a_set_up_come_before_what_the_make_has() -> None:
    seen = replace(at(PhoneState.IDLE, forward_keys=BUSY_KEYS), dialect=OWN)
    assert keys_of(planned(Verb.SET_FORWARDING, seen, kind="busy", on=False)) == "Speaker * 6 8 OK"


def test_another_number_is_set_by_turning_the_forward_off_and_on_for_only_that_is_reported() -> None:
    seen = replace(at(PhoneState.IDLE, forwarding=Forwarding(always=True)), dialect=OWN)
    plan = planned(Verb.SET_FORWARDING, seen, kind="always", on=True, target="9")
    assert plan.requests == (SwitchForward(ForwardKind.ALWAYS, False), SwitchForward(ForwardKind.ALWAYS, True, "9"))
    assert plan.proof is not None and plan.proof.detail["on"] is True


@pytest.mark.parametrize(
    ("verb", "doubt", "arguments"),
    [
        (Verb.SET_DND, "dnd", {"on": True}),
        (Verb.SET_FORWARDING, "forwarding.busy", {"kind": "busy", "on": True, "target": "9"}),
        (Verb.SET_FORWARDING, "forwarding.always", {"kind": "always", "on": False}),
    ],
)
def test_what_is_in_doubt_is_not_taken_for_so_already(verb: Verb, doubt: str, arguments: dict[str, object]) -> None:
    seen = at(PhoneState.IDLE, dnd=True, forwarding=Forwarding(busy=True, always=False), doubts=[doubt])
    assert planned(verb, replace(seen, dialect=OWN), **arguments).requests


def talking(*, is_muted: bool) -> Situation:
    return replace(situation(), connections=[connection(S.HELD), connection(S.CONNECTED, "c2", is_muted=is_muted)])


@pytest.mark.parametrize("muted", [True, False])
def test_the_microphone_goes_by_what_the_console_did_itself(muted: bool) -> None:
    plan = planned(Verb.SET_MIC, talking(is_muted=not muted), muted=muted)
    assert (keys_of(plan), plan.proof) == ("MUTE", None)
    already = plan_command(Verb.SET_MIC, {"muted": muted}, talking(is_muted=muted))
    assert isinstance(already, AlreadySo) and not already.is_sure
    assert refused(Verb.SET_MIC, situation(S.HELD), muted=muted) == "no-call-talked-on"


def test_volume_in_steps() -> None:
    assert keys_of(planned(Verb.CHANGE_VOLUME, situation(), delta=-2)) == "VOLUME_DOWN VOLUME_DOWN"
    assert keys_of(planned(Verb.CHANGE_VOLUME, situation(), delta=1)) == "VOLUME_UP"
    assert refused(Verb.CHANGE_VOLUME, situation(), delta=0) == "volume-not-changed"


@pytest.mark.parametrize(("path", "key"), [("speaker", "Speaker"), ("headset", "HEADSET")])
def test_the_voice_is_moved_during_a_talk_only(path: str, key: str) -> None:
    assert keys_of(planned(Verb.SET_AUDIO_PATH, at(PhoneState.TALKING), path=path)) == key
    assert refused(Verb.SET_AUDIO_PATH, at(PhoneState.IDLE), path=path) == "no-call-talked-on"


def test_keys_are_a_list() -> None:
    plan = planned(Verb.PRESS_KEYS, situation(), keys=["speaker", "83"])
    assert (keys_of(plan), plan.proof, len(plan.requests)) == ("Speaker 8 3", None, 3)
    assert refused(Verb.PRESS_KEYS, situation(), keys="OK") == "keys-missing"


@pytest.mark.parametrize(("verb", "key"), [(Verb.RESTART, Key.REBOOT), (Verb.PROVISION, Key.AUTO_P)])
@pytest.mark.parametrize("state", [S.ALERTING, S.HELD])
def test_what_ends_calls_is_forced_or_waits(verb: Verb, key: Key, state: ConnectionState) -> None:
    assert keys_of(planned(verb, situation(S.NULL))) == key.value
    assert refused(verb, situation(state)) == "phone-in-call"
    assert keys_of(planned(verb, situation(state), force=True)) == key.value


@pytest.mark.parametrize("key", ["Reboot", "AutoP"])
def test_keys_that_restart_are_guarded_as_their_verbs(key: str) -> None:
    assert keys_of(planned(Verb.PRESS_KEYS, situation(), keys=["OK", key])) == f"OK {key}"
    assert refused(Verb.PRESS_KEYS, situation(S.CONNECTED), keys=["OK", key]) == "phone-in-call"
    assert keys_of(planned(Verb.PRESS_KEYS, situation(S.CONNECTED), keys=[key], force=True)) == key


def test_restart_waits_for_the_phone_to_start() -> None:
    plan = planned(Verb.RESTART, situation())
    assert (plan.proof, plan.patience) == (Proof(EventType.PHONE_STARTED, "p"), Patience.RESTART)


def test_an_update_may_change_nothing() -> None:
    assert planned(Verb.PROVISION, replace(situation(), dialect=BASE)).proof is None

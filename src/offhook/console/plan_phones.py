"""Plans for the verbs of a phone as a whole: dial, its features, its keys, restart.

Pure, as `plan_calls`. The document gives no command for forwards: the console presses the keys that were set up for
it (`PhoneSetup.forward_keys`), else sends what the phone's make has for it (`Dialect.forwards`), else offers none.
Source: DOC §3.2, §3.4 for what is sent; DOC §2.4 nos. 3, 8-15, 26 for the proofs; console-api.md §4 for the guards.
"""

from offhook.callmodel.connection import ConnectionState
from offhook.console.dialled_number import read_dialled_number
from offhook.console.plan_parts import (
    RESTARTING_KEYS,
    AlreadySo,
    Arguments,
    Patience,
    Plan,
    Proof,
    Situation,
    key_requests,
    press,
    read_keys,
)
from offhook.console_api.end_reasons import EndReason
from offhook.console_api.event_types import EventType
from offhook.console_api.resources import Connection, PhoneState
from offhook.errors import NotPossibleNow, NotValid
from offhook.protocol.active_uri import ActiveUriCommand, DialNumber, ForwardKind, SwitchForward
from offhook.protocol.keys import Key

__all__ = [
    "forward_tokens",
    "plan_audio_path",
    "plan_dial",
    "plan_dnd",
    "plan_forwarding",
    "plan_keys",
    "plan_mic",
    "plan_provision",
    "plan_redial",
    "plan_restart",
    "plan_voicemail",
    "plan_volume",
]

_PLACING = frozenset({ConnectionState.INITIATED, ConnectionState.FAILED})
_BEGINNING = {
    PhoneState.RINGING: (
        frozenset({ConnectionState.ALERTING}),
        "call-ringing",
        "a call rings at this phone: answer or reject it first",
    ),
    PhoneState.CALLING: (_PLACING, "call-in-progress", "the phone is placing a call already"),
}
"""States in which a phone takes no new call: the connections that put it there, and the words."""
_TARGET = "{target}"
_FORWARD_NAMES = {"always": "always-forward", "busy": "busy-forward", "no_answer": "no-answer-forward"}


def plan_dial(arguments: Arguments, situation: Situation) -> Plan:
    """A number in one request (DOC §3.4), from the account that was named, else from the phone's own."""
    phone = situation.phone
    number = read_dialled_number(str(arguments["number"]))
    _require_no_beginning(situation)
    account = str(arguments.get("account", "")) or phone.account
    return Plan((DialNumber(number, account or None),), Proof(EventType.CALL_ORIGINATED, phone.id))


def _require_no_beginning(situation: Situation) -> None:
    """Refuse a new call while another one begins, unless nobody knows whether it still does: the phone will say."""
    if situation.phone.state not in _BEGINNING:
        return
    states, error_id, words = _BEGINNING[situation.phone.state]
    beginning = [each for each in situation.connections if each.state in states]
    if not beginning or not all(each.is_uncertain for each in beginning):
        raise NotPossibleNow(error_id, words)


def plan_redial(_arguments: Arguments, situation: Situation) -> Plan:
    """RD, with nothing else going on."""
    return _plan_call_key(Key.RD, situation)


def plan_voicemail(_arguments: Arguments, situation: Situation) -> Plan:
    """MSG, with nothing else going on."""
    return _plan_call_key(Key.MSG, situation)


def plan_dnd(arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """DNDOn or DNDOff, unless it is so."""
    is_on = bool(arguments["on"])
    if situation.phone.dnd is is_on and "dnd" not in situation.phone.doubts:
        return AlreadySo(EndReason.ALREADY_SET, f"do-not-disturb is {'on' if is_on else 'off'} already")
    key = Key.DND_ON if is_on else Key.DND_OFF
    return Plan(press(key), Proof(EventType.PHONE_DND_CHANGED, situation.phone.id, detail={"on": is_on}))


def plan_forwarding(arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """The keys that were set up for it, else what the phone's make has for it, unless it is so."""
    phone = situation.phone
    kind, is_on, target = str(arguments["kind"]), bool(arguments["on"]), str(arguments.get("target", ""))
    is_certain = f"forwarding.{kind}" not in phone.doubts
    if is_certain and getattr(phone.forwarding, kind) is is_on and not (is_on and target):
        return AlreadySo(EndReason.ALREADY_SET, f"{_FORWARD_NAMES[kind]} is {'on' if is_on else 'off'} already")
    requests = _forward_requests(ForwardKind(kind), is_on, target, situation)
    proof = Proof(EventType.PHONE_FORWARDING_CHANGED, phone.id, detail={"type": _FORWARD_TYPES[kind], "on": is_on})
    return Plan(requests, proof)


_FORWARD_TYPES = {"always": "immediate", "busy": "busy", "no_answer": "no_answer"}
"""What the events call each forward (CSTA)."""


def _forward_requests(
    kind: ForwardKind, is_on: bool, target: str, situation: Situation
) -> tuple[ActiveUriCommand, ...]:
    phone, dialect = situation.phone, situation.dialect
    wish = SwitchForward(kind, is_on, target)
    sequence, spelling = phone.forward_keys.get(wish.switch), dialect.forwards.get(wish.switch)
    if sequence is None and spelling is None:
        raise NotPossibleNow(
            "forwarding-not-remote",
            f"no way is known to set this forward at {phone.name} from here ({dialect.title}): set it at the phone, or "
            "enter the keys that do it in its set-up (forward_keys)",
        )
    if _TARGET in (sequence or spelling or "") and not target:
        raise NotValid("target-missing", "say where to: this phone needs the number to forward to")
    if sequence is not None:
        return key_requests(read_keys(forward_tokens(sequence, target), dialect), dialect)
    off = SwitchForward(kind, False)
    if is_on and getattr(phone.forwarding, kind) and off.switch in dialect.forwards:
        # A phone reports a forward that is turned on, and not one that gets another number: only so it can be proved.
        return (off, wish)
    return (wish,)


def forward_tokens(sequence: str, target: str) -> list[str]:
    """Split a key sequence of a set-up into keys, with the number in its place."""
    return sequence.replace(_TARGET, target).split()


def plan_mic(arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """MUTE, which only toggles and which nothing reports: the console goes by what it did itself."""
    wish = bool(arguments["muted"])
    talking = [each for each in situation.connections if each.state is ConnectionState.CONNECTED]
    if not talking:
        raise NotPossibleNow("no-call-talked-on", "there is no call to mute: nobody is being talked to")
    if all(each.is_muted is wish for each in talking):
        reason = "muted already" if wish else "not muted"
        return AlreadySo(
            EndReason.MAYBE_ALREADY_SO,
            f"the microphone is {reason}, as far as the console's own commands go; the phone reports nothing of it",
            is_sure=False,
        )
    return Plan(
        press(Key.MUTE), None, unproved="the phone accepted the Mute key; it has no report to prove what it did"
    )


def plan_volume(arguments: Arguments, situation: Situation) -> Plan:
    """VOLUME_UP or VOLUME_DOWN, once for each step."""
    delta = int(str(arguments["delta"]))
    if delta == 0:
        raise NotValid("volume-not-changed", "0 steps change nothing: give steps above or below 0")
    key = Key.VOLUME_UP if delta > 0 else Key.VOLUME_DOWN
    return Plan(
        key_requests([key] * abs(delta), situation.dialect),
        None,
        unproved="the phone accepted the volume keys; it has no report of its volume",
    )


def plan_audio_path(arguments: Arguments, situation: Situation) -> Plan:
    """SPEAKER or HEADSET, in a talk only: else some phones go off hook, or answer, by it."""
    if situation.phone.state is not PhoneState.TALKING:
        raise NotPossibleNow(
            "no-call-talked-on", "the key would take the phone off hook: choose speaker or headset during a talk"
        )
    key = Key.SPEAKER if arguments["path"] == "speaker" else Key.HEADSET
    return Plan(press(key), None, unproved="the phone accepted the key; it has no report of where its voice goes")


def plan_keys(arguments: Arguments, situation: Situation) -> Plan:
    """Keys as they were named; those that restart the phone under the same guard as the verbs made of them."""
    tokens = arguments["keys"]
    if not isinstance(tokens, list):
        raise NotValid("keys-missing", "name at least one key")
    keys = read_keys(tokens, situation.dialect)
    if not RESTARTING_KEYS.isdisjoint(keys):
        _require_no_call(arguments, situation)
    return Plan(key_requests(keys, situation.dialect), None)


def plan_restart(arguments: Arguments, situation: Situation) -> Plan:
    """Reboot, which ends calls: with a live one only if that is meant."""
    _require_no_call(arguments, situation)
    return Plan(press(Key.REBOOT), Proof(EventType.PHONE_STARTED, situation.phone.id), Patience.RESTART)


def plan_provision(arguments: Arguments, situation: Situation) -> Plan:
    """AutoP; a phone that finds something new may restart."""
    _require_no_call(arguments, situation)
    return Plan(
        press(Key.AUTO_P), None, unproved="the phone accepted to look for an update; it reports only if it restarts"
    )


def _plan_call_key(key: Key, situation: Situation) -> Plan:
    """A key that places a call from an idle phone and means something else during one."""
    if _live(situation):
        raise NotPossibleNow("phone-in-call", "the phone has a call, and its key may act on that one: end it first")
    return Plan(press(key), Proof(EventType.CALL_ORIGINATED, situation.phone.id))


def _require_no_call(arguments: Arguments, situation: Situation) -> None:
    if _live(situation) and not arguments.get("force"):
        raise NotPossibleNow(
            "phone-in-call",
            "the phone has a call, which this would end; restart or provision it with force if that is meant",
        )


def _live(situation: Situation) -> list[Connection]:
    return [each for each in situation.connections if each.state is not ConnectionState.NULL]

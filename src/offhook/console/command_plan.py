"""What to send to a phone for a wish, and which report will prove that it worked.

Pure: a table from the verb to a function of what is known of the phone. A wish becomes a `Plan`, or `AlreadySo` when
there is nothing to send, or is refused with words. Keys act on the call that the phone's screen shows, which nothing
reports; where that could be another call than the one meant, the wish is refused rather than carried out on a guess.

Source: DOC §3.2, §3.4 for the keys; DOC §2.4 for the proofs; console-api.md §4 for the guards.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote

from offhook.callmodel.connection import ConnectionState
from offhook.callmodel.observation import TransferMode
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType
from offhook.console_api.resources import Connection, Phone, Verb
from offhook.dialects.dialect import Dialect
from offhook.errors import MalformedCommand, NotPossibleNow, NotValid, UnknownKey
from offhook.protocol.active_uri import ActiveUriCommand, DialNumber, PressKeys, parse_query
from offhook.protocol.keys import Key, key_for_digit, parse_key

__all__ = ["AlreadySo", "Arguments", "Patience", "Plan", "Proof", "Refutation", "Situation", "plan_command"]

Arguments = Mapping[str, str | bool | list[str]]
"""What a command was given, as in `Command.arguments`."""

_S = ConnectionState
_FRONT = (_S.ALERTING, _S.INITIATED, _S.FAILED, _S.CONNECTED, _S.HELD)
"""Which of several calls a phone has in front, and so which one its keys act on (see `verbs`)."""
_KEYPAD = frozenset("0123456789*#")
_FILLING = str.maketrans("", "", " -()\t")
_MAX_KEYS = 64


class Patience(StrEnum):
    """How long a proof may take."""

    REPORT = "report"
    """The phone reports at once."""
    PEOPLE = "people"
    """Somebody has to do something first; other commands go on meanwhile."""
    RESTART = "restart"
    """The phone has to start."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Which event shows that a wish came true."""

    type: EventType
    phone: str
    connection: str | None = None
    """None: any connection of the phone."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """Entries that the event's detail must have."""

    def is_met_by(self, event: Envelope) -> bool:
        """Say whether ``event`` is the proof."""
        if "merged_into" in event.detail:  # one call was known under two ids; nothing happened to it
            return False
        return (
            event.type is self.type
            and event.phone == self.phone
            and (self.connection is None or event.connection == self.connection)
            and all(event.detail.get(name) == value for name, value in self.detail.items())
        )


@dataclass(frozen=True, slots=True)
class Refutation:
    """Which event shows that a wish will not come true."""

    sign: Proof
    reason: str
    """In words a user understands."""
    is_final: bool = True
    """False: the proof may still come a moment later, because reports have no promised order."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send and what to wait for."""

    requests: tuple[ActiveUriCommand, ...]
    """One HTTP request each, in order; the next only after the phone accepted the one before."""
    proof: Proof | None
    """None: the document has no event that could prove it."""
    patience: Patience = Patience.REPORT
    refutations: tuple[Refutation, ...] = ()


@dataclass(frozen=True, slots=True)
class AlreadySo:
    """The wish is true already: nothing is sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when a wish is looked at."""

    phone: Phone
    connections: Sequence[Connection]
    """The phone's connections that are not over."""
    target: Connection | None
    """The connection that is meant, for verbs of a call."""
    dialect: Dialect


def plan_command(verb: Verb, arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """Find what to do about a wish.

    Args:
        verb: What is wished for.
        arguments: ``number`` to dial, ``digits``, ``target`` of a transfer, ``on``, ``keys``.
        situation: What is known of the phone now.
    Raises:
        NotPossibleNow: The phone is not set up, or the state of its calls does not allow the wish.
        NotValid: No phone could do this.
    Source: DOC §3.2, §3.4; console-api.md §4.
    """
    phone = situation.phone
    if not phone.is_set_up:
        raise NotPossibleNow(
            "phone-not-set-up",
            f"{phone.name} can be seen but not commanded: "
            "enter the address, user and password of its management page first",
        )
    plan = _PLANNERS[verb](arguments, situation)
    if isinstance(plan, Plan):
        for request in plan.requests:
            _check_keys(request, situation)
    return plan


def _plan_dial(arguments: Arguments, situation: Situation) -> Plan:
    phone = situation.phone
    try:
        request = parse_query(f"number={quote(str(arguments['number']), safe='')}")
    except MalformedCommand as error:
        raise NotValid("number-not-valid", str(error)) from error
    assert isinstance(request, DialNumber)
    command = DialNumber(request.number, phone.account or None)
    return Plan((command,), Proof(EventType.CALL_ORIGINATED, phone.id))


def _plan_answer(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    target = _target(situation)
    if target.state in (_S.CONNECTED, _S.HELD):
        return AlreadySo("the call is answered already")
    if target.state is not _S.ALERTING:
        raise NotPossibleNow("call-not-ringing", "the call does not ring at this phone")
    if _others(situation, _S.ALERTING):
        raise NotPossibleNow(
            "several-calls-ring",
            "several calls ring at this phone, and its key answers the one on its screen: answer there",
        )
    return Plan((PressKeys((Key.OK,)),), _proof(EventType.CALL_ESTABLISHED, target), refutations=_gone(target))


def _plan_reject(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    target = _target(situation)
    if target.state is _S.NULL:
        return AlreadySo("the call is over already")
    if target.state is not _S.ALERTING:
        raise NotPossibleNow("call-not-ringing", "the call does not ring at this phone; hang it up instead")
    return _press_x(situation, target)


def _plan_hang_up(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    target = _target(situation)
    if target.state is _S.NULL:
        return AlreadySo("the call is over already")
    return _press_x(situation, target)


def _press_x(situation: Situation, target: Connection) -> Plan:
    """End ``target`` by the key X, if it is the call that X would act on: the one in front."""
    in_front = _FRONT[: _FRONT.index(target.state) + 1]
    if _others(situation, *in_front):
        raise NotPossibleNow(
            "several-calls",
            "the phone has several calls, and its key X ends the one on its screen, which may be another: "
            "end the others first, or use the phone itself",
        )
    return Plan((PressKeys((Key.X,)),), _proof(EventType.CALL_CONNECTION_CLEARED, target))


def _plan_hold(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    target = _target(situation)
    if target.state is _S.HELD:
        return AlreadySo("the call is on hold already")
    _require_talking(situation, target)
    return Plan((PressKeys((Key.F_HOLD,)),), _proof(EventType.CALL_HELD, target), refutations=_gone(target))


def _plan_retrieve(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    target = _target(situation)
    if target.state is _S.CONNECTED:
        return AlreadySo("the call is not on hold")
    if target.state is not _S.HELD:
        raise NotPossibleNow("call-not-held", "only a call on hold can be resumed")
    if _others(situation, _S.CONNECTED, _S.INITIATED, _S.ALERTING, _S.FAILED):
        raise NotPossibleNow(
            "another-call-active", "the phone's Hold key would go to its other call: hold or end that one first"
        )
    if _others(situation, _S.HELD):
        raise NotPossibleNow(
            "several-calls-held",
            "several calls are on hold, and the phone's Hold key resumes the one on its screen: resume there",
        )
    proof = _proof(EventType.CALL_RETRIEVED, target)
    return Plan((PressKeys((Key.F_HOLD,)),), proof, refutations=_gone(target))


def _plan_digits(arguments: Arguments, situation: Situation) -> Plan:
    digits = str(arguments["digits"])
    if not digits or not _KEYPAD.issuperset(digits):
        raise NotValid("digits-not-valid", "digits are 0-9, * and #")
    _require_talking(situation, _target(situation))
    return Plan(_key_requests([key_for_digit(digit) for digit in digits], situation.dialect), None)


def _plan_blind_transfer(arguments: Arguments, situation: Situation) -> Plan:
    number = str(arguments["target"]).translate(_FILLING)
    if not number or not _KEYPAD.issuperset(number):
        raise NotValid(
            "target-not-on-keypad", "a transfer is keyed in at the phone: the number may hold 0-9, * and # only"
        )
    target = _target(situation)
    if target.is_transferring:
        raise NotPossibleNow("transfer-running", "a transfer of this call is under way already")
    if target.state is not _S.HELD:
        _require_talking(situation, target)
    elif _others(situation, *_S):
        raise NotPossibleNow(
            "another-call-active",
            "the phone's Transfer key would take the call on its screen, which may be another: resume this one first",
        )
    keys = [Key.F_TRANSFER, *map(key_for_digit, number), Key.F_TRANSFER]
    return Plan(
        _key_requests(keys, situation.dialect),
        _proof(EventType.CALL_TRANSFERRED, target, mode=TransferMode.BLIND.value),
        Patience.PEOPLE,
        (
            Refutation(_proof(EventType.CALL_RETRIEVED, target), "the transfer failed; the call is back at the phone"),
            Refutation(
                _proof(EventType.CALL_CONNECTION_CLEARED, target),
                "the call ended, and the phone reported no transfer",
                is_final=False,
            ),
        ),
    )


def _plan_dnd(arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    is_on = bool(arguments["on"])
    if situation.phone.dnd is is_on:
        return AlreadySo(f"do-not-disturb is {'on' if is_on else 'off'} already")
    key = Key.DND_ON if is_on else Key.DND_OFF
    proof = Proof(EventType.PHONE_DND_CHANGED, situation.phone.id, detail={"on": is_on})
    return Plan((PressKeys((key,)),), proof)


def _plan_keys(arguments: Arguments, situation: Situation) -> Plan:
    tokens = arguments["keys"]
    if not isinstance(tokens, list) or not tokens:
        raise NotValid("keys-missing", "name at least one key")
    keys: list[Key] = []
    for token in tokens:
        keys += _read_token(token, situation.dialect)
    if len(keys) > _MAX_KEYS:
        raise NotValid("too-many-keys", f"at most {_MAX_KEYS} keys in one command")
    return Plan(_key_requests(keys, situation.dialect), None)


def _plan_restart(_arguments: Arguments, situation: Situation) -> Plan:
    proof = Proof(EventType.PHONE_STARTED, situation.phone.id)
    return Plan((PressKeys((Key.REBOOT,)),), proof, Patience.RESTART)


_PLANNERS: dict[Verb, Callable[[Arguments, Situation], Plan | AlreadySo]] = {
    Verb.DIAL: _plan_dial,
    Verb.ANSWER: _plan_answer,
    Verb.REJECT: _plan_reject,
    Verb.HANG_UP: _plan_hang_up,
    Verb.HOLD: _plan_hold,
    Verb.RETRIEVE: _plan_retrieve,
    Verb.SEND_DIGITS: _plan_digits,
    Verb.BLIND_TRANSFER: _plan_blind_transfer,
    Verb.SET_DND: _plan_dnd,
    Verb.PRESS_KEYS: _plan_keys,
    Verb.RESTART: _plan_restart,
}


def _target(situation: Situation) -> Connection:
    if situation.target is None:
        raise NotPossibleNow("call-not-at-phone", "the call is not, or no longer, at this phone")
    return situation.target


def _others(situation: Situation, *states: ConnectionState) -> bool:
    """Say whether the phone has another live connection in one of ``states``."""
    own = _target(situation).id
    return any(
        connection.id != own and connection.state is not _S.NULL and connection.state in states
        for connection in situation.connections
    )


def _require_talking(situation: Situation, target: Connection) -> None:
    """Insist that ``target`` is the phone's one active call, so that keys are about it."""
    if target.state is _S.HELD:
        raise NotPossibleNow("call-on-hold", "the call is on hold: resume it first")
    if target.state is not _S.CONNECTED:
        raise NotPossibleNow("call-not-connected", "this needs a call that is being talked on")
    if _others(situation, _S.CONNECTED, _S.INITIATED, _S.FAILED):
        raise NotPossibleNow(
            "another-call-active", "the phone has another active call, which its keys may act on instead"
        )


def _proof(type_: EventType, target: Connection, **detail: object) -> Proof:
    return Proof(type_, target.phone, target.id, detail)


def _gone(target: Connection) -> tuple[Refutation, ...]:
    """What refutes every wish about a call but its end."""
    return (Refutation(_proof(EventType.CALL_CONNECTION_CLEARED, target), "the call ended before that"),)


def _key_requests(keys: Sequence[Key], dialect: Dialect) -> tuple[ActiveUriCommand, ...]:
    """One request for all keys where the phone takes sequences, else one for each (DOC §3.3)."""
    if dialect.control.has_sequences:
        return (PressKeys(tuple(keys)),)
    return tuple(PressKeys((key,)) for key in keys)


def _read_token(token: str, dialect: Dialect) -> list[Key]:
    """Read a key, or a run of digits as the keys that enter it."""
    text = token.strip()
    alias = dialect.key_aliases.get(text.casefold())
    if alias is not None:
        return [alias]
    if len(text) > 1 and _KEYPAD.issuperset(text):
        return [key_for_digit(digit) for digit in text]
    try:
        return [parse_key(text)]
    except UnknownKey as error:
        raise NotValid("unknown-key", str(error)) from error


def _check_keys(request: ActiveUriCommand, situation: Situation) -> None:
    if not isinstance(request, PressKeys):
        return
    for key in request.items:
        if isinstance(key, Key) and key not in situation.dialect.key_spellings:
            raise NotPossibleNow(
                "key-not-on-phone",
                f"{situation.phone.name} has no key {key.value} ({situation.dialect.title})",
            )

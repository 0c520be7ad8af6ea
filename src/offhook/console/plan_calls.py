"""Plans for the verbs of one call: answer, reject, hang up, hold, resume, digits, transfers, conference.

Pure: each function takes what was asked for and what is known, and gives the keys and their proof, or refuses.
Source: DOC §3.2 for the keys; DOC §2.4 nos. 5, 6, 16, 17, 21-23 for the proofs; console-api.md §4 for the guards.
"""

from offhook.callmodel.connection import ConnectionState
from offhook.callmodel.observation import TransferMode
from offhook.console.dialled_number import read_keyed_number
from offhook.console.plan_parts import (
    FRONT,
    KEYPAD,
    AlreadySo,
    Arguments,
    Patience,
    Plan,
    Proof,
    Refutation,
    Situation,
    connection_proof,
    has_other,
    if_gone,
    key_requests,
    others_of,
    press,
    require_talking,
    target_of,
)
from offhook.console_api.end_reasons import EndReason
from offhook.console_api.event_types import EventType
from offhook.console_api.resources import Connection
from offhook.errors import NotPossibleNow, NotValid
from offhook.protocol.keys import Key, key_for_digit

__all__ = [
    "plan_answer",
    "plan_attended_transfer",
    "plan_blind_transfer",
    "plan_cancel_transfer",
    "plan_complete_transfer",
    "plan_conference",
    "plan_digits",
    "plan_hang_up",
    "plan_hold",
    "plan_reject",
    "plan_retrieve",
]

_S = ConnectionState
_PLACED = (_S.INITIATED, _S.FAILED, _S.CONNECTED)
"""States of a call to the target of a transfer that X would end."""


def _already(reason_id: EndReason, reason: str, *connections: Connection) -> AlreadySo:
    """Nothing is to be sent; sure only of connections whose state is."""
    if any(each.is_uncertain for each in connections):
        words = f"{reason}, as far as the console knows: what it shows of this call may be wrong"
        return AlreadySo(EndReason.MAYBE_ALREADY_SO, words, is_sure=False)
    return AlreadySo(reason_id, reason)


def plan_answer(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """OK, where no other call rings."""
    target = target_of(situation)
    if target.state in (_S.CONNECTED, _S.HELD):
        return _already(EndReason.ALREADY_ANSWERED, "the call is answered already", target)
    if target.state is not _S.ALERTING:
        raise NotPossibleNow("call-not-ringing", "the call does not ring at this phone")
    if has_other(situation, _S.ALERTING):
        raise NotPossibleNow(
            "several-calls-ring",
            "several calls ring at this phone, and its key answers the one on its screen: answer there",
        )
    return Plan(press(Key.OK), connection_proof(EventType.CALL_ESTABLISHED, target), refutations=if_gone(target))


def plan_reject(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """X, while it rings."""
    target = target_of(situation)
    if target.state is _S.NULL:
        return AlreadySo(EndReason.ALREADY_OVER, "the call is over already")
    if target.state is not _S.ALERTING:
        raise NotPossibleNow("call-not-ringing", "the call does not ring at this phone; hang it up instead")
    return _press_x(situation, target)


def plan_hang_up(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """X, whatever the call's state; in a conference the phone leaves it, and so both calls end there."""
    target = target_of(situation)
    if target.state is _S.NULL:
        return AlreadySo(EndReason.ALREADY_OVER, "the call is over already")
    if _is_in_front_of_conference(situation, target):
        # The others have to agree to go on without the phone before it lets go, which may take some seconds.
        return Plan(press(Key.X), connection_proof(EventType.CALL_CONNECTION_CLEARED, target), Patience.PEOPLE)
    return _press_x(situation, target)


def _is_in_front_of_conference(situation: Situation, target: Connection) -> bool:
    """Say whether X would end ``target`` though another call is talked on as well.

    Two calls that are both talked on are a conference, or the report of a Hold was lost. In a conference that is known
    X ends both. Where it is not known, one of the two is in doubt: the other is in front whichever it is.
    """
    others = others_of(situation)
    return (
        target.state is _S.CONNECTED and not target.is_uncertain and [each.state for each in others] == [_S.CONNECTED]
    )


def _press_x(situation: Situation, target: Connection) -> Plan:
    """End ``target`` by the key X, if it is the call that X would act on: the one in front."""
    in_front = FRONT[: FRONT.index(target.state) + 1]
    if has_other(situation, *in_front):
        raise NotPossibleNow(
            "several-calls",
            "the phone has several calls, and its key X ends the one on its screen, which may be another: "
            "end the others first, or use the phone itself",
        )
    return Plan(press(Key.X), connection_proof(EventType.CALL_CONNECTION_CLEARED, target))


def plan_hold(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """F_HOLD, where it is not held."""
    target = target_of(situation)
    if target.state is _S.HELD:
        return _already(EndReason.ALREADY_ON_HOLD, "the call is on hold already", target)
    require_talking(situation, target)
    return Plan(press(Key.F_HOLD), connection_proof(EventType.CALL_HELD, target), refutations=if_gone(target))


def plan_retrieve(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """F_HOLD, where it is held and nothing else is in front."""
    target = target_of(situation)
    if target.state is _S.CONNECTED:
        return _already(EndReason.ALREADY_RESUMED, "the call is not on hold", target)
    if target.state is not _S.HELD:
        raise NotPossibleNow("call-not-held", "only a call on hold can be resumed")
    if has_other(situation, _S.CONNECTED, _S.INITIATED, _S.ALERTING, _S.FAILED):
        raise NotPossibleNow(
            "another-call-active", "the phone's Hold key would go to its other call: hold or end that one first"
        )
    if has_other(situation, _S.HELD):
        raise NotPossibleNow(
            "several-calls-held",
            "several calls are on hold, and the phone's Hold key resumes the one on its screen: resume there",
        )
    return Plan(press(Key.F_HOLD), connection_proof(EventType.CALL_RETRIEVED, target), refutations=if_gone(target))


def plan_digits(arguments: Arguments, situation: Situation) -> Plan:
    """The keypad's keys, while talking."""
    digits = str(arguments["digits"])
    if not digits or not KEYPAD.issuperset(digits):
        raise NotValid("digits-not-valid", "digits are 0-9, * and #")
    require_talking(situation, target_of(situation))
    return Plan(
        key_requests([key_for_digit(digit) for digit in digits], situation.dialect),
        None,
        unproved="the phone accepted the digits; it has no report to prove them",
    )


# --- transfers ------------------------------------------------------------------------------------------------------


def plan_blind_transfer(arguments: Arguments, situation: Situation) -> Plan:
    """F_TRANSFER, the number, F_TRANSFER; proved when the target has answered."""
    number, target = _transfer_start(arguments, situation)
    keys = [Key.F_TRANSFER, *map(key_for_digit, number), Key.F_TRANSFER]
    return Plan(
        key_requests(keys, situation.dialect),
        connection_proof(EventType.CALL_TRANSFERRED, target, mode=TransferMode.BLIND.value),
        Patience.PEOPLE,
        _transfer_failed(target),
    )


def plan_attended_transfer(arguments: Arguments, situation: Situation) -> Plan:
    """F_TRANSFER, the number, OK; proved when the phone calls the target."""
    number, target = _transfer_start(arguments, situation)
    keys = [Key.F_TRANSFER, *map(key_for_digit, number), Key.OK]
    return Plan(
        key_requests(keys, situation.dialect),
        Proof(EventType.CALL_ORIGINATED, target.phone, but=target.id),
        refutations=if_gone(target),
    )


def plan_complete_transfer(_arguments: Arguments, situation: Situation) -> Plan:
    """F_TRANSFER once more, while the target is talked to; or still rings, where the phone takes it then."""
    target = target_of(situation)
    consultation = _consultation(situation, target)
    if consultation.state is _S.FAILED:
        raise NotPossibleNow("target-not-answered", "the call to the target has failed: cancel the transfer")
    is_ringing = consultation.state is _S.INITIATED
    if is_ringing and not situation.dialect.control.transfers_ringing:
        raise NotPossibleNow(
            "target-not-answered",
            f"the target has not answered yet, and {situation.phone.name} ({situation.dialect.title}) is not known to "
            "hand a call over while it rings: wait, or cancel and transfer without asking",
        )
    # While it rings a phone may do, and report, what a blind transfer does.
    mode = {} if is_ringing else {"mode": TransferMode.ATTENDED.value}
    return Plan(
        press(Key.F_TRANSFER),
        connection_proof(EventType.CALL_TRANSFERRED, target, **mode),
        Patience.PEOPLE,
        _transfer_failed(target),
    )


def plan_cancel_transfer(_arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """X, which ends the call to the target; the phone then takes the held call back."""
    target = target_of(situation)
    if target.state is _S.CONNECTED and not target.is_transferring:
        return AlreadySo(EndReason.ALREADY_BACK, "the call is back at the phone already")
    _consultation(situation, target)
    return Plan(press(Key.X), connection_proof(EventType.CALL_RETRIEVED, target), refutations=if_gone(target))


def plan_conference(arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """F_CONFERENCE, with one call talked on and one held; proved when the held one is resumed beside the other."""
    target = target_of(situation)
    others = others_of(situation)
    other = next((each for each in others if each.id == f"{arguments['other']}:{each.phone}"), None)
    if other is None:
        raise NotPossibleNow("call-not-at-phone", "a conference needs two calls of one phone")
    if len(others) > 1:
        raise NotPossibleNow(
            "several-calls", "the phone has more than two calls, and its Conference key may take another: end one first"
        )
    states = {target.state, other.state}
    if states == {_S.CONNECTED}:
        return _already(EndReason.ALREADY_JOINED, "both calls are talked on already", target, other)
    if states != {_S.CONNECTED, _S.HELD}:
        raise NotPossibleNow("no-pair-to-join", "a conference needs one call that is talked on and one on hold")
    held = target if target.state is _S.HELD else other
    return Plan(
        press(Key.F_CONFERENCE),
        connection_proof(EventType.CALL_RETRIEVED, held),
        refutations=(*if_gone(target), *if_gone(other)),
    )


def _transfer_start(arguments: Arguments, situation: Situation) -> tuple[str, Connection]:
    """Check what every transfer needs; gives the number to key in and the call."""
    number = read_keyed_number(str(arguments["target"]))
    target = target_of(situation)
    if target.is_transferring or any(each.is_transferring for each in situation.connections):
        raise NotPossibleNow("transfer-running", "a transfer is under way at this phone already")
    if target.state is not _S.HELD:
        require_talking(situation, target)
    elif others_of(situation):
        raise NotPossibleNow(
            "another-call-active",
            "the phone's Transfer key would take the call on its screen, which may be another: resume this one first",
        )
    return number, target


def _consultation(situation: Situation, target: Connection) -> Connection:
    """Give the call to the target of a transfer that is under way; keys are about it if it is the only other one."""
    others = others_of(situation)
    if target.state is not _S.HELD or not target.is_transferring or not others:
        raise NotPossibleNow("no-transfer-running", "no transfer of this call is under way with its target called")
    if len(others) > 1 or others[0].state not in _PLACED:
        raise NotPossibleNow("several-calls", "the phone's keys may act on another of its calls: use the phone itself")
    return others[0]


def _transfer_failed(target: Connection) -> tuple[Refutation, ...]:
    return (
        Refutation(
            connection_proof(EventType.CALL_RETRIEVED, target),
            EndReason.TRANSFER_FAILED,
            "the transfer failed; the call is back at the phone",
        ),
        Refutation(
            connection_proof(EventType.CALL_CONNECTION_CLEARED, target),
            EndReason.ENDED_UNTRANSFERRED,
            "the call ended, and the phone reported no transfer",
            is_final=False,
        ),
    )

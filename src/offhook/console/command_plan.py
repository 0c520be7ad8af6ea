"""What to send to a phone for a wish, and which report will prove that it worked.

Pure: a table from the verb to a function of what is known of the phone. A wish becomes a `Plan`, or `AlreadySo` when
there is nothing to send, or is refused with words.

Source: DOC §3.2, §3.4 for the keys; DOC §2.4 for the proofs; console-api.md §4 for the guards.
"""

from collections.abc import Callable
from functools import partial

from offhook.console import plan_calls, plan_phones
from offhook.console.plan_parts import AlreadySo, Arguments, Plan, Situation
from offhook.console.sip_messages import goes_by_sip
from offhook.console_api.resources import Verb
from offhook.errors import NotPossibleNow
from offhook.protocol.active_uri import ActiveUriCommand, PressKeys
from offhook.protocol.keys import Key

__all__ = ["CALL_VERBS", "plan_command"]


def plan_command(verb: Verb, arguments: Arguments, situation: Situation) -> Plan | AlreadySo:
    """Find what to do about a wish.

    Args:
        verb: What is wished for.
        arguments: What the verb's request holds, see `console_api.requests`.
        situation: What is known of the phone now.
    Raises:
        NotPossibleNow: The phone is not set up, or the state of its calls does not allow the wish.
        NotValid: No phone could do this.
    Source: DOC §3.2, §3.4; console-api.md §4.
    """
    phone = situation.phone
    if not phone.is_set_up or not phone.control_url:
        raise NotPossibleNow(
            "phone-not-set-up",
            f"{phone.name} can be seen but not commanded: "
            "enter the address, user and password of its management page first",
        )
    if not situation.dialect.control.path and not goes_by_sip(phone.control_url):
        raise NotPossibleNow(
            "make-not-commanded", f"{phone.name} can be seen but not commanded: how its make is commanded is not known"
        )
    plan = _PLANNERS[verb](arguments, situation)
    if isinstance(plan, Plan):
        for request in plan.requests:
            _check_keys(request, situation)
    return plan


_Planner = Callable[[Arguments, Situation], Plan | AlreadySo]


def _numbered(letter: str, arguments: Arguments, situation: Situation) -> Plan:
    """Press a numbered key; what it does is up to the phone's settings or screen."""
    return plan_phones.plan_keys({"keys": [f"{letter}{arguments['number']}"]}, situation)


def _navigation(arguments: Arguments, situation: Situation) -> Plan:
    return plan_phones.plan_keys({"keys": [str(arguments["direction"])]}, situation)


_CALL_PLANNERS: dict[Verb, _Planner] = {
    Verb.ANSWER: plan_calls.plan_answer,
    Verb.REJECT: plan_calls.plan_reject,
    Verb.HANG_UP: plan_calls.plan_hang_up,
    Verb.HOLD: plan_calls.plan_hold,
    Verb.RETRIEVE: plan_calls.plan_retrieve,
    Verb.SEND_DIGITS: plan_calls.plan_digits,
    Verb.BLIND_TRANSFER: plan_calls.plan_blind_transfer,
    Verb.ATTENDED_TRANSFER: plan_calls.plan_attended_transfer,
    Verb.COMPLETE_TRANSFER: plan_calls.plan_complete_transfer,
    Verb.CANCEL_TRANSFER: plan_calls.plan_cancel_transfer,
    Verb.CONFERENCE: plan_calls.plan_conference,
}
_PLANNERS: dict[Verb, _Planner] = _CALL_PLANNERS | {
    Verb.DIAL: plan_phones.plan_dial,
    Verb.SET_MIC: plan_phones.plan_mic,
    Verb.SET_DND: plan_phones.plan_dnd,
    Verb.SET_FORWARDING: plan_phones.plan_forwarding,
    Verb.CHANGE_VOLUME: plan_phones.plan_volume,
    Verb.SET_AUDIO_PATH: plan_phones.plan_audio_path,
    Verb.REDIAL: plan_phones.plan_redial,
    Verb.VOICEMAIL: plan_phones.plan_voicemail,
    Verb.PRESS_LINE: partial(_numbered, "L"),
    Verb.PRESS_DSS: partial(_numbered, "D"),
    Verb.PRESS_SOFT: partial(_numbered, "F"),
    Verb.NAVIGATE: _navigation,
    Verb.PRESS_KEYS: plan_phones.plan_keys,
    Verb.RESTART: plan_phones.plan_restart,
    Verb.PROVISION: plan_phones.plan_provision,
}
CALL_VERBS = tuple(_CALL_PLANNERS)
"""Verbs of a call; the others are of a phone."""


def _check_keys(request: ActiveUriCommand, situation: Situation) -> None:
    if not isinstance(request, PressKeys):
        return
    for key in request.items:
        if isinstance(key, Key) and key not in situation.dialect.key_spellings:
            raise NotPossibleNow(
                "key-not-on-phone",
                f"{situation.phone.name} has no key {key.value} ({situation.dialect.title})",
            )

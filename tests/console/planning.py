"""What tests of plans share: a phone, its connections, and what came of a wish."""

from offhook.callmodel.connection import ConnectionState
from offhook.console.command_plan import plan_command
from offhook.console.plan_parts import AlreadySo, Arguments, Plan, Situation
from offhook.console_api.resources import Connection, Direction, Forwarding, Party, Phone, PhoneState, Verb
from offhook.dialects.registry import Registry
from offhook.errors import CommandError, NotPossibleNow
from offhook.protocol.active_uri import PressKeys
from offhook.protocol.keys import Key

__all__ = [
    "ARGUMENTS",
    "BASE",
    "OWN",
    "S",
    "connection",
    "keys_of",
    "outcome",
    "phone",
    "planned",
    "refused",
    "situation",
]

S = ConnectionState
BASE = Registry().base
OWN = Registry().named("offhook")
"""What our own phone speaks."""
ARGUMENTS: dict[Verb, Arguments] = {
    Verb.DIAL: {"number": "1002"},
    Verb.SEND_DIGITS: {"digits": "1#"},
    Verb.BLIND_TRANSFER: {"target": "1003"},
    Verb.ATTENDED_TRANSFER: {"target": "1003"},
    Verb.CONFERENCE: {"other": "c2"},
    Verb.SET_MIC: {"muted": True},
    Verb.SET_DND: {"on": True},
    Verb.SET_FORWARDING: {"kind": "busy", "on": True, "target": "1003"},
    Verb.CHANGE_VOLUME: {"delta": -2},
    Verb.SET_AUDIO_PATH: {"path": "headset"},
    Verb.PRESS_LINE: {"number": 2},
    Verb.PRESS_DSS: {"number": 10},
    Verb.PRESS_SOFT: {"number": 4},
    Verb.NAVIGATE: {"direction": "left"},
    Verb.PRESS_KEYS: {"keys": ["F1", "83"]},
}


def phone(**changes: object) -> Phone:
    fields: dict[str, object] = {
        "id": "p",
        "name": "Anna",
        "extension": "1001",
        "account": "1001@pbx",
        "is_set_up": True,
        "address": "127.0.0.1",
        "model": "",
        "firmware": "",
        "dialect": "base",
        "control_url": "http://127.0.0.1:1",
        "control_user": "admin",
        "state": PhoneState.IDLE,
        "hook": "on",
        "is_busy": None,
        "dnd": None,
        "forwarding": Forwarding(),
        "lines": [],
        "missed_calls": 0,
        "last_report": None,
        "verbs": [],
    }
    return Phone(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name, for short tests


def connection(
    state: ConnectionState,
    call: str = "c1",
    *,
    is_transferring: bool = False,
    is_muted: bool = False,
    is_uncertain: bool = False,
) -> Connection:
    return Connection(
        id=f"{call}:p",
        phone="p",
        state=state,
        direction=Direction.INCOMING,
        line="",
        remote=Party(),
        began="",
        answered=None,
        ended=None,
        cause=None,
        is_missed=False,
        is_transferring=is_transferring,
        confidence=1.0,
        verbs=[],
        is_muted=is_muted,
        is_uncertain=is_uncertain,
    )


def situation(*states: ConnectionState) -> Situation:
    """The first state is the target's; the others are other calls of the phone."""
    connections = [connection(state, f"c{index}") for index, state in enumerate(states, 1)]
    return Situation(phone(), connections, connections[0] if connections else None, BASE)


def outcome(verb: Verb, *states: ConnectionState) -> str:
    """Keys sent, `already`, or the id of the refusal."""
    try:
        plan = plan_command(verb, ARGUMENTS.get(verb, {}), situation(*states))
    except NotPossibleNow as refusal:
        return refusal.error_id
    return "already" if isinstance(plan, AlreadySo) else keys_of(plan)


def keys_of(plan: Plan) -> str:
    """The keys of a plan in order."""
    return " ".join(
        item.value if isinstance(item, Key) else item
        for request in plan.requests
        if isinstance(request, PressKeys)
        for item in request.items
    )


def planned(verb: Verb, seen: Situation, **arguments: object) -> Plan:
    """The plan for a wish."""
    plan = plan_command(verb, arguments or ARGUMENTS.get(verb, {}), seen)  # type: ignore[arg-type]  # named, for short
    assert isinstance(plan, Plan)
    return plan


def refused(verb: Verb, seen: Situation, **arguments: object) -> str:
    """The id of the refusal of a wish."""
    try:
        plan = plan_command(verb, arguments or ARGUMENTS.get(verb, {}), seen)  # type: ignore[arg-type]  # as above
    except CommandError as refusal:
        return refusal.error_id
    raise AssertionError(plan)

"""What would work on a phone or a connection now, so that a page can grey buttons.

The planner itself is asked, with a typical wish for each verb; so what is listed is not refused in that state, and what
is not listed is refused, or true already. What decides is little and repeats, so the answers are kept.
Source: console-api.md §1 no. 7, §4 (guards).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from offhook.callmodel.connection import ConnectionState
from offhook.console.command_plan import CALL_VERBS, plan_command
from offhook.console.plan_parts import Arguments, Plan, Situation
from offhook.console_api.resources import Connection, Direction, Forwarding, Party, Phone, PhoneState, Verb
from offhook.dialects.dialect import Dialect
from offhook.errors import NotPossibleNow, NotValid

__all__ = ["Standing", "connection_verbs", "phone_verbs", "typical_wishes"]

_KEPT = 4096
_FORWARDS = [(kind, on) for kind in ("always", "busy", "no_answer") for on in (True, False)]
_OTHER_CALL = "other"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides about a connection's verbs."""

    state: ConnectionState
    is_transferring: bool = False
    is_uncertain: bool = False


def typical_wishes(verb: Verb, other_call: str = _OTHER_CALL) -> list[Arguments]:
    """Give wishes of which one has to be possible for the verb to be listed.

    Args:
        other_call: The other call, for a conference.
    """
    match verb:
        case Verb.SET_FORWARDING:
            return [{"kind": kind, "on": on, "target": "1"} for kind, on in _FORWARDS]
        case Verb.SET_DND:
            return [{"on": True}, {"on": False}]
        case Verb.SET_MIC:
            return [{"muted": True}, {"muted": False}]
        case Verb.CONFERENCE:
            return [{"other": other_call}]
        case Verb.SET_AUDIO_PATH:
            return [{"path": "speaker"}, {"path": "headset"}]
        case Verb.CHANGE_VOLUME:
            return [{"delta": 1}, {"delta": -1}]
        case _:
            return [_TYPICAL.get(verb, {})]


_TYPICAL: dict[Verb, Arguments] = {
    Verb.DIAL: {"number": "1"},
    Verb.SEND_DIGITS: {"digits": "1"},
    Verb.BLIND_TRANSFER: {"target": "1"},
    Verb.ATTENDED_TRANSFER: {"target": "1"},
    Verb.PRESS_LINE: {"number": 1},
    Verb.PRESS_DSS: {"number": 1},
    Verb.PRESS_SOFT: {"number": 1},
    Verb.NAVIGATE: {"direction": "up"},
    Verb.PRESS_KEYS: {"keys": ["1"]},
}


def connection_verbs(own: Standing, others: Iterable[Standing], dialect: Dialect) -> list[Verb]:
    """List what works on a connection of a phone that is set up.

    Args:
        others: The phone's other live connections.
    """
    # Sorted, because their order does not matter and fewer answers have to be kept.
    beside = tuple(sorted(others, key=_order))
    return list(_connection_verbs(own, beside, dialect))


def phone_verbs(
    state: PhoneState, standings: Iterable[Standing], forward_keys: Mapping[str, str], dialect: Dialect
) -> list[Verb]:
    """List what works on a phone that is set up.

    Args:
        standings: Its live connections.
        forward_keys: Keys that set its forwards.
    """
    # Whether one is transferring decides nothing here.
    plain = (Standing(each.state, is_uncertain=each.is_uncertain) for each in standings)
    return list(_phone_verbs(state, tuple(sorted(plain, key=_order)), tuple(sorted(forward_keys.items())), dialect))


def _order(standing: Standing) -> tuple[ConnectionState, bool, bool]:
    return standing.state, standing.is_transferring, standing.is_uncertain


@lru_cache(maxsize=_KEPT)
def _connection_verbs(own: Standing, others: tuple[Standing, ...], dialect: Dialect) -> tuple[Verb, ...]:
    if own.state is ConnectionState.NULL:
        return ()
    connections = [_connection(own, "own"), *(_connection(each, f"{_OTHER_CALL}{n}") for n, each in enumerate(others))]
    situation = Situation(_phone(PhoneState.UNKNOWN, {}), connections, connections[0], dialect)
    return tuple(verb for verb in CALL_VERBS if _works(verb, situation))


@lru_cache(maxsize=_KEPT)
def _phone_verbs(
    state: PhoneState,
    standings: tuple[Standing, ...],
    forward_keys: tuple[tuple[str, str], ...],
    dialect: Dialect,
) -> tuple[Verb, ...]:
    connections = [_connection(each, f"{_OTHER_CALL}{number}") for number, each in enumerate(standings)]
    situation = Situation(_phone(state, dict(forward_keys)), connections, None, dialect)
    return tuple(verb for verb in Verb if verb not in CALL_VERBS and _works(verb, situation))


def _works(verb: Verb, situation: Situation) -> bool:
    return any(_is_planned(verb, wish, situation) for wish in typical_wishes(verb, f"{_OTHER_CALL}0"))


def _is_planned(verb: Verb, wish: Arguments, situation: Situation) -> bool:
    try:
        return isinstance(plan_command(verb, wish, situation), Plan)
    except (NotPossibleNow, NotValid):
        return False


def _phone(state: PhoneState, forward_keys: dict[str, str]) -> Phone:
    return Phone(
        id="phone",
        name="",
        extension="",
        account="",
        is_set_up=True,
        address="",
        model="",
        firmware="",
        dialect="",
        control_url="http://phone",
        control_user="",
        state=state,
        hook="unknown",
        is_busy=None,
        dnd=None,
        forwarding=Forwarding(),
        lines=[],
        missed_calls=0,
        last_report=None,
        verbs=[],
        forward_keys=forward_keys,
    )


def _connection(standing: Standing, call: str) -> Connection:
    return Connection(
        id=f"{call}:phone",
        phone="phone",
        state=standing.state,
        direction=Direction.UNKNOWN,
        line="",
        remote=Party(),
        began="",
        answered=None,
        ended=None,
        cause=None,
        is_missed=False,
        is_transferring=standing.is_transferring,
        is_uncertain=standing.is_uncertain,
        confidence=1.0,
        verbs=[],
    )

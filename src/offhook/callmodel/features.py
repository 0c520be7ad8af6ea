"""Do-not-disturb and the three forwards, and what to do with a call because of them.

Theory of operation. Each feature is on or off; turning it to what it is changes nothing and reports nothing. A call
that comes in meets them in this order: always forward, do-not-disturb, busy forward, no answer forward.

Source: DOC §2.4 nos. 8-15.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from offhook.errors import NotValid
from offhook.plain_members import plain_members
from offhook.protocol.events import Event

__all__ = [
    "FEATURE_EVENTS",
    "Disposition",
    "Feature",
    "Features",
    "Forward",
    "Treatment",
    "change_feature",
    "treat_incoming",
]


@plain_members
class Feature(StrEnum):
    """What can be turned on and off."""

    DND = "dnd"
    ALWAYS_FORWARD = "always_forward"
    BUSY_FORWARD = "busy_forward"
    NO_ANSWER_FORWARD = "no_answer_forward"


FEATURE_EVENTS: dict[tuple[Feature, bool], Event] = {
    (Feature.DND, True): Event.DND_ON,
    (Feature.DND, False): Event.DND_OFF,
    (Feature.ALWAYS_FORWARD, True): Event.ALWAYS_FORWARD_ON,
    (Feature.ALWAYS_FORWARD, False): Event.ALWAYS_FORWARD_OFF,
    (Feature.BUSY_FORWARD, True): Event.BUSY_FORWARD_ON,
    (Feature.BUSY_FORWARD, False): Event.BUSY_FORWARD_OFF,
    (Feature.NO_ANSWER_FORWARD, True): Event.NO_ANSWER_FORWARD_ON,
    (Feature.NO_ANSWER_FORWARD, False): Event.NO_ANSWER_FORWARD_OFF,
}
"""The event that reports each change (DOC §2.4 nos. 8-15)."""


@dataclass(frozen=True, slots=True)
class Forward:
    """One forward's setting."""

    is_on: bool = False
    target: str = ""
    """Number or SIP address to send calls to."""


@dataclass(frozen=True, slots=True)
class Features:
    """All of a phone's features."""

    dnd: bool = False
    always: Forward = field(default_factory=Forward)
    busy: Forward = field(default_factory=Forward)
    no_answer: Forward = field(default_factory=Forward)
    no_answer_s: float = 20.0
    """Seconds a call rings before the no answer forward takes it; four rings, what PBXs commonly default to."""


@plain_members
class Treatment(StrEnum):
    """What happens to an incoming call."""

    RING = "ring"
    REJECT_BUSY = "reject_busy"
    FORWARD = "forward"


@dataclass(frozen=True, slots=True)
class Disposition:
    """The answer for one incoming call."""

    treatment: Treatment
    target: str = ""
    """Where to forward; "" unless FORWARD, or RING with a no answer forward."""
    after_s: float | None = None
    """Seconds of ringing after which to forward to ``target``; None for never."""


_FORWARD_FIELDS = {
    Feature.ALWAYS_FORWARD: "always",
    Feature.BUSY_FORWARD: "busy",
    Feature.NO_ANSWER_FORWARD: "no_answer",
}


def change_feature(
    features: Features, feature: Feature, is_on: bool, target: str | None = None
) -> tuple[Features, Event | None]:
    """Turn a feature on or off.

    Args:
        target: Where a forward goes; None keeps the one that is set.
    Returns:
        The new features, and the event to report, or None when it was on or off already.
    Raises:
        NotValid: A forward is turned on that has no target.
    Source: DOC §2.4 nos. 8-15 ("turns on / off": a change, not a confirmation).
    """
    if feature is Feature.DND:
        changed = features.dnd is not is_on
        return replace(features, dnd=is_on), FEATURE_EVENTS[feature, is_on] if changed else None
    name = _FORWARD_FIELDS[feature]
    before: Forward = getattr(features, name)
    after = Forward(is_on, before.target if target is None else target)
    if is_on and not after.target:
        raise NotValid("forward-without-target", "say where to forward to, then turn the forward on")
    event = FEATURE_EVENTS[feature, is_on] if before.is_on is not is_on else None
    match feature:
        case Feature.ALWAYS_FORWARD:
            return replace(features, always=after), event
        case Feature.BUSY_FORWARD:
            return replace(features, busy=after), event
        case _:
            return replace(features, no_answer=after), event


def treat_incoming(features: Features, *, has_free_line: bool) -> Disposition:
    """Decide what happens to a call that comes in.

    Args:
        has_free_line: Whether the phone could still ring.
    Source: DOC §2.4 nos. 8-15.
    """
    if features.always.is_on:
        return Disposition(Treatment.FORWARD, features.always.target)
    if features.dnd or not has_free_line:
        # To the caller, do-not-disturb is a busy phone, so the busy forward applies to it as well.
        if features.busy.is_on:
            return Disposition(Treatment.FORWARD, features.busy.target)
        return Disposition(Treatment.REJECT_BUSY)
    if features.no_answer.is_on:
        return Disposition(Treatment.RING, features.no_answer.target, features.no_answer_s)
    return Disposition(Treatment.RING)

"""Who calls whom, when, and how it goes: a function of the seed and of nothing else. Pure.

Calls arrive as in a call centre: at random and independently (Poisson), talks have log-normal lengths, some callers
meet a busy phone, some are not answered, some are refused, held or transferred. The plan names phones by number; which
of them is free at that moment the plan cannot know: whoever carries it out takes the next free one from there on.
Source: Brown et al., "Statistical Analysis of a Telephone Call Center", JASA 100 (2005): arrivals, talk times.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from offhook.plain_members import plain_members

__all__ = ["CallCentreHabits", "Fate", "PlannedCall", "TransferKind", "plan_calls", "plan_unexpected"]

_SPREAD = 1.0
"""Standard deviation of the logarithm of the talk times: half of all talks last less than 0.6 times the mean."""
_BUSY = 0.05
"""Calls to whoever it is, free or not."""
_REFUSED = 0.25
"""Of the calls that are not answered."""
_HELD = 0.15
_TRANSFERRED = 0.08
_DND = 0.02


@plain_members
class Fate(StrEnum):
    """How the ringing ends."""

    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_ANSWERED = "not_answered"
    """The caller gives up."""


@plain_members
class TransferKind(StrEnum):
    """How a call is passed on."""

    NONE = "none"
    BLIND = "blind"
    ATTENDED = "attended"


@dataclass(frozen=True, slots=True)
class CallCentreHabits:
    """What kind of call centre it is."""

    phones: int
    calls_per_second: float = 50.0
    talk_s: float = 90.0
    """Mean."""
    answer: float = 0.8
    """Part of the calls that is answered."""
    ring_s: tuple[float, float] = (2.0, 10.0)
    """Until it is answered or refused; whoever gives up does so after twice to three times the longer."""


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """One call."""

    at_s: float
    """Seconds from the start."""
    caller: int
    callee: int
    to_busy: bool
    """The callee is called even while it is busy."""
    fate: Fate
    ring_s: float
    talk_s: float
    hold_after_s: float | None
    """Seconds of talk before the callee puts the caller on hold; None for never."""
    hold_s: float
    transfer: TransferKind
    transfer_after_s: float
    target: int
    """Whom the callee passes the call on to."""
    dnd_s: float | None
    """For how long the caller turns do-not-disturb on, as soon as it is free again; None for not at all."""


def plan_calls(habits: CallCentreHabits, seed: int) -> Iterator[PlannedCall]:
    """Plan all calls, in order, without an end."""
    dice = Random(seed)
    at_s = 0.0
    while habits.calls_per_second > 0 and habits.phones > 1:
        at_s += dice.expovariate(habits.calls_per_second)
        yield _plan_one(habits, dice, at_s)


def plan_unexpected(habits: CallCentreHabits, dice: Random) -> PlannedCall:
    """Plan how a call goes that was not planned: one that was passed on, or that somebody dialled at the console."""
    return _plan_one(habits, dice, 0.0)


def _plan_one(habits: CallCentreHabits, dice: Random, at_s: float) -> PlannedCall:
    caller, callee, target = (dice.randrange(habits.phones) for _ in range(3))
    fate = _fate(habits, dice)
    talk_s = dice.lognormvariate(math.log(habits.talk_s) - _SPREAD**2 / 2, _SPREAD)
    ring_s = dice.uniform(*habits.ring_s)
    patience = dice.uniform(2.0, 3.0)
    hold_at, hold_part, transfer_at, dnd_part = (dice.uniform(0.2, 0.6) for _ in range(4))
    is_held, is_dnd = dice.random() < _HELD, dice.random() < _DND
    transfer = dice.random()
    return PlannedCall(
        at_s=at_s,
        caller=caller,
        callee=callee,
        to_busy=dice.random() < _BUSY,
        fate=fate,
        ring_s=habits.ring_s[1] * patience if fate is Fate.NOT_ANSWERED else ring_s,
        talk_s=talk_s,
        hold_after_s=talk_s * hold_at if is_held else None,
        hold_s=talk_s * hold_part / 2,
        transfer=_transfer(transfer),
        transfer_after_s=talk_s * (transfer_at + 0.35),
        target=target,
        dnd_s=habits.talk_s * dnd_part if is_dnd else None,
    )


def _fate(habits: CallCentreHabits, dice: Random) -> Fate:
    answered, refused = dice.random() < habits.answer, dice.random() < _REFUSED
    if answered:
        return Fate.ANSWERED
    return Fate.REFUSED if refused else Fate.NOT_ANSWERED


def _transfer(thrown: float) -> TransferKind:
    if thrown >= _TRANSFERRED:
        return TransferKind.NONE
    return TransferKind.BLIND if thrown < _TRANSFERRED / 2 else TransferKind.ATTENDED

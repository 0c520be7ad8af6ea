"""What goes wrong on the way to the console, on purpose: lost, doubled, overtaken and slow reports. Pure.

Source: DOC §2.1-2.2 (a report is one GET; no delivery, no order is promised).
"""

from dataclasses import dataclass, fields
from random import Random

from offhook.errors import ConfigError

__all__ = ["NO_FAULTS", "Faults", "Fortune", "draw_fortune", "parse_faults"]


@dataclass(frozen=True, slots=True)
class Faults:
    """How likely each fault is, from 0 to 1, for one report."""

    drop: float = 0.0
    """Never sent."""
    double: float = 0.0
    """Sent again once it was answered."""
    delay: float = 0.0
    """Held back for up to 1.5 s, so that later ones overtake it."""
    slow: float = 0.0
    """Sent in two halves, up to 1 s apart."""


NO_FAULTS = Faults()

_DELAY_S = (0.05, 1.5)
_SLOW_S = (0.1, 1.0)


@dataclass(frozen=True, slots=True)
class Fortune:
    """What happens to one report."""

    is_dropped: bool = False
    is_doubled: bool = False
    delay_s: float = 0.0
    pause_s: float = 0.0
    """Between the two halves; 0 sends it whole."""


_GOOD = Fortune()


def parse_faults(text: str) -> Faults:
    """Read ``drop=0.01,double=0.01``.

    Raises:
        ConfigError: A fault that there is not, or a likelihood that is none.
    """
    known = [field.name for field in fields(Faults)]
    found: dict[str, float] = {}
    for piece in filter(None, text.split(",")):
        name, _, value = piece.strip().partition("=")
        if name not in known:
            raise ConfigError("--faults", name, f"no such fault; there are {', '.join(known)}")
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = -1.0
        if not 0.0 <= found[name] <= 1.0:
            raise ConfigError("--faults", name, f"{value!r} is no number from 0 to 1; write it as in {name}=0.01")
    return Faults(**found)


def draw_fortune(faults: Faults, dice: Random) -> Fortune:
    """Say what happens to the next report."""
    if faults == NO_FAULTS:
        return _GOOD
    # Four throws whatever comes out, so that one likelihood does not change what the others hit.
    dropped, doubled, delayed, slowed = (dice.random() for _ in range(4))
    return Fortune(
        is_dropped=dropped < faults.drop,
        is_doubled=doubled < faults.double,
        delay_s=dice.uniform(*_DELAY_S) if delayed < faults.delay else 0.0,
        pause_s=dice.uniform(*_SLOW_S) if slowed < faults.slow else 0.0,
    )

"""Everything at once: all phones restart, or get other addresses, within a minute. Pure but for the timetable.

Source: what a power cut, and a DHCP server that starts anew, do to a building; DOC §2.4 nos. 25, 27.
"""

from collections.abc import Sequence
from enum import StrEnum
from random import Random

from offhook.fleet.timetable import Timetable
from offhook.fleet.virtual_phone import VirtualPhone

__all__ = ["STORM_S", "Storm", "break_out"]

STORM_S = 60.0


class Storm(StrEnum):
    """What kind."""

    REBOOT = "reboot"
    IP = "ip"


def break_out(
    storm: Storm, phones: Sequence[VirtualPhone], timetable: Timetable, dice: Random, seconds: float = STORM_S
) -> None:
    """Let every phone have its turn once, at any moment within so many seconds."""
    for phone in phones:
        timetable.after(dice.uniform(0.0, seconds), phone.restart if storm is Storm.REBOOT else phone.move)

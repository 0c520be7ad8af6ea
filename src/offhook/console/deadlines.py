"""Many deadlines, one timer: a wheel of one-second slots, swept by the listener.

Setting a deadline costs nothing but an attribute; a slot that is due looks at each entry once and moves it on if its
deadline has been moved meanwhile. So thousands of idle connections cost one pass each per deadline, not a timer each.
Source: the timing wheel of Varghese and Lauck, simplified: deadlines here may be up to one slot late.
"""

import math
from collections import defaultdict
from typing import Generic, Protocol, TypeVar

__all__ = ["DeadlineWheel", "HasDeadline"]


class HasDeadline(Protocol):
    """What a wheel holds."""

    deadline: float | None
    """When it is due, on the wheel's clock; None for not at all, and then `add` must be called anew."""


_Item = TypeVar("_Item", bound=HasDeadline)


class DeadlineWheel(Generic[_Item]):
    """Finds what is overdue."""

    def __init__(self, slot_s: float = 1.0) -> None:
        """Prepare an empty wheel.

        Args:
            slot_s: Seconds a slot stands for: how late a deadline may be noticed.
        """
        self._slot_s = slot_s
        self._slots: defaultdict[int, set[_Item]] = defaultdict(set)
        self._slot_of: dict[_Item, int] = {}

    def __len__(self) -> int:
        """How many items are watched."""
        return len(self._slot_of)

    def add(self, item: _Item) -> None:
        """Watch an item that has a deadline; one that is watched already is moved only if it is due earlier."""
        if item.deadline is None:
            return
        slot = math.ceil(item.deadline / self._slot_s)
        current = self._slot_of.get(item)
        if current is not None:
            if current <= slot:
                return
            self._slots[current].discard(item)
        self._slots[slot].add(item)
        self._slot_of[item] = slot

    def discard(self, item: _Item) -> None:
        """Stop to watch an item."""
        slot = self._slot_of.pop(item, None)
        if slot is not None:
            self._slots[slot].discard(item)
            if not self._slots[slot]:
                del self._slots[slot]

    def overdue(self, now: float) -> list[_Item]:
        """Take out and give the items whose deadline has passed."""
        late: list[_Item] = []
        for slot in sorted(slot for slot in self._slots if slot * self._slot_s <= now):
            for item in self._slots.pop(slot):
                del self._slot_of[item]
                if item.deadline is None:
                    continue
                if item.deadline <= now:
                    late.append(item)
                else:
                    self.add(item)
        return late

"""The reports of one phone that wait for their turn, and what the console has not been told. Pure.

`untold` is what makes it fair to compare the console with the truth when reports are lost on purpose: a call of which
the last word never arrived cannot be shown as it is, by any console. A later word about it, or one about the phone as
a whole (it is idle, it has started), takes it out again.
Source: DOC §2.4 (events); `offhook.phone.delivery` (one at a time, in order).
"""

from collections.abc import Mapping

from offhook.phone.action_url_sender import MAX_QUEUED
from offhook.phone.delivery import AnswerHabit
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

__all__ = ["DND", "HOOK", "Letter", "Outbox", "subject_of"]

DND = "dnd"
HOOK = "hook"
"""Subjects of the events of do-not-disturb and of the hook; all others are Call-IDs."""

_OF_CALLS = frozenset(
    {
        Event.OUTGOING,
        Event.INCOMING,
        Event.ESTABLISHED,
        Event.TERMINATED,
        Event.MISSED,
        Event.HOLD,
        Event.UNHOLD,
        Event.TRANSFER,
        Event.BLIND_TRANSFER,
        Event.ATTENDED_TRANSFER,
    }
)
_SUBJECTS = {Event.DND_ON: DND, Event.DND_OFF: DND, Event.OFF_HOOK: HOOK, Event.ON_HOOK: HOOK}
_SAY_IDLE = frozenset({Event.BUSY_TO_IDLE, Event.SETUP_COMPLETED})


def subject_of(event: Event, values: Mapping[Variable, str]) -> str:
    """Say what a report is about: a Call-ID, `DND`, `HOOK`, or "" for the phone as a whole."""
    return values.get(Variable.CALL_ID, "") if event in _OF_CALLS else _SUBJECTS.get(event, "")


class Letter:
    """One report, ready to be sent."""

    __slots__ = ("event", "is_copy", "made_at", "number", "pause_s", "request", "subject")

    def __init__(
        self, event: Event, subject: str, request: bytes, made_at: float, number: int = 0, pause_s: float = 0.0
    ) -> None:
        self.event = event
        self.subject = subject
        self.request = request
        """The whole request, as it goes over the wire."""
        self.made_at = made_at
        """When it happened, by the fleet's clock."""
        self.number = number
        """Of this fleet's reports, from 1; 0 where they are not numbered."""
        self.pause_s = pause_s
        """Between the two halves of a request that is slow on purpose."""
        self.is_copy = False

    def copy(self) -> "Letter":
        """The same report once more."""
        copied = Letter(self.event, self.subject, self.request, self.made_at, number=self.number)
        copied.is_copy = True
        return copied


class Outbox:
    """One phone's reports on their way; small, because there are thousands."""

    __slots__ = ("_untold", "address", "failures", "habit", "is_sending", "waiting")

    def __init__(self, address: str) -> None:
        self.address = address
        """Where the phone's requests come from."""
        self.waiting: list[Letter] = []
        """The first one may be on its way."""
        self.habit = AnswerHabit.ANSWERS
        self.failures = 0
        """Tries in a row that failed."""
        self.is_sending = False
        """A request is on its way, or a pause before the next one has not ended."""
        self._untold: dict[str, float] | None = None
        """When that happened of which the console has not heard, by subject."""

    @property
    def untold(self) -> frozenset[str]:
        """Subjects of which the last word was lost, or is still waiting."""
        return frozenset(self._untold or ()) | {letter.subject for letter in self.waiting if letter.subject}

    def lost(self, letter: Letter) -> None:
        """Note that a report never got there."""
        if letter.subject:
            self._untold = self._untold or {}
            self._untold[letter.subject] = max(letter.made_at, self._untold.get(letter.subject, letter.made_at))

    def told(self, letter: Letter) -> None:
        """Note that the console took a report; it says nothing of what happened after it."""
        if not self._untold:
            return
        is_idle = letter.event in _SAY_IDLE
        for subject, lost_at in list(self._untold.items()):
            is_about_it = subject == letter.subject or (is_idle and subject != DND)
            if is_about_it and lost_at < letter.made_at:
                del self._untold[subject]

    def make_room(self) -> Letter | None:
        """Take the oldest report that is not on its way out, if there is one too many."""
        if len(self.waiting) <= MAX_QUEUED:
            return None
        return self.waiting.pop(1 if self.is_sending else 0)

"""What becomes of a subscription after each attempt: go on, wait, set the event aside, or stop. Pure.

Theory of operation. Events go out one after the other. A receiver that is not well (no answer, 5xx, 408, 425, 429)
would not take the next event either, so everything waits for the one that failed, longer each time; nothing is lost or
changes places. One that answers but refuses (other 3xx and 4xx) may mind this event only: after three attempts it is
set aside as a dead letter and the next one goes out. Who has taken nothing for five days, or says 410 Gone, is told
nothing more until somebody switches the webhook on again.

Source: Standard Webhooks, "Deliverability and reliability" (schedule of retries; 410; Retry-After).
"""

from dataclasses import dataclass
from enum import Enum, auto

import msgspec

from offhook.console.store.webhooks import WebhookProgress

__all__ = ["GIVE_UP_S", "SCHEDULE_S", "Attempt", "Verdict", "after_failure", "after_replay", "after_success", "wait_s"]

SCHEDULE_S = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
"""Before the second attempt, the third, and so on; from the tenth on the last one counts."""
GIVE_UP_S = 5 * 24 * 3600.0
"""For so long nothing may have been taken."""

_REFUSALS = 3
_JITTER = 0.2
_PASSING = frozenset({408, 425, 429})
_GONE = 410


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of sending one message."""

    status: int | None
    """None: no answer that could be read."""
    problem: str | None
    """None: it was taken."""
    retry_after_s: float = 0.0
    """What the receiver asked for."""
    ms: float = 0.0

    @property
    def is_refusal(self) -> bool:
        """Whether the receiver is there and does not want this message."""
        return self.status is not None and 300 <= self.status < 500 and self.status not in _PASSING


class Verdict(Enum):
    """What to do with the event."""

    RETRY = auto()
    SET_ASIDE = auto()
    DISABLE = auto()
    """Keep the position, and stop."""


def wait_s(attempts: int, dice: float) -> float:
    """Give the time to wait after so many failed attempts, a little more or less: ``dice`` is from 0 to 1."""
    usual = SCHEDULE_S[min(attempts, len(SCHEDULE_S)) - 1]
    return usual * (1 + _JITTER * (dice - 0.5))


def after_success(progress: WebhookProgress, seq: int, now: float) -> WebhookProgress:
    """Go on after an event that was taken."""
    return WebhookProgress(seq=seq, delivered=now, lost=progress.lost)


def after_replay(progress: WebhookProgress, now: float) -> WebhookProgress:
    """Note that a dead letter was taken: the receiver is there. An event that it still refuses goes on being tried."""
    is_refusing = progress.attempts > 0
    return msgspec.structs.replace(
        progress,
        delivered=now,
        failing_since=now if is_refusing else None,
        problem=progress.problem if is_refusing else None,
    )


def after_failure(
    progress: WebhookProgress, attempt: Attempt, seq: int, now: float, dice: float
) -> tuple[WebhookProgress, Verdict]:
    """Decide about an event that was not taken.

    Args:
        seq: The event's.
        now: Seconds since 1970.
        dice: From 0 to 1.
    """
    since = now if progress.failing_since is None else progress.failing_since
    attempts = progress.attempts + 1
    pause = min(max(wait_s(attempts, dice), attempt.retry_after_s), SCHEDULE_S[-1])
    failed = msgspec.structs.replace(
        progress, attempts=attempts, due=now + pause, failing_since=since, problem=attempt.problem
    )
    if attempt.status == _GONE or now - since >= GIVE_UP_S:
        return failed, Verdict.DISABLE
    if attempt.is_refusal and attempts >= _REFUSALS:
        return msgspec.structs.replace(failed, seq=seq, attempts=0, due=0.0), Verdict.SET_ASIDE
    return failed, Verdict.RETRY

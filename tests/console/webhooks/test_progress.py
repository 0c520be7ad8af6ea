"""The schedule, and what each outcome leads to."""

import pytest

from offhook.console.store.webhooks import WebhookProgress
from offhook.console.webhooks.progress import (
    GIVE_UP_S,
    SCHEDULE_S,
    Attempt,
    Verdict,
    after_failure,
    after_replay,
    after_success,
    wait_s,
)

DOWN = Attempt(None, "no connection")
NO = Attempt(400, "it answered 400")
AT = 1_800_000_000.0


def test_the_schedule_is_the_standards_with_jitter() -> None:
    assert [wait_s(attempts, 0.5) for attempts in range(1, 12)] == [*SCHEDULE_S, SCHEDULE_S[-1], SCHEDULE_S[-1]]
    assert (wait_s(1, 0.0), wait_s(1, 1.0)) == (4.5, 5.5)


@pytest.mark.parametrize(
    ("status", "is_refusal"),
    [(None, False), (500, False), (503, False), (408, False), (425, False), (429, False), (301, True), (404, True)],
)
def test_who_is_not_well_and_who_refuses(status: int | None, is_refusal: bool) -> None:
    assert Attempt(status, "x").is_refusal is is_refusal


def test_an_event_that_is_taken_clears_what_was_before() -> None:
    failing = WebhookProgress(seq=3, attempts=2, due=9.0, failing_since=1.0, problem="x", lost=4)
    assert after_success(failing, 4, AT) == WebhookProgress(seq=4, delivered=AT, lost=4)


def test_a_dead_letter_that_is_taken_shows_that_the_receiver_is_there() -> None:
    refused = WebhookProgress(seq=3, failing_since=1.0, problem="it answered 400", lost=4)
    assert after_replay(refused, AT) == WebhookProgress(seq=3, delivered=AT, lost=4)
    still = WebhookProgress(seq=3, attempts=1, due=9.0, failing_since=1.0, problem="it answered 400")
    assert after_replay(still, AT) == WebhookProgress(
        seq=3, attempts=1, due=9.0, failing_since=AT, problem="it answered 400", delivered=AT
    )


def test_a_receiver_that_is_away_is_waited_for_and_nothing_is_passed_over() -> None:
    progress, now = WebhookProgress(seq=3), AT
    for attempts in range(1, 10):
        progress, verdict = after_failure(progress, DOWN, 4, now, 0.5)
        assert verdict is Verdict.RETRY
        assert (progress.seq, progress.attempts, progress.failing_since) == (3, attempts, AT)
        assert progress.due == now + SCHEDULE_S[attempts - 1]
        now = progress.due
    progress, verdict = after_failure(progress, DOWN, 4, AT + GIVE_UP_S, 0.5)
    assert (verdict, progress.seq, progress.problem) == (Verdict.DISABLE, 3, "no connection")


def test_what_is_refused_three_times_is_set_aside_and_the_next_goes_out_at_once() -> None:
    progress = WebhookProgress(seq=3)
    verdicts = []
    for _ in range(3):
        progress, verdict = after_failure(progress, NO, 4, AT, 0.5)
        verdicts.append(verdict)
    assert verdicts == [Verdict.RETRY, Verdict.RETRY, Verdict.SET_ASIDE]
    assert (progress.seq, progress.attempts, progress.due, progress.failing_since) == (4, 0, 0.0, AT)


def test_gone_means_gone() -> None:
    assert after_failure(WebhookProgress(), Attempt(410, "x"), 1, AT, 0.5)[1] is Verdict.DISABLE


@pytest.mark.parametrize(("asked", "waited"), [(0.0, 5.0), (60.0, 60.0), (1e9, SCHEDULE_S[-1])])
def test_a_receiver_may_ask_for_more_time_within_reason(asked: float, waited: float) -> None:
    busy = Attempt(429, "x", retry_after_s=asked)
    assert after_failure(WebhookProgress(), busy, 1, AT, 0.5)[0].due == AT + waited

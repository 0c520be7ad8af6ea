import itertools
import random
from statistics import mean, median

import pytest

from offhook.fleet.plan import CallCentreHabits, Fate, PlannedCall, TransferKind, plan_calls, plan_unexpected

HABITS = CallCentreHabits(phones=1_000, calls_per_second=50.0, talk_s=90.0, answer=0.8)


def planned(count: int, habits: CallCentreHabits = HABITS, seed: int = 7) -> list[PlannedCall]:
    return list(itertools.islice(plan_calls(habits, seed), count))


def test_the_plan_follows_from_the_seed_alone() -> None:
    assert planned(500) == planned(500)
    assert planned(50, seed=8) != planned(50)


def test_calls_arrive_at_random_at_the_wished_rate() -> None:
    calls = planned(5_000)
    gaps = [after.at_s - before.at_s for before, after in itertools.pairwise(calls)]
    assert min(gaps) >= 0
    assert mean(gaps) == pytest.approx(1 / 50, rel=0.05)
    # Of a Poisson process: the standard deviation of the gaps is their mean.
    assert mean(gap**2 for gap in gaps) == pytest.approx(2 / 50**2, rel=0.15)


def test_talks_are_log_normal_with_the_wished_mean() -> None:
    talks = [call.talk_s for call in planned(20_000)]
    assert mean(talks) == pytest.approx(90.0, rel=0.05)
    assert median(talks) == pytest.approx(90.0 * 0.6065, rel=0.05)


def test_everything_a_call_centre_knows_happens_as_often_as_it_should() -> None:
    calls = planned(5_000)
    fates = [call.fate for call in calls]
    assert fates.count(Fate.ANSWERED) == pytest.approx(4_000, rel=0.05)
    assert 0 < fates.count(Fate.REFUSED) < fates.count(Fate.NOT_ANSWERED)
    transfers = {call.transfer for call in calls}
    assert transfers == set(TransferKind)
    assert any(call.hold_after_s for call in calls) and any(call.dnd_s for call in calls)
    assert any(call.to_busy for call in calls)
    assert {call.caller for call in calls} | {call.callee for call in calls} <= set(range(1_000))


def test_who_gives_up_waits_longer_than_anybody_lets_it_ring() -> None:
    for call in planned(500):
        assert (call.ring_s > HABITS.ring_s[1]) is (call.fate is Fate.NOT_ANSWERED)
        assert call.hold_after_s is None or call.hold_after_s + call.hold_s < call.talk_s


def test_without_a_rate_or_without_a_second_phone_there_is_no_plan() -> None:
    assert planned(1, CallCentreHabits(phones=10, calls_per_second=0.0)) == []
    assert planned(1, CallCentreHabits(phones=1)) == []


def test_a_call_nobody_planned_gets_a_plan_too() -> None:
    assert plan_unexpected(HABITS, random.Random(1)) == plan_unexpected(HABITS, random.Random(1))

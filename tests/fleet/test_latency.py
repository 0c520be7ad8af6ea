import random

from offhook.fleet.latency import Latency


def test_percentiles_are_close_to_the_truth_and_the_ends_exact() -> None:
    dice = random.Random(1)
    values = sorted(dice.lognormvariate(-5.0, 1.5) for _ in range(5_000))
    latency = Latency()
    for value in values:
        latency.add(value)
    figures = latency.figures()
    assert (figures.count, figures.min, figures.max) == (5_000, round(values[0] * 1000, 3), round(values[-1] * 1000, 3))
    for percent in (50, 90, 99):
        truth = values[len(values) * percent // 100 - 1]
        assert abs(latency.percentile(percent) - truth) <= 0.03 * truth


def test_nothing_counted_is_nothing() -> None:
    assert Latency().figures().p99 == 0.0
    assert Latency().percentile(50) == 0.0


def test_what_is_too_short_to_tell_apart_is_still_counted() -> None:
    latency = Latency()
    latency.add(0.0)
    latency.add(5_000.0)
    assert latency.percentile(50) < 2e-6
    assert latency.figures().max == 5_000_000.0

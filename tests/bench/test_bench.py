"""What the bench says, what the documents say of it, and what is written agree. Nothing is measured here."""

import json
import re
from pathlib import Path

import pytest

from bench.plan import MEASUREMENTS, Measurement
from bench.results import results_of
from bench.row import Target, compare, table, unmeasured

ROOT = Path(__file__).parents[2]
NAMES = [name for measurement in MEASUREMENTS for name in measurement.names]


def test_the_document_has_the_rows_of_the_bench_in_their_order() -> None:
    text = (ROOT / "docs" / "performance.md").read_text("utf-8")
    head = table([]).splitlines()[0]
    lines = text.partition(head)[2].partition("\n\n")[0].splitlines()[2:]
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == NAMES


def test_the_document_names_every_key() -> None:
    text = (ROOT / "docs" / "performance.md").read_text("utf-8")
    assert [each.key for each in MEASUREMENTS if f"`{each.key}`" not in text] == []


def test_no_name_is_there_twice() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert len({each.key for each in MEASUREMENTS}) == len(MEASUREMENTS)


@pytest.mark.parametrize("measurement", MEASUREMENTS, ids=lambda each: str(each.key))
def test_a_measurement_is_there_and_gives_rows_of_its_names(measurement: Measurement) -> None:
    module, _, function = measurement.function.partition(".")
    source = (ROOT / "bench" / f"{module}.py").read_text("utf-8")
    assert re.search(rf"^async def {function}\(effort: Effort\) -> list\[Row\]:", source, re.MULTILINE)
    assert [name for name in measurement.names if f'"{name}"' not in source] == []


def test_results_have_the_form_that_is_promised() -> None:
    least = Target(0.5, is_least=True)
    rows = [
        compare("fast", "reports/s", [10, 30, 20], "peer", [40, 40, 40], target=least, how="so"),
        unmeasured("missing", "no network", how="so"),
    ]
    results = json.loads(json.dumps(results_of(rows, {"wrk": "4.1"}, {"intake": {"most_ms": 27.0}}, is_whole=True)))
    assert results["all_reached"] is False
    assert results["machine"]["wrk"] == "4.1"
    assert results["steadiness"]["intake"]["most_ms"] == 27.0
    fast, missing = results["rows"]
    expected = {"name": "fast", "value": 20, "unit": "reports/s", "floor": 40, "ratio": 0.5, "target": "≥ 0.5 ×"}
    assert expected.items() <= fast.items()
    assert (fast["low"], fast["high"], fast["rounds"], fast["reached"]) == (10, 30, 3, True)
    assert missing["reached"] is False and "no network" in missing["beside"]


def test_rounds_that_took_turns_are_compared_one_by_one() -> None:
    row = compare("n", "ms", [2.0, 20.0, 2.0], "floor", [1.0, 10.0, 4.0], target=Target(2.0), how="so")
    assert (row.ratio, row.ratio_low, row.ratio_high, row.reached) == (2.0, 0.5, 2.0, True)


def test_other_rounds_are_compared_by_their_medians() -> None:
    assert compare("n", "ms", [2.0, 4.0], "floor", [2.0], how="so").ratio == 1.5


@pytest.mark.parametrize(
    ("target", "value", "ratio", "words", "is_reached"),
    [
        (Target(3.0), 1.0, 3.0, "≤ 3 ×", True),
        (Target(3.0), 1.0, 3.01, "≤ 3 ×", False),
        (Target(3.0), 1.0, None, "≤ 3 ×", False),
        (Target(4.0, is_least=True), 1.0, 3.9, "≥ 4 ×", False),
        (Target(200.0, is_ratio=False), 200.0, 9.0, "≤ 200 MB", True),
        (Target(200.0, is_ratio=False), 201.0, None, "≤ 200 MB", False),
    ],
)
def test_targets(target: Target, value: float, ratio: float | None, words: str, is_reached: bool) -> None:
    assert target.words("MB") == words
    assert target.is_reached(value, ratio) is is_reached


def test_a_floor_of_nothing_gives_no_ratio() -> None:
    row = compare("n", "%", [1.0], "floor", [0.0], target=Target(2.0), how="so")
    assert row.ratio is None and not row.reached
    assert "| n | 1 % (1 to 1) | floor: 0 % |  | ≤ 2 × | NO |" in table([row])

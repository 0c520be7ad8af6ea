"""A child that hangs, and one that is only kept waiting."""

import os
from pathlib import Path

import pytest

from offhook.phone.engine.pjsip.heartbeat import Heartbeat, Sign, read_sign


def beats_until_it_hangs(*signs: Sign | None, most: int = 100) -> int | None:
    """Unanswered beats until the verdict; the last sign goes on for ever."""
    heart = Heartbeat()
    for number in range(most):
        if heart.beat(signs[min(number, len(signs) - 1)]):
            return number
    return None


def turning(state: str, *, used_s: float = 0.0, naps: int = 0) -> list[Sign]:
    return [Sign(state, number * used_s, number * naps) for number in range(100)]


@pytest.mark.parametrize(
    ("signs", "beats"),
    [
        ([Sign("T", 1, 5)], 3),
        ([Sign("Z", 1, 5)], 3),
        ([Sign("S", 1, 5)], 3),
        (turning("S", naps=1), 75),
        (turning("R"), 75),
        (turning("D"), 75),
        (turning("R", used_s=0.4), 3),
        (turning("R", used_s=0.1), 10),
        ([None], 12),
    ],
    ids=["stopped", "dead", "asleep", "wakes", "waits for a processor", "disk", "spins", "spins slowly", "no word"],
)
def test_what_no_answer_means(signs: list[Sign | None], beats: int) -> None:
    assert beats_until_it_hangs(*signs) == beats


def test_an_answer_forgives_everything() -> None:
    heart = Heartbeat()
    for _ in range(20):
        assert not any(heart.beat(Sign("S", 1, 5)) for _ in range(3))
        heart.answered()


def test_the_system_knows_this_program() -> None:
    before = read_sign(os.getpid())
    if before is None:
        pytest.skip("this system has no /proc")
    assert before.state == "R" and before.used_s > 0 and before.naps >= 0


def test_a_program_that_is_not_there_gives_no_sign(tmp_path: Path) -> None:
    assert read_sign(1, proc=tmp_path) is None


@pytest.mark.parametrize("stat", ["", "1 (a) b) R", "1 (x) R 0 0 0 0 0 0 0 0 0 0 x y"])
def test_what_cannot_be_read_gives_no_sign(tmp_path: Path, stat: str) -> None:
    folder = tmp_path / "1" / "task" / "1"
    folder.mkdir(parents=True)
    (folder / "stat").write_text(stat)
    (folder / "status").write_text("voluntary_ctxt_switches:\t3\n")
    assert read_sign(1, proc=tmp_path) is None

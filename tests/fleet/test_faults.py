import random

import pytest

from offhook.errors import ConfigError
from offhook.fleet.faults import NO_FAULTS, Faults, Fortune, draw_fortune, parse_faults


def test_a_list_of_faults_is_read() -> None:
    assert parse_faults("drop=0.01, double=0.02,delay=1,slow=0") == Faults(drop=0.01, double=0.02, delay=1.0)
    assert parse_faults("") == NO_FAULTS


@pytest.mark.parametrize("text", ["drop", "drop=", "drop=2", "drop=-1", "drop=much", "lose=0.1", "drop=nan"])
def test_what_is_no_fault_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ConfigError, match="drop"):
        parse_faults(text)


def test_without_faults_nothing_happens_and_no_dice_are_thrown() -> None:
    dice = random.Random(1)
    before = dice.getstate()
    assert draw_fortune(NO_FAULTS, dice) == Fortune()
    assert dice.getstate() == before


def test_faults_come_as_often_as_they_are_likely() -> None:
    dice = random.Random(1)
    drawn = [draw_fortune(Faults(drop=0.1, double=0.2, delay=0.3, slow=0.4), dice) for _ in range(4_000)]
    assert 300 < sum(each.is_dropped for each in drawn) < 500
    assert 650 < sum(each.is_doubled for each in drawn) < 950
    assert 1_000 < sum(each.delay_s > 0 for each in drawn) < 1_400
    assert 1_400 < sum(each.pause_s > 0 for each in drawn) < 1_800


def test_one_fault_more_does_not_change_what_the_others_hit() -> None:
    def dropped(faults: Faults) -> list[bool]:
        dice = random.Random(5)
        return [draw_fortune(faults, dice).is_dropped for _ in range(200)]

    assert dropped(Faults(drop=0.3)) == dropped(Faults(drop=0.3, double=0.5))

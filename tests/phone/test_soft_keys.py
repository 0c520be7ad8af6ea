import pytest

from offhook.phone.keypad import KEYPAD
from offhook.phone.soft_keys import SOFT_KEYS, Action, Situation
from offhook.protocol.keys import Key


def test_every_situation_has_four_soft_keys() -> None:
    assert set(SOFT_KEYS) == set(Situation)


@pytest.mark.parametrize("situation", Situation)
def test_a_soft_key_has_a_label_exactly_where_it_does_something(situation: Situation) -> None:
    for soft_key in SOFT_KEYS[situation]:
        assert bool(soft_key.label) is (soft_key.action is not Action.NO_EFFECT)


@pytest.mark.parametrize("situation", Situation)
def test_no_label_is_there_twice(situation: Situation) -> None:
    labels = [soft_key.label for soft_key in SOFT_KEYS[situation] if soft_key.label]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("situation", "labels"),
    [
        (Situation.RINGING, ["Answer", "Reject", "", ""]),
        (Situation.TALKING, ["Hold", "Transfer", "Conference", "End call"]),
        (Situation.CALL_LIST, ["Call", "Delete", "Save", "Back"]),
        (Situation.HELD, ["Resume", "Transfer", "New call", "End call"]),
    ],
)
def test_labels_as_on_the_phones_of_this_family(situation: Situation, labels: list[str]) -> None:
    assert [soft_key.label for soft_key in SOFT_KEYS[situation]] == labels


def test_every_action_of_a_soft_key_but_a_few_is_on_a_key_as_well() -> None:
    soft = {soft_key.action for four in SOFT_KEYS.values() for soft_key in four}
    hard = {
        action for key, row in KEYPAD.items() if key not in (Key.F1, Key.F2, Key.F3, Key.F4) for action in row.values()
    }
    assert soft - hard == {
        Action.DELETE_DIGIT,
        Action.NEW_CALL,
        Action.TOGGLE_DND,
        Action.MENU_DELETE,
        Action.MENU_SAVE,
    }

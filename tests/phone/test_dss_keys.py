"""What the lamps of the programmable keys say."""

from typing import get_args

import pytest

from offhook.callmodel.features import Features, Forward
from offhook.phone.dss_keys import DSS_NAMES, dss_lamps
from offhook.phone.engine.port import NumberStatus
from offhook.phone.keypad import DSS_KEYS
from offhook.phone.screen import KeyLamp, Lamp
from offhook.phone.settings import DssKey, DssKeyType
from offhook.protocol.keys import Key

OFF = Features()
LINE = KeyLamp(Key.L2, "Anna", Lamp.BLINKING, "amber", "Line 2, 1004 Anna, held")


def lamp(
    key: DssKey, features: Features = OFF, watched: dict[str, NumberStatus] | None = None
) -> tuple[str, str, str, str]:
    drawn = dss_lamps([key], features, watched or {}, {"2": LINE})[key.position - 1]
    return drawn.label, drawn.lamp.value, drawn.colour, drawn.meaning


def test_all_ten_keys_are_drawn_whatever_is_programmed() -> None:
    keys = [DssKey(position=10, type="dnd"), DssKey(position=2, type="speed_dial", value="1002", label="Bob")]
    drawn = dss_lamps(keys, OFF, {}, {})
    assert [key.key for key in drawn] == list(DSS_KEYS)
    assert (drawn[0].label, drawn[0].meaning) == ("", "D1, not set")
    assert (drawn[1].label, drawn[1].meaning) == ("Bob", "D2, Bob, calls 1002")
    assert (drawn[9].label, drawn[9].meaning) == ("DND", "D10, do not disturb, off")


def test_every_type_has_a_name() -> None:
    assert set(DSS_NAMES) == set(get_args(DssKeyType))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (DssKey(position=1, type="transfer", value="1003"), ("1003", "off", "green", "D1, transfers to 1003")),
        (DssKey(position=1, type="dtmf", value="42#"), ("42#", "off", "green", "D1, sends digits 42#")),
        (
            DssKey(position=1, type="action_url", value="http://192.0.2.76/door?key=secret", label="Door"),
            ("Door", "off", "green", "D1, Door, sends an Action URL"),
        ),
        (
            DssKey(position=1, type="line", value="2"),
            ("2", "blinking", "amber", "D1, line 2, Line 2, 1004 Anna, held"),
        ),
        (DssKey(position=1, type="line", value="7"), ("7", "off", "amber", "D1, line 7, no such account")),
    ],
)
def test_keys_without_a_state_of_their_own(key: DssKey, expected: tuple[str, str, str, str]) -> None:
    assert lamp(key) == expected


def test_features_light_their_keys() -> None:
    dnd, forward = DssKey(position=1, type="dnd"), DssKey(position=2, type="forward", value="1003")
    on = Features(dnd=True, always=Forward(True, "1003"))
    assert lamp(dnd) == ("DND", "off", "red", "D1, do not disturb, off")
    assert lamp(dnd, on) == ("DND", "on", "red", "D1, do not disturb, on")
    assert lamp(forward) == ("Forward", "off", "red", "D2, always forward 1003, off")
    assert lamp(forward, on) == ("Forward", "on", "red", "D2, always forward 1003, on")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (NumberStatus.IDLE, ("off", "green", "free")),
        (NumberStatus.RINGING, ("blinking", "red", "ringing")),
        (NumberStatus.BUSY, ("on", "red", "busy")),
        (NumberStatus.UNKNOWN, ("off", "amber", "unknown")),
    ],
)
def test_a_busy_lamp_shows_the_number_it_watches(status: NumberStatus, expected: tuple[str, str, str]) -> None:
    key = DssKey(position=1, type="busy_lamp", value="1002", label="Bob")
    light, colour, word = expected
    assert lamp(key, watched={"1002": status}) == ("Bob", light, colour, f"D1, Bob, watches 1002, {word}")


def test_a_number_that_nothing_was_heard_of_is_unknown() -> None:
    assert lamp(DssKey(position=1, type="busy_lamp", value="1002"))[3] == "D1, watches 1002, unknown"

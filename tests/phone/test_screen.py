"""What the phone shows, in every situation."""

import pytest

from offhook.phone.keypad import DSS_KEYS, AudioPath
from offhook.phone.screen import SHOWN_LINES, Lamp, ScreenLine, clock
from offhook.phone.soft_keys import Situation
from offhook.protocol.keys import Key
from tests.phone.bench import Bench, BenchPhone, digits


def texts(phone: BenchPhone) -> list[tuple[str, str]]:
    return [(line.text, line.detail) for line in phone.device.screen.lines]


def lamps(phone: BenchPhone) -> list[tuple[Lamp, str]]:
    return [(key.lamp, key.meaning) for key in phone.device.screen.line_keys]


def test_a_phone_that_has_nothing_to_do() -> None:
    screen = Bench().phone("1001").device.screen
    assert (screen.title, screen.lines, screen.notice) == ("1001", (), "")
    assert (screen.situation, screen.is_off_hook, screen.is_muted) == (Situation.IDLE, False, False)
    assert (screen.audio_path, screen.volume) == (AudioPath.SPEAKER, 8)
    assert [key.key for key in screen.dss_keys] == list(DSS_KEYS)
    assert {key.lamp for key in screen.dss_keys} == {Lamp.OFF}
    assert screen.message_lamp is Lamp.OFF


def test_calls_with_their_time_and_their_state() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    ann.dial("1002")
    assert ann.device.screen.title == "Calling"
    assert bob.device.screen.title == "Incoming call"
    assert bob.device.screen.hint == "OK: answer"
    assert bob.device.screen.lines == (ScreenLine("Ann 1001", "ringing 00:00", is_selected=True),)
    bob.press("OK")
    bench.pass_time(65)
    assert texts(ann) == [("Bob 1002", "talking 01:05")]
    cleo.dial("1001")
    assert [line.is_selected for line in ann.device.screen.lines] == [False, True]
    ann.press("OK")
    assert sorted(texts(ann)) == [("Bob 1002", "held 01:05"), ("Cleo 1003", "talking 00:00")]


def test_muted_and_held_by_the_other_side() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bench.talk(ann, bob)
    ann.press("MUTE")
    bob.press("F_HOLD")
    assert texts(ann) == [("Bob 1002", "talking muted held by them 00:00")]
    assert ann.device.screen.is_muted
    assert bob.device.screen.hint == "OK: resume"


def test_what_is_entered_is_a_line() -> None:
    ann = Bench().phone("1001")
    ann.press(*digits("100"))
    assert ann.device.screen.lines == (ScreenLine("100", is_selected=True),)
    assert ann.device.screen.title == "1001"
    assert ann.device.screen.hint == "OK: call"


def test_features_and_missed_calls_show_in_standby() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bob.dial("1001")
    bob.press("X")
    ann.press("DNDOn")
    assert texts(ann) == [("Missed calls", "1"), ("Do not disturb", "on")]
    assert ann.device.screen.message_lamp is Lamp.BLINKING


def test_an_account_that_is_not_registered_says_why() -> None:
    phone = Bench().phone("9999")
    assert texts(phone) == [("9999", "404 Not Found")]
    assert lamps(phone) == [(Lamp.OFF, "Line 1, 9999, registration failed")]


def test_line_lamps_follow_their_calls() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001", "1004"), bench.phone("1002")
    assert lamps(ann) == [(Lamp.ON, "Line 1, 1001, free"), (Lamp.ON, "Line 2, 1004, free")]
    bob.dial("1004")
    assert lamps(ann)[1] == (Lamp.BLINKING, "Line 2, 1004, ringing")
    ann.press("OK")
    assert lamps(ann)[1] == (Lamp.ON, "Line 2, 1004, in use")
    ann.press("F_HOLD")
    assert lamps(ann)[1] == (Lamp.BLINKING, "Line 2, 1004, held")
    assert lamps(ann)[0] == (Lamp.ON, "Line 1, 1001, free")
    assert [key.key for key in ann.device.screen.line_keys] == [Key.L1, Key.L2]


def test_no_more_lines_than_fit() -> None:
    phone = Bench().phone(*(str(user) for user in range(9991, 9999)))
    assert len(phone.device.screen.lines) == SHOWN_LINES
    assert len(phone.device.screen.line_keys) == 8


def test_a_page_of_the_menu_takes_the_screen_until_a_call_comes() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    assert ann.device.screen.hint == "OK: menu"
    ann.press("OK", "DOWN")
    screen = ann.device.screen
    assert (screen.title, screen.hint) == ("Menu", "OK: open")
    assert screen.soft_keys == ("Select", "", "", "Back")
    assert [line.is_selected for line in screen.lines] == [False, True, False, False, False, False]
    bob.dial("1001")
    assert ann.device.screen.title == "Incoming call"
    assert ann.device.screen.soft_keys[:2] == ("Answer", "Reject")
    bob.press("X")
    assert ann.device.screen.title == "Menu"


def test_a_long_page_scrolls_with_its_selection() -> None:
    ann = Bench().phone("1001", "1004", "1002", "1003")
    ann.press("OK", "UP", "UP", "UP", "OK")
    firsts = []
    for _ in range(9):
        lines = ann.device.screen.lines
        assert len(lines) == SHOWN_LINES
        assert sum(line.is_selected for line in lines) == 1
        firsts.append(lines[0].text)
        ann.press("DOWN")
    assert firsts == ["Address"] * 4 + ["MAC", "Model", "Firmware", "Firmware", "Firmware"]


def test_a_call_from_a_number_without_a_name_and_an_account_without_calls() -> None:
    bench = Bench()
    ann = bench.phone("1001")
    ann.press("Speaker")
    assert (ann.device.screen.title, ann.device.screen.lines) == ("Enter a number", ())
    ann.press("7", "OK")
    assert ann.device.screen.notice == "7: unknown number"


@pytest.mark.parametrize(("seconds", "text"), [(0, "00:00"), (59, "00:59"), (3599, "59:59"), (3600, "1:00:00")])
def test_times_as_people_read_them(seconds: int, text: str) -> None:
    assert clock(seconds) == text

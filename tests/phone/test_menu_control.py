"""The menu of a phone at work: what is chosen in it happens, and random keys never lose the way out."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.callmodel.features import Feature
from offhook.phone.keypad import KEYPAD, AudioPath
from offhook.phone.menu_control import CLOSES_AFTER_S
from offhook.phone.settings import MAX_CONTACTS, Contact, PhoneSettings
from offhook.phone.soft_keys import Action, Situation
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from tests.phone.bench import Bench, BenchPhone, digits, settings_for

S = Situation
BOB, CLEO = Contact(name="Bob", number="1002"), Contact(name="Cleo", number="1003")


def apply(phone: BenchPhone, **parts: object) -> None:
    phone.settings = msgspec.structs.replace(settings_for("1001"), **parts)
    phone.device.apply_settings(phone.settings)


def situation(phone: BenchPhone) -> Situation:
    return phone.device.screen.situation


def shown(phone: BenchPhone) -> tuple[str, list[tuple[str, str]]]:
    screen = phone.device.screen
    return screen.title, [(line.text, line.detail) for line in screen.lines]


def test_a_contact_is_called() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    apply(ann, directory=[BOB, CLEO])
    ann.press("DOWN")
    assert shown(ann) == ("Directory", [("Bob", "1002"), ("Cleo", "1003")])
    assert ann.device.screen.hint == "OK: call"
    ann.press("OK")
    assert bob.call.number == "1001"
    ann.press("X")
    assert situation(ann) is S.IDLE


def test_a_missed_call_is_called_back_from_the_account_it_came_to() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001", "1004"), bench.phone("1002")
    bob.dial("1004")
    bob.press("X")
    assert ann.device.screen.message_lamp.value == "blinking"
    ann.press("UP")
    assert shown(ann) == ("Missed calls", [("Bob", "just now")])
    assert ann.device.screen.message_lamp.value == "off"
    ann.press("OK")
    assert bob.call.number == "1004"


def test_a_caller_is_put_into_the_directory_and_taken_out_again() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    apply(ann, directory=[CLEO])
    bob.dial("1001")
    bob.press("X")
    ann.press("UP", "F3")
    assert shown(ann) == ("Name", [("Bob_", "")])
    ann.press("OK")
    assert ann.settings.directory == [BOB, CLEO]
    ann.press("X", "DOWN", "F2", "F1")
    assert ann.settings.directory == [CLEO]
    assert shown(ann) == ("Directory", [("Cleo", "1003")])


def test_the_same_number_again_takes_the_other_ones_place() -> None:
    ann = Bench().phone("1001")
    apply(ann, directory=[BOB])
    ann.press("DOWN", "F3", "2", "OK", *digits("1002"), "OK")
    assert ann.settings.directory == [Contact(name="A", number="1002")]


def test_a_full_directory_takes_nobody_more() -> None:
    ann = Bench().phone("1001")
    full = [Contact(name=f"N{number}", number=str(number)) for number in range(MAX_CONTACTS)]
    apply(ann, directory=full)
    ann.press("DOWN", "F3", "2", "OK", "*", "OK")
    assert ann.device.screen.notice == "The directory is full"
    assert ann.settings.directory == full


def test_a_past_call_is_taken_off_the_list() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    bob.dial("1001")
    bob.press("X")
    ann.press("UP", "F2")
    assert shown(ann) == ("Missed calls", [("No calls", "")])


def test_a_forward_is_set_with_its_target_and_seconds() -> None:
    ann = Bench().phone("1001")
    ann.press("OK", "DOWN", "DOWN", "OK", "UP", "OK", "OK")
    assert situation(ann) is S.MENU_ENTRY
    ann.device.enter("100")
    ann.press("3", "OK", "DOWN", "DOWN", "RIGHT")
    assert shown(ann) == ("No answer forward", [("Forward", "on"), ("To", "1003"), ("After", "25 s")])
    assert ann.take_events() == [Event.NO_ANSWER_FORWARD_ON]
    assert ann.device.status.features.no_answer_s == 25
    assert ann.done == ["features"] * 2
    ann.press("UP", "UP", "OK")
    assert ann.take_events() == [Event.NO_ANSWER_FORWARD_OFF]


def test_a_forward_whose_target_went_away_meanwhile_says_so() -> None:
    ann = Bench().phone("1001")
    ann.device.change_feature(Feature.ALWAYS_FORWARD, True, "1003")
    ann.press("OK", "DOWN", "DOWN", "OK", "DOWN", "OK")
    ann.press("LEFT")
    ann.device.change_feature(Feature.ALWAYS_FORWARD, False, "")
    ann.press("RIGHT")
    assert ann.device.screen.notice == ""
    assert not ann.device.status.features.always.is_on


def test_the_settings_page() -> None:
    ann = Bench().phone("1001", "1004")
    ann.press("OK", "UP", "UP", "OK", "RIGHT", "DOWN", "OK", "DOWN", "RIGHT", "DOWN", "OK", *digits("500"), "OK")
    ann.press("DOWN", "RIGHT")
    assert shown(ann) == (
        "Settings",
        [
            ("Volume", "9"),
            ("Voice", "headset"),
            ("Calls go out on", "1004@127.0.0.1"),
            ("Voicemail", "500"),
            ("X in a call", "mutes"),
        ],
    )
    assert ann.device.status.audio_path is AudioPath.HEADSET
    assert (ann.settings.features.voicemail, ann.settings.active_uri.x_key) == ("500", "mute")


def test_restarting_from_the_menu() -> None:
    ann = Bench().phone("1001")
    ann.press("OK", "UP", "OK", "F4")
    assert ann.done == []
    ann.press("OK", "OK")
    assert ann.done == ["reboot"]
    assert situation(ann) is S.IDLE


def test_a_menu_that_nobody_touches_closes() -> None:
    bench = Bench()
    ann = bench.phone("1001")
    ann.press("OK")
    bench.pass_time(CLOSES_AFTER_S - 1)
    ann.press("DOWN")
    bench.pass_time(CLOSES_AFTER_S - 1)
    assert situation(ann) is S.MENU
    bench.pass_time(1)
    assert situation(ann) is S.IDLE
    assert ann.armed is None


def test_the_status_counts_from_the_start() -> None:
    bench = Bench()
    ann = bench.phone("1001")
    bench.pass_time(7200)
    ann.press("OK", *["DOWN"] * 3, "OK", *["DOWN"] * 4)
    title, lines = shown(ann)
    assert (title, lines[-2:]) == ("Status", [("Running", "2 h 0 min"), ("L1 1001@127.0.0.1", "registered")])


def test_shutting_down_closes_the_menu() -> None:
    ann = Bench().phone("1001")
    ann.press("OK")
    ann.device.shut_down()
    assert situation(ann) is S.IDLE


_OUT_WITHIN = 8
_KEYS = [key for key in Key if key not in (Key.REBOOT, Key.AUTO_P)]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_KEYS), max_size=40))
def test_whatever_is_pressed_the_cancel_key_leads_back_to_standby(keys: list[Key]) -> None:
    bench = Bench()
    ann = bench.phone("1001", "1004")
    apply(ann, accounts=settings_for("1001", "1004").accounts, directory=[BOB, CLEO])
    for key in keys:
        ann.device.press(key)
        bench.exchange.run()
        screen = ann.device.screen
        assert len([line for line in screen.lines if line.is_selected]) <= 1
        assert KEYPAD[Key.X][screen.situation] is not Action.NO_EFFECT or screen.situation is S.ENDING
    for _ in range(_OUT_WITHIN):
        ann.press("X")
    bench.exchange.run()
    assert situation(ann) is S.IDLE
    assert msgspec.convert(msgspec.to_builtins(ann.settings), PhoneSettings) == ann.settings

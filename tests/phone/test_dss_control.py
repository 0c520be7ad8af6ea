"""What the programmable keys do, in each situation that matters."""

import msgspec

from offhook.callmodel.transfer import TransferState
from offhook.phone.settings import DssKey
from offhook.phone.soft_keys import Situation
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable
from tests.phone.bench import Bench, BenchPhone, digits, settings_for

KEYS = [
    DssKey(position=1, type="speed_dial", value="1002"),
    DssKey(position=2, type="line", value="1004"),
    DssKey(position=3, type="dnd"),
    DssKey(position=4, type="forward", value="1003"),
    DssKey(position=5, type="transfer", value="1003"),
    DssKey(position=6, type="dtmf", value="12#"),
    DssKey(position=7, type="action_url", value="http://192.0.2.76/door.xml?who=$remote"),
    DssKey(position=8, type="busy_lamp", value="1003"),
    DssKey(position=9, type="forward"),
    DssKey(position=10, type="none"),
]


def phone_with_keys(bench: Bench, *users: str, keys: list[DssKey] = KEYS) -> BenchPhone:
    phone = bench.phone(*users)
    phone.device.apply_settings(msgspec.structs.replace(settings_for(*users), dss_keys=keys))
    phone.bench.exchange.run()
    return phone


def situation(phone: BenchPhone) -> Situation:
    return phone.device.status.situation


def test_speed_dial_and_busy_lamp_call() -> None:
    bench = Bench()
    bob, cleo = bench.phone("1002"), bench.phone("1003")
    ann = phone_with_keys(bench, "1001")
    ann.press("D1")
    bob.press("OK")
    ann.press("D8")
    assert cleo.call.number == "1001"
    assert sorted(ann.states) == [("1002", "held"), ("1003", "initiated")]


def test_while_the_phone_asks_whom_to_transfer_to_they_are_the_answer() -> None:
    bench = Bench()
    bob, cleo = bench.phone("1002"), bench.phone("1003")
    ann = phone_with_keys(bench, "1001")
    bench.talk(ann, bob)
    ann.press("F_TRANSFER", "9", "D8")
    assert (situation(ann), ann.device.status.entered) == (Situation.TRANSFER_COLLECTING, "1003")
    ann.press("OK")
    assert cleo.call.number == "1001"


def test_a_transfer_key_transfers_at_once() -> None:
    bench = Bench()
    bob, cleo = bench.phone("1002"), bench.phone("1003")
    ann = phone_with_keys(bench, "1001")
    bench.talk(ann, bob)
    ann.press("D5")
    assert cleo.call.number == "1002"
    cleo.press("OK")
    assert Event.BLIND_TRANSFER in ann.take_events()
    assert ann.states == []


def test_a_transfer_key_is_the_answer_and_sends_it() -> None:
    bench = Bench()
    bob, cleo = bench.phone("1002"), bench.phone("1003")
    ann = phone_with_keys(bench, "1001")
    bench.talk(ann, bob)
    ann.press("F_TRANSFER", "D5")
    assert cleo.call.number == "1002"


def test_a_transfer_key_takes_a_held_call() -> None:
    bench = Bench()
    bob, cleo = bench.phone("1002"), bench.phone("1003")
    ann = phone_with_keys(bench, "1001")
    bench.talk(ann, bob)
    ann.press("F_HOLD", "D5")
    assert cleo.call.number == "1002"


def test_a_transfer_key_calls_when_there_is_nothing_to_transfer() -> None:
    bench = Bench()
    cleo = bench.phone("1003")
    phone_with_keys(bench, "1001").press("D5")
    assert cleo.call.number == "1001"


def test_a_line_key_of_ones_own() -> None:
    bench = Bench()
    bob = bench.phone("1002")
    ann = phone_with_keys(bench, "1001", "1004")
    ann.press("D2", *digits("1002"), "OK")
    assert bob.call.number == "1004"
    other = phone_with_keys(bench, "1003")
    other.press("D2")
    assert other.device.status.notice == "There is no account 1004"


def test_features_are_turned_on_and_off() -> None:
    ann = phone_with_keys(Bench(), "1001")
    ann.press("D3", "D3", "D4", "D4")
    assert ann.take_events() == [Event.DND_ON, Event.DND_OFF, Event.ALWAYS_FORWARD_ON, Event.ALWAYS_FORWARD_OFF]
    assert ann.done == ["features"] * 4
    assert ann.device.status.features.always.target == "1003"
    ann.press("D9")
    assert ann.device.status.features.always.is_on


def test_a_forward_that_goes_nowhere_is_not_turned_on() -> None:
    ann = phone_with_keys(Bench(), "1001")
    ann.press("D9")
    assert ann.device.status.notice == "Say where to forward to first"
    assert ann.take_events() == []


def test_digits_go_to_the_other_side_of_a_talk() -> None:
    bench = Bench()
    bob = bench.phone("1002")
    ann = phone_with_keys(bench, "1001")
    bench.talk(ann, bob)
    heard: list[object] = []
    bob.engine.connect(heard.append)
    ann.press("D6")
    assert [getattr(fact, "digit", None) for fact in heard] == ["1", "2", "#"]
    idle = phone_with_keys(bench, "1003")
    idle.press("D6")
    assert (idle.device.status.notice, idle.device.status.entered) == ("Digits can be sent in a call", "")


def test_a_url_is_sent_with_what_holds_now() -> None:
    bench = Bench()
    bob = bench.phone("1002")
    ann = phone_with_keys(bench, "1001")
    ann.press("D7")
    bob.dial("1001")
    ann.press("D7")
    templates = [template for template, _ in ann.urls]
    values = [values for _, values in ann.urls]
    assert templates == ["http://192.0.2.76/door.xml?who=$remote"] * 2
    assert [Variable.REMOTE in each for each in values] == [False, True]
    assert values[1][Variable.REMOTE] == "sip:1002@127.0.0.1"
    assert values[0][Variable.IP] == "127.0.0.1"


def test_a_key_without_a_meaning_does_nothing() -> None:
    bench = Bench()
    ann, bare = phone_with_keys(bench, "1001"), bench.phone("1002")
    before = ann.device.status, bare.device.status
    ann.press("D10")
    bare.press("D10")
    assert (ann.device.status, bare.device.status) == before


def test_a_key_pressed_in_the_menu_leaves_it_when_it_calls() -> None:
    bench = Bench()
    bench.phone("1002")
    ann = phone_with_keys(bench, "1001")
    ann.press("OK", "D1")
    assert situation(ann) is Situation.CALLING
    ann.press("X")
    assert situation(ann) is Situation.IDLE
    assert ann.device.status.transfer is TransferState.NONE

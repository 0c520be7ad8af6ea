import pytest

from offhook.errors import NotPossibleNow, NotValid
from offhook.phone.settings import FeatureSettings
from offhook.phone.soft_keys import Situation
from offhook.protocol.events import Event
from tests.phone.bench import Bench, digits


def test_dialling_goes_off_hook_and_places_the_call_from_the_wanted_account() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001", "1003"), bench.phone("1002")
    ann.dial("1002", "1003@127.0.0.1")
    assert ann.take_events() == [Event.OFF_HOOK, Event.IDLE_TO_BUSY, Event.OUTGOING]
    assert bob.call.number == "1003"


def test_nobody_says_which_account_and_the_first_is_full() -> None:
    bench = Bench()
    ann = bench.phone("1001", "1003")
    for number in ("1002", "1004"):
        callee = bench.phone(number)
        ann.dial(number, "1001")
        callee.press("OK")
    ann.dial("7777")
    assert ann.take_events()[-2:] == [Event.OUTGOING, Event.TERMINATED]


def test_a_line_key_dials_from_its_own_account_even_if_another_is_called_the_same() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001", "1001"), bench.phone("1002")
    ann.press("L2", *digits("1002"), "OK")
    assert bob.call.number == "1001"
    assert [leg.account for leg in ann.engine.legs.values()] == ["1001@127.0.0.1#2"]


@pytest.mark.parametrize("wanted", ["@127.0.0.1", None])
def test_where_several_accounts_are_meant_the_first_with_a_free_line_is_taken(wanted: str | None) -> None:
    bench = Bench()
    ann = bench.phone("1001", "1003")
    bob, dan = bench.phone("1002", "7777"), bench.phone("1004")
    for number, callee in (("1002", bob), ("1004", dan)):
        ann.dial(number, "Account1")
        callee.press("OK")
    ann.dial("1002", wanted)
    assert [leg.account for leg in ann.engine.legs.values()].count("1003@127.0.0.1") == 1


def test_what_dialling_refuses() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    with pytest.raises(NotValid):
        ann.device.dial("")
    with pytest.raises(NotValid) as unknown:
        ann.device.dial("1002", "nobody")
    assert unknown.value.error_id == "unknown-account"
    ann.dial("1002")
    with pytest.raises(NotPossibleNow) as placing:
        ann.device.dial("1003")
    assert placing.value.error_id == "call-in-progress"
    bob.press("OK")
    ann.press("F_TRANSFER")
    with pytest.raises(NotPossibleNow) as transferring:
        ann.device.dial("1003")
    assert transferring.value.error_id == "transfer-in-progress"


def test_a_refusal_changes_nothing() -> None:
    bench = Bench()
    ann = bench.phone("1001", is_started=False)
    with pytest.raises(NotPossibleNow):
        ann.device.dial("1002")
    assert ann.take_events() == []


def test_redial_calls_the_last_number_again() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.press("RD")
    assert ann.device.status.notice == "Nothing was dialled yet"
    ann.press(*digits("1002"), "OK", "X", "RD")
    assert ann.states == [("1002", "initiated")]
    assert bob.call.number == "1001"


def test_the_message_key_calls_voicemail() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001", features=FeatureSettings(voicemail="1002")), bench.phone("1002")
    bob.press("MSG")
    assert bob.device.status.notice == "No voicemail number is set"
    ann.press("MSG")
    assert bob.call.number == "1001"


def test_a_number_goes_out_on_the_line_whose_key_was_pressed() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001", "1003"), bench.phone("1002")
    ann.press("L2", *digits("1002"), "OK")
    assert bob.call.number == "1003"


def test_a_key_that_cannot_dial_says_why_and_goes_back_on_hook() -> None:
    bench = Bench()
    ann = bench.phone("1001", "9999")
    ann.press("L2", "1", "OK")
    assert ann.device.status.notice == "account 9999@127.0.0.1 is not registered"
    assert ann.take_events() == [Event.OFF_HOOK, Event.IDLE_TO_BUSY, Event.ON_HOOK, Event.BUSY_TO_IDLE]
    assert ann.device.status.situation is Situation.IDLE

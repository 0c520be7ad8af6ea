"""Commands carried out: what became of each, whichever way it came."""

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.phone.obedience import Outcome, carry_out, obey
from offhook.phone.settings import FeatureSettings, ForwardSettings
from offhook.protocol.active_uri import PressKeys
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from tests.phone.bench import Bench


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("key=OK", 200, "OK"),
        ("KEY=ok", 200, "OK"),
        ("key=1;0;0;2;ENTER", 200, "OK"),
        ("number=1002&outgoing_uri=1001@127.0.0.1", 200, "OK"),
        ("number=1002&outgoing_uri=4711@nowhere", 400, "1001@127.0.0.1"),
        ("key=BREW", 400, "unknown key 'BREW'; known are OK"),
        ("key=OK&number=1", 400, "send ?key=KEY"),
        ("", 400, "send ?key=KEY"),
    ],
)
def test_what_becomes_of_a_command(query: str, status: int, words: str) -> None:
    phone = Bench().phone("1001")
    outcome = obey(phone.device, query)
    assert outcome.status == status
    assert words in outcome.words


@pytest.mark.parametrize(
    ("query", "event"),
    [
        ("key=AlwaysFwdOn=1003", Event.ALWAYS_FORWARD_ON),
        ("key=AlwaysFwdOff", Event.ALWAYS_FORWARD_OFF),
        ("key=BusyFwdOn=1003", Event.BUSY_FORWARD_ON),
        ("key=BusyFwdOff", Event.BUSY_FORWARD_OFF),
        ("key=NoAnswFwdOn=1003=30", Event.NO_ANSWER_FORWARD_ON),
        ("key=NoAnswFwdOff", Event.NO_ANSWER_FORWARD_OFF),
    ],
)
@pytest.mark.parametrize("is_in_menu", [False, True])
def test_forwards_are_switched_whatever_the_screen_shows(query: str, event: Event, is_in_menu: bool) -> None:
    forward = ForwardSettings(is_on=query.endswith("Off"), target="1002")
    phone = Bench().phone("1001", features=FeatureSettings(always=forward, busy=forward, no_answer=forward))
    if is_in_menu:
        phone.press("OK", "DOWN")
    assert obey(phone.device, query) == Outcome(200, "OK")
    assert phone.take_events() == [event]
    assert phone.done == ["features"] * (2 if "=30" in query else 1), "kept over a restart"
    assert obey(phone.device, query).status == 200
    assert phone.take_events() == [], "a state, not a toggle"


def test_a_forward_keeps_its_number_and_takes_seconds() -> None:
    phone = Bench().phone("1001")
    assert obey(phone.device, "key=NoAnswFwdOn") == Outcome(400, "say where to forward to, then turn the forward on")
    for query in ("key=NoAnswFwdOn=1003=30", "key=NoAnswFwdOff", "key=NoAnswFwdOn"):
        assert obey(phone.device, query).status == 200
    features = phone.device.status.features
    assert (features.no_answer.is_on, features.no_answer.target, features.no_answer_s) == (True, "1003", 30)
    refused = obey(phone.device, "key=NoAnswFwdOn=1002=0")
    assert (refused.status, refused.words) == (400, "a phone rings from 1 to 600 seconds")
    assert phone.device.status.features.no_answer.target == "1003", "nothing of it was done"


def test_what_is_not_possible_now() -> None:
    phone = Bench().phone("1001")
    assert obey(phone.device, "number=1002") == Outcome(200, "OK")
    assert obey(phone.device, "number=1003").status == 409


def test_keys_and_runs_of_digits_in_order() -> None:
    bench = Bench()
    phone, other = bench.phone("1001"), bench.phone("1002")
    carry_out(phone.device, PressKeys((Key.DIGIT_1, "002", Key.OK)))
    bench.exchange.run()
    assert [call.state for call in other.device.status.calls] == [ConnectionState.ALERTING]

"""Commands carried out: what became of each, whichever way it came."""

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.phone.obedience import Outcome, carry_out, obey
from offhook.protocol.active_uri import PressKeys
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

import dataclasses

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.callmodel.registration import RegistrationState
from offhook.callmodel.transfer import TransferState
from offhook.phone.soft_keys import Situation
from tests.phone.bench import Bench


def test_an_idle_phone() -> None:
    status = Bench().phone("1001").device.status
    assert (status.title, status.situation, status.is_off_hook) == ("1001", Situation.IDLE, False)
    assert status.soft_keys == ("Redial", "DND", "Messages", "Menu")
    assert status.transfer is TransferState.NONE
    (account,) = status.accounts
    assert (account.position, account.uri, account.state) == (1, "1001@127.0.0.1", RegistrationState.REGISTERED)


def test_a_talk_counts_from_the_answer() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.dial("1002")
    bench.pass_time(4)
    assert ann.call.seconds == 4
    bob.press("OK")
    bench.pass_time(7)
    call = ann.call
    assert (call.seconds, call.state, call.is_incoming) == (7, ConnectionState.CONNECTED, False)
    assert (call.number, call.name, call.account) == ("1002", "Bob", "1001@127.0.0.1")
    assert ann.device.status.title == "Bob"


def test_the_title_is_what_is_entered() -> None:
    ann = Bench().phone("1001")
    ann.press("1", "2")
    assert ann.device.status.title == "12"


def test_why_an_account_is_not_registered() -> None:
    (account,) = Bench().phone("9999").device.status.accounts
    assert (account.state, account.reason) == (RegistrationState.FAILED, "404 Not Found")


def test_a_status_is_a_moment_and_stays_as_it_was() -> None:
    ann = Bench().phone("1001")
    before = ann.device.status
    ann.press("1")
    assert before.entered == ""
    with pytest.raises(dataclasses.FrozenInstanceError):
        before.entered = "2"  # type: ignore[misc]

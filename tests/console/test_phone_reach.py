"""Whether the console reaches a phone, by what the phone answers to a request that presses no key."""

from typing import Any

import pytest

from offhook.console.phone_client import PhoneAddress, PhoneAnswer
from offhook.console.phone_desk import PhoneDesk
from offhook.console.phone_reach import try_to_reach
from offhook.console.records import PhoneSetupChanged
from offhook.console_api.requests import PhoneSetup
from offhook.dialects.dialect import Dialect
from offhook.dialects.registry import Registry
from offhook.errors import (
    PhoneBrokeOff,
    PhoneMoved,
    PhoneRefused,
    PhoneRequestError,
    PhoneTimeout,
    PhoneUnauthorized,
    PhoneUnreachable,
)
from tests.console.kit import A, a_journal

BASE = Registry().base
TARGET = BASE.control.path


class Sender:
    """Answers as it is told, and remembers what was asked."""

    def __init__(self, answer: PhoneAnswer | PhoneRequestError) -> None:
        self.answer = answer
        self.asked: list[tuple[PhoneAddress, str]] = []

    async def send(self, address: PhoneAddress, target: str, dialect: Dialect) -> PhoneAnswer:
        self.asked.append((address, target))
        if isinstance(self.answer, PhoneRequestError):
            raise self.answer
        return self.answer

    async def close(self) -> None:
        pass


async def tried(sender: Sender, dialect: Dialect = BASE, **setup: Any) -> str:
    async with a_journal() as journal:
        fields = {"control_url": "http://192.0.2.7", "control_password": "p", **setup}
        await journal.record(PhoneSetupChanged(A, PhoneSetup(**fields)))
        phone = journal.state.phone(A)
        assert phone is not None
        test = await try_to_reach(phone, dialect, PhoneDesk(journal, Registry()), sender)
        assert test.message
        return test.outcome


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (PhoneAnswer(200, 12.0), "reached"),
        (PhoneRefused(A, TARGET, 400, "no command"), "reached"),
        (PhoneRefused(A, TARGET, 404, ""), "reached"),
        (PhoneRefused(A, TARGET, 403, ""), "forbidden"),
        (PhoneUnauthorized(A, TARGET), "wrong_password"),
        (PhoneTimeout(A, TARGET, 5.0), "silent"),
        (PhoneBrokeOff(A, TARGET), "silent"),
        (PhoneUnreachable(A, TARGET, "no route"), "unreachable"),
        (PhoneMoved(A, TARGET, "http://192.0.2.8"), "unreachable"),
    ],
)
async def test_what_the_phone_answers(answer: PhoneAnswer | PhoneRequestError, outcome: str) -> None:
    sender = Sender(answer)
    assert await tried(sender) == outcome
    ((address, target),) = sender.asked
    assert (address.control_url, address.password, target) == ("http://192.0.2.7", "p", TARGET)
    assert "?" not in target, "no key is pressed"


@pytest.mark.parametrize(
    ("setup", "path", "outcome"),
    [
        ({"control_url": ""}, TARGET, "not_set_up"),
        ({"control_url": "sip:1001@192.0.2.1"}, TARGET, "not_tested"),
        ({}, "", "not_tested"),
    ],
)
async def test_where_there_is_nothing_to_ask(setup: dict[str, str], path: str, outcome: str) -> None:
    sender = Sender(PhoneAnswer(200, 1.0))
    dialect = BASE if path else Registry().named("htek")
    assert await tried(sender, dialect, **setup) == outcome
    assert sender.asked == []


async def test_an_error_of_another_kind_is_nobody_elses() -> None:
    with pytest.raises(PhoneRequestError, match="odd"):
        await tried(Sender(PhoneRequestError(A, TARGET, "odd")))

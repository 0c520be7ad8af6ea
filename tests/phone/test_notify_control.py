"""Commands by NOTIFY to a whole phone: who may, what is answered, what is written down."""

from collections.abc import AsyncIterator
from typing import Literal

import msgspec
import pytest

from offhook.phone.app import PhoneApp
from offhook.phone.engine.exchange import SentCommand
from offhook.phone.engine.port import AccountSettings, CommandReceived, CommandRef
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.notify_control import answer_notify, may_command
from offhook.phone.settings import ActiveUri, PhoneSettings
from tests.fakes.desk import changed, phone_settings, running
from tests.fakes.waiting import until

Allowed = Literal["registrar", "off"] | list[str]


def fact(text: str = "key=OK", source: str = "192.0.2.1", *, is_from_registrar: bool = False) -> CommandReceived:
    return CommandReceived(CommandRef("1"), text, source, is_from_registrar)


@pytest.fixture
def exchange() -> VirtualExchange:
    return VirtualExchange()


@pytest.fixture
async def phone(exchange: VirtualExchange) -> AsyncIterator[PhoneApp]:
    other = exchange.engine_for("other")  # lets calls wait for ever
    exchange.add_subscriber("1002", "pw")
    other.register(AccountSettings("1002", "1002", "127.0.0.1", password="pw"))
    async with running(exchange=exchange) as phone:
        yield phone


async def answered(sent: SentCommand) -> tuple[int, str]:
    await until(lambda: sent.status)
    return sent.status, sent.reason


async def test_a_command_is_obeyed_and_written_down(exchange: VirtualExchange, phone: PhoneApp) -> None:
    assert await answered(exchange.command("1001", " number=1002\r\n")) == (200, "OK")
    assert [call.number for call in phone.device.status.calls] == ["1002"]
    noted = phone.received[-1]
    assert (noted.sender, noted.method, noted.status, noted.answer) == ("127.0.0.1", "NOTIFY", 200, "OK")
    assert "number=1002" in noted.target
    assert await answered(exchange.command("1001", "key=X")) == (200, "OK")
    await until(lambda: not phone.device.status.calls)


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("key=BREW", 400, "unknown key 'BREW'; known are"),
        ("", 400, "send ?key=KEY"),
        ("key=" + "1" * 900, 400, "unknown key"),
        ("\x00\ufffd", 400, "send ?key=KEY"),
        ("number=1002&outgoing_uri=4711@nowhere", 400, "1001@127.0.0.1"),
    ],
)
async def test_what_makes_no_sense(
    exchange: VirtualExchange, phone: PhoneApp, text: str, status: int, words: str
) -> None:
    answer = await answered(exchange.command("1001", text))
    assert answer[0] == status
    assert words in answer[1] and len(answer[1]) <= 160


async def test_what_is_not_possible_now_has_a_sip_word(exchange: VirtualExchange, phone: PhoneApp) -> None:
    assert (await answered(exchange.command("1001", "number=1002")))[0] == 200
    assert (await answered(exchange.command("1001", "number=1003")))[0] == 480
    assert [call.number for call in phone.device.status.calls] == ["1002"]


@pytest.mark.parametrize(
    ("settings", "source", "status"),
    [
        (ActiveUri(), "", 200),
        (ActiveUri(), "192.0.2.1", 403),
        (ActiveUri(), "127.0.0.1", 403),
        (ActiveUri(notify_from="off"), "", 403),
        (ActiveUri(is_enabled=False), "", 403),
        (ActiveUri(notify_from=["192.0.2.0/24"]), "192.0.2.1", 200),
        (ActiveUri(notify_from=["192.0.2.0/24"]), "198.51.100.1", 403),
        (ActiveUri(notify_from=[], allowed=["192.0.2.1"]), "192.0.2.1", 403),
    ],
)
async def test_who_may(settings: ActiveUri, source: str, status: int) -> None:
    exchange = VirtualExchange()
    async with running(changed(phone_settings(), active_uri=settings), exchange=exchange):
        assert (await answered(exchange.command("1001", "key=OK", source=source)))[0] == status


async def test_a_phone_that_restarts_says_so(phone: PhoneApp) -> None:
    phone.is_restarting = True
    assert answer_notify(phone, fact(is_from_registrar=True)) == (503, "The phone is restarting")
    phone.is_restarting = False


@pytest.mark.parametrize(
    ("notify_from", "is_from_registrar", "may"),
    [
        ("registrar", True, True),
        ("registrar", False, False),
        ("off", True, False),
        (["192.0.2.1"], False, True),
        (["192.0.2.2"], True, False),
    ],
)
def test_the_setting(notify_from: Allowed, is_from_registrar: bool, may: bool) -> None:
    assert may_command(fact(is_from_registrar=is_from_registrar), notify_from) is may


def test_the_setting_is_read_and_checked() -> None:
    for notify_from in ("registrar", "off", ["192.0.2.*", "2001:db8::/32"]):
        read = msgspec.convert({"active_uri": {"notify_from": notify_from}}, PhoneSettings)
        assert read.active_uri.notify_from == notify_from
    for wrong in ("pbx", ["pbx"], 7):
        with pytest.raises(msgspec.ValidationError, match="notify_from"):
            msgspec.convert({"active_uri": {"notify_from": wrong}}, PhoneSettings)

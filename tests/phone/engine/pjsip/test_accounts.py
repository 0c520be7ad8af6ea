"""Accounts at Kamailio, which checks passwords by digest."""

import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import (
    AccountAccepted,
    AccountRefused,
    AccountSettings,
    CallAnswered,
    CallEnded,
    IncomingCall,
)
from tests.peers.kamailio import Kamailio, kamailio
from tests.peers.sip_library import need_sip_library
from tests.phone.engine.laboratory import Endpoint


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Kamailio]:
    with kamailio({"1001": "secret", "1002": "secret"}) as running:
        yield running


@pytest.fixture
async def phone() -> AsyncIterator[Endpoint]:
    need_sip_library()
    one = Endpoint(PjsipEngine(Configure(generation=0, address="127.0.0.1", answer_wait_s=1.0)))
    await one.engine.start(one.take)
    yield one
    await one.engine.stop()


def account(exchange: Kamailio, user: str = "1001", **more: object) -> AccountSettings:
    return AccountSettings(user, user, exchange.host, password="secret", **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_accounts_register_and_call_over_each_transport(
    phone: Endpoint, exchange: Kamailio, transport: str
) -> None:
    phone.engine.register(account(exchange, transport=transport))
    await phone.heard(AccountAccepted)
    phone.engine.register(account(exchange, "1002", transport=transport))
    await phone.heard(AccountAccepted)
    here = phone.engine.place("1001", "1002")
    offered = await phone.heard(IncomingCall)
    assert (offered.account, offered.remote.user) == ("1002", "1001")
    phone.engine.answer(offered.call)
    assert {(await phone.heard(CallAnswered)).call, (await phone.heard(CallAnswered)).call} == {here, offered.call}
    phone.engine.hang_up(here)
    await phone.heard_the_end_of(here, offered.call)


async def test_an_outbound_proxy_gets_everything(phone: Endpoint, exchange: Kamailio) -> None:
    nowhere = AccountSettings("a", "1001", "pbx.invalid", password="secret", proxy=exchange.host)
    phone.engine.register(nowhere)
    await phone.heard(AccountAccepted)


async def test_another_name_for_the_login(phone: Endpoint, exchange: Kamailio) -> None:
    phone.engine.register(account(exchange, auth_user="somebody"))
    assert (await phone.heard(AccountRefused)).status == 403
    phone.engine.register(account(exchange, auth_user="1002"))
    await phone.heard(AccountAccepted)


async def test_a_password_that_is_corrected(phone: Endpoint, exchange: Kamailio) -> None:
    phone.engine.register(AccountSettings("1001", "1001", exchange.host, password="wrong"))
    assert (await phone.heard(AccountRefused)).status == 401
    phone.engine.register(account(exchange))
    assert await phone.heard(AccountAccepted) == AccountAccepted("1001")


async def test_a_registrar_that_is_away_is_noticed_and_its_return_too(phone: Endpoint, exchange: Kamailio) -> None:
    exchange.stop()
    phone.engine.register(account(exchange))
    refused = await phone.heard(AccountRefused)
    assert (refused.account, refused.status) == ("1001", 408)
    exchange.start()
    phone.engine.register(account(exchange))
    await phone.heard(AccountAccepted)


async def test_a_transport_that_nobody_listens_on_is_said(phone: Endpoint) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{closed.getsockname()[1]}"
        phone.engine.register(AccountSettings("a", "1001", host, transport="tcp"))
        assert (await phone.heard(AccountRefused)).status in (408, 503)


async def test_a_number_that_was_logged_out_cannot_be_called(phone: Endpoint, exchange: Kamailio) -> None:
    for user in ("1001", "1002"):
        phone.engine.register(account(exchange, user))
        await phone.heard(AccountAccepted)
    phone.engine.unregister("1002")
    phone.engine.register(account(exchange))  # behind the log-out, so its answer comes later
    await phone.heard(AccountAccepted)
    here = phone.engine.place("1001", "1002")
    ended = await phone.heard(CallEnded)
    assert (ended.call, ended.status) == (here, 480)


async def test_one_account_too_many_is_refused_and_does_no_harm(phone: Endpoint) -> None:
    for number in range(9):
        phone.engine.register(AccountSettings(str(number), f"u{number}", "127.0.0.1", is_registering=False))
    refused = await phone.heard(AccountRefused)
    assert refused.account == "8"
    phone.engine.unregister("0")
    phone.engine.register(AccountSettings("0", "u0", "127.0.0.1", is_registering=False))
    assert await phone.heard(AccountAccepted) == AccountAccepted("0")


@pytest.mark.parametrize("host", ["", "a b", "x>\r\nX: y"])
async def test_a_host_that_is_none_is_refused(phone: Endpoint, host: str) -> None:
    phone.engine.register(AccountSettings("a", "1001", host))
    assert (await phone.heard(AccountRefused)).account == "a"

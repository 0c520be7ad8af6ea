"""Accounts at Kamailio, which checks passwords by digest."""

import asyncio
import contextlib
import dataclasses
import datetime
import ipaddress
import re
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import (
    AccountAccepted,
    AccountRefused,
    AccountSettings,
    CallAnswered,
    CallEnded,
    CommandReceived,
    DigitReceived,
    IncomingCall,
)
from tests.fakes.waiting import until
from tests.peers.kamailio import Kamailio, kamailio
from tests.peers.notifier import Notifier
from tests.peers.sip_library import need_sip_library
from tests.phone.engine.laboratory import Endpoint


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Kamailio]:
    with kamailio({"1001": "secret", "1002": "secret"}) as running:
        yield running


@pytest.fixture
async def phone() -> AsyncIterator[Endpoint]:
    need_sip_library()
    one = Endpoint(PjsipEngine(Configure(generation=0, address="127.0.0.1", answer_wait_s=2.5)))
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


async def test_a_password_that_is_spoiled_is_refused_and_one_that_is_mended_taken(
    phone: Endpoint, exchange: Kamailio
) -> None:
    good = account(exchange)
    for _ in range(2):
        phone.engine.register(good)
        assert await phone.heard(AccountAccepted) == AccountAccepted("1001")
        phone.engine.register(dataclasses.replace(good, password="wrong"))
        assert (await phone.heard(AccountRefused)).status == 401


async def test_edits_that_come_faster_than_answers(phone: Endpoint, exchange: Kamailio) -> None:
    good = account(exchange)
    phone.engine.register(good)
    for name in ("a", "b", "c"):
        phone.engine.register(dataclasses.replace(good, display_name=name))
    await phone.heard(AccountAccepted)
    phone.engine.register(good)
    phone.engine.register(dataclasses.replace(good, password="wrong"))
    assert (await phone.heard(AccountRefused)).status == 401


async def test_logging_out_and_in_again_at_once(phone: Endpoint, exchange: Kamailio) -> None:
    phone.engine.register(account(exchange))
    await phone.heard(AccountAccepted)
    for _ in range(3):
        phone.engine.unregister("1001")
        phone.engine.register(account(exchange))
        assert await phone.heard(AccountAccepted) == AccountAccepted("1001")
    phone.engine.register(account(exchange, "1002"))
    await phone.heard(AccountAccepted)
    phone.engine.place("1002", "1001")
    assert (await phone.heard(IncomingCall)).account == "1001"


async def test_an_account_that_is_edited_in_mid_call_keeps_the_call(phone: Endpoint, exchange: Kamailio) -> None:
    for user in ("1001", "1002"):
        phone.engine.register(account(exchange, user))
        await phone.heard(AccountAccepted)
    here = phone.engine.place("1001", "1002")
    there = (await phone.heard(IncomingCall)).call
    phone.engine.answer(there)
    await phone.heard(CallAnswered)
    phone.engine.register(account(exchange, display_name="Another name"))
    await phone.heard(AccountAccepted)
    phone.engine.send_digits(here, "5")
    await phone.heard(DigitReceived)
    phone.engine.hang_up(here)
    await phone.heard_the_end_of(here, there)


async def test_a_registrar_that_is_away_is_noticed_and_its_return_too(phone: Endpoint, exchange: Kamailio) -> None:
    exchange.stop()
    phone.engine.register(account(exchange))
    refused = await phone.heard(AccountRefused)
    assert (refused.account, refused.status) == ("1001", 408)
    exchange.start()
    phone.engine.register(account(exchange))
    await phone.heard(AccountAccepted)


SHORT_S = 6
"""The library refreshes a registration five seconds before it ends, but not more often than that."""


async def test_a_registration_is_refreshed_and_a_registrar_that_forgot_us_told_again(phone: Endpoint) -> None:
    with kamailio({"1001": "secret", "1002": "secret"}, expires_s=SHORT_S) as exchange:
        phone.engine.register(account(exchange))
        await phone.heard(AccountAccepted)
        exchange.stop()
        exchange.start()
        assert await phone.heard(AccountAccepted) == AccountAccepted("1001")
        phone.engine.register(account(exchange, "1002"))
        await phone.heard(AccountAccepted)
        phone.engine.place("1002", "1001")
        assert (await phone.heard(IncomingCall)).account == "1001"


async def test_a_registrar_that_no_longer_wants_us_is_noticed_at_the_refresh(phone: Endpoint) -> None:
    with kamailio({"1001": "secret"}, expires_s=SHORT_S) as exchange:
        phone.engine.register(account(exchange))
        await phone.heard(AccountAccepted)
        exchange.stop()
        with kamailio({"1001": "changed"}, port=exchange.port):
            refused = await phone.heard(AccountRefused)
    assert (refused.account, refused.status) == ("1001", 401)


async def test_a_registrar_that_is_away_is_noticed_at_the_refresh(phone: Endpoint) -> None:
    with kamailio({"1001": "secret"}, expires_s=SHORT_S) as exchange:
        phone.engine.register(account(exchange))
        await phone.heard(AccountAccepted)
        exchange.stop()
        refused = await phone.heard(AccountRefused)
    assert (refused.account, refused.status) == ("1001", 408)


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


async def test_an_edit_that_cannot_be_used_is_refused_each_time(phone: Endpoint) -> None:
    phone.engine.register(AccountSettings("a", "1001", "127.0.0.1", is_registering=False))
    await phone.heard(AccountAccepted)
    for _ in range(2):
        phone.engine.register(AccountSettings("a", "1001", "a b"))
        assert (await phone.heard(AccountRefused)).status == 503


class TlsRegistrar:
    """A registrar that speaks TLS and says yes to everybody; the answers alone are of interest here."""

    def __init__(self, folder: Path) -> None:
        self.ca_file = folder / "server.pem"
        self._key_file = folder / "server.key"
        self.requests: list[str] = []
        """And answers to what was said to the phone."""
        self.port = 0
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None

    def say(self, message: bytes) -> None:
        """Send something along the connection that the phone has opened."""
        assert self._writer is not None
        self._writer.write(message)

    async def start(self) -> None:
        _certify(self.ca_file, self._key_file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca_file, self._key_file)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).decode()
                self.requests.append(request)
                self._writer = writer
                if request.startswith("SIP/2.0"):
                    continue
                kept = [line for line in request.splitlines() if re.match("(Via|From|To|Call-ID|CSeq|Contact):", line)]
                answer = "\r\n".join(["SIP/2.0 200 OK", *kept, "Expires: 300", "Content-Length: 0", "", ""])
                writer.write(answer.encode())
        writer.close()


def _certify(certificate_file: Path, key_file: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )


@pytest.fixture
async def tls_registrar(tmp_path: Path) -> AsyncIterator[TlsRegistrar]:
    registrar = TlsRegistrar(tmp_path)
    await registrar.start()
    yield registrar
    await registrar.stop()


async def test_an_account_is_edited_to_use_tls(phone: Endpoint, tls_registrar: TlsRegistrar) -> None:
    phone.engine.register(AccountSettings("a", "1001", "127.0.0.1", is_registering=False))
    await phone.heard(AccountAccepted)
    phone.engine.register(AccountSettings("a", "1001", f"127.0.0.1:{tls_registrar.port}", transport="tls"))
    await phone.heard(AccountAccepted)
    assert "SIP/2.0/TLS" in tls_registrar.requests[0]


async def register_over_tls(registrar: TlsRegistrar, ca_file: str) -> Endpoint:
    need_sip_library()
    configure = Configure(generation=0, address="127.0.0.1", answer_wait_s=5.0, tls_ca_file=ca_file)
    one = Endpoint(PjsipEngine(configure))
    await one.engine.start(one.take)
    one.engine.register(AccountSettings("a", "1001", f"127.0.0.1:{registrar.port}", transport="tls"))
    return one


async def test_a_command_comes_along_the_encrypted_connection(tls_registrar: TlsRegistrar) -> None:
    one = await register_over_tls(tls_registrar, "")
    try:
        await one.heard(AccountAccepted)
        with contextlib.closing(Notifier(tls_registrar.port)) as writing:
            tls_registrar.say(writing.write("key=OK", transport="TLS"))
        command = await one.heard(CommandReceived)
        assert (command.text, command.is_from_registrar) == ("key=OK", True)
        one.engine.reply(command.command, 200, "OK")
        await until(lambda: tls_registrar.requests[-1].startswith("SIP/2.0 200 OK"))
    finally:
        await one.engine.stop()


@pytest.mark.parametrize("is_checked", [False, True])
async def test_an_account_registers_over_tls(tls_registrar: TlsRegistrar, is_checked: bool) -> None:
    one = await register_over_tls(tls_registrar, str(tls_registrar.ca_file) if is_checked else "")
    try:
        await one.heard(AccountAccepted)
    finally:
        await one.engine.stop()
    assert "SIP/2.0/TLS" in tls_registrar.requests[0]


async def test_a_server_that_cannot_prove_who_it_is_gets_no_registration(
    tls_registrar: TlsRegistrar, tmp_path: Path
) -> None:
    _certify(tmp_path / "other.pem", tmp_path / "other.key")
    one = await register_over_tls(tls_registrar, str(tmp_path / "other.pem"))
    try:
        await one.heard(AccountRefused)
    finally:
        await one.engine.stop()
    assert tls_registrar.requests == []


class OddRegistrar(asyncio.DatagramProtocol):
    """A registrar with one answer for everything."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        head = data.decode().splitlines()
        kept = [line for line in head if re.match("(Via|From|To|Call-ID|CSeq):", line)]
        self._transport.sendto("\r\n".join([self._answer, *kept, "", ""]).encode(), addr)


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        ("SIP/2.0 302 Moved\r\nContact: <sip:elsewhere.invalid>\r\nContent-Length: 0", 302),
        ("SIP/2.0 500 Oh\r\nContent-Length: 0", 500),
        ("SIP/2.0 401 Unauthorized\r\nContent-Length: 0", 401),
        ("SIP/2.0 999999 What\r\nContent-Length: 0", 408),
        ("HTTP/1.1 200 OK\r\nContent-Length: 0", 408),
        ("\x00\x01\x02", 408),
    ],
    ids=["elsewhere", "broken", "401 without a question", "no status", "no sip", "garbage"],
)
async def test_a_registrar_that_talks_nonsense_is_a_refusal(phone: Endpoint, answer: str, status: int) -> None:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: OddRegistrar(answer), local_addr=("127.0.0.1", 0))
    try:
        port = transport.get_extra_info("sockname")[1]
        phone.engine.register(AccountSettings("a", "1001", f"127.0.0.1:{port}", password="x"))
        refused = await phone.heard(AccountRefused)
        assert (refused.account, refused.status) == ("a", status)
    finally:
        transport.close()

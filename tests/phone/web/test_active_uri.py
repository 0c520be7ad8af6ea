import asyncio
import http.client
import shutil
import urllib.request
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit

import aiohttp
import msgspec
import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings import DEFAULT_PASSWORD, ActiveUri, Login
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.protocol.keys import Key
from tests.fakes.browser import Browser
from tests.fakes.desk import LOGIN, changed, phone_settings, running
from tests.fakes.waiting import until

BASIC = {"Authorization": aiohttp.encode_basic_auth(LOGIN.user, LOGIN.password)}


@pytest.fixture
async def phone() -> AsyncIterator[PhoneApp]:
    async with running() as phone:
        yield phone


async def ask(
    phone: PhoneApp, query: str, headers: dict[str, str] = BASIC, *, method: str = "GET", path: str = ACTIVE_URI_PATH
) -> tuple[int, str, http.client.HTTPMessage]:
    """Send exactly this request line with the standard library's client."""

    def send() -> tuple[int, str, http.client.HTTPMessage]:
        parts = urlsplit(phone.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        try:
            connection.request(method, f"{path}?{query}", headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()

    return await asyncio.to_thread(send)


async def status_of(phone: PhoneApp, query: str, headers: dict[str, str] = BASIC, method: str = "GET") -> int:
    return (await ask(phone, query, headers, method=method))[0]


@pytest.mark.parametrize("case", [str, str.lower, str.upper], ids=["as printed", "lower", "upper"])
async def test_every_key_of_the_document_is_taken_in_any_case(phone: PhoneApp, case: Callable[[str], str]) -> None:
    for key in Key:
        if key is not Key.REBOOT:
            status, text, _ = await ask(phone, f"key={case(key.value)}")
            assert (status, text) == (200, "OK\n"), key
    assert await status_of(phone, f"key={case(Key.REBOOT.value)}") == 200


async def test_a_key_does_what_it_says(phone: PhoneApp) -> None:
    assert await status_of(phone, "key=DNDOn") == 200
    assert phone.device.status.features.dnd
    assert await status_of(phone, "key=dndoff", method="POST") == 200
    assert not phone.device.status.features.dnd


async def test_a_sequence_dials() -> None:
    exchange = VirtualExchange()
    async with running(exchange=exchange) as phone, running(phone_settings("8311"), exchange=exchange):
        assert await status_of(phone, "key=SPEAKER;8311;ENTER") == 200
        assert [call.number for call in phone.device.status.calls] == ["8311"]


async def test_a_number_is_dialled_from_the_account_that_is_named() -> None:
    exchange = VirtualExchange()
    async with running(exchange=exchange) as caller, running(phone_settings("1002"), exchange=exchange) as called:
        assert await status_of(caller, "number=1002&outgoing_uri=1001@127.0.0.1") == 200
        await until(lambda: called.device.status.calls)
        assert called.device.status.calls[0].number == "1001"
        assert await status_of(called, "key=OK") == 200
        await until(lambda: caller.device.status.calls[0].state is ConnectionState.CONNECTED)


_DIALLING = {
    # What clients send to dial (vendors.md §3.4).
    "number=8311": "1001",
    "number=8311&": "1001",
    "number=8311&outgoing_uri=": "1001",
    "number=8311&outgoing_uri=1002@127.0.0.1": "1002",
    "number=8311&outgoing_uri=1002%40127.0.0.1&": "1002",
    "number=8311&outgoing_uri=sip:1002@127.0.0.1": "1002",
    "number=8311&outgoing_uri=sip%3A1002%40127.0.0.1": "1002",
    "number=8311&outgoing_uri=1002": "1002",
    "number=8311&outgoing_uri=@127.0.0.1": "1001",
    "number=8311&outgoing_uri=2": "1002",
    "number=8311&outgoing_uri=Account2": "1002",
    "number=8311&outgoing_uri=account1": "1001",
    "outgoing_uri=1002@127.0.0.1&number=8311": "1002",
    "key=number=8311": "1001",
    "key=number=8311&outgoing_uri=1002@127.0.0.1": "1002",
    "key=number%3D8311&outgoing_uri=1002%40127.0.0.1": "1002",
    "KEY=Number=8311&Outgoing_URI=Account2": "1002",
    # Keys in one request (vendors.md §3.3).
    "key=SPEAKER;8311;ENTER": "1001",
    "key=SPEAKER%3B8311%3BENTER": "1001",
    "key=speaker;8311;ok": "1001",
    "key=HEADSET;8311;ENTER": "1001",
    "key=8311;ENTER": "1001",
    "key=8311;POUND": "1001",
    "key=8;3;1;1;OK": "1001",
    "key=L2;8311;OK": "1002",
    "key=8311;L2": "1002",
}
"""Queries, and the account they dial 8311 from."""
_NUMBERS = {
    "702-927-6689": "7029276689",
    "+390512345": "+390512345",
    "%2B390512345": "+390512345",
    "+39+051+2345": "+390512345",
    "051%20234%205": "0512345",
    "(051)2345": "0512345",
    "*21%23": "*21#",
    "%2A21%23": "*21#",
    "bob@127.0.0.9": "bob@127.0.0.9",
    "sip%3Abob%40127.0.0.9": "sip:bob@127.0.0.9",
}
"""Numbers as they are written, and as they are dialled."""


@pytest.fixture
async def desk() -> AsyncIterator[tuple[PhoneApp, PhoneApp]]:
    """A phone with two accounts, and one that rings when 8311 is called."""
    exchange = VirtualExchange()
    settings = phone_settings("1001")
    second = msgspec.structs.replace(settings.accounts[0], user="1002")
    two = changed(settings, accounts=[*settings.accounts, second])
    async with running(two, exchange=exchange) as phone, running(phone_settings("8311"), exchange=exchange) as called:
        yield phone, called


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_every_form_of_dialling_that_clients_send(desk: tuple[PhoneApp, PhoneApp], method: str) -> None:
    phone, called = desk
    for query, account in _DIALLING.items():
        assert await status_of(phone, query, method=method) == 200, query
        await until(lambda: called.device.status.calls)
        assert called.device.status.calls[0].number == account, query
        assert phone.device.status.calls[0].number == "8311", query
        phone.device.press(Key.X)
        await until(lambda: not (called.device.status.calls or phone.device.status.calls))


async def test_every_way_to_write_a_number(phone: PhoneApp) -> None:
    for written, dialled in _NUMBERS.items():
        assert await status_of(phone, f"number={written}") == 200, written
        assert phone.device.panel.last_number == dialled
        await until(lambda: not phone.device.status.calls)


async def test_a_sequence_transfers_a_call(desk: tuple[PhoneApp, PhoneApp]) -> None:
    phone, called = desk
    assert await status_of(phone, "number=8311") == 200
    await until(lambda: called.device.status.calls)
    called.device.press(Key.OK)
    await until(lambda: phone.device.status.calls[0].state is ConnectionState.CONNECTED)
    assert await status_of(phone, "key=F_TRANSFER;1003;OK") == 200
    await until(lambda: phone.device.status.notice == "1003: unknown number")
    await until(lambda: phone.device.status.calls[0].state is ConnectionState.CONNECTED)


async def test_a_number_with_no_free_line_is_a_conflict() -> None:
    exchange = VirtualExchange()
    async with running(exchange=exchange) as phone, running(phone_settings("1002"), exchange=exchange):
        assert await status_of(phone, "number=1002") == 200
        status, text, _ = await ask(phone, "number=1002")
        assert status == 409
        assert text.strip()
        assert len(phone.device.status.calls) == 1


async def test_an_account_that_is_not_there_is_named_with_those_that_are(phone: PhoneApp) -> None:
    status, text, _ = await ask(phone, "number=1002&outgoing_uri=9999@127.0.0.1")
    assert status == 400
    assert "1001@127.0.0.1" in text
    assert not phone.device.status.calls


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "key=KEY"),
        ("key", "unknown key"),
        ("key=", "unknown key"),
        ("key=nope", "F_HOLD"),
        ("key=OK;nope", "unknown key"),
        ("key=OK&key=X", "twice"),
        ("key=OK&number=1", "key=KEY"),
        ("number=", "digits"),
        ("number=%00", "digits"),
        ("number=" + "1" * 500, "digits"),
        ("key=" + ";".join(["1"] * 65), "64"),
        ("key=%FF%FE", "unknown key"),
        ("key=%3Cscript%3E", "unknown key"),
        ("number=1&outgoing_uri=%22", "outgoing_uri"),
        ("=&&&;;;%%%", "key=KEY"),
    ],
)
async def test_what_is_no_command_is_refused_with_what_is_allowed_and_nothing_happens(
    phone: PhoneApp, query: str, says: str
) -> None:
    before = phone.device.status
    status, text, headers = await ask(phone, query)
    assert status == 400
    assert says in text
    assert text.count("\n") == 1
    assert headers.get_content_type() == "text/plain"
    assert phone.device.status == before


@pytest.mark.parametrize(
    "line",
    [
        b"GET /cgi-bin/ConfigManApp.com?key=\xc3\xa9 HTTP/1.1",
        b"GET /cgi-bin/ConfigManApp.com?key=\xff HTTP/1.1",
        b"GET /cgi-bin/ConfigManApp.com?key=DNDOn x HTTP/1.1",
        b"GET /cgi-bin/ConfigManApp.com?key=" + b"A" * 100_000 + b" HTTP/1.1",
        b"GET http://127.0.0.1/cgi-bin/ConfigManApp.com?key=nope HTTP/1.1",
        b"GET /cgi-bin/../cgi-bin/ConfigManApp.com?key=DNDOn HTTP/1.1",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc",
        b"",
    ],
)
async def test_request_lines_from_hell_are_refused_and_others_are_served(phone: PhoneApp, line: bytes) -> None:
    parts = urlsplit(phone.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    fields = f"Host: x\r\nAuthorization: {BASIC['Authorization']}\r\nConnection: close\r\n\r\n"
    writer.write(line + b"\r\n" + fields.encode())
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    assert not answer or answer.split(b" ")[1][:1] == b"4"
    assert b"Traceback" not in answer
    assert not phone.device.status.features.dnd
    assert await status_of(phone, "key=OK") == 200


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "PATCH"])
async def test_other_methods_are_not_allowed(phone: PhoneApp, method: str) -> None:
    assert await status_of(phone, "key=DNDOn", method=method) == 405
    assert not phone.device.status.features.dnd


async def test_without_credentials_programs_are_challenged(phone: PhoneApp) -> None:
    status, _, headers = await ask(phone, "key=DNDOn", {})
    assert status == 401
    schemes = [value.split(" ")[0] for value in headers.get_all("WWW-Authenticate", [])]
    assert schemes == ["Digest", "Digest", "Basic"]
    assert not phone.device.status.features.dnd


async def test_wrong_credentials_do_nothing_and_are_slowed_down(phone: PhoneApp) -> None:
    wrong = {"Authorization": aiohttp.encode_basic_auth("admin", "wrong")}
    statuses = [await status_of(phone, "key=DNDOn", wrong) for _ in range(7)]
    assert statuses[:5] == [401] * 5
    assert statuses[5:] == [429] * 2
    status, text, headers = await ask(phone, "key=DNDOn")
    assert status == 429  # the right ones from the same address have to wait as well
    assert headers["Retry-After"].isdigit()
    assert "wait" in text
    assert not phone.device.status.features.dnd


async def test_remote_control_can_be_off() -> None:
    settings = changed(phone_settings(), active_uri=ActiveUri(is_enabled=False))
    async with running(settings) as phone:
        status, text, _ = await ask(phone, "key=DNDOn")
        assert (status, phone.device.status.features.dnd) == (403, False)
        assert "remote control is off" in text
        assert await status_of(phone, "key=DNDOn", {}) == 401


async def test_the_default_password_works_on_this_computer() -> None:
    async with running(phone_settings(login=Login())) as phone:
        default = {"Authorization": aiohttp.encode_basic_auth("admin", DEFAULT_PASSWORD)}
        assert await status_of(phone, "key=OK", default) == 200
        # A stranger's page whose name was made to point here would ask for its own host.
        status, text, _ = await ask(phone, "key=DNDOn", default | {"Host": "evil.example:80"})
        assert status == 403
        assert "password" in text
        assert not phone.device.status.features.dnd


@pytest.mark.parametrize(
    "claims",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Referer": "http://127.0.0.1:8800/page"},
    ],
)
async def test_another_sites_page_cannot_press_keys_with_credentials_a_browser_adds(
    phone: PhoneApp, claims: dict[str, str]
) -> None:
    assert await status_of(phone, "key=DNDOn", BASIC | claims) == 403
    async with Browser(phone.url, password=LOGIN.password) as browser:
        await browser.log_in()
        assert (await browser.get(f"{ACTIVE_URI_PATH}?key=DNDOn", **claims)).status == 403
        assert not phone.device.status.features.dnd
        assert (await browser.get(f"{ACTIVE_URI_PATH}?key=DNDOn", Sec_Fetch_Site="none")).status == 200
    assert phone.device.status.features.dnd


async def test_a_browser_logs_in_first_and_the_command_runs_then(phone: PhoneApp) -> None:
    async with Browser(phone.url, password=LOGIN.password) as browser:
        page = await browser.get(f"{ACTIVE_URI_PATH}?key=DNDOn&x=%26")
        assert page.status == 302
        assert not phone.device.status.features.dnd
        login = await browser.get(page.location)
        assert "key=DNDOn" in login.text
        form = login.form("/login")
        page = await browser.post("/login", form.fields | {"user": "admin", "password": LOGIN.password})
        assert (page.status, page.location) == (303, f"{ACTIVE_URI_PATH}?key=DNDOn&x=%26")
        assert not phone.device.status.features.dnd
        page = await browser.get(page.location)
        assert (page.status, page.text) == (200, "OK\n")
        assert phone.device.status.features.dnd


async def test_reboot_is_answered_before_it_is_done(phone: PhoneApp) -> None:
    before = phone.device
    assert await status_of(phone, "key=Reboot") == 200
    await until(lambda: phone.device is not before and not phone.is_restarting)
    assert await status_of(phone, "key=OK") == 200


async def test_requests_are_written_down_without_credentials(phone: PhoneApp) -> None:
    await ask(phone, "key=OK")
    await ask(phone, "key=nope", {})
    ok, refused = phone.received
    assert (ok.target, ok.status, ok.answer, ok.sender) == (f"{ACTIVE_URI_PATH}?key=OK", 200, "OK", "127.0.0.1")
    assert refused.status == 401
    assert LOGIN.password not in repr(phone.received)


@pytest.mark.interop
@pytest.mark.parametrize("kind", [urllib.request.HTTPBasicAuthHandler, urllib.request.HTTPDigestAuthHandler])
async def test_urllib(phone: PhoneApp, kind: Callable[[], urllib.request.BaseHandler]) -> None:
    handler = kind()
    handler.add_password("offhook phone", phone.url, LOGIN.user, LOGIN.password)  # type: ignore[attr-defined]

    def send() -> list[int]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), handler)
        statuses = []
        for query in ("key=ok", "key=SPEAKER%3B123%3BENTER", "key=%2A", "key=X"):
            with opener.open(f"{phone.url}{ACTIVE_URI_PATH}?{query}", timeout=10) as answer:
                statuses.append(answer.status)
        return statuses

    assert await asyncio.to_thread(send) == [200] * 4


@pytest.mark.interop
@pytest.mark.parametrize("scheme", ["--basic", "--digest", "--anyauth"])
async def test_curl(phone: PhoneApp, scheme: str) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is missing")
    url = f"{phone.url}{ACTIVE_URI_PATH}?key=DNDOn"
    child = await asyncio.create_subprocess_exec(
        curl, "-sS", "--noproxy", "*", scheme, "-u", f"{LOGIN.user}:{LOGIN.password}", url, stdout=-1
    )
    out, _ = await asyncio.wait_for(child.communicate(), 10)
    assert (child.returncode, out) == (0, b"OK\n")
    assert phone.device.status.features.dnd

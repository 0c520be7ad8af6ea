"""The id of a request, in its answer, its log lines, its audit entry and its command."""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from offhook.console.request_ids import HEADER, RequestIds, current_request_id
from offhook.console_api.people import AuditEntry
from offhook.runtime.logs import set_up_logs
from tests.console.running_console import MAC, RunningConsole, running_console
from tests.fakes.scripted_phone import OK, ScriptedPhone

PIN = "481516234208154711"
"""Long enough to be in no time and no id by chance."""


async def asked(*given: bytes, kind: str = "http") -> tuple[str, str, dict[str, Any]]:
    """What the answer's header says, what the application saw, and what its log lines had."""
    seen: list[Any] = []
    sent: list[dict[str, Any]] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        seen.append((current_request_id(), structlog.contextvars.get_contextvars()))
        first = "http.response.start" if kind == "http" else "websocket.accept"
        await send({"type": first, "status": 200} if kind == "http" else {"type": first})
        await send({"type": "http.response.body"})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        raise AssertionError("nothing is read")

    scope = {"type": kind, "path": "/x", "method": "GET", "headers": [(b"x-request-id", each) for each in given]}
    await RequestIds(app)(scope, receive, send)
    assert current_request_id() == "" and "request_id" not in structlog.contextvars.get_contextvars()
    (header,) = [value for name, value in sent[0]["headers"] if name == HEADER.lower().encode()]
    assert "headers" not in sent[1]
    return header.decode(), *seen[0]


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "given", [b"op-4711", b"7c9e6679-7425-40de-944b-e07fc1f90ae7", b"Root=1-67891233-abcdef", b"a" * 64]
)
async def test_a_well_formed_id_is_kept(given: bytes, kind: str) -> None:
    header, seen, logged = await asked(given, kind=kind)
    assert header == seen == logged["request_id"] == given.decode()


@pytest.mark.parametrize(
    "given",
    [[], [b""], [b"a b"], [b"a\x1b[31m"], [b"a\nb"], [b"-x"], ["\u00e9".encode()], [b"<b>"], [b"a" * 65], [b"a", b"a"]],
)
async def test_anything_else_is_replaced(given: list[bytes]) -> None:
    header, seen, _ = await asked(*given)
    assert header == seen and header.startswith("req_") and len(header) == 20
    assert header != (await asked(*given))[0], "each request has its own"


async def test_what_is_no_request_passes() -> None:
    passed: list[str] = []

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        passed.append(scope["type"])

    await RequestIds(app)({"type": "lifespan"}, None, None)
    assert passed == ["lifespan"]


# --- through the console -----------------------------------------------------------------------------------------


@pytest.fixture
def log(logging_as_found: None) -> Iterator[io.StringIO]:
    out = io.StringIO()
    set_up_logs(json=True, level="debug", stream=out)
    yield out


@pytest.fixture
async def phone() -> AsyncIterator[ScriptedPhone]:
    async with ScriptedPhone() as scripted:
        yield scripted


@pytest.fixture
async def console(tmp_path: Path, phone: ScriptedPhone, log: io.StringIO) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path, listener_secret=None) as running:
        await running.set_up(phone)
        yield running


def lines(log: io.StringIO, **wanted: str) -> list[dict[str, Any]]:
    """Log lines that have these entries; every line is one JSON object."""
    found = [msgspec.json.decode(line, type=dict[str, Any]) for line in log.getvalue().splitlines()]
    return [line for line in found if all(line.get(name) == value for name, value in wanted.items())]


async def asked_console(
    console: RunningConsole, method: str, path: str, body: Any = None, request_id: str = ""
) -> tuple[int, str, Any]:
    """Status, the answer's id, and its JSON."""
    headers = {"Authorization": f"Bearer {console.token}"} | ({HEADER: request_id} if request_id else {})
    async with console.http.request(method, console.app.api_url + path, json=body, headers=headers) as answer:
        raw = await answer.read()
        return answer.status, answer.headers[HEADER], msgspec.json.decode(raw) if raw else None


async def test_a_command_is_traced_from_its_request_to_its_proof(
    console: RunningConsole, phone: ScriptedPhone, log: io.StringIO
) -> None:
    body = {"phone": MAC, "number": "1002"}
    status, header, command = await asked_console(console, "POST", "/api/v1/calls", body, "op-4711")
    assert (status, header, command["request_id"]) == (202, "op-4711", "op-4711")
    await console.reached(command["id"], "acknowledged")
    await console.report("outgoing", call_id="c1")
    ended = await console.ended(command["id"])
    assert (ended.state, ended.request_id) == ("confirmed", "op-4711")

    told = lines(log, command=command["id"])
    assert [line["event"] for line in told] == ["command accepted", "the phone took a request", "command ended"]
    for line in told:
        assert (line["request_id"], line["phone"], line["verb"]) == ("op-4711", MAC, "dial")
    assert (told[1]["request"], told[1]["of"], told[1]["status"]) == (1, 1, 200)
    assert (told[2]["state"], told[2]["proof"], told[2]["round_trip_ms"]) == (
        "confirmed",
        ended.proof,
        ended.round_trip_ms,
    )
    (request,) = lines(log, event="request", request_id="op-4711")
    assert (request["method"], request["path"], request["status"]) == ("POST", "/api/v1/calls", 202)

    _, _, entries = await asked_console(console, "GET", "/api/v1/audit?what=dial")
    (entry,) = msgspec.convert(entries, list[AuditEntry])
    assert (entry.request_id, entry.command) == ("op-4711", command["id"])
    assert "request_id" not in entry.detail


async def test_commands_that_wait_for_one_another_keep_their_own_ids(
    console: RunningConsole, phone: ScriptedPhone, log: io.StringIO
) -> None:
    is_free = asyncio.Event()

    async def wait(_target: str) -> bytes:
        await is_free.wait()
        return OK

    phone.script = wait
    ids = {}
    for name in ("first", "second", "third"):
        _, _, command = await asked_console(console, "POST", f"/api/v1/phones/{MAC}/keys", {"keys": ["1"]}, name)
        ids[name] = command["id"]
    is_free.set()
    for name, command in ids.items():
        await console.ended(command)
        assert {line["request_id"] for line in lines(log, command=command)} == {name}
        assert [line["event"] for line in lines(log, command=command)][-1] == "command ended"


async def test_a_wish_that_sends_nothing_and_a_phone_that_says_no_are_told_too(
    console: RunningConsole, phone: ScriptedPhone, log: io.StringIO
) -> None:
    await console.report("dnd_on")
    _, _, command = await asked_console(console, "PUT", f"/api/v1/phones/{MAC}/dnd", {"on": True}, "nothing-to-do")
    (line,) = lines(log, command=command["id"])
    assert (line["event"], line["state"], line["request_id"]) == ("command ended", "confirmed", "nothing-to-do")

    async def refuse(_target: str) -> bytes:
        return b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n"

    phone.script = refuse
    _, _, command = await asked_console(console, "PUT", f"/api/v1/phones/{MAC}/dnd", {"on": False}, "refused")
    await console.ended(command["id"])
    told = lines(log, command=command["id"])
    assert [(line["event"], line["level"]) for line in told] == [
        ("command accepted", "info"),
        ("the phone did not take a request", "warning"),
        ("command ended", "info"),
    ]
    assert told[1]["status"] == 500 and "500" in told[2]["reason"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/calls/none", None, 404),
        ("GET", "/nothing/here", None, 404),
        ("PATCH", "/api/v1/calls", None, 405),
        ("POST", "/api/v1/calls", {"phone": MAC, "number": "1002; rm"}, 400),
        ("POST", "/api/v1/calls", {"phone": MAC}, 400),
        ("PUT", f"/api/v1/phones/{MAC}/mic", {"muted": True}, 409),
    ],
)
async def test_every_refusal_has_the_id_in_head_and_body(
    console: RunningConsole, method: str, path: str, body: Any, status: int
) -> None:
    for given in ("mine-1", ""):
        found, header, problem = await asked_console(console, method, path, body, given)
        assert (found, problem["request_id"]) == (status, header)
        assert header == (given or header) != ""


async def test_a_host_that_is_not_the_consoles_and_a_browser_that_is_not_signed_in(console: RunningConsole) -> None:
    url = console.app.api_url
    async with console.http.get(f"{url}/api/v1/phones", headers={"Host": "evil.example"}) as answer:
        assert (answer.status, (await answer.json())["request_id"]) == (421, answer.headers[HEADER])
    async with console.http.get(f"{url}/api/v1/phones") as answer:
        assert (answer.status, (await answer.json())["request_id"]) == (401, answer.headers[HEADER])
    async with console.http.get(f"{url}/", allow_redirects=False) as answer:
        assert (answer.status, answer.headers[HEADER][:4]) == (303, "req_")


async def test_an_error_of_the_consoles_own_is_found_by_the_id_it_answered(
    console: RunningConsole, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("something nobody foresaw")

    monkeypatch.setattr("offhook.console.journal.Journal.call", broken)
    status, header, problem = await asked_console(console, "GET", "/api/v1/calls/c_1")
    assert (status, problem["error_id"], problem["request_id"]) == (500, "internal-error", header)
    (line,) = lines(log, event="a request failed")
    assert line["request_id"] == header and "something nobody foresaw" in line["exception"]


async def test_no_secret_gets_into_the_log(console: RunningConsole, phone: ScriptedPhone, log: io.StringIO) -> None:
    secrets = {"Ph0ne-s3cret", "Us3r-s3cret-1234", "Wr0ng-s3cret-1234", PIN, console.token}
    setup = {"control_url": phone.url, "control_password": "Ph0ne-s3cret", "account": "1001@pbx"}
    assert (await asked_console(console, "PUT", f"/api/v1/phones/{MAC}", setup))[0] == 200
    user = {"name": "anna", "role": "operator", "password": "Us3r-s3cret-1234"}
    assert (await asked_console(console, "POST", "/api/v1/users", user))[0] == 201
    token = (await asked_console(console, "POST", "/api/v1/tokens", {"name": "t", "scopes": ["calls:read"]}))[2]
    hook = {"url": "http://192.0.2.1/hook", "types": ["call."]}
    secrets |= {token["secret"], (await asked_console(console, "POST", "/api/v1/webhooks", hook))[2].get("secret", "-")}
    statuses = []
    for password in ("Wr0ng-s3cret-1234", "Us3r-s3cret-1234"):
        form = {"name": "anna", "password": password}
        url = console.app.api_url
        async with console.http.post(
            f"{url}/sign-in", data=form, headers={"Origin": url}, allow_redirects=False
        ) as answer:
            statuses.append(answer.status)
    assert statuses[0] >= 400 > statuses[1]
    link = console.app.sign_in_link()
    secrets.add(link.partition("token=")[2])
    async with console.http.get(link, allow_redirects=False) as answer:
        assert answer.status == 200
    call = await console.talking()
    _, _, command = await asked_console(console, "POST", f"/api/v1/calls/{call}/digits", {"digits": PIN})
    await console.ended(command["id"])
    written = log.getvalue()
    assert lines(log, event="request", path="/sign-in") and lines(log, command=command["id"])
    assert [secret for secret in secrets if secret in written] == []

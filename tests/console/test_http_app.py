"""Every error is a `Problem`, and none says more than it should."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from offhook.console.journal import Journal
from tests.console.running_console import MAC, RunningConsole, running_console


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


async def raw(
    console: RunningConsole, method: str, path: str, *, body: bytes = b"", **headers: str
) -> tuple[int, str, dict[str, Any]]:
    every = {"Authorization": f"Bearer {console.token}", "Content-Type": "application/json", **headers}
    url = console.app.api_url + path
    async with console.http.request(method, url, data=body, headers=every) as response:
        return response.status, response.content_type, await response.json()


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "error_id"),
    [
        ("GET", "/api/v1/nothing", b"", 404, "route-not-found"),
        ("GET", "/api/v1", b"", 404, "route-not-found"),
        ("GET", "/nothing", b"", 404, "route-not-found"),
        ("DELETE", "/api/v1/phones", b"", 405, "method-not-allowed"),
        ("POST", "/api/v1/calls", b"{", 400, "request-not-valid"),
        ("POST", "/api/v1/calls", b"\xff\xfe", 400, "request-not-valid"),
        ("POST", "/api/v1/calls", b"[" * 5000, 400, "request-not-valid"),
        ("POST", "/api/v1/calls", b"null", 400, "request-not-valid"),
        ("POST", "/api/v1/calls", b"x" * 70_000, 413, "body-too-large"),
    ],
)
async def test_errors_are_problems(
    console: RunningConsole, method: str, path: str, body: bytes, status: int, error_id: str
) -> None:
    found, media_type, problem = await raw(console, method, path, body=body)
    assert (found, media_type, problem["error_id"]) == (status, "application/json", error_id)
    assert problem["message"] and "Traceback" not in problem["message"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "this request needs a body in JSON"),
        (b"null", "body: Expected `object`, got `null`"),
        (b'{"phone": "p"}', "body: Object missing required field `number`"),
        (b'{"phone": 1, "number": "1"}', "phone: Expected `str`, got `int`"),
    ],
)
async def test_a_body_that_cannot_be_used_is_told_so_in_words(
    console: RunningConsole, body: bytes, message: str
) -> None:
    assert (await raw(console, "POST", "/api/v1/calls", body=body))[2]["message"] == message


async def test_a_bug_is_answered_without_its_cause_and_logged(
    console: RunningConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_journal: Journal) -> None:
        raise ZeroDivisionError("the secret cause")

    monkeypatch.setattr(Journal, "snapshot", broken)
    with structlog.testing.capture_logs() as logs:
        status, problem = await console.ask("GET", "/snapshot")
    assert (status, problem["error_id"]) == (500, "internal-error")
    assert "secret cause" not in str(problem)
    (logged,) = [line for line in logs if line["event"] == "a request failed"]
    assert "secret cause" in str(logged["exc_info"])
    assert (await console.ask("GET", "/me"))[0] == 200


async def test_without_a_login_there_is_nothing_to_see_but_health_and_the_document(console: RunningConsole) -> None:
    for path in ("/phones", "/calls", "/commands", "/snapshot", "/me", f"/phones/{MAC}"):
        status, media_type, problem = await raw(console, "GET", f"/api/v1{path}", Authorization="Bearer wrong")
        assert (status, media_type, problem["error_id"]) == (401, "application/json", "not-signed-in")
    for path in ("/health", "/openapi.json"):
        assert (await raw(console, "GET", f"/api/v1{path}", Authorization=""))[0] == 200


async def test_another_host_name_is_refused(console: RunningConsole) -> None:
    status, _, problem = await raw(console, "GET", "/api/v1/health", Host="evil.example")
    assert (status, problem["error_id"]) == (421, "host-not-allowed")


async def test_every_answer_has_the_strict_headers(console: RunningConsole) -> None:
    for path in ("/api/v1/health", "/api/v1/nothing", "/sign-in"):
        async with console.http.get(console.app.api_url + path) as response:
            assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"] == "no-store"

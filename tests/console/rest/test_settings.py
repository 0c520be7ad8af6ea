"""What was chosen for everybody, over REST."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.console.store.people import AuditSearch
from offhook.console_api.scopes import Role
from tests.console.people_kit import browser_of
from tests.console.running_console import RunningConsole, running_console

CRM = "https://crm.example.com/find?number={number}"


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


async def test_an_administrator_chooses_for_everybody(console: RunningConsole, tmp_path: Path) -> None:
    assert await console.ask("GET", "/settings") == (200, {"pop_url": ""})
    async with browser_of(console, Role.ADMINISTRATOR, name="boss") as boss, browser_of(console, Role.OPERATOR) as anna:
        assert await boss.ask("PUT", "/settings", {"pop_url": f" {CRM} "}) == (200, {"pop_url": CRM})
        assert await anna.ask("GET", "/settings") == (200, {"pop_url": CRM})
        assert (await anna.ask("PUT", "/settings", {"pop_url": ""}))[0] == 403
    entry, refused = reversed(await console.app.access.store.audit(AuditSearch(what="replaceSettings")))
    assert (entry.by, entry.outcome, entry.detail["pop_url"]) == ("user:boss", "done", CRM)
    assert (refused.by, refused.outcome) == ("user:anna", "scope-missing")
    await console.app.stop()
    async with running_console(tmp_path) as again:
        assert await again.ask("GET", "/settings") == (200, {"pop_url": CRM})


@pytest.mark.parametrize(
    ("body", "error_id"),
    [
        ({"pop_url": "javascript:alert(1)"}, "pop-url-not-valid"),
        ({"pop_url": "https://{name}/"}, "pop-url-not-valid"),
        ({"pop_url": "https://x/" + "x" * 2048}, "request-not-valid"),
        ({"popUrl": CRM}, "request-not-valid"),
        ({"pop_url": None}, "request-not-valid"),
    ],
)
async def test_what_cannot_be_used_changes_nothing(console: RunningConsole, body: object, error_id: str) -> None:
    await console.ask("PUT", "/settings", {"pop_url": CRM})
    status, problem = await console.ask("PUT", "/settings", body)
    assert (status, problem["error_id"]) == (400, error_id)
    assert await console.ask("GET", "/settings") == (200, {"pop_url": CRM})

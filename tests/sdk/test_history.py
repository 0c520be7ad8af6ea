"""History, notes and statistics through the sdk, against a real console."""

from pathlib import Path

import pytest

from offhook.sdk import ConsoleClient, history
from tests.console.running_console import MAC, running_console


async def test_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_console(tmp_path) as console, ConsoleClient(console.app.api_url, console.token) as client:
        for number in range(3):
            call = await console.ringing(call_id=f"a{number}")
            await console.report("missed", call_id=f"a{number}")
        page = await client.history.page(limit=2, missed=True, phone=MAC)
        assert (len(page.entries), page.entries[0].call) == (2, call)
        monkeypatch.setattr(history, "_AT_ONCE", 2)
        assert len([entry async for entry in client.history.entries(from_="2020-01-01T00:00:00Z")]) == 3
        assert [entry async for entry in client.history.entries(to="2020-01-01T00:00:00Z")] == []
        assert (await client.history.csv(bom=True, missed=True)).startswith(b"\xef\xbb\xbfBegan")
        assert (await client.history.annotate(call, "<b>", "done")).notes[0].text == "<b>"
        assert await client.history.outcomes() == ["done"]
        told = await client.history.statistics("group", zone="Europe/Berlin", within_s=5.5, group=None)
        assert (told.total.missed, told.within_s) == (3, 5.5)
        assert b"Total" in await client.history.statistics_csv()

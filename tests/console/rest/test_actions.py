"""What phones sent, over the API."""

from pathlib import Path

import aiohttp
from yarl import URL

from tests.console.running_console import MAC, running_console


async def test_requests_with_their_events_page_by_page(tmp_path: Path) -> None:
    async with running_console(tmp_path, listener_secret=None) as console:
        await console.report("incoming", call_id="a1", remote="<script>alert(1)</script>")
        await console.report("established", call_id="a1")
        hostile = URL(f"{console.app.listener_url}/%3Cb%3E?mac={MAC}", encoded=True)
        async with aiohttp.ClientSession() as http, http.get(hostile) as answer:
            assert answer.status == 200
        status, shown = await console.ask("GET", "/actions")
        assert status == 200
        assert [each["event"] for each in shown] == ["<b>", "established", "incoming"]
        assert [event["type"] for event in shown[0]["events"]] == ["phone.vendor_event"]
        assert "call.delivered" in [event["type"] for event in shown[2]["events"]]
        assert shown[2]["vars"]["remote"] == "<script>alert(1)</script>"
        assert shown[2]["request"].startswith("/incoming.xml?mac=")
        assert (await console.ask("GET", f"/actions?limit=1&before={shown[0]['number']}"))[1] == shown[1:2]
        assert (await console.ask("GET", f"/actions?phone={MAC}"))[1] == shown
        assert (await console.ask("GET", "/actions?phone=02000f009999"))[1] == []
        for query in ("limit=0", "limit=201", "before=x", "before=0"):
            assert (await console.ask("GET", f"/actions?{query}"))[0] == 400, query


async def test_the_listeners_secret_is_in_none_of_it(tmp_path: Path) -> None:
    async with running_console(tmp_path, listener_secret="hush") as console:
        async with console.http.get(f"{console.app.listener_url}/a/hush/hold.xml?mac={MAC}") as answer:
            assert answer.status == 200
        _, shown = await console.ask("GET", "/actions")
        assert shown[0]["request"] == f"/a/***/hold.xml?mac={MAC}"
        assert "hush" not in str(shown)

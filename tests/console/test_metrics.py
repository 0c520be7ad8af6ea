"""What is counted, read by Prometheus' own parser."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from offhook.console.metrics import CONTENT_TYPE
from tests.console.running_console import MAC, RunningConsole, running_console
from tests.fakes.scripted_phone import ScriptedPhone


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


async def scraped(console: RunningConsole, path: str = "/api/v1/metrics") -> dict[tuple[str, ...], float]:
    """Every sample, by name and the values of its labels."""
    headers = {"Authorization": f"Bearer {console.token}"}
    async with console.http.get(f"{console.app.api_url}{path}", headers=headers) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == CONTENT_TYPE
        text = await response.text()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_reports_calls_and_phones(console: RunningConsole) -> None:
    await console.talking()
    await console.report("call_parked")
    found = await scraped(console)
    assert found["offhook_reports_total", "incoming"] == 1
    assert found["offhook_reports_total", "established"] == 1
    assert found["offhook_reports_total", "other"] == 1
    assert found["offhook_events_total", "call.established"] == 1
    assert found["offhook_listener_reports_total",] == 3
    assert found["offhook_connections", "connected"] == 1
    assert found["offhook_connections", "held"] == 0
    assert found["offhook_phones", "talking"] == 1
    assert found["offhook_uncertain_connections",] == 0
    assert found["offhook_journal_taken_total",] == 3
    assert found["offhook_journal_batches_total",] <= 3
    assert found["offhook_journal_commit_seconds_total",] > 0
    assert found["offhook_journal_waiting",] == 0
    assert found["offhook_database_bytes",] > 4096
    assert found["process_resident_memory_bytes",] > 0


async def test_no_series_for_what_strangers_send(console: RunningConsole) -> None:
    for number in range(20):
        await console.report(f"made_up_{number}", f"02000f0020{number:02d}")
    await scraped(console)  # the first makes a series itself
    before = await scraped(console)
    for number in range(20, 40):
        await console.report(f"made_up_{number}", f"02000f0020{number:02d}")
    assert (await scraped(console)).keys() - before.keys() == set()


async def test_commands_with_how_long_they_took(console: RunningConsole) -> None:
    async with ScriptedPhone() as phone:
        await console.set_up(phone)
        call = await console.talking()
        _, command = await console.ask("PUT", f"/calls/{call}/hold", {"held": True})
        await console.reached(command["id"], "acknowledged")
        await console.report("hold", call_id="a1")
        await console.ended(command["id"])
    found = await scraped(console)
    assert found["offhook_commands_total", "confirmed", "hold"] == 1
    assert found["offhook_command_round_trip_seconds_count", "hold"] == 1
    assert found["offhook_command_round_trip_seconds_count", "dial"] == 0


async def test_answers_refusals_and_feeds(console: RunningConsole) -> None:
    await console.ask("GET", "/phones/none")
    async with console.http.get(f"{console.app.listener_url}/") as response:
        assert response.status in (200, 404)
    async with console.http.ws_connect(f"{console.app.api_url}/api/v1/events") as socket:
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    found = await scraped(console)
    assert found["offhook_http_answers_total", "GET", "404"] == 1
    assert found["offhook_feeds",] == 1
    assert found["offhook_feed_closes_total", "4001"] == 1


async def test_webhooks(console: RunningConsole) -> None:
    await console.ask("POST", "/webhooks", {"url": "http://192.0.2.1/", "is_enabled": False})
    found = await scraped(console)
    assert found["offhook_webhook_behind",] == 0


async def test_where_prometheus_looks_first_with_the_same_rule(console: RunningConsole) -> None:
    assert ("offhook_feeds",) in await scraped(console, "/metrics")
    for path in ("/metrics", "/api/v1/metrics"):
        async with console.http.get(f"{console.app.api_url}{path}") as response:
            assert response.status == 401
    _, token = await console.ask("POST", "/tokens", {"name": "prometheus", "scopes": ["metrics:read"]})
    headers = {"Authorization": f"Bearer {token['secret']}"}
    async with console.http.get(f"{console.app.api_url}/metrics", headers=headers) as response:
        assert response.status == 200
    assert (await console.ask("GET", "/phones", headers=headers))[0] == 403


async def test_an_unknown_method_is_no_series_of_its_own(console: RunningConsole) -> None:
    async with console.http.request("PROPFIND", f"{console.app.api_url}/api/v1/phones") as response:
        assert response.status == 405
    found = await scraped(console)
    assert found["offhook_http_answers_total", "other", "405"] == 1
    assert MAC not in str(found)

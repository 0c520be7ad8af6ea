"""Statistics over the API, for supervisors."""

from pathlib import Path

import pytest

from offhook.console_api.scopes import Role
from tests.console.people_kit import browser_of
from tests.console.running_console import MAC, running_console


async def test_a_supervisor_counts_what_was_handled(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        await console.talking()
        async with browser_of(console, Role.SUPERVISOR, MAC, group="Sales") as zoe:
            for by, key in (("phone", MAC), ("user", zoe.user.id), ("group", "Sales")):
                status, told = await zoe.ask("GET", f"/statistics?by={by}&zone=Europe/Berlin")
                assert (status, told["by"], told["zone"]) == (200, by, "Europe/Berlin")
                assert (told["rows"][0]["key"], told["rows"][0]["answered"]) == (key, 1)
                assert told["total"]["now"]["talking"] == 1
            hours = (await zoe.ask("GET", "/statistics?by=hour"))[1]["rows"]
            assert (hours[-1]["answered"], hours[-1]["now"]) == (1, None)
            url = f"{console.app.api_url}/api/v1/statistics/export?by=group&bom=true"
            async with console.http.get(url, headers=zoe.headers) as response:
                raw = await response.read()
                assert (response.status, raw[:3]) == (200, b"\xef\xbb\xbf")
                assert b"Sales,Sales,1,1,0" in raw
        async with browser_of(console, Role.OPERATOR, MAC, name="ben") as ben:
            assert (await ben.ask("GET", "/statistics"))[0] == 403


@pytest.mark.parametrize(
    "query",
    [
        "by=shoe",
        "zone=Mars",
        "within_s=-1",
        "within_s=nan",
        "from=x",
        "from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z",
    ],
)
async def test_what_makes_no_sense_is_refused(query: str, tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        assert (await console.ask("GET", f"/statistics?{query}"))[0] == 400

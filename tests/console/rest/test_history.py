"""History, notes and missed calls over the API, as far as each may see."""

from pathlib import Path

from offhook.console_api.scopes import Role
from tests.console.people_kit import browser_of
from tests.console.running_console import MAC, RunningConsole, running_console

OTHER = "02000f001002"


async def over(console: RunningConsole, mac: str, call_id: str) -> str:
    call = await console.ringing(mac, call_id)
    await console.report("missed", mac, call_id=call_id)
    return call


async def test_history_is_filtered_paged_and_exported(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        calls = [await over(console, MAC, f"a{number}") for number in range(3)]
        await console.ringing(MAC, "live")
        status, page = await console.ask("GET", "/history?limit=2&missed=true&direction=incoming&answered=false")
        assert (status, [entry["call"] for entry in page["entries"]]) == (200, calls[:0:-1])
        rest = (await console.ask("GET", f"/history?limit=2&missed=true&before={page['next']}"))[1]
        assert ([entry["call"] for entry in rest["entries"]], rest["next"]) == (calls[:1], None)
        began = page["entries"][0]["began"]
        assert len((await console.ask("GET", f"/history?from={began}"))[1]["entries"]) >= 1
        assert (await console.ask("GET", "/history?to=2020-01-01T00:00:00Z"))[1]["entries"] == []
        assert (await console.ask("GET", "/history?search=1002"))[1]["entries"] != []
        headers = {"Authorization": f"Bearer {console.token}"}
        url = f"{console.app.api_url}/api/v1/history/export?bom=true&phone={MAC}"
        async with console.http.get(url, headers=headers) as response:
            assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
            assert len((await response.read()).split(b"\r\n")) == 5
        for query in ("limit=0", "before=x", "direction=up", "from=yesterday", "missed=perhaps"):
            assert (await console.ask("GET", f"/history?{query}"))[0] == 400, query


async def test_an_operator_sees_and_annotates_the_own_calls(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        own, others = await over(console, MAC, "a1"), await over(console, OTHER, "b1")
        async with browser_of(console, Role.OPERATOR, MAC, group="Sales") as anna:
            page = (await anna.ask("GET", "/history"))[1]
            assert [(entry["call"], entry["group"]) for entry in page["entries"]] == [(own, "Sales")]
            assert (await anna.ask("GET", f"/history?phone={OTHER}"))[1]["entries"] == []
            status, call = await anna.ask("PUT", f"/calls/{own}/note", {"text": "<b>", "outcome": "call back"})
            assert (status, call["notes"][0]["by"]) == (200, "user:anna")
            assert (await anna.ask("GET", f"/calls/{own}"))[1]["notes"] == call["notes"]
            for id_ in (others, "c_none"):
                status, problem = await anna.ask("PUT", f"/calls/{id_}/note", {"text": "x"})
                assert (status, problem["error_id"]) == (404, "call-not-found")
            assert (await anna.ask("GET", "/history/outcomes"))[1] == ["call back"]
            assert (await anna.ask("GET", "/history?outcome=call%20back"))[1]["entries"][0]["call"] == own
            assert (await anna.ask("PUT", f"/calls/{own}/note", {"text": "x" * 4001}))[0] == 400
            told = await console.until(lambda event: event.type == "call.annotated")
            assert (told.call, told.detail) == (own, {"by": "user:anna", "outcome": "call back"})
        async with browser_of(console, Role.SUPERVISOR, name="zoe") as zoe:
            assert len((await zoe.ask("GET", "/history"))[1]["entries"]) == 2


async def test_missed_calls_count_until_they_were_seen(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, browser_of(console, Role.OPERATOR, MAC) as anna:
        assert (await anna.ask("GET", "/me/missed"))[1]["count"] == 0
        await over(console, MAC, "a1")
        await over(console, OTHER, "b1")
        assert (await anna.ask("GET", "/me/missed"))[1]["count"] == 1
        (entry,) = (await anna.ask("GET", "/history"))[1]["entries"]
        await over(console, MAC, "a2")
        status, missed = await anna.ask("PUT", "/me/missed-seen", {"until": entry["ended"]})
        assert (status, missed["count"]) == (200, 1), "the one that came meanwhile is not lost"
        assert (await anna.ask("PUT", "/me/missed-seen", {}))[1]["count"] == 0
        assert (await anna.ask("PUT", "/me/missed-seen", {"until": "2999-01-01T00:00:00Z"}))[1]["seen_until"] < "2999"
        for until in ("yesterday", "9" * 40):
            status, problem = await anna.ask("PUT", "/me/missed-seen", {"until": until})
            assert (status, problem["error_id"]) == (400, "time-not-valid")
        assert (await console.ask("GET", "/me/missed"))[0] == 403, "a token has no such thing"

"""Contacts over the API: kept, found, shown with calls, imported and exported, by whom it may be."""

import io
from pathlib import Path

import aiohttp

from offhook.console.rest.contacts import MAX_IMPORT_BYTES
from offhook.console_api.scopes import Role
from tests.console.people_kit import browser_of
from tests.console.running_console import MAC, RunningConsole, running_console

ANNA = {"name": "Anna Müller", "organisation": "Kranz", "numbers": [{"number": "030 901820"}], "groups": ["Berlin"]}


async def send(console: RunningConsole, kind: str, raw: bytes, query: str = "") -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {console.token}", "Content-Type": kind}
    url = f"{console.app.api_url}/api/v1/contacts/import{query}"
    async with console.http.post(url, data=io.BytesIO(raw), headers=headers) as response:
        answer: dict[str, object] = await response.json()
        return response.status, answer


async def file_of(console: RunningConsole, query: str = "") -> tuple[aiohttp.ClientResponse, bytes]:
    headers = {"Authorization": f"Bearer {console.token}"}
    async with console.http.get(f"{console.app.api_url}/api/v1/contacts/export{query}", headers=headers) as response:
        return response, await response.read()


async def test_a_contact_from_beginning_to_end(tmp_path: Path) -> None:
    async with running_console(tmp_path, region="DE") as console:
        status, anna = await console.ask("POST", "/contacts", ANNA)
        assert (status, anna["numbers"][0]["number"]) == (201, "+4930901820")
        assert await console.ask("GET", f"/contacts/{anna['id']}") == (200, anna)
        assert await console.ask("GET", "/contacts?search=mull%20030%20901") == (200, [anna])
        assert await console.ask("GET", "/contacts?search=x") == (200, [])
        assert await console.ask("GET", "/contacts/groups") == (200, ["Berlin"])
        await console.report("incoming", call_id="a1", active_user="1001", remote="sip:0030901820@pbx")
        await console.report("incoming", call_id="a2", active_user="1001", remote="sip:+4930901820@pbx")
        calls = (await console.ask("GET", f"/calls?phone={MAC}"))[1]
        remote = calls[0]["connections"][0]["remote"]
        assert (remote["display"], remote["contact"]) == ("030 901820", {"id": anna["id"], "name": "Anna Müller"})
        (_, snapshot) = await console.ask("GET", "/snapshot")
        assert remote in [call["connections"][0]["remote"] for call in snapshot["calls"]]
        status, changed = await console.ask("PUT", f"/contacts/{anna['id']}", {"name": "Zoë"})
        assert (status, changed["name"], changed["numbers"]) == (200, "Zoë", [])
        assert (await console.ask("DELETE", f"/contacts/{anna['id']}"))[0] == 204
        for method, body in (("GET", None), ("PUT", {"name": "x"}), ("DELETE", None)):
            status, problem = await console.ask(method, f"/contacts/{anna['id']}", body)
            assert (status, problem["error_id"]) == (404, "contact-not-found")
        entries = (await console.ask("GET", "/audit?what=createContact"))[1]
        assert (entries[0]["detail"]["name"], entries[0]["outcome"]) == ("Anna Müller", "done")


async def test_what_is_exported_can_be_imported(tmp_path: Path) -> None:
    async with running_console(tmp_path, region="DE") as console:
        await console.ask("POST", "/contacts", {**ANNA, "name": "=1+1"})
        for query, kind in (("", "text/csv"), ("?format=vcard", "text/vcard")):
            response, raw = await file_of(console, query)
            assert response.headers["Content-Type"] == f"{kind}; charset=utf-8"
            assert "attachment" in response.headers["Content-Disposition"]
            status, report = await send(console, kind, raw)
            assert (status, report["unchanged"], report["refused"]) == (200, 1, []), report
        assert b"\r\nct_" in (await file_of(console))[1] and b"'=1+1" in (await file_of(console))[1]


async def test_a_file_is_tried_before_it_is_taken(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        raw = b"name;phone\nAnna;1001\n;;;\nBen;1002\n"
        status, report = await send(console, "text/csv; charset=utf-8", raw, "?dry_run=true")
        assert (status, report["created"], report["rows"]) == (200, 2, 3)
        assert (await console.ask("GET", "/contacts"))[1] == []
        assert (await send(console, "text/csv", raw))[1]["created"] == 2
        assert len((await console.ask("GET", "/contacts"))[1]) == 2


async def test_what_cannot_be_used_is_refused(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        for body in ({"name": "x", "numbers": [{"number": "--"}]}, {"name": ""}, {"name": "x", "shoe": 1}):
            assert (await console.ask("POST", "/contacts", body))[0] == 400, body
        for query in ("limit=0", "limit=501", "after=ct_none", f"search={'x' * 129}"):
            assert (await console.ask("GET", f"/contacts?{query}"))[0] == 400, query
        assert (await send(console, "application/json", b"{}"))[1]["error_id"] == "format-not-known"
        assert (await send(console, "text/csv", b"shoe\n43\n"))[1]["error_id"] == "no-columns"
        assert (await send(console, "text/csv", b"x" * (MAX_IMPORT_BYTES + 1)))[0] == 413
        assert (await console.ask("GET", "/contacts/export?format=exe"))[0] == 400


async def test_operators_read_and_supervisors_write(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        await console.ask("POST", "/contacts", ANNA)
        async with browser_of(console, Role.OPERATOR) as anna:
            assert len((await anna.ask("GET", "/contacts"))[1]) == 1
            assert (await anna.ask("POST", "/contacts", ANNA))[0] == 403
        async with browser_of(console, Role.SUPERVISOR, name="ben") as ben:
            assert (await ben.ask("POST", "/contacts", ANNA))[0] == 201
            assert (await ben.ask("POST", "/contacts/import"))[0] == 403

"""The audit over the API: filters and paging."""

from pathlib import Path

from tests.console.running_console import running_console


async def test_the_audit_is_searched_and_paged(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        for number in range(3):
            await console.ask("POST", "/users", {"name": f"user{number}", "role": "operator"})
        await console.ask("DELETE", "/users/none")
        status, entries = await console.ask("GET", "/audit")
        assert (status, [entry["what"] for entry in entries]) == (200, ["removeUser", *["createUser"] * 3])
        assert (entries[0]["outcome"], entries[0]["by"]) == ("user-not-found", "token:tests")
        assert (entries[1]["outcome"], entries[1]["detail"]["name"]) == ("done", "user2")
        first = (await console.ask("GET", "/audit?limit=2"))[1]
        rest = (await console.ask("GET", f"/audit?limit=2&before={first[-1]['number']}"))[1]
        assert first + rest == entries
        assert (await console.ask("GET", "/audit?what=removeUser&by=token:tests"))[1] == entries[:1]
        assert (await console.ask("GET", "/audit?by=user:anna"))[1] == []
        assert (await console.ask("GET", f"/audit?after={entries[-1]['time']}"))[1] == entries
        assert (await console.ask("GET", "/audit?until=2020-01-01T00:00:00Z"))[1] == []
        for time in ("0001-01-01T00:00:00", "0001-01-01T00:00:00%2B14:00"):
            assert (await console.ask("GET", f"/audit?after={time}"))[1] == entries
        assert (await console.ask("GET", "/audit?after=9999-12-31T23:59:59-14:00"))[1] == []
        for query in ("limit=0", "limit=501", "after=yesterday", "before=x"):
            assert (await console.ask("GET", f"/audit?{query}"))[0] == 400, query

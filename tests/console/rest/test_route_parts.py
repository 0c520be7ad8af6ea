"""Who is let in, and what routes say of their errors."""

from pathlib import Path

import pytest

from offhook.console.rest.route_parts import COMMAND_PROBLEMS, READ_PROBLEMS, problems
from offhook.console_api.resources import Problem
from tests.console.running_console import MAC, running_console


def test_errors_are_described_as_problems() -> None:
    for entry in (*COMMAND_PROBLEMS.values(), *READ_PROBLEMS.values()):
        assert entry.data_container is Problem
        assert entry.description
    with pytest.raises(KeyError):
        problems(418)


async def test_a_cookie_changes_something_only_from_our_own_page(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        async with console.http.get(console.app.sign_in_link()) as response:
            cookie = f"offhook_console={response.cookies['offhook_console'].value}"
        console.http.cookie_jar.clear()
        api = f"{console.app.api_url}/api/v1"
        phone = f"{api}/phones/{MAC}"
        for origin, status in ((None, 403), ("http://evil.example", 403), (console.app.api_url, 200)):
            headers = {"Cookie": cookie, **({"Origin": origin} if origin else {})}
            async with console.http.put(phone, json={"name": "Anna"}, headers=headers) as response:
                assert response.status == status
            async with console.http.get(f"{api}/phones", headers=headers) as response:
                assert response.status == 200, "reading needs no Origin"


async def test_idempotency_keys_of_two_programs_do_not_meet(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:1", "control_password": "x"})
        other = await console.app.issue_token("another program")
        body = {"phone": MAC, "number": "1"}
        key = {"Idempotency-Key": "same"}
        _, mine = await console.ask("POST", "/calls", body, headers=key)
        _, theirs = await console.ask("POST", "/calls", body, headers={**key, "Authorization": f"Bearer {other}"})
        _, again = await console.ask("POST", "/calls", body, headers=key)
    assert mine["id"] == again["id"] != theirs["id"]

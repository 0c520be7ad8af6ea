"""Users, tokens and the audit through the sdk, against a real console."""

from pathlib import Path

import pytest

from offhook.console_api.people import NewUser, UserChange
from offhook.console_api.scopes import Role, Scope
from offhook.errors import ConsoleRefused
from offhook.sdk import ConsoleClient
from tests.console.running_console import MAC, running_console


async def test_people(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, ConsoleClient(console.app.api_url, console.token) as client:
        people = client.people
        assert (await people.me()).name == "tests"
        anna = await people.add_user(NewUser(name="anna", role=Role.OPERATOR))
        anna = await people.change_user(anna.id, UserChange(phones=[MAC]))
        assert await people.users() == [anna]
        assert (anna.phones, anna.has_password) == ([MAC], False)
        await people.set_password(anna.id, "four quiet words")
        assert (await people.users())[0].has_password
        await people.sign_out(anna.id)
        made = await people.add_token("wallboard", [Scope.PHONES_READ], expires_in_days=1)
        assert [token.name for token in await people.tokens()] == ["tests", "wallboard"]
        async with ConsoleClient(console.app.api_url, made.secret) as wallboard:
            assert (await wallboard.people.me()).scopes == [Scope.PHONES_READ]
            with pytest.raises(ConsoleRefused, match="users:admin"):
                await wallboard.people.users()
        await people.remove_token(made.token.id)
        await people.remove_user(anna.id)
        entries = await people.audit(by="token:tests")
        assert [entry.what for entry in entries][:2] == ["removeUser", "removeToken"]
        assert await people.audit(before=entries[-1].number, limit=1) == []

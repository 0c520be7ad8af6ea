"""Contacts through the sdk, against a real console."""

from pathlib import Path

import pytest

from offhook.console_api.contacts import NewContact, NewNumber
from offhook.errors import ConsoleDidNotFind, ConsoleRefused
from offhook.sdk import ConsoleClient
from tests.console.running_console import running_console


async def test_contacts(tmp_path: Path) -> None:
    async with (
        running_console(tmp_path, region="DE") as console,
        ConsoleClient(console.app.api_url, console.token) as client,
    ):
        contacts = client.contacts
        anna = await contacts.add(NewContact(name="Anna", numbers=[NewNumber(number="030 901820")], groups=["B"]))
        assert await contacts.get(anna.id) == anna
        assert await contacts.find("030 90", group="B", limit=1) == [anna]
        assert await contacts.find(after=anna.id) == []
        assert await contacts.groups() == ["B"]
        assert (await contacts.replace(anna.id, NewContact(name="Zoë"))).name == "Zoë"
        assert (await contacts.take(b"name\nBen\n", "csv", dry_run=True)).created == 1
        large = b"name\n" + b"".join(b"%06d\n" % number for number in range(40_000))
        assert (await contacts.take(large, "csv", dry_run=True)).created == 40_000
        assert (await contacts.take(await contacts.export("vcard"), "vcard")).unchanged == 1
        assert b"Zo\xc3\xab" in await contacts.export()
        await contacts.remove(anna.id)
        with pytest.raises(ConsoleDidNotFind):
            await contacts.get(anna.id)
        with pytest.raises(ConsoleRefused, match="first line"):
            await contacts.take(b"shoe\n", "csv")

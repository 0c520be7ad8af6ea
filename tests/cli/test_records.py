"""`offhook history`, `note`, `statistics` and `contacts` against a console: what they print, write and answer."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from offhook.cli.main import build_parser
from offhook.cli.printing import Printer
from offhook.cli.records import RECORD_COMMANDS
from offhook.errors import ConfigError
from offhook.sdk import ConsoleClient
from tests.console.running_console import MAC, RunningConsole, running_console


class Desk:
    def __init__(self, console: RunningConsole, client: ConsoleClient, capsys: pytest.CaptureFixture[str]) -> None:
        self.console, self.client, self.capsys = console, client, capsys

    async def run(self, *words: str) -> tuple[int, str]:
        arguments = build_parser().parse_args(words)
        code = await RECORD_COMMANDS[arguments.command](self.client, arguments, Printer(is_json=arguments.json))
        return code, self.capsys.readouterr().out


@pytest.fixture
async def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Desk]:
    folder = tmp_path / "data"
    folder.mkdir()
    async with (
        running_console(folder, region="DE") as console,
        ConsoleClient(console.app.api_url, console.token) as client,
    ):
        yield Desk(console, client, capsys)


async def test_history_notes_and_statistics(desk: Desk, tmp_path: Path) -> None:
    assert (await desk.run("history"))[1].strip() == "No calls."
    call = await desk.console.ringing()
    await desk.console.report("missed", call_id="a1")
    code, out = await desk.run("note", call, "--text", "an \x1b offer", "--outcome", "call back")
    assert code == 0 and "an \\x1b offer" in out and "token:tests" in out
    code, out = await desk.run("history", "--phone", MAC, "--missed", "--search", "offer")
    assert code == 0 and "missed" in out and "1002" in out and "call" in out
    assert (await desk.run("history", "--search", "zzz"))[1].strip() == "No calls."
    (entry,) = msgspec.json.decode((await desk.run("history", "--json"))[1])
    assert entry["call"] == call
    assert (await desk.run("history", "--csv", "-"))[1].startswith("Began,")
    file = tmp_path / "history.csv"
    assert (await desk.run("history", "--csv", str(file)))[0] == 0 and call in file.read_text()
    assert "No notes." in (await desk.run("note", call))[1]
    await desk.console.talking(call_id="a2")
    await desk.console.report("terminated", call_id="a2")
    assert "0:00" in (await desk.run("history"))[1]
    code, out = await desk.run("statistics", "--by", "hour", "--zone", "Europe/Berlin")
    assert code == 0 and "Total" in out and "50%" in out
    assert msgspec.json.decode((await desk.run("statistics", "--json"))[1])["total"]["missed"] == 1
    assert "Total" in (await desk.run("statistics", "--csv", "-"))[1]


async def test_contacts(desk: Desk, tmp_path: Path) -> None:
    code, out = await desk.run("contacts", "add", "Anna Müller", "030 901820", "--organisation", "Kranz", "--json")
    (anna,) = msgspec.json.decode(out)
    assert "030 901820" in (await desk.run("contacts", "list", "mull"))[1]
    assert (await desk.run("contacts", "list", "zzz"))[1].strip() == "No contacts."
    for name in ("all.csv", "all.vcf"):
        file = tmp_path / name
        assert (await desk.run("contacts", "export", str(file)))[0] == 0
        code, out = await desk.run("contacts", "import", str(file), "--dry-run")
        assert (code, out) == (0, "0 would be added, 0 would be replaced, 1 there already, 0 refused\n")
    file = tmp_path / "some.csv"
    file.write_text("name;phone\nBen;1002\nsurplus;1;2\n")
    code, out = await desk.run("contacts", "import", str(file))
    assert code == 1 and "1 added" in out and "line 3" in out
    assert (await desk.run("contacts", "import", str(file), "--json"))[1].startswith("{")
    assert (await desk.run("contacts", "remove", anna["id"]))[0] == 0
    assert "Anna" not in (await desk.run("contacts", "list"))[1]


async def test_files_that_cannot_be_used_are_said_so(desk: Desk, tmp_path: Path) -> None:
    for words in (
        ("contacts", "import", str(tmp_path / "none.csv")),
        ("contacts", "export", str(tmp_path)),
        ("contacts", "export", str(tmp_path / "no" / "all.csv")),
        ("history", "--csv", str(tmp_path)),
    ):
        with pytest.raises(ConfigError, match="FILE"):
            await desk.run(*words)

"""`offhook watch` as a program: events as they happen, for people and for programs."""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from offhook.console_api.envelope import Envelope
from tests.console.running_console import MAC, RunningConsole, running_console
from tests.programs import ROOT

_LIMIT_S = 15


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


async def watching(console: RunningConsole, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        str(ROOT / ".venv/bin/python"),
        "-m",
        "offhook",
        "watch",
        *words,
        env={"OFFHOOK_URL": console.app.api_url, "OFFHOOK_TOKEN": console.token},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def first_line(console: RunningConsole, program: asyncio.subprocess.Process) -> str:
    """Let a phone report until the program, which takes a moment to start, has printed a line."""
    assert program.stdout is not None
    reading = asyncio.ensure_future(program.stdout.readline())
    async with asyncio.timeout(_LIMIT_S):
        on = True
        while not reading.done():
            await console.report("dnd_on" if on else "dnd_off")
            on = not on
            await asyncio.wait({reading}, timeout=0.05)
    return reading.result().decode()


async def test_json_lines_until_enough(console: RunningConsole) -> None:
    program = await watching(console, "--json", "--count", "1", "--type", "phone.dnd_changed")
    event = msgspec.json.decode(await first_line(console, program), type=Envelope)
    assert (event.type, event.phone) == ("phone.dnd_changed", MAC)
    async with asyncio.timeout(_LIMIT_S):
        out, err = await program.communicate()
    assert (program.returncode, out, err) == (0, b"", b"")


async def test_lines_for_people_until_ctrl_c(console: RunningConsole) -> None:
    await console.report("setup_completed")
    program = await watching(console, "--phone", MAC)
    line = await first_line(console, program)
    assert MAC in line and "phone.dnd_changed" in line and "on=" in line
    program.send_signal(signal.SIGINT)
    async with asyncio.timeout(_LIMIT_S):
        _, err = await program.communicate()
    assert (program.returncode, err) == (0, b"")

"""schemathesis reads the whole OpenAPI document and asks a running console everything it can think of.

Whatever it sends, every answer has to be one that the document describes: status, media type, headers, schema; never a
5xx; nothing that the document forbids may be taken, nothing that it allows may be refused for its form.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from offhook.console_api.scopes import Role
from tests.console.people_kit import Browser, browser_of
from tests.console.running_console import MAC, RunningConsole, running_console

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.timeout(400)]

_COMMAND = Path(sys.executable).with_name("schemathesis")
_HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
_NOT_HERE = "positive_data_acceptance"
"""The hooks have a finer one."""


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path, confirm_timeout_s=0.2, command_timeout_s=0.2) as running:
        setup = {"name": "Anna", "extension": "1001", "account": "1001@pbx", "control_url": "http://127.0.0.1:1"}
        await running.ask("PUT", f"/phones/{MAC}", setup)
        await running.talking()
        await running.report("incoming", "02000f001002", call_id="b1", remote="sip:1003@pbx")
        await running.ask("POST", "/users", {"name": "ben", "role": "operator", "phones": [MAC]})
        await running.ask("POST", "/webhooks", {"url": "http://192.0.2.1/", "is_enabled": False})
        yield running


@pytest.fixture
async def browser(console: RunningConsole) -> AsyncIterator[Browser]:
    async with browser_of(console, Role.ADMINISTRATOR, MAC, name="zoe") as running:
        yield running


async def ask_everything(console: RunningConsole, folder: Path, *arguments: str) -> str:
    command = [
        *(str(_COMMAND), "run", f"{console.app.api_url}/api/v1/openapi.json", "--no-color", "--warnings", "off"),
        *("--generation-deterministic", "--continue-on-failure", "--no-shrink"),
        *("--checks", "all", "--exclude-checks", _NOT_HERE, *arguments),
    ]
    # It leaves a folder where it runs, and looks for its settings there.
    running = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(_HOOKS)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await running.communicate()
    text = output.decode()
    assert running.returncode == 0, text
    return text


async def test_with_a_token_that_may_everything(console: RunningConsole, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(f'[auth.openapi.token]\nbearer = "{console.token}"\n')
    output = await ask_everything(console, tmp_path, "--phases", "examples,coverage,fuzzing", "--max-examples", "1")
    assert "No issues found" in output


async def test_without_any_credentials(console: RunningConsole, tmp_path: Path) -> None:
    output = await ask_everything(console, tmp_path, "--phases", "fuzzing", "--max-examples", "1")
    assert "No issues found" in output


async def test_what_only_a_browser_may(console: RunningConsole, browser: Browser, tmp_path: Path) -> None:
    session = browser.headers["Cookie"].partition("=")[2]
    (tmp_path / "schemathesis.toml").write_text(f'[auth.openapi.session]\napi_key = "{session}"\n')
    output = await ask_everything(
        console,
        tmp_path,
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "5"),
        *(
            "--include-operation-id-regex",
            "^(getMe|changeMe|changeMyPassword|(get|replace)MyPreferences|listSessions|endSession)$",
        ),
        *("--header", f"Origin: {browser.headers['Origin']}"),
    )
    assert "No issues found" in output

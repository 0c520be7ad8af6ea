"""The API's description at `/docs`: read without a login and without any other host, and tried as it is written."""

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Route, expect

from tests.browser.axe import violations
from tests.browser.operator_page import OperatorPage
from tests.console.running_console import MAC, RunningConsole, running_console
from tests.fakes.scripted_phone import ScriptedPhone

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]


async def test_an_operation_is_found_read_and_tried(browser: Browser, tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, ScriptedPhone() as phone:
        await console.set_up(phone)
        context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        asked: list[str] = []

        async def note(route: Route) -> None:
            asked.append(route.request.url)
            await route.continue_()

        await context.route("**/*", note)
        docs = OperatorPage(await context.new_page())
        page = docs.page
        await page.goto(f"{console.app.api_url}/docs")
        await expect(page.get_by_role("status").filter(has_text=re.compile(r"^\d+ operations$"))).to_be_visible()
        await page.get_by_label("Find an operation").fill("put /dnd")
        await expect(page.get_by_text(re.compile(r"^1 of \d+ operations$"))).to_be_visible()
        await page.get_by_role("link", name="Turn do-not-disturb on or off").click()
        operation = page.locator("#setDnd")
        await expect(operation.locator("summary")).to_be_focused()
        await expect(operation).to_contain_text("phones:control")
        await expect(operation.get_by_role("region", name="Body: fields")).to_contain_text("on required")
        assert await violations(page) == []

        command = await operation.locator("pre").filter(has_text="curl").inner_text()
        assert await as_written(console, command) == 202
        assert phone.targets[-1].endswith(("key=DNDOn", "key=DNDOff"))

        origin = console.app.api_url
        assert [url for url in asked if not url.startswith(f"{origin}/")] == []
        assert {urlsplit(url).path for url in asked} >= {"/docs", "/docs/docs.js", "/api/v1/openapi.json"}
        assert docs.complaints == []
        await context.close()


async def as_written(console: RunningConsole, command: str) -> int:
    """Send the request that a curl command of the page describes; gives the status of its answer."""
    words = shlex.split(command.replace("\\\n", " ").replace("PHONE_ID", MAC))
    options = dict(pairwise(words))
    url = next(word for word in words if word.startswith("http"))
    assert url.startswith(f"{console.app.api_url}/api/v1/")
    path = url.removeprefix(f"{console.app.api_url}/api/v1")
    assert "Authorization: Bearer $TOKEN" in words
    status, answer = await console.ask(options["-X"], path, json.loads(options["-d"]))
    if status == 202:
        await console.ended(answer["id"])
    return status

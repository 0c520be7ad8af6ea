"""The operator page, opened in a real browser on a real console with three real phones."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from offhook.demo.scene import DemoPorts, DemoScene
from tests.browser.operator_page import OperatorPage, sign_in

# Nothing of the browser's own may reach for a network, or leave a first-run page in front of ours.
_BROWSER_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest_asyncio.fixture(loop_scope="session")
async def scene(tmp_path: Path) -> AsyncIterator[DemoScene]:
    """The demo on free ports: one console, phones 1001 to 1003."""
    scene = DemoScene(tmp_path, DemoPorts(api=0, listener=0, first_phone=0))
    await scene.start()
    yield scene
    await scene.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """One for all tests, as starting it takes longer than most of them; each test has a context of its own."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=_BROWSER_ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def operator(scene: DemoScene, browser: Browser) -> AsyncIterator[OperatorPage]:
    """Signed in by the link; the test fails if the page complained about anything meanwhile."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", reduced_motion="reduce"
    )
    operator = await sign_in(context, scene.console.sign_in_link())
    yield operator
    assert operator.complaints == []
    await context.close()

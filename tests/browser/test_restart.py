"""A console that goes away and comes back: the page says so, keeps what it knew, and finds the truth by itself."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from offhook.console.app import ConsoleApp
from offhook.console.settings import ConsoleSettings
from offhook.demo.scene import DemoScene
from offhook.protocol.keys import Key
from tests.browser.operator_page import ANNA, BEN, CHLOE, OperatorPage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

_NOBODY_THERE = "ERR_CONNECTION|ERR_SOCKET|ERR_EMPTY_RESPONSE|WebSocket"
"""What a browser says about every request to a console that is away; no page can keep it from that."""


def successor_of(console: ConsoleApp, data: Path) -> ConsoleApp:
    """A console on the same ports."""
    api, listener = urlsplit(console.api_url).port, urlsplit(console.listener_url).port
    assert api is not None and listener is not None
    return ConsoleApp(ConsoleSettings(data=data, api_port=api, listener_port=listener))


def forgive(operator: OperatorPage, pattern: str) -> None:
    operator.complaints[:] = [one for one in operator.complaints if not re.search(pattern, one)]


async def test_a_restart_shows_reconnecting_then_the_truth(
    operator: OperatorPage, scene: DemoScene, tmp_path: Path
) -> None:
    anna, ben = operator.card(ANNA), operator.card(BEN)
    await operator.connect(ANNA, BEN, "1002")
    await operator.page.evaluate("window.wasNeverLoadedAgain = true")

    successor = successor_of(scene.console, tmp_path)
    await scene.console.stop()
    await expect(operator.link).to_have_text("Reconnecting…")
    await expect(operator.page.get_by_role("alert").filter(has_text="The console does not answer")).to_be_visible()
    await expect(anna.call_with(BEN)).to_be_visible()

    # Somebody uses the phones meanwhile; their reports wait for the console.
    scene.phones["1002"].device.press(Key.F_HOLD)
    scene.phones["1003"].device.press(Key.DND_ON)

    scene.console = successor
    await successor.start()
    await operator.is_live()
    await ben.shows("On hold")
    await expect(operator.card(CHLOE).dnd).to_have_attribute("aria-checked", "true")
    await expect(operator.page.get_by_text("The console does not answer")).to_have_count(0)

    await ben.button("Hang up").click()
    await ben.obeyed("Hang up")
    await anna.shows("Idle")
    await expect(operator.call_list).to_have_count(1)
    assert await operator.page.evaluate("window.wasNeverLoadedAgain")
    forgive(operator, _NOBODY_THERE)


async def test_a_console_that_does_not_know_the_session_asks_for_the_link(
    operator: OperatorPage, scene: DemoScene, tmp_path: Path
) -> None:
    await operator.connect(ANNA, BEN, "1002")
    await operator.card(ANNA).button("Hang up").click()
    await expect(operator.call_list).to_have_count(1)

    other = tmp_path / "other"
    other.mkdir()
    successor = successor_of(scene.console, other)
    await scene.console.stop()
    await expect(operator.link).to_have_text("Reconnecting…")
    scene.console = successor
    await successor.start()
    await operator.page.wait_for_url("**/sign-in")

    await operator.page.goto(successor.sign_in_link())
    await operator.is_live()
    await expect(operator.call_list).to_have_count(0)
    forgive(operator, f"{_NOBODY_THERE}|401|403")


async def test_signing_out_ends_the_session(operator: OperatorPage, scene: DemoScene) -> None:
    await expect(operator.card(ANNA).root).to_be_visible()  # the page is loaded, all of it
    await operator.page.get_by_role("button", name="Sign out").click()
    await operator.page.wait_for_url("**/sign-in")
    await operator.page.goto(scene.console.api_url)
    await operator.page.wait_for_url("**/sign-in")
    forgive(operator, "401")

"""More phones than a page can draw: the first are there, those with something going on, and what is searched for."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.operator_page import sign_in
from tests.console.running_console import running_console

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90), pytest.mark.asyncio(loop_scope="session")]

_PHONES = 150
_CARDS = 48


def mac(number: int) -> str:
    return f"02000f{number:06x}"


async def test_the_cards_that_matter_are_drawn(browser: Browser, tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        setups = [
            console.ask("PUT", f"/phones/{mac(number)}", {"name": f"Person {number}", "extension": str(2000 + number)})
            for number in range(1, _PHONES + 1)
        ]
        assert {status for status, _ in await asyncio.gather(*setups)} == {200}
        context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        operator = await sign_in(context, console.app.sign_in_link())
        cards, more = operator.page.get_by_role("article"), operator.page.locator(".desk-more")
        await expect(cards).to_have_count(_CARDS)
        await expect(more).to_have_text(f"and {_PHONES - _CARDS} more; the search finds them")

        far = operator.card("Person 140")
        await console.ringing(mac(140))
        await far.shows("Ringing")
        await expect(cards).to_have_count(_CARDS)
        await expect(operator.card("Person 1").root).to_be_visible()
        await console.report("terminated", mac(140), call_id="a1")
        await expect(far.root).to_have_count(0)

        await operator.page.get_by_role("searchbox").fill("person 14")
        await expect(cards).to_have_count(11)
        await expect(more).to_have_count(0)
        await operator.card("Person 14").dial_box.fill("person 9")
        await expect(operator.card("Person 14").root.get_by_role("option")).to_have_count(8)
        assert operator.complaints == []
        await context.close()

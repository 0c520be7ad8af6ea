"""The supervisor's wallboard: who is doing what, and what was handled."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, Page, expect

from offhook.demo.scene import DemoScene
from offhook.phone.app import PhoneApp
from offhook.protocol.keys import Key
from tests.browser.operator_page import ANNA, BEN, OperatorPage
from tests.fakes.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(60), pytest.mark.asyncio(loop_scope="session")]


COUNTED_WITHIN_MS = 25_000
"""The console counts anew every few seconds, and the page asks every few."""


def tile(page: Page, section: str, label: str) -> Locator:
    region = page.get_by_role("region", name=section)
    return region.locator(".tile").filter(has=page.get_by_text(label, exact=True)).locator(".tile-value")


def row(page: Page, table: str, name: str) -> Locator:
    return page.get_by_role("region", name=table).get_by_role("row", name=re.compile(f"^{name}"))


def is_in_a_call(phone: PhoneApp) -> bool:
    return any(call.state == "connected" for call in phone.device.status.calls)


async def handle_two_calls(scene: DemoScene) -> None:
    """Anna calls Ben, who answers and goes on talking; she had called Chloé before, and given up."""
    anna, ben, chloe = scene.phones.values()
    anna.device.dial("1003")
    await until(lambda: chloe.device.status.calls)
    anna.device.press(Key.X)
    await until(lambda: not anna.device.status.calls)
    anna.device.dial("1002")
    await until(lambda: ben.device.status.calls)
    ben.device.press(Key.OK)
    await until(lambda: is_in_a_call(anna) and is_in_a_call(ben))


async def test_now_and_today(scene: DemoScene, operator: OperatorPage) -> None:
    page = operator.page
    await handle_two_calls(scene)
    await page.keyboard.press("w")
    await expect(tile(page, "Now", "Talking")).to_have_text("2")
    await expect(tile(page, "Now", "Idle")).to_have_text("1")
    await expect(tile(page, "Handled today", "Answered")).to_have_text("1", timeout=COUNTED_WITHIN_MS)
    await expect(tile(page, "Handled today", "Missed")).to_have_text("1", timeout=COUNTED_WITHIN_MS)
    await expect(tile(page, "Handled today", "Outgoing")).to_have_text("2", timeout=COUNTED_WITHIN_MS)
    await expect(tile(page, "Handled today", "Service level")).to_have_text("50 %", timeout=COUNTED_WITHIN_MS)
    seats = page.get_by_role("region", name="Who is doing what").get_by_role("listitem")
    await expect(seats).to_have_count(3)
    await expect(seats.first).to_contain_text("Talking")
    assert operator.complaints == []


async def test_figures_by_phone_follow_what_happens(scene: DemoScene, operator: OperatorPage) -> None:
    page = operator.page
    await handle_two_calls(scene)
    await page.goto(f"{scene.console.api_url}/#/wallboard?by=phone")
    await expect(row(page, "By phone", BEN).get_by_role("cell").nth(1)).to_have_text("1", timeout=COUNTED_WITHIN_MS)
    await page.get_by_role("button", name="Name").click()
    await expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    await expect(page.get_by_role("region", name="By phone").get_by_role("rowheader").first).to_have_text(ANNA)
    anna, *_ = scene.phones.values()
    anna.device.press(Key.X)
    await expect(tile(page, "Now", "Idle")).to_have_text("3")
    await expect(row(page, "By phone", BEN).get_by_role("cell").nth(5)).not_to_have_text("–", timeout=COUNTED_WITHIN_MS)


async def test_what_was_asked_for_stands_in_the_address(scene: DemoScene, operator: OperatorPage) -> None:
    page = operator.page
    await page.goto(f"{scene.console.api_url}/#/wallboard")
    await page.get_by_label("Quick is within").select_option("60")
    await page.get_by_role("radio", name="Group").check()
    await expect(page).to_have_url(re.compile("by=group"))
    await page.reload()
    await expect(page.get_by_label("Quick is within")).to_have_value("60")
    await expect(page.get_by_role("radio", name="Group")).to_be_checked()


async def test_the_figures_can_be_saved(scene: DemoScene, operator: OperatorPage) -> None:
    page = operator.page
    await handle_two_calls(scene)
    await page.goto(f"{scene.console.api_url}/#/wallboard?by=phone")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Save as CSV").click()
    text = (await (await download.value).path()).read_text("utf-8")
    assert ANNA in text
    assert len(text.splitlines()) >= 4


async def test_the_hours_can_be_read_as_a_table(scene: DemoScene, operator: OperatorPage) -> None:
    page = operator.page
    await handle_two_calls(scene)
    await page.goto(f"{scene.console.api_url}/#/wallboard")
    await page.get_by_text("The same as a table").click()
    table = page.get_by_role("region", name="Calls by hour").get_by_role("table")
    # A call may fall into the next hour: what counts is the sum.
    for column, sum_of_hours in enumerate((1, 1, 2), start=2):
        await has_sum(table.locator(f"tbody td:nth-child({column})"), sum_of_hours)


async def has_sum(cells: Locator, wanted: int) -> None:
    async with asyncio.timeout(COUNTED_WITHIN_MS / 1000):
        while sum(map(int, await cells.all_inner_texts())) != wanted:  # noqa: ASYNC110 - the page tells nobody
            await asyncio.sleep(0.05)

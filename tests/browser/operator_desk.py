"""An operator with a phone of their own, signed in by name and password: the page as operators have it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Locator, expect

from offhook.console_api.people import NewUser
from offhook.console_api.scopes import Role
from offhook.demo.scene import DemoScene
from tests.browser.operator_page import ANNA, OperatorPage, PhoneCard

__all__ = ["Desk", "at_desk", "go_to"]

_PASSWORD = "four quiet words"


class Desk(OperatorPage):
    """The page of an operator with one phone."""

    @property
    def mine(self) -> PhoneCard:
        return self.card(ANNA)

    def colleague(self, name: str) -> Locator:
        return self.page.get_by_role("region", name="Colleagues").get_by_role("listitem").filter(has_text=name)

    @property
    def toasts(self) -> Locator:
        return self.page.get_by_role("region", name="Messages")


@asynccontextmanager
async def at_desk(
    scene: DemoScene, browser: Browser, role: Role = Role.OPERATOR, language: str = "", **context_options: Any
) -> AsyncIterator[Desk]:
    """Anna at her phone; fails if the page complained about anything meanwhile."""
    user = NewUser(
        name="anna",
        display_name=ANNA,
        role=role,
        password=_PASSWORD,
        phones=["02000f001001"],
        language=language,
        group="Reception",
    )
    await scene.console.access.users.create(user)
    options: dict[str, Any] = {
        "viewport": {"width": 1280, "height": 900},
        "locale": "en-GB",
        "reduced_motion": "reduce",
    }
    context = await browser.new_context(**options | context_options)
    desk = Desk(await context.new_page())
    await desk.page.goto(f"{scene.console.api_url}/sign-in")
    await desk.page.get_by_label("Name").fill("anna")
    await desk.page.get_by_label("Password").fill(_PASSWORD)
    await desk.page.keyboard.press("Enter")
    await expect(desk.mine.root).to_be_visible()
    yield desk
    assert desk.complaints == []
    await context.close()


async def go_to(desk: Desk, view: str) -> None:
    """Open a view by the navigation."""
    await desk.page.get_by_role("navigation").get_by_role("link", name=view).click()
    await expect(desk.page.get_by_role("heading", name=view, level=1)).to_be_focused()

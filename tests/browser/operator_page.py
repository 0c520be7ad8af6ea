"""The operator page as an operator sees it: cards by the phone's name, buttons by what is written on them."""

import re

from playwright.async_api import BrowserContext, ConsoleMessage, Error, Locator, Page, expect

__all__ = ["ANNA", "BEN", "CHLOE", "OperatorPage", "PhoneCard", "sign_in"]

ANNA, BEN, CHLOE = "Anna Bianchi", "Ben Carter", "Chloé Dubois"
"""The demo's phones 1001, 1002 and 1003."""


class PhoneCard:
    """One phone's card."""

    def __init__(self, root: Locator) -> None:
        self.root = root

    def button(self, name: str) -> Locator:
        return self.root.get_by_role("button", name=name, exact=True)

    @property
    def dial_box(self) -> Locator:
        return self.root.get_by_role("combobox", name=re.compile("Number to call from"))

    @property
    def dnd(self) -> Locator:
        return self.root.get_by_role("switch", name="Do not disturb")

    @property
    def keypad(self) -> Locator:
        return self.root.get_by_role("group", name="Keypad")

    def call_with(self, name: str) -> Locator:
        return self.root.get_by_role("region", name=f"Call with {name}")

    async def hang_up(self, name: str) -> None:
        """End the call with somebody; while dialling there is another one, with nobody yet."""
        await self.call_with(name).get_by_role("button", name="Hang up").click()

    async def dial(self, number: str) -> None:
        await self.dial_box.fill(number)
        await self.dial_box.press("Enter")

    async def shows(self, presence: str) -> None:
        """Wait until the phone is shown in this state, in words."""
        await expect(self.root.locator(".card-head .presence")).to_have_text(presence)

    async def says(self, verb: str, outcome: str | re.Pattern[str]) -> None:
        """Wait for what became of a command, beside what was clicked."""
        await expect(self.root.locator(".outcome").filter(has_text=re.compile(f"^{verb} —"))).to_have_text(
            outcome if isinstance(outcome, re.Pattern) else f"{verb} — {outcome}"
        )

    async def obeyed(self, verb: str) -> None:
        """Wait until the phone's own report confirmed a command."""
        await self.says(verb, re.compile(rf"^{verb} — phone obeyed in \d+ ms$"))


class OperatorPage:
    """The page, and everything it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        """Errors and warnings of the browser's console, broken rules of the content security policy among them."""
        page.on("console", self._said)
        page.on("pageerror", self._failed)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.text} {message.location['url']}".rstrip())

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))

    def card(self, name: str) -> PhoneCard:
        return PhoneCard(self.page.get_by_role("article", name=name, exact=True))

    @property
    def link(self) -> Locator:
        """Whether what is shown is live."""
        return self.page.get_by_role("banner").get_by_role("status")

    @property
    def call_list(self) -> Locator:
        return self.page.get_by_role("region", name="Recent calls").get_by_role("listitem")

    async def is_live(self) -> None:
        await expect(self.link).to_have_text("Live")

    async def connect(self, caller: str, callee: str, extension: str) -> None:
        """Let one phone call another and answer there."""
        await self.card(caller).dial(extension)
        await self.card(callee).button("Answer").click()
        await self.card(caller).shows("Talking")
        await self.card(callee).shows("Talking")


async def sign_in(context: BrowserContext, link: str) -> OperatorPage:
    operator = OperatorPage(await context.new_page())
    await operator.page.goto(link)
    await operator.is_live()
    return operator

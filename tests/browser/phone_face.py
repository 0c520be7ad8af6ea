"""A phone's face as somebody sees it: keys by what is written on them, the screen by its text."""

from typing import Literal

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, expect

from offhook.phone.app import PhoneApp

__all__ = ["PhoneFace", "log_in", "open_face"]


class PhoneFace:
    """The page, and everything it complained about."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", self._failed)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _failed(self, error: Error) -> None:
        self.complaints.append(str(error))

    @property
    def screen(self) -> Locator:
        return self.page.get_by_role("region", name="Screen")

    @property
    def link(self) -> Locator:
        return self.page.get_by_role("banner").get_by_role("status")

    @property
    def message_lamp(self) -> Locator:
        return self.page.locator("#message-lamp")

    def key(self, name: str, group: str = "Function keys") -> Locator:
        return self.page.get_by_role("group", name=group).get_by_role("button", name=name, exact=True)

    async def soft(self, label: str) -> None:
        await self.key(label, "Soft keys").click()

    async def dial(self, number: str) -> None:
        """Press digits on the drawn keypad, then OK."""
        for digit in number:
            await self.page.locator(f'.keypad [data-key="{digit}"]').click()
        await self.key("OK", "Navigation").click()

    async def shows(self, *texts: str) -> None:
        for text in texts:
            await expect(self.screen).to_contain_text(text)

    async def is_idle(self, name: str) -> None:
        await expect(self.page.locator("#title")).to_contain_text(name)
        await expect(self.page.get_by_role("button", name="Lift the handset")).to_be_visible()

    async def is_live(self) -> None:
        await expect(self.link).to_have_text("Live")


async def open_face(
    browser: Browser, phone: PhoneApp, *, scheme: Literal["light", "dark"] = "light", scale: float = 1
) -> tuple[BrowserContext, PhoneFace]:
    """Log in, as whoever opens the face's address has to; gives a browser of its own and the face in it."""
    context = await browser.new_context(
        viewport={"width": 1040, "height": 830},
        locale="en-GB",
        reduced_motion="reduce",
        color_scheme=scheme,
        device_scale_factor=scale,
    )
    face = PhoneFace(await context.new_page())
    await face.page.goto(f"{phone.url}/face")
    await log_in(face, phone)
    await face.is_live()
    return context, face


async def log_in(face: PhoneFace, phone: PhoneApp) -> None:
    await face.page.get_by_label("User").fill(phone.settings.login.user)
    await face.page.get_by_label("Password").fill(phone.settings.login.password)
    await face.page.get_by_role("button", name="Log in").click()

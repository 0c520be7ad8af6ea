"""A browser without JavaScript: pages, forms with what they hold, cookies, redirects when asked to follow them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from types import TracebackType
from urllib.parse import urljoin

import aiohttp

__all__ = ["Browser", "Form", "Page"]

_ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass
class Form:
    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    """Collects forms as a browser would send them; a select sends its selected option, a text area its text."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.forms[-1].fields[self._select] = given["value"]
        elif tag == "textarea":
            self._area = given["name"]
            self.forms[-1].fields[self._area] = ""
        elif tag == "input" and "name" in given:
            if given.get("type") != "checkbox":
                self.forms[-1].fields[given["name"]] = given.get("value", "")
            elif "checked" in given:
                self.forms[-1].fields[given["name"]] = "on"

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].fields[self._area] += data


@dataclass(frozen=True)
class Page:
    status: int
    location: str
    text: str
    headers: Mapping[str, str] = field(repr=False)

    def form(self, action: str) -> Form:
        parser = _Forms()
        parser.feed(self.text)
        return next(form for form in parser.forms if form.action == action)


class Browser:
    def __init__(self, url: str, *, user: str = "admin", password: str = "admin") -> None:
        self.url = url
        self.user, self.password = user, password
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def __aenter__(self) -> "Browser":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, path: str, **headers: str) -> Page:
        return await self._ask("GET", path, None, headers)

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> Page:
        return await self._ask("POST", path, fields, headers)

    async def log_in(self, target: str = "") -> Page:
        """Log in by the page's own form, and follow it to where it leads."""
        form = (await self.get(f"/login{target}")).form("/login")
        page = await self.post("/login", form.fields | {"user": self.user, "password": self.password})
        return await self.get(page.location) if page.status == 303 else page

    async def save(self, path: str, *unchecked: str, **changes: str) -> Page:
        """Open a page, change its form, send it. Field names may hold dots: give them as a dict with `**`."""
        form = (await self.get(path)).form(path)
        for name in unchecked:
            form.fields.pop(name, None)
        return await self.post(path, form.fields | changes)

    async def _ask(self, method: str, path: str, fields: dict[str, str] | None, headers: dict[str, str]) -> Page:
        sent = {"Accept": _ACCEPT} | {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._session.request(
            method, urljoin(self.url, path), data=fields, headers=sent, allow_redirects=False
        ) as answer:
            return Page(answer.status, answer.headers.get("location", ""), await answer.text(), answer.headers)

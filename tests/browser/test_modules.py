"""The page's own logic, module by module: each function exported from ``modules/*.test.js`` is a test."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route

import offhook.console

pytestmark = [pytest.mark.browser, pytest.mark.timeout(60), pytest.mark.asyncio(loop_scope="session")]

_CASES = Path(__file__).parent / "modules"
_ASSETS = Path(offhook.console.__file__).parent / "operator_page" / "assets"
_ORIGIN = "http://page.test"
_NAMES = re.compile(r"^export (?:async )?function (\w+)", re.MULTILINE)
_CALL = "async ([path, name]) => { await (await import(path))[name](); }"


def cases() -> list[object]:
    return [
        pytest.param(path.name, name, id=f"{path.name}:{name}")
        for path in sorted(_CASES.glob("*.test.js"))
        for name in _NAMES.findall(path.read_text("utf-8"))
    ]


async def serve(route: Route) -> None:
    """Answer from the two folders; nothing leaves the machine."""
    path = route.request.url.removeprefix(_ORIGIN)
    if path == "/":
        await route.fulfill(body="<!doctype html><title>modules</title>", content_type="text/html")
        return
    folder = _ASSETS if path.startswith("/assets/") else _CASES
    file = folder / path.split("/", 2)[2]
    await route.fulfill(path=file, content_type="text/javascript")


@pytest.mark.parametrize(("file", "name"), cases())
async def test_module(browser: Browser, file: str, name: str) -> None:
    page = await browser.new_page()
    await page.route(f"{_ORIGIN}/**", serve)
    await page.goto(f"{_ORIGIN}/")
    await page.evaluate(_CALL, [f"/modules/{file}", name])
    await page.close()

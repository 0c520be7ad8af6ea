"""The API's description to browse: served to everybody, from files of ours alone."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.console.running_console import RunningConsole, running_console

FOLDER = Path(__file__).parents[2] / "src" / "offhook" / "console" / "docs_page"


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/docs", "text/html"), ("/docs/docs.js", "text/javascript"), ("/docs/docs.css", "text/css")],
)
async def test_page_and_parts_without_a_login_under_the_strict_policy(
    path: str, media_type: str, console: RunningConsole
) -> None:
    async with console.http.get(f"{console.app.api_url}{path}") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith(media_type)
        assert "script-src 'self';" in response.headers["Content-Security-Policy"]
        tag = response.headers["ETag"]
    async with console.http.get(f"{console.app.api_url}{path}", headers={"If-None-Match": tag}) as response:
        assert response.status == 304


@pytest.mark.parametrize("name", ["none.js", "..%2Fapp.py"])
async def test_nothing_else(name: str, console: RunningConsole) -> None:
    async with console.http.get(f"{console.app.api_url}/docs/{name}") as response:
        assert response.status == 404


def test_it_loads_nothing_from_elsewhere_and_makes_no_markup_of_text() -> None:
    for file in FOLDER.iterdir():
        text = file.read_text("utf-8")
        assert not re.search(r"https?://", text), file.name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text), file.name


def test_it_loads_only_what_is_there() -> None:
    wanted = set(re.findall(r'(?:href|src)="/docs/([^"]+)"', (FOLDER / "index.html").read_text("utf-8")))
    assert wanted == {file.name for file in FOLDER.iterdir()} - {"index.html"}

"""Everything visible comes from the catalogues, and each language has all of it. Needs no browser."""

import re
from pathlib import Path

import pytest

from offhook.console.page_files import OPERATOR_PAGE

_ASSETS = OPERATOR_PAGE / "assets"
_MESSAGES = _ASSETS / "messages"
_SCRIPTS = sorted(
    path for path in _ASSETS.rglob("*.js") if not {"vendor", "messages"} & set(path.relative_to(_ASSETS).parts)
)
_ENTRY = re.compile(r'^  "([\w.]+)":\s*(?:\n\s*)?(".*?(?<!\\)"|\{.*?\}),?$', re.MULTILINE | re.DOTALL)
_USED = re.compile(r"""\bt\(\s*["']([\w.]+)["']""")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_SPOKEN = re.compile(r"""\b(?:aria-label|placeholder|title|alt|label|text|hint|note)="([^"$]+)\"""")
_NAMES = {"offhook", "Esc", "CSV", "vCard", "user:anna", "createUser", "https://crm.example.com/find?number={number}"}
"""What is the same in every language."""


def catalogue(language: str) -> dict[str, str]:
    """Every message of a language, by key."""
    entries: dict[str, str] = {}
    for path in sorted((_MESSAGES / language).glob("*.js")):
        for key, message in _ENTRY.findall(path.read_text("utf-8")):
            assert key not in entries, f"{key} twice"
            entries[key] = message
    return entries


ENGLISH, GERMAN = catalogue("en"), catalogue("de")


def templates(script: str) -> list[str]:
    """What stands in ``html`` templates outside of ``${}``."""
    found, at = [], 0
    while (start := script.find("html`", at)) != -1:
        at, text = start + 5, ""
        stack: list[str] = []
        while at < len(script):
            if not stack and script[at] == "`":
                break
            if script.startswith("${", at):
                stack.append("{")
                at += 2
                text += " "
                continue
            if stack:
                if script.startswith("html`", at):  # a template within: read for itself later
                    stack.append("`")
                    at += 5
                    continue
                match (stack[-1], script[at]):
                    case ("{", "{"):
                        stack.append("{")
                    case ("{", "`"):
                        stack.append("`")
                    case ("{", "}") | ("`", "`"):
                        stack.pop()
            else:
                text += script[at]
            at += 1
        found.append(text)
        at = start + 5
    return found


def test_the_reader_of_templates_finds_text_and_leaves_expressions_out() -> None:
    script = 'x = html`<p title="A b">Hello ${n && html`<b>inner ${"code"}</b>`} you</p>`;'
    assert templates(script) == ['<p title="A b">Hello    you</p>', "<b>inner  </b>"]


def test_every_language_has_the_same_messages() -> None:
    assert len(ENGLISH) > 150
    assert set(GERMAN) ^ set(ENGLISH) == set()


def test_a_message_has_the_same_gaps_in_every_language() -> None:
    def gaps(catalogue: dict[str, str]) -> dict[str, set[str]]:
        return {key: set(re.findall(r"\{(\w+)\}", message)) for key, message in catalogue.items()}

    assert gaps(GERMAN) == gaps(ENGLISH)


@pytest.mark.parametrize("path", [pytest.param(path, id=path.relative_to(_ASSETS).as_posix()) for path in _SCRIPTS])
def test_no_visible_text_stands_outside_the_catalogues(path: Path) -> None:
    script = path.read_text("utf-8")
    visible = []
    for template in templates(script):
        visible += [text for text in re.split(r"<[^<>]*>", template) if _LETTERS.search(text)]
        visible += [text for text in _SPOKEN.findall(template) if _LETTERS.search(text)]
    assert [text.strip() for text in visible if text.strip() not in _NAMES and "<" not in text] == []


@pytest.mark.parametrize("path", [pytest.param(path, id=path.relative_to(_ASSETS).as_posix()) for path in _SCRIPTS])
def test_every_message_that_is_asked_for_exists(path: Path) -> None:
    used = set(_USED.findall(path.read_text("utf-8")))
    assert used - set(ENGLISH) == set()


def test_every_message_is_used() -> None:
    scripts = "\n".join(path.read_text("utf-8") for path in _SCRIPTS)
    made = {match.rstrip(".") for match in re.findall(r"`([\w.]+\.)\$\{", scripts)} | {"presence", "verb"}
    unused = {
        key for key in ENGLISH if f'"{key}"' not in scripts and not any(key.startswith(f"{start}.") for start in made)
    }
    assert unused == set()

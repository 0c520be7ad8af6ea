"""Whatever the console answers has words in every language, by its code. Needs no browser."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import offhook
from offhook.console.error_answers import STATUSES, answer_for_status
from offhook.console_api.end_reasons import EndReason
from offhook.console_api.setup import ReachOutcome
from tests.browser.test_messages import ENGLISH, GERMAN

_OFFHOOK = Path(offhook.__file__).parent
_ANSWERING = [*_OFFHOOK.glob("console/**/*.py"), *_OFFHOOK.glob("console_api/*.py")]
_HTTP_STATUSES = (400, 404, 405, 413, 415, 421, 500)
_NAMED_BY_KIND = {"NotFound": "{}-not-found"}
_NAMED = {"NotPossibleNow", "NotValid", "NotAllowed", "CommandError"}
_NOT_ANSWERED_TO_PEOPLE = {"wrong-secret"}
"""Answered to phones, as a status without words."""
_MADE = {"offhook.console.visibility": ("phone", "call", "command", "transfer"), "offhook.console.feed_request": ("",)}
"""Modules that make a code of what they were given, and of what: there it is a kind of resource, here a parameter."""


def codes_in(path: Path) -> Iterator[str]:
    """Every error id that a module raises or answers with, from its source."""
    name = ".".join(["offhook", *path.relative_to(_OFFHOOK).with_suffix("").parts]).removesuffix(".__init__")
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called in _NAMED or called in _NAMED_BY_KIND:
            made_of = _MADE.get(name) or (_text(node.args[0], name),)
            yield from (_NAMED_BY_KIND.get(called, "{}").format(each) for each in made_of)
        elif called == "Problem":
            yield from (_text(each.value, name) for each in node.keywords if each.arg == "error_id")
        elif ast.unparse(node.func) == "super().__init__" and len(node.args) == 2:  # the class of an error
            yield _text(node.args[0], name)


def _text(node: ast.expr, module: str) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=constant) if constant.isupper():
            return str(getattr(importlib.import_module(module), constant))
        case ast.Name():
            return ""  # passed on from elsewhere
    raise AssertionError(f"{module}, line {node.lineno}: write the code out, or as a constant, so that it can be found")


def every_code() -> set[str]:
    """Every code that the console answers requests of people and programs with."""
    found = {code for path in _ANSWERING for code in codes_in(path)}
    found |= {fixed for _, fixed in STATUSES.values() if fixed}
    found |= {answer_for_status(status)[1].error_id for status in _HTTP_STATUSES}
    return found - _NOT_ANSWERED_TO_PEOPLE - {""}


def key_of(code: str) -> str:
    return f"error.{code.replace('-', '_')}"


def test_the_codes_are_found() -> None:
    codes = every_code()
    assert {"phone-not-found", "call-not-ringing", "sign-in-throttled", "not-signed-in", "store-failed"} <= codes
    assert {"host-not-allowed", "no-control-address", "mac-taken", "phone-queue-full"} <= codes
    assert len(codes) > 90
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)


def test_every_code_has_words_in_every_language() -> None:
    wanted = {key_of(code) for code in every_code()}
    for catalogue in (ENGLISH, GERMAN):
        assert wanted - set(catalogue) == set()


def test_no_words_are_kept_for_codes_that_are_gone() -> None:
    own = {"error.no_answer", "error.unreadable_answer"}
    assert {key for key in ENGLISH if key.startswith("error.")} - own == {key_of(code) for code in every_code()}


def test_every_way_a_phone_can_be_reached_or_not_has_words() -> None:
    for catalogue in (ENGLISH, GERMAN):
        assert {f"admin.reach.{outcome}" for outcome in ReachOutcome} <= set(catalogue)


def test_every_way_a_command_ends_has_words_in_every_language_and_is_used() -> None:
    wanted = {f"reason.{end.replace('-', '_')}" for end in EndReason}
    for catalogue in (ENGLISH, GERMAN):
        assert wanted - set(catalogue) == set()
    sources = "".join(path.read_text("utf-8") for path in _ANSWERING)
    assert [end for end in EndReason if f"EndReason.{end.name}" not in sources] == []


def test_no_command_ends_with_words_alone() -> None:
    """A reason that is given to a command's record comes with its id."""
    for name in ("command_run", "commander"):
        for node in ast.walk(ast.parse((_OFFHOOK / "console" / f"{name}.py").read_text("utf-8"))):
            named = {each.arg for each in node.keywords} if isinstance(node, ast.Call) else set()
            if ast.unparse(getattr(node, "func", node)) in ("msgspec.structs.replace", "self._change"):
                assert ("reason" in named) <= ("reason_id" in named) or "reason=None" in ast.unparse(node)

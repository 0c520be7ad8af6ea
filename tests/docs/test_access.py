"""The table of scopes in docs/access.md is that of the code."""

import ast
import inspect
import re

from offhook.console.access import SESSION_IDLE_S, SESSION_LIFE_S
from offhook.console.audit_trail import KEEP_ENTRIES, KEEP_S
from offhook.console.sign_in_throttle import FREE_FOR_PAIR, MAX_WAIT_S
from offhook.console_api import scopes
from offhook.console_api.scopes import SCOPES_OF_ROLE, Role, Scope
from tests.programs import ROOT

DOCUMENT = (ROOT / "docs" / "access.md").read_text("utf-8")
_DAY_S = 24 * 3600


def meanings() -> dict[str, str]:
    """What the code says of each scope, below it."""
    (enum,) = [
        node
        for node in ast.parse(inspect.getsource(scopes)).body
        if isinstance(node, ast.ClassDef) and node.name == "Scope"
    ]
    found, value = {}, ""
    for node in enum.body:
        match node:
            case ast.Assign(value=ast.Constant(value=str(value))):
                pass
            case ast.Expr(value=ast.Constant(value=str(text))) if value:
                found[value] = text
    return found


def test_the_table_of_scopes() -> None:
    said = meanings()
    for scope in Scope:
        cells = ("yes" if scope in SCOPES_OF_ROLE[role] else "" for role in Role)
        row = " | ".join([f"| `{scope}`", said[scope], *cells]) + " |"
        assert re.sub(r" +", " ", row) in DOCUMENT, row


def test_the_roles_are_all_there() -> None:
    for role in Role:
        assert f"| `{role}` |" in DOCUMENT


def test_times_and_limits_are_the_codes() -> None:
    for text in (
        f"after {SESSION_IDLE_S / _DAY_S:.0f} days without use, and after {SESSION_LIFE_S / _DAY_S:.0f} days",
        f"kept for {KEEP_S / _DAY_S:.0f} days, {KEEP_ENTRIES:,} at most",
        f"up to {MAX_WAIT_S / 60:.0f} minutes",
    ):
        assert text in DOCUMENT
    assert FREE_FOR_PAIR == 5

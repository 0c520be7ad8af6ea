"""Names say what a thing is for, and everything fits in a head."""

import ast
import re

import pytest

from tests.house_rules.source_tree import Module, modules

DRAWER_WORDS = {"manager", "managers", "helper", "helpers", "util", "utils", "common", "misc"}
DRAWER_NAMES = {"process"}
"""Words anywhere in a name, and whole names, that say nothing about what is inside."""

VENDORS = ("yealink", "fanvil", "htek", "grandstream", "snom", "akuvox", "gigaset", "polycom")

MAX_FILE_LINES = 600
MAX_FUNCTION_LINES = 60

every_module = pytest.mark.parametrize("module", [pytest.param(m, id=m.name) for m in modules()])


@every_module
def test_no_drawer_names(module: Module) -> None:
    for part in module.path.relative_to(module.path.parents[len(module.name.split("/")) - 1]).parts:
        stem = part.removesuffix(".py")
        assert stem not in DRAWER_NAMES, f"{part}: name it after what it does"
        assert DRAWER_WORDS.isdisjoint(stem.lower().split("_")), f"{part}: name it after what it does"
        assert stem.endswith("__") or not stem.endswith("_"), f"{part}: no underscore at the end"


@every_module
def test_no_file_is_too_long(module: Module) -> None:
    assert module.line_count <= MAX_FILE_LINES


@every_module
def test_no_function_is_too_long(module: Module) -> None:
    lengths = {
        f"{node.name}, line {node.lineno}": (node.end_lineno or node.lineno) - node.lineno + 1
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FUNCTION_LINES} == {}


@every_module
def test_no_vendor_is_named_in_code(module: Module) -> None:
    text = module.path.read_text("utf-8").lower()
    assert re.findall("|".join(VENDORS), text) == [], "vendors are data: src/offhook/dialects/data"

"""The tests mirror the source: ``src/offhook/protocol/keys.py`` has ``tests/protocol/test_keys.py``."""

import fnmatch
from pathlib import Path

import pytest

from tests.house_rules.source_tree import PACKAGE, TESTS, Module, modules

TESTED_ELSEWHERE: dict[str, str] = {}
"""Source files without a test module of their own: pattern below src/offhook -> why."""

OWN_FOLDERS = {
    "bench": "what the bench says of itself; it measures nothing here",
    "browser": "the operator page in a real browser",
    "fakes": "stand-ins for ports; each has its port's contract test",
    "house_rules": "the structure itself",
    "interop": "offhook against other implementations",
    "wire": "requests as real phones send them",
    "docs": "what the documents show is what happens",
}
"""Folders under tests that mirror no package -> what they are for."""


def mirror_of(module: Module) -> Path:
    relative = module.path.relative_to(PACKAGE)
    return TESTS / relative.parent / f"test_{relative.name}"


_SOURCES = [m for m in modules() if not m.is_entrance]


@pytest.mark.parametrize("module", [pytest.param(m, id=m.name) for m in _SOURCES])
def test_every_source_module_has_its_test_module(module: Module) -> None:
    if any(fnmatch.fnmatch(module.name, pattern) for pattern in TESTED_ELSEWHERE):
        return
    path = mirror_of(module)
    assert path.is_file(), f"no tests/{path.relative_to(TESTS)}"


def test_no_test_module_without_a_source_module() -> None:
    expected = {mirror_of(module) for module in _SOURCES}
    orphans = [
        str(path.relative_to(TESTS))
        for path in sorted(TESTS.rglob("test_*.py"))
        if path not in expected and path.relative_to(TESTS).parts[0] not in OWN_FOLDERS
    ]
    assert orphans == []


def test_every_exemption_is_still_needed() -> None:
    names = [module.name for module in _SOURCES]
    assert [pattern for pattern in TESTED_ELSEWHERE if not fnmatch.filter(names, pattern)] == []

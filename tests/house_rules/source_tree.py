"""The source files, parsed once, for the tests of the house rules."""

import ast
import functools
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PACKAGE", "ROOT", "TESTS", "Module", "modules"]

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "offhook"
TESTS = ROOT / "tests"


@dataclass(frozen=True)
class Module:
    """One source file."""

    path: Path
    tree: ast.Module
    line_count: int

    @property
    def name(self) -> str:
        """Path below the package, as ``protocol/keys.py``: what a failing test is called."""
        return self.path.relative_to(PACKAGE).as_posix()

    @property
    def is_entrance(self) -> bool:
        """``__init__.py`` and ``__main__.py``: they stand for their package, not for themselves."""
        return self.path.stem in {"__init__", "__main__"}

    @property
    def is_public(self) -> bool:
        """No part of the path starts with an underscore, entrances aside."""
        return self.path.stem != "__main__" and not any(
            part.startswith("_") and part != "__init__.py" for part in self.path.relative_to(PACKAGE).parts
        )


@functools.cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the package, by path."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text("utf-8")
        found.append(Module(path, ast.parse(text, str(path)), len(text.splitlines())))
    return tuple(found)

"""Every public module says what it is for and what it offers."""

import ast
from collections.abc import Iterator

import pytest

from tests.house_rules.source_tree import Module, modules

every_public_module = pytest.mark.parametrize("module", [pytest.param(m, id=m.name) for m in modules() if m.is_public])


@every_public_module
def test_a_module_says_what_it_is_for(module: Module) -> None:
    assert ast.get_docstring(module.tree), "a docstring: what it is for, and why it is apart"


@every_public_module
def test_all_lists_the_public_names(module: Module) -> None:
    defined = {name for name in names_defined(module.tree) if not name.startswith("_")}
    offered = names_offered(module.tree)
    if module.is_entrance:
        # A package's entrance may pass names on, and needs no list while it has nothing to offer.
        assert defined <= set(offered or ())
        assert set(offered or ()) <= set(names_defined(module.tree)) | set(names_imported(module.tree))
        return
    assert offered is not None, "no __all__"
    assert len(offered) == len(set(offered)), "a name twice"
    assert defined - set(offered) == set(), "public, but not in __all__: list it or start it with _"
    assert set(offered) - set(names_defined(module.tree)) == set(), "in __all__, but not defined here"


def names_offered(tree: ast.Module) -> list[str] | None:
    """The strings of ``__all__``, or None without one."""
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name("__all__")], value=value)
                | ast.AnnAssign(target=ast.Name("__all__"), value=ast.expr() as value)
            ):
                return [str(name) for name in ast.literal_eval(value)]
    return None


def names_defined(tree: ast.Module) -> Iterator[str]:
    """What the module's own statements bind, those under a top-level ``if`` or ``try`` included."""
    for statement in top_level(tree.body):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield statement.name
            case ast.Assign():
                for target in statement.targets:
                    yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))
            case ast.AnnAssign(target=ast.Name(name)):
                yield name


def names_imported(tree: ast.Module) -> Iterator[str]:
    """What the module's import statements bind."""
    for statement in top_level(tree.body):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in statement.names)


def top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a module body; ``if`` and ``try`` are opened, not yielded."""
    for statement in body:
        match statement:
            case ast.If():
                yield from top_level([*statement.body, *statement.orelse])
            case ast.Try():
                handled = [inner for handler in statement.handlers for inner in handler.body]
                yield from top_level([*statement.body, *handled, *statement.orelse])
            case _:
                yield statement

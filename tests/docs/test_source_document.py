"""The source document is covered: each of its words is in the code, in the base dialect, and cites where it stands."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from types import ModuleType

import pytest

from offhook import callmodel, protocol
from offhook.callmodel.observation import OBSERVATIONS
from offhook.dialects.loader import load_dialect
from offhook.protocol.active_uri import DialNumber, PressKeys, parse_query
from offhook.protocol.events import TITLES, Event
from offhook.protocol.keys import Key
from offhook.protocol.variables import VALIDITY, Variable

BASE = load_dialect("base")


def modules(package: ModuleType) -> list[ModuleType]:
    return [
        importlib.import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)
    ]


MODULES = modules(protocol) + modules(callmodel)


def public_functions(module: ModuleType) -> list[Callable[..., object]]:
    items = [getattr(module, name) for name in module.__all__]
    functions: list[Callable[..., object]] = [item for item in items if inspect.isfunction(item)]
    for each in items:
        if inspect.isclass(each):
            functions += [
                item
                for name, item in vars(each).items()
                if inspect.isfunction(item) and not name.startswith("_") and item.__module__ == module.__name__
            ]
    return functions


def test_nothing_of_the_document_is_missing() -> None:
    assert (len(Event), len(Variable), len(Key)) == (27, 12, 55)


@pytest.mark.parametrize("event", Event)
def test_event_has_a_title_a_meaning_and_a_spelling(event: Event) -> None:
    assert event in TITLES
    assert event in OBSERVATIONS
    assert BASE.event_for(event.value) is event


@pytest.mark.parametrize("variable", Variable)
def test_variable_has_a_validity_and_a_spelling(variable: Variable) -> None:
    assert variable in VALIDITY
    assert BASE.variables[variable.value] is variable


@pytest.mark.parametrize("key", Key)
def test_key_is_sent_and_understood_in_the_documents_spelling(key: Key) -> None:
    assert BASE.key_spellings[key] == key.value
    assert BASE.key_aliases[key.value.casefold()] is key
    assert parse_query(f"key={key.value}", aliases=BASE.key_aliases) == PressKeys((key,))


def test_dialling_in_one_request() -> None:
    assert parse_query("number=2&outgoing_uri=3@192.168.20.22") == DialNumber("2", "3@192.168.20.22")


@pytest.mark.parametrize("module", [pytest.param(m, id=m.__name__) for m in MODULES])
def test_every_module_cites_its_source_and_every_function_says_what_it_does(module: ModuleType) -> None:
    assert "Source:" in (module.__doc__ or "")
    for function in public_functions(module):
        assert inspect.getdoc(function), f"{function.__qualname__} has no docstring"


def test_the_base_dialect_cites_the_document() -> None:
    assert BASE.source.startswith("DOC")

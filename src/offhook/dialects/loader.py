"""Reading dialect files: TOML in, `Dialect` out, with every word checked.

Source: the files' own `source` entries; the format is described at the top of `data/base.toml`.
"""

import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, TypeVar

from offhook.dialects.dialect import Authentication, CallIdScope, Control, Dialect, Match
from offhook.errors import DialectDataError, UnknownDialect, UnknownKey
from offhook.protocol.events import Event
from offhook.protocol.keys import Key, parse_key
from offhook.protocol.variables import Variable

__all__ = ["load_all", "load_dialect", "read_dialect"]

_Word = TypeVar("_Word")

_MAX_DEPTH = 2
_SECTIONS = ("events", "variables", "keys", "control")
_ENTRIES = frozenset({"name", "title", "source", "extends", "match", "call_id_scope", *_SECTIONS})


def load_all() -> tuple[Dialect, ...]:
    """Load every dialect that ships with offhook, in the order of their names.

    Raises:
        DialectDataError: A file has an unknown word, or lacks one.
    """
    documents = _documents()
    return tuple(read_dialect(name, documents) for name in sorted(documents))


def load_dialect(name: str) -> Dialect:
    """Load one dialect by its name.

    Raises:
        UnknownDialect: There is no such file.
        DialectDataError: It, or one it extends, cannot be used.
    """
    documents = _documents()
    if name not in documents:
        raise UnknownDialect(name, tuple(sorted(documents)))
    return read_dialect(name, documents)


def read_dialect(name: str, documents: Mapping[str, Mapping[str, Any]]) -> Dialect:
    """Build one dialect from parsed documents, merged over what it extends.

    Args:
        documents: Every parsed file by dialect name.
    Raises:
        DialectDataError: Unknown entry or word, two meanings for one spelling, or too deep a chain.
    """
    merged = _merged(name, documents, depth=0)
    return Dialect(
        name=name,
        title=_text(name, merged, "title"),
        source=_text(name, merged, "source"),
        match=_match(merged.get("match", {})),
        events=_spellings(name, "events", merged, Event),
        variables=_spellings(name, "variables", merged, Variable),
        key_spellings={parse_key(word): spelt[0] for word, spelt in merged["keys"].items() if spelt},
        key_aliases=_spellings(name, "keys", merged, parse_key),
        control=_control(name, merged["control"]),
        call_id_scope=_scope(name, merged),
    )


def _documents() -> dict[str, dict[str, Any]]:
    found = {}
    for file in files("offhook.dialects").joinpath("data").iterdir():
        if file.name.endswith(".toml"):
            found[file.name.removesuffix(".toml")] = tomllib.loads(file.read_text("utf-8"))
    return found


def _merged(name: str, documents: Mapping[str, Mapping[str, Any]], depth: int) -> dict[str, Any]:
    """Lay a document over the one it extends, section by section."""
    document = documents.get(name)
    if document is None:
        raise DialectDataError(f"{name}.toml", "extends", "there is no such dialect")
    for entry in document:
        if entry not in _ENTRIES:
            raise DialectDataError(f"{name}.toml", entry, "unknown entry")
    parent = document.get("extends")
    if parent is None:
        return {section: {} for section in _SECTIONS} | dict(document)
    if depth >= _MAX_DEPTH:
        raise DialectDataError(f"{name}.toml", "extends", f"more than {_MAX_DEPTH} files deep")
    merged = _merged(parent, documents, depth + 1)
    merged.pop("match", None)
    for entry, value in document.items():
        merged[entry] = merged[entry] | value if entry in _SECTIONS else value
    return merged


def _spellings(name: str, section: str, merged: Mapping[str, Any], read: Callable[[str], _Word]) -> dict[str, _Word]:
    """Turn `word = ["spelling", ...]` round into word by folded spelling."""
    meanings: dict[str, _Word] = {}
    for word, spelt in merged[section].items():
        try:
            meaning = read(word)
        except (ValueError, UnknownKey) as reason:
            raise DialectDataError(f"{name}.toml", f"{section}.{word}", "is no word of the document") from reason
        for spelling in spelt:
            if meanings.setdefault(spelling.casefold(), meaning) != meaning:
                raise DialectDataError(f"{name}.toml", f"{section}.{word}", f"{spelling!r} has two meanings")
    return meanings


def _match(entry: Mapping[str, Any]) -> Match:
    return Match(
        vendor=entry.get("vendor", ""),
        model=entry.get("model", ""),
        mac_prefixes=tuple(entry.get("mac_prefixes", ())),
    )


def _control(name: str, entry: Mapping[str, Any]) -> Control:
    try:
        return Control(
            path=entry["path"],
            has_sequences=entry["has_sequences"],
            authentication=Authentication(entry["authentication"]),
            accepted_statuses=tuple(entry["accepted_statuses"]),
        )
    except (KeyError, ValueError) as reason:
        raise DialectDataError(f"{name}.toml", "control", f"lacks or misspells {reason}") from reason


def _text(name: str, merged: Mapping[str, Any], entry: str) -> str:
    value = merged.get(entry)
    if not isinstance(value, str) or not value:
        raise DialectDataError(f"{name}.toml", entry, "is missing")
    return value


def _scope(name: str, merged: Mapping[str, Any]) -> CallIdScope:
    text = _text(name, merged, "call_id_scope")
    try:
        return CallIdScope(text)
    except ValueError as reason:
        raise DialectDataError(f"{name}.toml", "call_id_scope", f"{text!r} is neither global nor phone") from reason

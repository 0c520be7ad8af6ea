"""Reading dialect files: TOML in, `Dialect` out, with every word checked.

Source: the files' own `source` entries; the format is described at the top of `data/base.toml`.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Any, TypeVar

from offhook.dialects.dialect import (
    Authentication,
    CallIdScope,
    Control,
    Dialect,
    Escaping,
    Match,
    SetupFile,
    SetupGuide,
)
from offhook.errors import DialectDataError, UnknownDialect
from offhook.protocol.active_uri import ForwardKind
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.protocol.variables import Variable

__all__ = ["load_all", "load_dialect", "read_dialect"]

_Word = TypeVar("_Word")

_MAX_DEPTH = 2
_SECTIONS = ("events", "variables", "keys", "control", "forwards")
_ENTRIES = frozenset(
    {"name", "title", "source", "extends", "match", "call_id_scope", "setup", "inherits_setup", *_SECTIONS}
)
_MATCH_ENTRIES = frozenset({"vendor", "model", "mac_prefixes"})
_CONTROL_ENTRIES = frozenset({"path", "has_sequences", "authentication", "accepted_statuses", "transfers_ringing"})
_SETUP_ENTRIES = frozenset({"max_url_chars", "steps", "files"})
_FILE_TEXTS = ("title", "name", "media_type", "head", "line", "foot")
_FILE_ENTRIES = frozenset({*_FILE_TEXTS, "escaping", "settings"})
_NOT_INHERITED = ("match", "title", "source", "setup", "inherits_setup")
_MAC_PREFIX = re.compile("[0-9a-f]{6}")
_FORWARD_SWITCHES = frozenset(f"{kind}_{state}" for kind in ForwardKind for state in ("on", "off"))
_FORWARD_SPELLING = re.compile(r"[A-Za-z0-9_]+(=\{target\})?(=[0-9]+)?")


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
        match=_match(name, merged.get("match", {})),
        events=_spellings(name, "events", merged, Event),
        variables=_spellings(name, "variables", merged, Variable),
        key_aliases=_spellings(name, "keys", merged, Key),
        key_spellings={Key(word): spelt[0] for word, spelt in merged["keys"].items() if spelt},
        control=_control(name, merged["control"]),
        call_id_scope=_scope(name, merged),
        variable_spellings={Variable(word): spelt[0] for word, spelt in merged["variables"].items() if spelt},
        setup=_setup(name, merged.get("setup", {})),
        forwards=_forwards(name, merged["forwards"]),
    )


def _documents() -> dict[str, dict[str, Any]]:
    shipped = files("offhook.dialects").joinpath("data").iterdir()
    return {
        file.name.removesuffix(".toml"): tomllib.loads(file.read_text("utf-8"))
        for file in shipped
        if file.name.endswith(".toml")
    }


def _merged(name: str, documents: Mapping[str, Mapping[str, Any]], depth: int) -> dict[str, Any]:
    """Lay a document over the one it extends, section by section."""
    document = documents.get(name)
    if document is None:
        raise DialectDataError(f"{name}.toml", "extends", "there is no such dialect")
    for entry in document:
        if entry not in _ENTRIES:
            raise DialectDataError(f"{name}.toml", entry, "unknown entry")
    for section in _SECTIONS:
        if not isinstance(document.get(section, {}), Mapping):
            raise DialectDataError(f"{name}.toml", section, "is no table")
    parent = document.get("extends")
    if parent is None:
        return {section: {} for section in _SECTIONS} | dict(document)
    if not isinstance(parent, str):
        raise DialectDataError(f"{name}.toml", "extends", "is no name")
    if depth >= _MAX_DEPTH:
        raise DialectDataError(f"{name}.toml", "extends", f"more than {_MAX_DEPTH} files deep")
    merged = _merged(parent, documents, depth + 1)
    kept = {"setup": merged["setup"]} if document.get("inherits_setup") is True and "setup" in merged else {}
    for entry in _NOT_INHERITED:
        merged.pop(entry, None)
    merged |= kept
    for entry, value in document.items():
        merged[entry] = merged[entry] | value if entry in _SECTIONS else value
    return merged


def _spellings(name: str, section: str, merged: Mapping[str, Any], read: Callable[[str], _Word]) -> dict[str, _Word]:
    """Turn `word = ["spelling", ...]` round into word by folded spelling."""
    meanings: dict[str, _Word] = {}
    for word, spelt in merged[section].items():
        try:
            meaning = read(word)
        except ValueError as reason:
            raise DialectDataError(f"{name}.toml", f"{section}.{word}", "is no word of the document") from reason
        if not _is_list_of_text(spelt):
            raise DialectDataError(f"{name}.toml", f"{section}.{word}", "is no list of spellings")
        for spelling in spelt:
            if meanings.setdefault(spelling.casefold(), meaning) != meaning:
                raise DialectDataError(f"{name}.toml", f"{section}.{word}", f"{spelling!r} has two meanings")
    return meanings


def _match(name: str, entry: object) -> Match:
    if not isinstance(entry, Mapping) or not _MATCH_ENTRIES.issuperset(entry):
        raise DialectDataError(f"{name}.toml", "match", f"takes {', '.join(sorted(_MATCH_ENTRIES))} only")
    vendor, model, prefixes = entry.get("vendor", ""), entry.get("model", ""), entry.get("mac_prefixes", [])
    if not _is_list_of_text([vendor, model]):
        raise DialectDataError(f"{name}.toml", "match", "vendor and model are text")
    if not _is_list_of_text(prefixes) or not all(_MAC_PREFIX.fullmatch(prefix) for prefix in prefixes):
        raise DialectDataError(f"{name}.toml", "match.mac_prefixes", "are six lower-case hexadecimal digits each")
    return Match(vendor=vendor, model=model, mac_prefixes=tuple(prefixes))


def _control(name: str, entry: Mapping[str, Any]) -> Control:
    try:
        control = Control(
            path=entry["path"],
            has_sequences=entry["has_sequences"],
            authentication=Authentication(entry["authentication"]),
            accepted_statuses=tuple(entry["accepted_statuses"]),
            transfers_ringing=entry.get("transfers_ringing", False),
        )
    except (KeyError, ValueError, TypeError) as reason:
        raise DialectDataError(f"{name}.toml", "control", f"lacks or misspells {reason}") from reason
    if not _CONTROL_ENTRIES.issuperset(entry):
        raise DialectDataError(f"{name}.toml", "control", f"takes {', '.join(sorted(_CONTROL_ENTRIES))} only")
    for field, is_good in (
        ("path", entry["path"] == "" or str(entry["path"]).startswith("/")),
        ("has_sequences", isinstance(entry["has_sequences"], bool)),
        ("transfers_ringing", isinstance(control.transfers_ringing, bool)),
        ("accepted_statuses", all(isinstance(status, int) for status in control.accepted_statuses)),
    ):
        if not is_good:
            raise DialectDataError(f"{name}.toml", f"control.{field}", "has a value of the wrong kind")
    return control


def _forwards(name: str, entry: Mapping[str, Any]) -> dict[str, str]:
    for switch, spelling in entry.items():
        if switch not in _FORWARD_SWITCHES:
            raise DialectDataError(f"{name}.toml", f"forwards.{switch}", "is no switch of a forward")
        if not isinstance(spelling, str) or not _FORWARD_SPELLING.fullmatch(spelling):
            raise DialectDataError(f"{name}.toml", f"forwards.{switch}", "is no WORD, WORD={target} or WORD={target}=N")
    return dict(entry)


def _setup(name: str, entry: object) -> SetupGuide:
    if not isinstance(entry, Mapping) or not _SETUP_ENTRIES.issuperset(entry):
        raise DialectDataError(f"{name}.toml", "setup", f"takes {', '.join(sorted(_SETUP_ENTRIES))} only")
    limit, steps, found = (
        entry.get("max_url_chars", SetupGuide().max_url_chars),
        entry.get("steps", []),
        entry.get("files", {}),
    )
    if type(limit) is not int or not _is_list_of_text(steps) or not isinstance(found, Mapping):
        raise DialectDataError(f"{name}.toml", "setup", "is a number, a list of texts and a table of files")
    return SetupGuide(limit, tuple(steps), tuple(_file(name, id_, file) for id_, file in found.items()))


def _file(name: str, id_: str, entry: object) -> SetupFile:
    place = f"setup.files.{id_}"
    if not isinstance(entry, Mapping) or _FILE_ENTRIES != frozenset(entry):
        raise DialectDataError(f"{name}.toml", place, f"takes {', '.join(sorted(_FILE_ENTRIES))}, all of them")
    settings = entry["settings"]
    if not isinstance(settings, Mapping) or not _is_list_of_text([entry[text] for text in _FILE_TEXTS]):
        raise DialectDataError(f"{name}.toml", place, "has a value of the wrong kind")
    if not _is_list_of_text(list(settings.values())):
        raise DialectDataError(f"{name}.toml", f"{place}.settings", "are texts")
    try:
        return SetupFile(
            id=id_,
            escaping=Escaping(entry["escaping"]),
            settings={Event(word): setting for word, setting in settings.items()},
            **{text: entry[text] for text in _FILE_TEXTS},
        )
    except ValueError as reason:
        raise DialectDataError(f"{name}.toml", place, str(reason)) from reason


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


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

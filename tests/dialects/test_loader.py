"""Dialect files: the shipped ones all hold, and a wrong one is refused by its name and entry."""

import copy
from typing import Any

import pytest

from offhook.dialects.dialect import Authentication, CallIdScope, Control, Dialect, Escaping, Match, SetupGuide
from offhook.dialects.loader import load_all, load_dialect, read_dialect
from offhook.errors import DialectDataError, UnknownDialect
from offhook.protocol.active_uri import ForwardKind, SwitchForward, build_query, parse_query
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.protocol.variables import Variable

SHIPPED = load_all()

BASE: dict[str, Any] = {
    "title": "Base",
    "source": "this test",
    "call_id_scope": "global",
    "match": {"vendor": "Base's own", "model": "B", "mac_prefixes": ["00a859"]},
    "control": {
        "path": "/cgi",
        "has_sequences": False,
        "authentication": "challenge",
        "accepted_statuses": [200],
    },
    "events": {"hold": ["hold"], "unhold": ["unhold"]},
    "variables": {"call_id": ["call_id"], "mac": ["mac"]},
    "keys": {"OK": ["OK"], "X": ["X"], "POUND": ["POUND", "#"]},
    "setup": {
        "max_url_chars": 300,
        "steps": ["Switch it on for {console}."],
        "files": {
            "cfg": {
                "title": "Configuration",
                "name": "{mac}.cfg",
                "media_type": "text/plain",
                "escaping": "none",
                "head": "# head",
                "line": "{setting}={url}",
                "foot": "",
                "settings": {"hold": "OnHold"},
            }
        },
    },
}


def child(**entries: Any) -> dict[str, Any]:
    return {"title": "Child", "source": "this test", "extends": "base", **entries}


def documents(**more: Any) -> dict[str, dict[str, Any]]:
    return {"base": copy.deepcopy(BASE), **more}


class TestShippedFiles:
    """One test over every file that ships."""

    @pytest.mark.parametrize("dialect", [pytest.param(d, id=d.name) for d in SHIPPED])
    def test_holds_together(self, dialect: Dialect) -> None:
        assert load_dialect(dialect.name) == dialect
        assert dialect.title and dialect.source
        for word, event in dialect.events.items():
            assert dialect.event_for(word.upper()) is event
        for key, spelling in dialect.key_spellings.items():
            # What we send is understood by a phone of the same dialect.
            assert dialect.key_aliases[spelling.casefold()] is key
        assert set(dialect.key_aliases.values()) == set(dialect.key_spellings)
        assert dialect.control.path.startswith("/") or not dialect.control.path
        assert dialect.control.accepted_statuses

    def test_names_are_sorted_and_base_is_among_them(self) -> None:
        names = [dialect.name for dialect in SHIPPED]
        assert names == sorted(names)
        assert "base" in names

    def test_base_is_the_document(self) -> None:
        base = load_dialect("base")
        assert base.events == {event.value: event for event in Event}
        assert len(base.events) == 27
        assert base.variables == {variable.value: variable for variable in Variable}
        assert len(base.variables) == 12
        assert base.key_spellings == {key: key.value for key in Key}
        assert len(base.key_spellings) == 55
        assert base.key_aliases == {key.value.casefold(): key for key in Key} | {"#": Key.POUND}
        assert base.control == Control("/cgi-bin/ConfigManApp.com", False, Authentication.CHALLENGE, (200,))
        assert base.call_id_scope is CallIdScope.GLOBAL
        assert base.match == Match()

    def test_unknown_name(self) -> None:
        with pytest.raises(UnknownDialect) as refused:
            load_dialect("nosuch")
        assert refused.value.name == "nosuch"
        assert refused.value.known == tuple(dialect.name for dialect in SHIPPED)


class TestInheritance:
    def test_a_child_holds_only_what_differs(self) -> None:
        docs = documents(
            sister=child(
                match={"vendor": "Sister", "mac_prefixes": ["001122"]},
                call_id_scope="phone",
                control={"path": "/servlet", "accepted_statuses": [200, 302]},
                events={"hold": ["on_hold", "hold"], "unhold": []},
                keys={"X": ["F_CANCEL", "X"], "POUND": []},
            )
        )
        sister = read_dialect("sister", docs)
        assert sister.name == "sister"
        assert sister.match == Match("Sister", "", ("001122",))
        assert sister.call_id_scope is CallIdScope.PHONE
        assert sister.setup == SetupGuide(), "how a make is set up is its own"
        assert sister.variable_spellings == {Variable.CALL_ID: "call_id", Variable.MAC: "mac"}
        assert sister.control == Control("/servlet", False, Authentication.CHALLENGE, (200, 302))
        assert sister.events == {"on_hold": Event.HOLD, "hold": Event.HOLD}
        assert sister.variables == {"call_id": Variable.CALL_ID, "mac": Variable.MAC}
        assert sister.key_spellings == {Key.OK: "OK", Key.X: "F_CANCEL"}
        assert sister.key_aliases == {"ok": Key.OK, "f_cancel": Key.X, "x": Key.X}

    def test_two_deep_and_the_parents_match_is_not_inherited(self) -> None:
        docs = documents(
            middle=child(match={"model": "M"}, keys={"X": ["MIDDLE"]}, call_id_scope="phone"),
            leaf={"title": "Leaf", "source": "this test", "extends": "middle"},
        )
        leaf = read_dialect("leaf", docs)
        assert leaf.match == Match()
        assert leaf.key_spellings[Key.X] == "MIDDLE"
        assert leaf.call_id_scope is CallIdScope.PHONE

    def test_reading_changes_no_document(self) -> None:
        docs = documents(sister=child(keys={"X": ["F_CANCEL"]}))
        before = copy.deepcopy(docs)
        read_dialect("sister", docs)
        assert docs == before

    @pytest.mark.parametrize("entry", ["title", "source"])
    def test_title_and_source_are_its_own(self, entry: str) -> None:
        sister = child()
        del sister[entry]
        with pytest.raises(DialectDataError, match=f"{entry}: is missing"):
            read_dialect("sister", documents(sister=sister))

    def test_too_deep(self) -> None:
        docs = documents(a=child(), b=child(extends="a"), c=child(extends="b"))
        assert read_dialect("b", docs).name == "b"
        with pytest.raises(DialectDataError, match="2 files deep"):
            read_dialect("c", docs)

    def test_round_and_round(self) -> None:
        with pytest.raises(DialectDataError, match="2 files deep"):
            read_dialect("a", {"a": child(extends="b"), "b": child(extends="a")})

    def test_unknown_parent(self) -> None:
        with pytest.raises(DialectDataError) as refused:
            read_dialect("sister", documents(sister=child(extends="nosuch")))
        assert (refused.value.path, refused.value.key) == ("nosuch.toml", "extends")


def with_entry(path: str, value: Any) -> dict[str, Any]:
    """The base document with one entry set, or taken out if the value is `...`."""
    document = copy.deepcopy(BASE)
    *sections, entry = path.split(".")
    place = document
    for section in sections:
        place = place[section]
    if value is ...:
        del place[entry]
    else:
        place[entry] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("key", {}, "key"),
        ("title", ..., "title"),
        ("title", "", "title"),
        ("title", 5, "title"),
        ("source", ..., "source"),
        ("call_id_scope", ..., "call_id_scope"),
        ("call_id_scope", "world", "call_id_scope"),
        ("extends", ["base"], "extends"),
        ("extends", 5, "extends"),
        # words and spellings
        ("events", "hold", "events"),
        ("events.holding", ["hold"], "events.holding"),
        ("events.HOLD", ["x"], "events.HOLD"),
        ("events.unhold", ["Hold"], "events.unhold"),
        ("events.hold", "hold", "events.hold"),
        ("events.hold", [1], "events.hold"),
        ("variables.nosuch", ["x"], "variables.nosuch"),
        ("variables.mac", ["CALL_ID"], "variables.mac"),
        ("keys", ["OK"], "keys"),
        ("keys.L9", ["L9"], "keys.L9"),
        ("keys.ok", ["OK"], "keys.ok"),  # a word is the document's own, or an override would not override
        ("keys.X", ["ok"], "keys.X"),
        ("keys.OK", "OK", "keys.OK"),
        ("keys.OK", 5, "keys.OK"),
        # match
        ("match", "any", "match"),
        ("match.vendors", "x", "match"),
        ("match.vendor", 5, "match"),
        ("match.model", ["x"], "match"),
        ("match.mac_prefixes", "00a859", "match.mac_prefixes"),
        ("match.mac_prefixes", ["00A859"], "match.mac_prefixes"),
        ("match.mac_prefixes", ["00:a8:59"], "match.mac_prefixes"),
        ("match.mac_prefixes", [859], "match.mac_prefixes"),
        # setup
        ("setup", [], "setup"),
        ("setup.limit", 5, "setup"),
        ("setup.max_url_chars", "256", "setup"),
        ("setup.max_url_chars", True, "setup"),
        ("setup.steps", "one", "setup"),
        ("setup.files", ["cfg"], "setup"),
        ("setup.files.cfg", "x", "setup.files.cfg"),
        ("setup.files.cfg.head", ..., "setup.files.cfg"),
        ("setup.files.cfg.tail", "", "setup.files.cfg"),
        ("setup.files.cfg.head", 5, "setup.files.cfg"),
        ("setup.files.cfg.settings", "x", "setup.files.cfg"),
        ("setup.files.cfg.settings.hold", 5, "setup.files.cfg.settings"),
        ("setup.files.cfg.settings.holding", "x", "setup.files.cfg"),
        ("setup.files.cfg.escaping", "html", "setup.files.cfg"),
        # control
        ("control", ..., "control"),
        ("control", "x", "control"),
        ("control.path", ..., "control"),
        ("control.path", "cgi", "control.path"),
        ("control.path", 5, "control.path"),
        ("control.has_sequences", ..., "control"),
        ("control.has_sequences", "no", "control.has_sequences"),
        ("control.authentication", ..., "control"),
        ("control.authentication", "digest", "control"),
        ("control.accepted_statuses", ..., "control"),
        ("control.accepted_statuses", 200, "control"),
        ("control.accepted_statuses", "200", "control.accepted_statuses"),
        ("control.accepted_status", [200], "control"),
        ("control.transfers_ringing", 1, "control.transfers_ringing"),
        # forwards
        ("forwards", ["always_on"], "forwards"),
        ("forwards", {"sometimes_on": "On"}, "forwards.sometimes_on"),
        ("forwards", {"busy_on": 5}, "forwards.busy_on"),
        ("forwards", {"busy_on": ""}, "forwards.busy_on"),
        ("forwards", {"busy_on": "On={number}"}, "forwards.busy_on"),
        ("forwards", {"busy_on": "On&key=Reboot"}, "forwards.busy_on"),
    ],
)
def test_a_wrong_entry_is_named(path: str, value: Any, key: str) -> None:
    with pytest.raises(DialectDataError) as refused:
        read_dialect("base", {"base": with_entry(path, value)})
    assert (refused.value.path, refused.value.key) == ("base.toml", key)
    assert refused.value.reason


def test_a_document_that_is_not_there() -> None:
    with pytest.raises(DialectDataError, match="no such dialect"):
        read_dialect("nosuch", {})


def test_how_a_make_is_set_up() -> None:
    guide = read_dialect("base", documents()).setup
    assert (guide.max_url_chars, guide.steps) == (300, ("Switch it on for {console}.",))
    (file,) = guide.files
    assert (file.id, file.name, file.escaping, file.settings) == (
        "cfg",
        "{mac}.cfg",
        Escaping.NONE,
        {Event.HOLD: "OnHold"},
    )


def test_forwards_are_inherited_switch_by_switch_and_a_set_up_only_where_it_is_said() -> None:
    docs = documents(
        sister=child(forwards={"busy_on": "BOn={target}", "busy_off": "BOff"}, control={"transfers_ringing": True}),
        niece=child(extends="sister", forwards={"busy_on": "BusyOn={target}=24"}, inherits_setup=True),
    )
    niece = read_dialect("niece", docs)
    assert niece.forwards == {"busy_on": "BusyOn={target}=24", "busy_off": "BOff"}
    assert niece.control.transfers_ringing
    assert niece.setup == SetupGuide(), "its parent has none of its own"
    docs = documents(sister=child(inherits_setup=True))
    assert read_dialect("sister", docs).setup == read_dialect("base", docs).setup != SetupGuide()


@pytest.mark.parametrize("dialect", [pytest.param(d, id=d.name) for d in SHIPPED if d.forwards])
def test_a_phone_reads_the_switches_that_ship(dialect: Dialect) -> None:
    assert sorted(dialect.forwards) == [
        "always_off",
        "always_on",
        "busy_off",
        "busy_on",
        "no_answer_off",
        "no_answer_on",
    ]
    for kind in ForwardKind:
        for is_on in (True, False):
            wish = SwitchForward(kind, is_on, "1003" if is_on else "")
            read = parse_query(build_query(wish, forwards=dialect.forwards))
            assert isinstance(read, SwitchForward)
            assert (read.kind, read.is_on, read.target) == (kind, is_on, wish.target)


def test_forwards_are_known_of_the_own_phone_and_not_of_the_document() -> None:
    assert not load_dialect("base").forwards and not load_dialect("base").control.transfers_ringing
    own = load_dialect("offhook")
    assert own.forwards and own.control.transfers_ringing
    assert own.setup == load_dialect("base").setup


def test_a_make_whose_commands_nobody_knows_has_no_path() -> None:
    assert read_dialect("base", {"base": with_entry("control.path", "")}).control.path == ""


def test_the_smallest_document() -> None:
    smallest = {name: BASE[name] for name in ("title", "source", "call_id_scope", "control")}
    dialect = read_dialect("smallest", {"smallest": smallest})
    assert (dict(dialect.events), dict(dialect.key_spellings), dialect.match) == ({}, {}, Match())

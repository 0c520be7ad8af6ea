"""Which dialect a phone gets."""

from dataclasses import replace

import pytest

from offhook.dialects.dialect import Dialect, Match
from offhook.dialects.loader import load_all, load_dialect
from offhook.dialects.registry import Grade, Registry
from offhook.errors import AmbiguousDialect, UnknownDialect
from offhook.protocol.variables import Variable

BASE = load_dialect("base")


def dialect(name: str, *, model: str = "", macs: tuple[str, ...] = ()) -> Dialect:
    return replace(BASE, name=name, match=Match(vendor=name, model=model, mac_prefixes=macs))


VENDOR = dialect("vendor", macs=("001122", "334455"))
T4 = dialect("t4", model="T4", macs=("001122",))
T46 = dialect("t46", model="t46")
REGISTRY = Registry([BASE, VENDOR, T4, T46])


def test_it_has_all_that_ship() -> None:
    registry = Registry()
    assert registry.base == BASE
    for each in load_all():
        assert registry.named(each.name) == each


@pytest.mark.parametrize(
    ("mac", "model", "name", "grade"),
    [
        ("", "", "base", Grade.UNKNOWN),
        ("998877665544", "Z9", "base", Grade.UNKNOWN),
        ("0011", "", "base", Grade.UNKNOWN),
        ("001122334455", "", "vendor", Grade.VENDOR),
        ("334455000000", "Z9", "vendor", Grade.VENDOR),
        ("001122334455", "T41", "t4", Grade.MODEL),
        ("", "t4", "t4", Grade.MODEL),
        ("001122334455", "T46S", "t46", Grade.MODEL),
        ("", "XT46", "base", Grade.UNKNOWN),
    ],
)
def test_best_fit(mac: str, model: str, name: str, grade: Grade) -> None:
    found, found_grade = REGISTRY.for_phone(mac, model)
    assert (found.name, found_grade) == (name, grade)


@pytest.mark.parametrize(
    ("twin", "mac", "model"),
    [
        (dialect("twin", macs=("001122",)), "001122334455", "Z9"),
        (dialect("twin", model="T46"), "", "T46"),
    ],
)
def test_two_that_fit_equally_well(twin: Dialect, mac: str, model: str) -> None:
    with pytest.raises(AmbiguousDialect) as refused:
        Registry([BASE, VENDOR, T46, twin]).for_phone(mac, model)
    assert "twin" in refused.value.names
    assert len(refused.value.names) == 2
    assert list(refused.value.names) == sorted(refused.value.names)


def test_shipped_dialects_are_never_ambiguous_for_their_own_phones() -> None:
    registry = Registry()
    for each in load_all():
        assert registry.named(each.name) == each
        for prefix in each.match.mac_prefixes:
            assert registry.for_phone(prefix.ljust(12, "0"), each.match.model) == (each, Grade.VENDOR)


def test_which_dialects_spell_the_variables_as_the_document_does() -> None:
    registry = Registry()
    for each in load_all():
        spellings = {*each.variables, *BASE.variables}
        raw = {spelling: spelling for spelling in spellings}
        assert registry.reads_like_base(each) == (each.values_of(raw) == BASE.values_of(raw)), each.name
    other = replace(BASE, name="other", variables={**BASE.variables, "number": Variable.REMOTE})
    assert not Registry([BASE, other]).reads_like_base(other)
    assert not Registry([VENDOR]).reads_like_base(VENDOR), "there is nothing to compare with"


def test_unknown_name() -> None:
    with pytest.raises(UnknownDialect) as refused:
        REGISTRY.named("nosuch")
    assert refused.value.known == ("base", "t4", "t46", "vendor")


def test_without_base() -> None:
    with pytest.raises(UnknownDialect):
        _ = Registry([VENDOR]).base


def test_a_dialect_that_is_not_there_any_more_gives_way_to_the_document() -> None:
    assert REGISTRY.named_or_base("t4") is T4
    assert REGISTRY.named_or_base("gone") is BASE


def test_the_document_is_listed_first_and_the_others_by_title() -> None:
    listed = Registry().all()
    assert listed[0] == load_all()[[each.name for each in load_all()].index("base")]
    titles = [each.title for each in listed[1:]]
    assert titles == sorted(titles, key=str.casefold)
    assert len(listed) == len(load_all())

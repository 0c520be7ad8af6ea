"""A dialect answers for words and values."""

from dataclasses import replace

import pytest

from offhook.dialects.dialect import Authentication, CallIdScope, Control, Dialect, Match
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

DIALECT = Dialect(
    name="sample",
    title="A sample",
    source="this test",
    match=Match(),
    events={"incoming_call": Event.INCOMING, "incoming": Event.INCOMING},
    variables={"call-id": Variable.CALL_ID, "call_id": Variable.CALL_ID, "remote": Variable.REMOTE},
    key_spellings={},
    key_aliases={},
    control=Control("/servlet", True, Authentication.BASIC, (200,)),
    call_id_scope=CallIdScope.PHONE,
)


@pytest.mark.parametrize("word", ["incoming_call", "Incoming_Call", "INCOMING"])
def test_event_in_any_case(word: str) -> None:
    assert DIALECT.event_for(word) is Event.INCOMING


@pytest.mark.parametrize("word", ["", "hold", "incoming call", "incoming.xml"])
def test_no_such_event(word: str) -> None:
    assert DIALECT.event_for(word) is None


def test_values_are_picked_out_of_whatever_arrived() -> None:
    raw = {"call-id": "3", "remote": "sip:1@h", "e": "incoming", "mac": "not one of this dialect's"}
    assert DIALECT.values_of(raw) == {Variable.CALL_ID: "3", Variable.REMOTE: "sip:1@h"}
    assert DIALECT.values_of({}) == {}


def test_equal_dialects_have_one_hash() -> None:
    assert hash(DIALECT) == hash(replace(DIALECT))
    assert hash(DIALECT) != hash(replace(DIALECT, name="another"))

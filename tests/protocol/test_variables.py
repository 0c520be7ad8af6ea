"""The 12 variables and when each is valid, row by row as DOC §2.5 has them."""

import pytest

from offhook.protocol.variables import VALIDITY, Validity, Variable, is_valid_in

ALWAYS, CALL, BOTH, IN = (
    Validity.ALWAYS,
    Validity.IN_ANY_CALL,
    Validity.INCOMING_AND_OUTGOING,
    Validity.INCOMING_ONLY,
)
DOCUMENT = [
    ("mac", ALWAYS),
    ("ip", ALWAYS),
    ("model", ALWAYS),
    ("firmware", ALWAYS),
    ("active_url", CALL),
    ("active_user", CALL),
    ("active_host", CALL),
    ("local", BOTH),
    ("remote", IN),
    ("display_local", BOTH),
    ("display_remote", IN),
    ("call_id", CALL),
]

SITUATIONS = {
    "no call": (False, False),
    "no call, whatever is said of its direction": (False, True),
    "outgoing call": (True, False),
    "incoming call": (True, True),
}
EXPECTED = {
    ALWAYS: {"no call", "no call, whatever is said of its direction", "outgoing call", "incoming call"},
    CALL: {"outgoing call", "incoming call"},
    BOTH: {"outgoing call", "incoming call"},
    IN: {"incoming call"},
}


def test_the_document_has_12() -> None:
    assert [name for name, _ in DOCUMENT] == [variable.value for variable in Variable]
    assert list(VALIDITY) == list(Variable)


@pytest.mark.parametrize(("name", "validity"), DOCUMENT)
def test_third_column(name: str, validity: Validity) -> None:
    assert VALIDITY[Variable(name)] is validity


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize(("name", "validity"), DOCUMENT)
def test_validity_in_each_situation(name: str, validity: Validity, situation: str) -> None:
    has_call, is_incoming = SITUATIONS[situation]
    valid = is_valid_in(Variable(name), has_call=has_call, is_incoming=is_incoming)
    assert valid is (situation in EXPECTED[validity])

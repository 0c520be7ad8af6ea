"""Proofs, and keys by name."""

import pytest

from offhook.console.plan_parts import Proof, read_keys
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin
from offhook.errors import NotValid
from offhook.protocol.keys import Key
from tests.console.planning import BASE


@pytest.mark.parametrize(
    ("changes", "is_proof"),
    [
        ({}, True),
        ({"type": EventType.CALL_HELD}, False),
        ({"phone": "q"}, False),
        ({"connection": "c2:p"}, False),
        ({"detail": {"mode": "attended"}}, False),
        ({"detail": {}}, False),
        ({"detail": {"mode": "blind", "merged_into": "c3"}}, False),
    ],
)
def test_what_counts_as_proof(changes: dict[str, object], is_proof: bool) -> None:
    assert Proof(EventType.CALL_TRANSFERRED, "p", "c1:p", {"mode": "blind"}).is_met_by(event(changes)) is is_proof


@pytest.mark.parametrize(("connection", "is_proof"), [("c1:p", False), ("c2:p", True)])
def test_any_connection_but_one(connection: str, is_proof: bool) -> None:
    proof = Proof(EventType.CALL_TRANSFERRED, "p", but="c1:p")
    assert proof.is_met_by(event({"connection": connection})) is is_proof


def event(changes: dict[str, object]) -> Envelope:
    fields: dict[str, object] = {
        "id": "e",
        "seq": 1,
        "epoch": "e",
        "type": EventType.CALL_TRANSFERRED,
        "time": "",
        "received": "",
        "origin": Origin.REPORTED,
        "phone": "p",
        "connection": "c1:p",
        "detail": {"mode": "blind"},
    }
    return Envelope(**{**fields, **changes})  # type: ignore[arg-type]  # fields by name, for short tests


def test_keys_in_any_case_and_digits_in_runs() -> None:
    assert read_keys(["speaker", "83#", " enter ", "#"], BASE) == [
        Key.SPEAKER,
        Key.DIGIT_8,
        Key.DIGIT_3,
        Key.POUND,
        Key.ENTER,
        Key.POUND,
    ]


@pytest.mark.parametrize(
    ("tokens", "error_id"), [(["NOPE"], "unknown-key"), ([], "keys-missing"), (["0" * 65], "too-many-keys")]
)
def test_keys_that_no_phone_has(tokens: list[str], error_id: str) -> None:
    with pytest.raises(NotValid) as refusal:
        read_keys(tokens, BASE)
    assert refusal.value.error_id == error_id

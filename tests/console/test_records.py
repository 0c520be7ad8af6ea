import gc

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.records import Batch, CallRecord, ConnectionRecord, PhoneRecord
from tests.console.kit import A, B


def a_call(*states: ConnectionState) -> CallRecord:
    phones = (A, B)
    return CallRecord(
        id="c_1",
        began=1.0,
        connections=tuple(
            ConnectionRecord(phone=phone, state=state, began=1.0) for phone, state in zip(phones, states, strict=False)
        ),
    )


def test_a_call_lives_as_long_as_one_of_its_connections() -> None:
    assert a_call(ConnectionState.NULL, ConnectionState.HELD).is_live
    assert not a_call(ConnectionState.NULL, ConnectionState.NULL).is_live
    assert not a_call().is_live


def test_a_connection_is_found_by_its_phone() -> None:
    call = a_call(ConnectionState.NULL, ConnectionState.HELD)
    connection = call.at(B)
    assert connection is not None
    assert connection.state is ConnectionState.HELD
    assert call.at("none") is None


def test_records_do_not_change() -> None:
    with pytest.raises(AttributeError):
        PhoneRecord(id=A).name = "x"  # type: ignore[misc]


def test_the_collector_does_not_walk_records() -> None:
    assert not gc.is_tracked(PhoneRecord(id=A))
    assert not gc.is_tracked(a_call(ConnectionState.HELD))


def test_batches_share_nothing() -> None:
    first, second = Batch(), Batch()
    first.calls.append(a_call())
    first.passwords["x"] = None
    assert second == Batch()

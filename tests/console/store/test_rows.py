import pytest

from offhook.console.records import ActionRecord, Batch, EndedRecord, PhoneRecord
from offhook.console.store import rows
from offhook.console_api.resources import CommandState
from tests.console.store.contract import A, a_call, an_envelope
from tests.console.test_reduce_setup import a_command


def test_records_come_back_as_they_were() -> None:
    call = a_call(1, A, ended=2.0)
    assert rows.read_call(rows.call_row(call)["record"]) == call
    command = a_command(CommandState.SENT)
    assert rows.read_command(rows.command_row(command, None)["command"]) == command


def test_what_is_rebuilt_from_the_calls_is_not_stored_with_the_phone() -> None:
    phone = PhoneRecord(id=A, name="Anna", calls=("c_1",), ended=(EndedRecord(wire="w", call="c_0", at=1.0),))
    assert rows.read_phone(rows.phone_row(phone)["record"]) == PhoneRecord(id=A, name="Anna")


def test_no_text_column_holds_what_some_databases_refuse() -> None:
    call = a_call(1, A)
    for row in (
        rows.call_row(call),
        rows.connection_row(call, call.connections[0]),
        rows.phone_row(PhoneRecord(id=A, name="\x00")),
    ):
        assert "\x00" not in "".join(value for value in row.values() if isinstance(value, str))
    assert b"\\u0000" in rows.call_row(call)["record"], "the record keeps what was sent"


def test_a_row_of_the_journal_says_what_is_in_it() -> None:
    batch = Batch(actions=[ActionRecord(5, "t5", A, "10.0.0.1", "on_hook", b"/")], envelopes=[an_envelope(7, "t6")])
    row = rows.journal_row(batch, b"body", 7, 5)
    assert row == {"events": 1, "last_seq": 7, "actions": 1, "last_action": 5, "time": "t6", "body": b"body"}
    batch.envelopes.clear()
    assert rows.journal_row(batch, b"", 7, 5)["time"] == "t5"


@pytest.mark.parametrize("state", CommandState)
def test_whether_a_command_is_final_is_a_column(state: CommandState) -> None:
    assert rows.command_row(a_command(state), None)["is_final"] is state.is_final

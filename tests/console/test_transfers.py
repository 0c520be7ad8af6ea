"""How far a transfer got, from the command that started it and its two calls."""

import msgspec
import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.transfers import FLOWS, transfer_state
from offhook.console_api.resources import Command, CommandState, Connection, TransferState, Verb
from tests.console.planning import S, connection

T = TransferState


def started(verb: Verb, state: CommandState, reason: str | None = None) -> Command:
    return Command(
        id="cmd_1",
        phone="p",
        verb=verb,
        arguments={"target": "1003"},
        state=state,
        reason=reason,
        call="c1",
        connection="c1:p",
        created="",
        changed="",
        requests=[],
        proof=None,
        round_trip_ms=None,
    )


def call(state: ConnectionState, *, was_transferred: bool = False, is_answered: bool = False) -> Connection:
    return msgspec.structs.replace(
        connection(state), was_transferred=was_transferred, answered="2026-01-05T09:12:03.418Z" if is_answered else None
    )


@pytest.mark.parametrize("verb", FLOWS)
@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CommandState.QUEUED, T.STARTING),
        (CommandState.SENT, T.STARTING),
        (CommandState.ACKNOWLEDGED, T.STARTING),
        (CommandState.UNCONFIRMED, T.UNCONFIRMED),
        (CommandState.REJECTED, T.FAILED),
        (CommandState.TIMED_OUT, T.FAILED),
        (CommandState.UNREACHABLE, T.FAILED),
    ],
)
def test_until_the_start_is_confirmed_the_command_tells(verb: Verb, state: CommandState, expected: T) -> None:
    reason = "words" if state.is_final else None
    assert transfer_state(started(verb, state, reason), call(S.HELD), None) == (expected, reason, None)


@pytest.mark.parametrize(
    ("verb", "expected"), [(Verb.BLIND_TRANSFER, T.BLIND_TRANSFERRED), (Verb.ATTENDED_TRANSFER, T.COMPLETED)]
)
@pytest.mark.parametrize("state", CommandState)
def test_the_phones_report_of_a_transfer_decides(verb: Verb, expected: T, state: CommandState) -> None:
    assert transfer_state(started(verb, state), call(S.NULL, was_transferred=True), None) == (expected, None, None)


def test_a_blind_transfer_that_was_confirmed_long_ago() -> None:
    assert transfer_state(started(Verb.BLIND_TRANSFER, CommandState.CONFIRMED), None, None)[0] is T.BLIND_TRANSFERRED


@pytest.mark.parametrize(
    ("primary", "consultation", "expected"),
    [
        (call(S.HELD), call(S.INITIATED), T.RINGBACK),
        (call(S.HELD), call(S.CONNECTED, is_answered=True), T.ANSWERED),
        (call(S.HELD), call(S.HELD, is_answered=True), T.ANSWERED),
        (call(S.HELD), call(S.NULL), T.ABANDONED),
        (call(S.CONNECTED), None, T.ABANDONED),
        (call(S.NULL), call(S.CONNECTED, is_answered=True), T.ABANDONED),
        (None, None, T.ABANDONED),
    ],
)
def test_an_attended_transfer_follows_its_two_calls(
    primary: Connection | None, consultation: Connection | None, expected: T
) -> None:
    state, reason, reason_id = transfer_state(
        started(Verb.ATTENDED_TRANSFER, CommandState.CONFIRMED), primary, consultation
    )
    assert state is expected
    assert (reason is not None) is (reason_id is not None) is (expected is T.ABANDONED)


@pytest.mark.parametrize(
    ("primary", "consultation", "expected"),
    [
        (call(S.HELD), call(S.INITIATED), T.RINGBACK),
        (call(S.HELD), call(S.NULL), T.RINGBACK),
        (call(S.HELD), None, T.RINGBACK),
        (call(S.HELD), call(S.CONNECTED, is_answered=True), T.ANSWERED),
        (call(S.HELD), call(S.NULL, is_answered=True), T.ANSWERED),
        (call(S.CONNECTED), call(S.NULL), T.ABANDONED),
        (call(S.NULL), None, T.ABANDONED),
    ],
)
def test_while_it_is_completed_the_call_to_a_ringing_target_may_be_over(
    primary: Connection, consultation: Connection | None, expected: T
) -> None:
    command = started(Verb.ATTENDED_TRANSFER, CommandState.CONFIRMED)
    assert transfer_state(command, primary, consultation, is_completing=True)[0] is expected

"""Transfers as resources: how far each got, told from the command that started it and the two calls it is about.

Nothing is kept beside them, so a restart of the console loses no transfer.
Source: console-api.md §1 no. 3; `callmodel.transfer` for how a phone transfers.
"""

from offhook.callmodel.connection import ConnectionState
from offhook.console.commander import Commander
from offhook.console.journal import Journal
from offhook.console_api.end_reasons import EndReason
from offhook.console_api.resources import (
    Command,
    CommandState,
    Connection,
    Transfer,
    TransferFlow,
    TransferState,
    Verb,
)
from offhook.errors import NotFound

__all__ = ["FLOWS", "Transfers", "transfer_state"]

FLOWS = {Verb.BLIND_TRANSFER: TransferFlow.BLIND, Verb.ATTENDED_TRANSFER: TransferFlow.ATTENDED}
"""Commands that start a transfer."""
_ENDINGS = (Verb.COMPLETE_TRANSFER, Verb.CANCEL_TRANSFER)
_S = TransferState
_Told = tuple[TransferState, str | None, str | None]
"""The state, the reason in words, and its id."""


class Transfers:
    """Shows transfers."""

    def __init__(self, journal: Journal, commander: Commander) -> None:
        self._journal = journal
        self._commander = commander

    async def transfer(self, transfer: str) -> Transfer:
        """Show one by its id.

        Raises:
            NotFound: No command with this id started a transfer.
        """
        try:
            command = await self._commander.command(transfer)
        except NotFound as error:
            raise NotFound("transfer", transfer) from error
        if command.verb not in FLOWS:
            raise NotFound("transfer", transfer)
        return await self.started_by(command)

    async def transfers(self, *, phone: str | None, limit: int) -> list[Transfer]:
        """Show transfers, newest first, as far back as commands are kept."""
        commands = await self._commander.commands(phone=phone, limit=limit, verbs=FLOWS)
        return [await self.started_by(each) for each in commands]

    async def started_by(self, command: Command) -> Transfer:
        """Show the transfer that a command started."""
        primary = await self._connection(command.call, command.phone)
        consultation = await self._consultation(command)
        is_completing = self._commander.is_under_way(Verb.COMPLETE_TRANSFER, "transfer", command.id)
        state, reason, reason_id = transfer_state(command, primary, consultation, is_completing=is_completing)
        verbs = []
        if state is _S.ANSWERED or state is _S.RINGBACK:
            verbs = [verb for verb in _ENDINGS if primary is not None and verb in primary.verbs]
        return Transfer(
            id=command.id,
            flow=FLOWS[command.verb],
            phone=command.phone,
            call=command.call or "",
            target=str(command.arguments["target"]),
            consultation=None if consultation is None else consultation.id.removesuffix(f":{command.phone}"),
            state=state,
            reason=reason,
            reason_id=reason_id,
            verbs=verbs,
            command=command,
        )

    async def _connection(self, call: str | None, phone: str) -> Connection | None:
        found = None if call is None else await self._journal.call(call)
        if found is None:
            return None
        return next((each for each in found.connections if each.phone == phone), None)

    async def _consultation(self, command: Command) -> Connection | None:
        """Find the call to the target: the one whose beginning proved the command."""
        if command.verb is not Verb.ATTENDED_TRANSFER or command.proof is None:
            return None
        seq = int(command.proof.rpartition("-")[2])
        events = await self._journal.events_after(seq - 1, 1)
        if not events or events[0].id != command.proof:  # events are not kept as long as commands
            return None
        return await self._connection(events[0].call, command.phone)


def transfer_state(
    command: Command, primary: Connection | None, consultation: Connection | None, *, is_completing: bool = False
) -> _Told:
    """Tell how far a transfer got, and why, where that is not plain.

    Args:
        command: What started it.
        primary: The call whose other party is sent elsewhere; None when it is not known any more.
        consultation: The call to the target of an attended one; None before there is one.
        is_completing: The command that completes it is under way.
    """
    is_blind = command.verb is Verb.BLIND_TRANSFER
    if primary is not None and primary.was_transferred:
        return (_S.BLIND_TRANSFERRED if is_blind else _S.COMPLETED), None, None
    if not command.state.is_final:
        return _S.STARTING, None, None
    if command.state is CommandState.UNCONFIRMED:
        return _S.UNCONFIRMED, command.reason, command.reason_id
    if command.state is not CommandState.CONFIRMED:
        return _S.FAILED, command.reason, command.reason_id
    if is_blind:
        return _S.BLIND_TRANSFERRED, None, None
    if is_completing and primary is not None and primary.state is ConnectionState.HELD:
        # A target that still rang is called anew by the other party; the phone's own call to it is over by then.
        return (_S.RINGBACK if consultation is None or consultation.answered is None else _S.ANSWERED), None, None
    return _attended_state(primary, consultation)


def _attended_state(primary: Connection | None, consultation: Connection | None) -> _Told:
    if primary is None or primary.state is ConnectionState.NULL:
        return _S.ABANDONED, "the call ended before it was transferred", EndReason.CALL_ENDED
    if consultation is None or consultation.state is ConnectionState.NULL:
        return (
            _S.ABANDONED,
            "the call to the target ended; the other call is still at the phone",
            EndReason.TARGET_CALL_ENDED,
        )
    if consultation.answered is None:
        return _S.RINGBACK, None, None
    return _S.ANSWERED, None, None

"""A store in memory: for tests and trials. It keeps the port's promises, but the one about a restart.

Source: `store.port`; the contract tests run on it and on `store.sql` alike.
"""

from collections.abc import Collection

import msgspec

from offhook.console.records import ActionRecord, Batch, CallRecord, PhoneRecord
from offhook.console.store.memory_contacts import MemoryContacts
from offhook.console.store.memory_history import MemoryHistory
from offhook.console.store.memory_people import MemoryPeople
from offhook.console.store.memory_settings import MemorySettings
from offhook.console.store.memory_webhooks import MemoryWebhooks
from offhook.console.store.port import Keep, Pruned, Stored
from offhook.console.times import rfc3339
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Command, Verb

__all__ = ["MemoryStore"]


class MemoryStore(MemoryPeople, MemoryContacts, MemoryHistory, MemoryWebhooks, MemorySettings):
    """Implements `Store`; may be closed and opened again with everything still there."""

    def __init__(self) -> None:
        super().__init__()
        MemoryWebhooks.__init__(self)
        MemoryContacts.__init__(self)
        MemoryHistory.__init__(self)
        MemorySettings.__init__(self)
        self._epoch: str | None = None
        self._actions: list[ActionRecord] = []
        self._envelopes: list[Envelope] = []
        self._phones: dict[str, PhoneRecord] = {}
        self._passwords: dict[str, bytes] = {}
        self._commands: dict[str, Command] = {}
        self._command_by_key: dict[str, str] = {}

    async def open(self, *, epoch: str, ended_after: float) -> Stored:
        """Give what is there."""
        self._epoch = self._epoch or epoch
        return Stored(
            epoch=self._epoch,
            seq=self._envelopes[-1].seq if self._envelopes else 0,
            oldest=self._oldest(),
            action=self._actions[-1].number if self._actions else 0,
            phones=list(self._phones.values()),
            calls=[call for call in self._calls.values() if call.is_live or (call.ended or call.began) > ended_after],
        )

    async def close(self) -> None:
        """Nothing to let go of."""

    async def commit(self, batch: Batch) -> None:
        """Keep the batch."""
        self._actions += batch.actions
        self._envelopes += batch.envelopes
        for phone in batch.phones:
            self._phones[phone.id] = msgspec.structs.replace(phone, calls=(), ended=())
        for phone_id, password in batch.passwords.items():
            if password is None:
                self._passwords.pop(phone_id, None)
            else:
                self._passwords[phone_id] = password
        for removed in batch.removed_phones:
            self._phones.pop(removed, None)
            self._passwords.pop(removed, None)
        for call in batch.calls:
            self._calls[call.id] = call
        for call_removed in batch.removed_calls:
            self._calls.pop(call_removed, None)
        for progress in batch.commands:
            self._commands[progress.command.id] = progress.command
            if progress.idempotency_key is not None:
                self._command_by_key[progress.idempotency_key] = progress.command.id
            if progress.audit is not None:
                self._note(progress.audit)

    async def prune(self, keep: Keep, limit: int) -> Pruned:
        """Throw away what need not be kept."""
        after = rfc3339(keep.after)
        events = _old([event.time for event in self._envelopes[: -keep.newest][:limit]], after)
        requests = _old([action.received for action in self._actions[: -keep.newest][:limit]], after)
        self._envelopes, self._actions = self._envelopes[events:], self._actions[requests:]
        calls = [call.id for call in self._calls.values() if call.ended is not None and call.ended <= keep.calls_after]
        for call in calls[:limit]:
            del self._calls[call]
        made = rfc3339(keep.commands_after)
        commands = [each.id for each in self._commands.values() if each.state.is_final and each.created <= made]
        for command in commands[:limit]:
            del self._commands[command]
        gone = (events, requests, len(calls), len(commands))
        return Pruned(oldest=self._oldest(), has_more=any(count >= limit for count in gone))

    async def events_after(self, seq: int, limit: int) -> list[Envelope]:
        """Give the events that follow ``seq``."""
        return [envelope for envelope in self._envelopes if envelope.seq > seq][:limit]

    async def calls(
        self, *, phone: str | None = None, is_live: bool | None = None, limit: int = 50, before: str | None = None
    ) -> list[CallRecord]:
        """Give calls, newest first."""
        newest_first = sorted(self._calls.values(), key=_position, reverse=True)
        if before is not None:
            position = self._calls.get(before)
            if position is None:
                return []
            newest_first = [call for call in newest_first if _position(call) < _position(position)]
        return [
            call
            for call in newest_first
            if (phone is None or call.at(phone) is not None) and (is_live is None or call.is_live is is_live)
        ][:limit]

    async def call(self, call: str) -> CallRecord | None:
        """Give one call."""
        return self._calls.get(call)

    async def actions(
        self, *, phone: str | None = None, limit: int = 50, before: int | None = None
    ) -> list[ActionRecord]:
        """Give Action URL requests, newest first."""
        return [
            action
            for action in reversed(self._actions)
            if (phone is None or action.phone == phone) and (before is None or action.number < before)
        ][:limit]

    async def command(self, command: str) -> Command | None:
        """Give one command."""
        return self._commands.get(command)

    async def command_by_key(self, idempotency_key: str) -> Command | None:
        """Give the command made with this key."""
        return self._commands.get(self._command_by_key.get(idempotency_key, ""))

    async def commands(
        self, *, phone: str | None = None, limit: int = 50, verbs: Collection[Verb] = ()
    ) -> list[Command]:
        """Give commands, newest first."""
        newest_first = sorted(self._commands.values(), key=lambda command: (command.created, command.id), reverse=True)
        return [
            command
            for command in newest_first
            if (phone is None or command.phone == phone) and (not verbs or command.verb in verbs)
        ][:limit]

    async def unfinished_commands(self) -> list[Command]:
        """Give the commands that are not final, oldest first."""
        return [
            command
            for command in reversed(await self.commands(limit=len(self._commands)))
            if not command.state.is_final
        ]

    def _oldest(self) -> int:
        return self._envelopes[0].seq if self._envelopes else 1

    async def password(self, phone: str) -> bytes | None:
        """Give a phone's encrypted password."""
        return self._passwords.get(phone)


def _old(times: list[str], after: str) -> int:
    """Count the leading ones that are not after a time."""
    return next((index for index, time in enumerate(times) if time > after), len(times))


def _position(call: CallRecord) -> tuple[float, str]:
    return (call.began, call.id)

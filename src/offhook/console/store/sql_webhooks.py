"""Webhooks in the SQL database; part of `SqlStore`.

Source: `store.webhooks`; `store.schema`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import Any, TypeVar

import msgspec
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

from offhook.console.store.schema import letters, webhooks
from offhook.console.store.sqlite_engine import upsert
from offhook.console.store.webhooks import LetterRecord, WebhookProgress, WebhookRecord

__all__ = ["SqlWebhooks"]

_Answer = TypeVar("_Answer")

_encoder = msgspec.json.Encoder()
_WEBHOOK = msgspec.json.Decoder(WebhookRecord)
_PROGRESS = msgspec.json.Decoder(WebhookProgress)
_UPSERT = upsert(webhooks, ["id"])


class SqlWebhooks(ABC):
    """Implements `WebhookStore` over one thread that writes and one that reads."""

    @abstractmethod
    async def _write(self, work: Callable[[Connection], None]) -> None: ...

    @abstractmethod
    async def _read(self, work: Callable[[Connection], _Answer]) -> _Answer: ...

    async def save_webhook(self, webhook: WebhookRecord, progress: WebhookProgress) -> None:
        """Keep a subscription."""
        row = {"id": webhook.id, "created": webhook.created, "record": _encoder.encode(webhook)}
        await self._change(_UPSERT, {**row, "progress": _encoder.encode(progress)})

    async def save_progress(self, progress: Mapping[str, WebhookProgress]) -> None:
        """Keep how far some have got."""

        def work(connection: Connection) -> None:
            for id_, reached in progress.items():
                _save_progress(connection, id_, reached)

        await self._write(work)

    async def remove_webhook(self, webhook: str) -> None:
        """Forget a subscription; the database forgets its dead letters with it."""
        await self._change(delete(webhooks).where(webhooks.c.id == webhook))

    async def webhooks(self) -> list[tuple[WebhookRecord, WebhookProgress]]:
        """Give all, oldest first."""
        query = select(webhooks.c.record, webhooks.c.progress).order_by(webhooks.c.created, webhooks.c.id)
        return await self._read(
            lambda on: [(_WEBHOOK.decode(record), _PROGRESS.decode(reached)) for record, reached in on.execute(query)]
        )

    async def set_aside(self, letter: LetterRecord, progress: WebhookProgress, *, keep: int) -> None:
        """Keep a dead letter."""
        row = asdict(letter)
        del row["number"]
        mine = letters.c.webhook == letter.webhook
        newest = select(letters.c.number).where(mine).order_by(letters.c.number.desc()).limit(keep)

        def work(connection: Connection) -> None:
            if _save_progress(connection, letter.webhook, progress):
                connection.execute(insert(letters), row)
                connection.execute(delete(letters).where(mine, letters.c.number.not_in(newest)))

        await self._write(work)

    async def letters(
        self, webhook: str, *, after: int = 0, limit: int = 50, is_waiting: bool | None = None
    ) -> list[LetterRecord]:
        """Give dead letters, oldest first."""
        query = select(letters).where(letters.c.webhook == webhook, letters.c.number > after)
        if is_waiting is not None:
            query = query.where(letters.c.is_waiting.is_(is_waiting))
        query = query.order_by(letters.c.number).limit(limit)
        return await self._read(lambda on: [LetterRecord(**row) for row in on.execute(query).mappings()])

    async def letter_counts(self) -> dict[str, int]:
        """Count dead letters."""
        query = select(letters.c.webhook, func.count()).group_by(letters.c.webhook)
        return await self._read(lambda on: {webhook: count for webhook, count in on.execute(query)})

    async def wake_letters(self, webhook: str, numbers: Collection[int]) -> int:
        """Mark dead letters as to be sent again."""
        mine = letters.c.webhook == webhook
        change = update(letters).where(mine).values(is_waiting=True)
        if numbers:
            change = change.where(letters.c.number.in_(numbers))
        await self._change(change)
        counted = select(func.count()).select_from(letters).where(mine, letters.c.is_waiting)
        return await self._read(lambda on: on.scalar(counted) or 0)

    async def settle_letter(self, number: int, *, problem: str | None, attempts: int = 0) -> None:
        """Forget a dead letter, or note that it was not delivered."""
        one = letters.c.number == number
        noted = update(letters).where(one).values(is_waiting=False, problem=problem, attempts=attempts)
        await self._change(delete(letters).where(one) if problem is None else noted)

    async def _change(self, statement: Executable, row: dict[str, Any] | None = None) -> None:
        def work(connection: Connection) -> None:
            connection.execute(statement, row)

        await self._write(work)


def _save_progress(connection: Connection, id_: str, progress: WebhookProgress) -> bool:
    """Keep how far one has got; says whether there is such a one."""
    change = update(webhooks).where(webhooks.c.id == id_).values(progress=_encoder.encode(progress))
    return connection.execute(change).rowcount > 0

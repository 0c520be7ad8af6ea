"""Users, logins and audit in the SQL database; part of `SqlStore`.

Source: `store.people`; `store.schema`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from operator import eq, ge, lt
from typing import Any, TypeVar

import msgspec
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

from offhook.console.store.bulk import Bulk
from offhook.console.store.people import AuditRecord, AuditSearch, Login, LoginKind, UserRecord
from offhook.console.store.rows import plain_text
from offhook.console.store.schema import audit, logins, users
from offhook.console.store.sqlite_engine import upsert

__all__ = ["SqlPeople", "write_audit"]

_Answer = TypeVar("_Answer")

_encoder = msgspec.json.Encoder()
_USER = msgspec.json.Decoder(UserRecord)
_LOGIN = msgspec.json.Decoder(Login)
_AUDIT = msgspec.json.Decoder(AuditRecord)
_UPSERT_USER = upsert(users, ["id"])
_UPSERT_LOGIN = upsert(logins, ["hash"])
_INSERT_AUDIT = Bulk(insert(audit))


class SqlPeople(ABC):
    """Implements `PeopleStore` over one thread that writes and one that reads."""

    @abstractmethod
    async def _write(self, work: Callable[[Connection], _Answer]) -> _Answer: ...

    @abstractmethod
    async def _read(self, work: Callable[[Connection], _Answer]) -> _Answer: ...

    async def save_user(self, user: UserRecord) -> None:
        """Keep a user."""
        await self._execute(_UPSERT_USER, {"id": user.id, "name": user.name, "record": _encoder.encode(user)})

    async def remove_user(self, user: str) -> None:
        """Forget a user."""
        await self._execute(delete(users).where(users.c.id == user))

    async def users(self) -> list[UserRecord]:
        """Give all users, by name."""
        query = select(users.c.record).order_by(users.c.name)
        return await self._read(lambda connection: [_USER.decode(found) for found in connection.scalars(query)])

    async def add_login(self, login: Login) -> None:
        """Remember a session or token."""
        row = {"hash": login.hash, "kind": login.kind, "created": login.created, "record": _encoder.encode(login)}
        await self._execute(_UPSERT_LOGIN, row)

    async def login(self, hash_: str) -> Login | None:
        """Find a session or token."""
        query = select(logins.c.record).where(logins.c.hash == hash_)
        found = await self._read(lambda connection: connection.scalar(query))
        return None if found is None else _LOGIN.decode(found)

    async def logins(self, kind: LoginKind) -> Sequence[Login]:
        """Give all of a kind, oldest first."""
        query = select(logins.c.record).where(logins.c.kind == kind).order_by(logins.c.created)
        return await self._read(lambda connection: [_LOGIN.decode(found) for found in connection.scalars(query)])

    async def remove_login(self, hash_: str) -> None:
        """Forget a session or token."""
        await self._execute(delete(logins).where(logins.c.hash == hash_))

    async def add_audit(self, entry: AuditRecord) -> None:
        """Keep an entry."""
        await self._write(lambda connection: write_audit(connection, [entry]))

    async def audit(self, search: AuditSearch) -> list[AuditRecord]:
        """Give entries, newest first."""
        query = select(audit.c.number, audit.c.record).order_by(audit.c.number.desc()).limit(search.limit)
        for wanted, compare, column in (
            (search.by, eq, audit.c.by),
            (search.what, eq, audit.c.what),
            (search.after, ge, audit.c.time),
            (search.until, lt, audit.c.time),
            (search.before, lt, audit.c.number),
        ):
            if wanted is not None:
                query = query.where(compare(column, wanted))

        def work(connection: Connection) -> list[AuditRecord]:
            found = connection.execute(query)
            return [msgspec.structs.replace(_AUDIT.decode(record), number=number) for number, record in found]

        return await self._read(work)

    async def trim_audit(self, *, before: float, keep: int) -> None:
        """Forget what is old or too much."""
        newest = select(audit.c.number).order_by(audit.c.number.desc()).limit(keep)
        await self._execute(delete(audit).where((audit.c.time < before) | audit.c.number.not_in(newest)))

    async def _execute(self, statement: Executable, row: dict[str, Any] | None = None) -> None:
        def work(connection: Connection) -> None:
            connection.execute(statement, row)

        await self._write(work)


def write_audit(connection: Connection, entries: Iterable[AuditRecord]) -> None:
    """Write entries of the audit, within the transaction that is open."""
    _INSERT_AUDIT.run(
        connection,
        [
            {
                "time": entry.time,
                "by": plain_text(entry.by),  # a name somebody tried to sign in with is hostile
                "what": entry.what,
                "record": _encoder.encode(entry),
            }
            for entry in entries
        ],
    )

"""Users, logins and audit in memory; part of `MemoryStore`.

Source: `store.people`.
"""

from collections.abc import Sequence

import msgspec

from offhook.console.store.people import AuditRecord, AuditSearch, Login, LoginKind, UserRecord

__all__ = ["MemoryPeople"]


class MemoryPeople:
    """Implements `PeopleStore`."""

    def __init__(self) -> None:
        self._users: dict[str, UserRecord] = {}
        self._logins: dict[str, Login] = {}
        self._audit: list[AuditRecord] = []
        self._audited = 0

    async def save_user(self, user: UserRecord) -> None:
        """Keep a user."""
        self._users[user.id] = user

    async def remove_user(self, user: str) -> None:
        """Forget a user."""
        self._users.pop(user, None)

    async def users(self) -> list[UserRecord]:
        """Give all users, by name."""
        return sorted(self._users.values(), key=lambda user: user.name)

    async def add_login(self, login: Login) -> None:
        """Remember a session or token."""
        self._logins[login.hash] = login

    async def login(self, hash_: str) -> Login | None:
        """Find a session or token."""
        return self._logins.get(hash_)

    async def logins(self, kind: LoginKind) -> Sequence[Login]:
        """Give all of a kind, oldest first."""
        return sorted((login for login in self._logins.values() if login.kind == kind), key=lambda login: login.created)

    async def remove_login(self, hash_: str) -> None:
        """Forget a session or token."""
        self._logins.pop(hash_, None)

    async def add_audit(self, entry: AuditRecord) -> None:
        """Keep an entry."""
        self._note(entry)

    def _note(self, entry: AuditRecord) -> None:
        self._audited += 1
        self._audit.append(msgspec.structs.replace(entry, number=self._audited))

    async def audit(self, search: AuditSearch) -> list[AuditRecord]:
        """Give entries, newest first."""
        return [
            entry
            for entry in reversed(self._audit)
            if search.by in (None, entry.by)
            and search.what in (None, entry.what)
            and (search.after is None or entry.time >= search.after)
            and (search.until is None or entry.time < search.until)
            and (search.before is None or entry.number < search.before)
        ][: search.limit]

    async def trim_audit(self, *, before: float, keep: int) -> None:
        """Forget what is old or too much."""
        self._audit = [entry for entry in self._audit if entry.time >= before][-keep:]

"""The part of the store port that is about people: users, sessions and tokens, the audit.

As everywhere in the store, columns hold what is searched for and the whole record is JSON beside them.
Source: `store.port`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from offhook.console_api.preferences import Preferences
from offhook.console_api.scopes import Role

__all__ = ["AuditRecord", "AuditSearch", "Login", "LoginKind", "PeopleStore", "UserRecord"]

LoginKind = str
"""`session` (a browser's cookie) or `token` (a program's)."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who may use the API: a session or a token, known by its hash only."""

    hash: str
    """SHA-256 of the secret, hexadecimal."""
    kind: LoginKind
    name: str
    """A token's name; "" for a session."""
    created: float
    expires: float | None
    """Seconds since 1970; None for never."""
    user: str | None = None
    """Id of the user a session belongs to; None for a token."""
    scopes: tuple[str, ...] = ()
    """What a token may do; empty for a session, whose user's role decides."""
    maker: str = ""
    """Who made the token, as the audit writes it."""
    seen: float = 0.0
    """When it was last used, to within the hour."""
    address: str = ""
    """Where a session was opened from."""
    agent: str = ""
    """What the browser called itself; hostile text."""

    @property
    def id(self) -> str:
        """Names the login without giving anything away: the secret is 256 random bits, so is its hash."""
        return self.hash[:16]


class UserRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who may sign in."""

    id: str
    name: str
    """In lower case; unique."""
    role: Role
    created: float
    display_name: str = ""
    phones: tuple[str, ...] = ()
    """Ids of the user's own phones."""
    group: str = ""
    language: str = ""
    is_enabled: bool = True
    password: str = ""
    """argon2id hash with its parameters; "" when none was set."""
    missed_seen: float = 0.0
    """Calls missed until then were seen; 0.0 before the user first looked."""
    preferences: Preferences = Preferences()


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody did something, or tried to."""

    time: float
    by: str
    """`user:NAME` or `token:NAME`."""
    address: str
    what: str
    target: str
    outcome: str
    command: str | None = None
    detail: dict[str, str | int | bool | list[str] | None] = {}
    number: int = 0
    """Given by the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """Which entries of the audit are wanted; None: any."""

    by: str | None = None
    what: str | None = None
    after: float | None = None
    """From this time on, seconds since 1970."""
    until: float | None = None
    """Before this time."""
    before: int | None = None
    """Only entries with a smaller number: the cursor to page by."""
    limit: int = 50


class PeopleStore(Protocol):
    """Users, logins and audit; every method raises `StoreError` when the store cannot do it."""

    async def save_user(self, user: UserRecord) -> None:
        """Keep a user; one with the same id is replaced. A name that another user has is an error of the caller."""
        ...

    async def remove_user(self, user: str) -> None:
        """Forget a user; nothing happens when there is none."""
        ...

    async def users(self) -> list[UserRecord]:
        """Give all users, by name."""
        ...

    async def add_login(self, login: Login) -> None:
        """Remember a session or token; one with the same hash is replaced."""
        ...

    async def login(self, hash_: str) -> Login | None:
        """Find a session or token; expiry is the caller's to check."""
        ...

    async def logins(self, kind: LoginKind) -> Sequence[Login]:
        """Give all sessions or all tokens, oldest first."""
        ...

    async def remove_login(self, hash_: str) -> None:
        """Forget a session or token; nothing happens when there is none."""
        ...

    async def add_audit(self, entry: AuditRecord) -> None:
        """Keep an entry; the store numbers it."""
        ...

    async def audit(self, search: AuditSearch) -> list[AuditRecord]:
        """Give entries, newest first."""
        ...

    async def trim_audit(self, *, before: float, keep: int) -> None:
        """Forget the entries of before a time, and all but the newest ``keep``."""
        ...

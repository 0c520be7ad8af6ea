"""Users, tokens, sessions and the audit from Python: `ConsoleClient.people`.

Source: docs/access.md; the served `/api/v1/openapi.json`.
"""

from types import NoneType

from offhook.console_api.people import (
    AuditEntry,
    Me,
    NewPassword,
    NewToken,
    NewUser,
    Token,
    TokenWithSecret,
    User,
    UserChange,
)
from offhook.console_api.scopes import Scope
from offhook.sdk.http_link import HttpLink, path_part

__all__ = ["People"]


class People:
    """Who may do what, and who did.

    Example::

        anna = await console.people.add_user(NewUser(name="anna", role=Role.OPERATOR, phones=["02000f001001"]))
        await console.people.set_password(anna.id, "four quiet words")
    """

    def __init__(self, link: HttpLink) -> None:
        self._link = link

    async def me(self) -> Me:
        """Whoever asks, and what they may."""
        return await self._link.ask("GET", "/me", Me)

    async def users(self) -> list[User]:
        """Every user, by name."""
        return await self._link.ask("GET", "/users", list[User])

    async def add_user(self, user: NewUser) -> User:
        """Add somebody who may sign in, once there is a password."""
        return await self._link.ask("POST", "/users", User, user)

    async def change_user(self, user: str, change: UserChange) -> User:
        """Change what ``change`` names; ``user`` is an id."""
        return await self._link.ask("PATCH", f"/users/{path_part(user)}", User, change)

    async def remove_user(self, user: str) -> None:
        """Remove a user by id, and sign them out."""
        await self._link.ask("DELETE", f"/users/{path_part(user)}", NoneType)

    async def set_password(self, user: str, password: str) -> None:
        """Set a user's password; their sessions end."""
        await self._link.ask("PUT", f"/users/{path_part(user)}/password", NoneType, NewPassword(password=password))

    async def sign_out(self, user: str) -> None:
        """Sign a user out everywhere."""
        await self._link.ask("DELETE", f"/users/{path_part(user)}/sessions", NoneType)

    async def tokens(self) -> list[Token]:
        """Every token that is valid, by name; their secrets are not shown."""
        return await self._link.ask("GET", "/tokens", list[Token])

    async def add_token(self, name: str, scopes: list[Scope], *, expires_in_days: int | None = None) -> TokenWithSecret:
        """Make a token; its secret is in this answer and nowhere else."""
        body = NewToken(name=name, scopes=scopes, expires_in_days=expires_in_days)
        return await self._link.ask("POST", "/tokens", TokenWithSecret, body)

    async def remove_token(self, token: str) -> None:
        """End a token by id."""
        await self._link.ask("DELETE", f"/tokens/{path_part(token)}", NoneType)

    async def audit(
        self, *, by: str | None = None, what: str | None = None, before: int | None = None, limit: int = 50
    ) -> list[AuditEntry]:
        """Who did what, newest first.

        Args:
            by: Only of this one: ``user:NAME`` or ``token:NAME``.
            what: Only this operation, by its id in the OpenAPI document.
            before: Number of an entry: only older ones.
        """
        query = {"by": by, "what": what, "before": before, "limit": limit}
        return await self._link.ask("GET", "/audit", list[AuditEntry], query=query)

"""Whoever asks, and what they may: scopes, and a reach over phones.

Source: docs/access.md.
"""

from dataclasses import dataclass
from typing import Literal

from offhook.console.store.people import Login, UserRecord
from offhook.console_api.scopes import SCOPES_OF_ROLE, Scope, commands_all_phones, sees_all_phones
from offhook.errors import NotAllowed

__all__ = ["Principal", "principal_of_token", "principal_of_user"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks."""

    kind: Literal["session", "token"]
    name: str
    """The user's, or the token's."""
    login: Login
    user: UserRecord | None
    """None for a token."""
    scopes: frozenset[Scope]
    sees: frozenset[str] | None
    """Phones whose calls are shown; of the others the presence alone. None: all."""
    commands: frozenset[str] | None
    """Phones that obey. None: all."""

    @property
    def by(self) -> str:
        """How commands and the audit name it."""
        return f"{'token' if self.user is None else 'user'}:{self.name}"

    def require(self, scope: Scope) -> None:
        """Insist on a scope.

        Raises:
            NotAllowed: It is not there.
        """
        if scope not in self.scopes:
            what = "your role does not allow this" if self.user else "this token does not allow it"
            raise NotAllowed("scope-missing", f"{what}: it needs {scope}; ask an administrator")

    def sees_phone(self, phone: str | None) -> bool:
        """Say whether a phone is shown in full."""
        return self.sees is None or phone is None or phone in self.sees

    def require_phone(self, phone: str) -> None:
        """Insist that a phone may be commanded.

        Raises:
            NotAllowed: It is somebody else's.
        """
        if self.commands is not None and phone not in self.commands:
            raise NotAllowed("phone-not-yours", "this is not your phone; an administrator can assign it to you")

    def has_rights_of(self, other: "Principal") -> bool:
        """Say whether the two may do the same."""
        return (self.scopes, self.sees, self.commands) == (other.scopes, other.sees, other.commands)


def principal_of_user(user: UserRecord, login: Login) -> Principal:
    """Give what a user may."""
    own = frozenset(user.phones)
    return Principal(
        kind="session",
        name=user.name,
        login=login,
        user=user,
        scopes=SCOPES_OF_ROLE[user.role],
        sees=None if sees_all_phones(user.role) else own,
        commands=None if commands_all_phones(user.role) else own,
    )


def principal_of_token(login: Login) -> Principal:
    """Give what a token may: its scopes, with every phone. A scope that this version does not know is worth nothing."""
    scopes = frozenset(scope for scope in Scope if scope in login.scopes)
    return Principal("token", login.name, login, None, scopes, None, None)

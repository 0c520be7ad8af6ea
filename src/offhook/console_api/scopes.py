"""What may be allowed: scopes, and the roles that are sets of them.

A token carries scopes; a user carries a role, which stands for scopes and for a reach: which phones the user may see
in full, and which the user may command. The console holds the tables of what each route and each event needs.

Source: docs/access.md; console-api.md §1 no. 4 (one word per route).
"""

from enum import StrEnum

__all__ = ["SCOPES_OF_ROLE", "Role", "Scope", "commands_all_phones", "sees_all_phones"]


class Scope(StrEnum):
    """One thing that can be allowed."""

    PHONES_READ = "phones:read"
    """See phones and what they are doing."""
    CALLS_READ = "calls:read"
    """See calls and commands."""
    CALLS_CONTROL = "calls:control"
    """Place, answer, hold, transfer and end calls."""
    PHONES_CONTROL = "phones:control"
    """Press keys other than `Reboot` and `AutoP`; do-not-disturb, forwards, volume."""
    PHONES_ADMIN = "phones:admin"
    """Set phones up, remove and restart them, by these keys too; see their management addresses."""
    EVENTS_READ = "events:read"
    """Follow the event feed."""
    HISTORY_READ = "history:read"
    """See everybody's history and statistics."""
    CONTACTS_READ = "contacts:read"
    """See contacts."""
    CONTACTS_WRITE = "contacts:write"
    """Add, change and remove contacts."""
    USERS_ADMIN = "users:admin"
    """Users, roles and tokens."""
    AUDIT_READ = "audit:read"
    """See who did what."""
    METRICS_READ = "metrics:read"
    """See what the console has counted."""
    CONSOLE_ADMIN = "console:admin"
    """The console itself: phones' raw requests, webhooks, imports."""


class Role(StrEnum):
    """What a user is."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


_OPERATOR = frozenset(
    {
        Scope.PHONES_READ,
        Scope.CALLS_READ,
        Scope.CALLS_CONTROL,
        Scope.PHONES_CONTROL,
        Scope.EVENTS_READ,
        Scope.CONTACTS_READ,
    }
)

SCOPES_OF_ROLE: dict[Role, frozenset[Scope]] = {
    Role.OPERATOR: _OPERATOR,
    Role.SUPERVISOR: _OPERATOR | {Scope.HISTORY_READ, Scope.CONTACTS_WRITE},
    Role.ADMINISTRATOR: frozenset(Scope),
}


def sees_all_phones(role: Role) -> bool:
    """Whether the calls of every phone are shown; otherwise those of one's own, and of others the presence alone."""
    return role is not Role.OPERATOR


def commands_all_phones(role: Role) -> bool:
    """Whether every phone may be commanded; otherwise one's own alone."""
    return role is Role.ADMINISTRATOR

"""The audit: who did what, from where, to what, and how it went.

Every request that would change something leaves an entry, refused or not, whichever route it went to; so does every
sign-in. Bodies are not kept, so that no secret is: routes say in `note` what is worth knowing. The entry of a request
that became a command is written with the command, in one transaction; all others are written here.

Source: docs/access.md; OWASP Logging ("which events to log").
"""

import time
from collections.abc import Callable

import structlog

from offhook.console.request_ids import current_request_id
from offhook.console.store.people import AuditRecord, PeopleStore
from offhook.errors import StoreError

__all__ = ["KEEP_ENTRIES", "KEEP_S", "REQUEST_ID", "AuditDetail", "AuditTrail"]

AuditDetail = dict[str, str | int | bool | list[str] | None]

REQUEST_ID = "request_id"
"""Entry of the detail that tells which request it was."""

KEEP_S = 400 * 24 * 3600.0
"""A year, and time to look at it."""
KEEP_ENTRIES = 500_000

_TRIM_EVERY = 1_000
_MAX_TEXT_CHARS = 256

_log = structlog.get_logger("offhook.console.audit")


class AuditTrail:
    """Writes entries, and forgets what is too old."""

    def __init__(
        self,
        store: PeopleStore,
        *,
        now: Callable[[], float] = time.time,
        keep_s: float = KEEP_S,
        keep_entries: int = KEEP_ENTRIES,
        trim_every: int = _TRIM_EVERY,
    ) -> None:
        """Prepare.

        Args:
            now: Seconds since 1970.
            keep_s: How long entries are kept.
            keep_entries: How many are kept.
            trim_every: Entries between two looks at what is too old; the first one looks, too.
        """
        self._store = store
        self._now = now
        self._keep_s = keep_s
        self._keep_entries = keep_entries
        self._trim_every = trim_every
        self._written = 0

    def entry(
        self,
        by: str,
        what: str,
        *,
        target: str,
        outcome: str,
        address: str = "",
        command: str | None = None,
        detail: AuditDetail | None = None,
    ) -> AuditRecord:
        """Make an entry; it is not kept yet.

        Args:
            by: `user:NAME` or `token:NAME`.
            what: The operation.
            target: What it was done to.
            outcome: `done`, `accepted`, or why not.
            address: Where from.
            command: Id of the command it became.
            detail: What was asked for; never a secret.
        """
        return AuditRecord(
            time=self._now(),
            by=by[:_MAX_TEXT_CHARS],
            address=address,
            what=what,
            target=target[:_MAX_TEXT_CHARS],
            outcome=outcome,
            command=command,
            detail=_with_request_id(detail or {}),
        )

    async def note(self, entry: AuditRecord) -> None:
        """Write an entry; a store that cannot take it is logged: what was done is done."""
        try:
            await self._store.add_audit(entry)
        except StoreError as error:
            reason = str(error)
            _log.error("an entry of the audit could not be stored", what=entry.what, by=entry.by, reason=reason)
        else:
            await self.count()

    async def count(self) -> None:
        """Count an entry that was written, here or with its command, and now and then forget what is too old."""
        if self._written % self._trim_every == 0:
            try:
                await self._store.trim_audit(before=self._now() - self._keep_s, keep=self._keep_entries)
            except StoreError as error:  # the next entry tries again
                _log.error("old entries of the audit could not be forgotten", reason=str(error))
                return
        self._written += 1


def _with_request_id(detail: AuditDetail) -> AuditDetail:
    request_id = current_request_id()
    return {**detail, REQUEST_ID: request_id} if request_id else detail

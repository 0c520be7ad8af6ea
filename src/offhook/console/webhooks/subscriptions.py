"""The webhooks there are, and what the API does with them: make, change, remove, give a new secret, show.

All are in memory as well as in the store; the store is written first. Secrets are encrypted with the key beside the
database, like the phones' passwords, and leave the console twice only: when they are made, in the answer to whoever
asked.

Source: docs/webhooks.md; Standard Webhooks ("Secret rotation": two signatures for a time).
"""

import asyncio
import secrets as dice
import time
from collections.abc import Callable
from typing import Any

import msgspec

from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.principal import Principal
from offhook.console.store.webhooks import WebhookProgress, WebhookRecord, WebhookStore
from offhook.console.times import rfc3339, rfc3339_or_none
from offhook.console.webhooks.signature import new_secret
from offhook.console.webhooks.targets import read_target
from offhook.console.webhooks.wanted_types import check_types
from offhook.console_api.webhooks import NewWebhook, Webhook, WebhookChange
from offhook.errors import NotFound, NotPossibleNow

__all__ = ["MAX_WEBHOOKS", "OLD_SECRET_S", "Subscription", "Subscriptions", "owner_of"]

MAX_WEBHOOKS = 64
OLD_SECRET_S = 24 * 3600.0
"""How long messages are signed with the secret of before, too."""


class Subscription:
    """One webhook as it runs."""

    def __init__(self, record: WebhookRecord, progress: WebhookProgress) -> None:
        self.record = record
        self.progress = progress
        self.blocked: str | None = None
        """Why nothing goes out although it is enabled."""
        self.version = 0
        """Rises with each change: what was begun before it does not count."""
        self.replays = 0
        """Rises when dead letters are to be sent again."""
        self.wake = asyncio.Event()
        """Set when there may be something to do."""


class Subscriptions:
    """Keeps them."""

    def __init__(
        self,
        store: WebhookStore,
        encryption: PhoneSecrets,
        *,
        is_loopback_allowed: bool,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare.

        Args:
            encryption: The key beside the database.
            now: Seconds since 1970.
        """
        self.store = store
        self._encryption = encryption
        self._is_loopback_allowed = is_loopback_allowed
        self._now = now
        self._all: dict[str, Subscription] = {}
        self._lock = asyncio.Lock()
        self.on_change: Callable[[], None] = lambda: None
        """Called when one came or went."""

    async def load(self) -> None:
        """Read them.

        Raises:
            StoreError: The store cannot be read.
        """
        self._all = {record.id: Subscription(record, reached) for record, reached in await self.store.webhooks()}
        self.on_change()

    def all(self) -> list[Subscription]:
        """Give all, oldest first."""
        return list(self._all.values())

    def get(self, id_: str) -> Subscription:
        """Give one.

        Raises:
            NotFound: There is none of this id.
        """
        found = self._all.get(id_)
        if found is None:
            raise NotFound("webhook", id_)
        return found

    async def create(self, wanted: NewWebhook, principal: Principal, seq: int) -> tuple[Subscription, str]:
        """Make one, which begins after an event.

        Args:
            principal: Whose rights decide what is sent.
            seq: Of the last event there is.
        Returns:
            It, and its secret.
        Raises:
            NotValid: The URL cannot be used, or there is no such type of event.
            NotPossibleNow: There are too many.
        """
        read_target(wanted.url, is_loopback_allowed=self._is_loopback_allowed)
        check_types(wanted.types)
        async with self._lock:
            if len(self._all) >= MAX_WEBHOOKS:
                raise NotPossibleNow("too-many-webhooks", f"there are {MAX_WEBHOOKS} webhooks; remove one first")
            secret = new_secret()
            record = WebhookRecord(
                id=f"wh_{dice.token_hex(6)}",
                owner=owner_of(principal),
                maker=principal.by,
                created=self._now(),
                secret=self._encryption.encrypt(secret),
                **_fields(wanted),
            )
            made = Subscription(record, WebhookProgress(seq=seq))
            await self.store.save_webhook(record, made.progress)
            self._all[record.id] = made
        self.on_change()
        return made, secret

    async def change(self, id_: str, change: WebhookChange) -> Subscription:
        """Change what is named; a new URL, or being switched on, is tried at once.

        Raises:
            NotFound: There is none of this id.
            NotValid: The URL cannot be used, or there is no such type of event.
        """
        fields = _fields(change)
        if "url" in fields:
            read_target(fields["url"], is_loopback_allowed=self._is_loopback_allowed)
        check_types(fields.get("types", ()))
        async with self._lock:
            found = self.get(id_)
            progress = found.progress
            if fields.keys() & {"url", "is_enabled"}:
                progress = WebhookProgress(seq=progress.seq, delivered=progress.delivered, lost=progress.lost)
            await self._keep(found, msgspec.structs.replace(found.record, **fields), progress)
        return found

    async def rotate(self, id_: str) -> tuple[Subscription, str]:
        """Give one a new secret; the old one is good for another day.

        Raises:
            NotFound: There is none of this id.
        """
        async with self._lock:
            found = self.get(id_)
            secret = new_secret()
            record = msgspec.structs.replace(
                found.record,
                secret=self._encryption.encrypt(secret),
                old_secret=found.record.secret,
                old_until=self._now() + OLD_SECRET_S,
            )
            await self._keep(found, record, found.progress)
        return found, secret

    async def stop(self, found: Subscription, progress: WebhookProgress) -> None:
        """Switch one off that failed for too long; it keeps its position and the reason."""
        async with self._lock:
            await self._keep(found, msgspec.structs.replace(found.record, is_enabled=False), progress)

    async def remove(self, id_: str) -> Subscription:
        """Forget one and its dead letters.

        Raises:
            NotFound: There is none of this id.
        """
        async with self._lock:
            found = self.get(id_)
            await self.store.remove_webhook(id_)
            del self._all[id_]
        self.on_change()
        return found

    def secrets_of(self, found: Subscription) -> list[str]:
        """Give the secrets to sign with now, the newest first. Never to be shown or logged.

        Raises:
            ConfigError: The key file does not fit the store.
        """
        record = found.record
        kept = [record.secret]
        if record.old_secret is not None and self._now() < record.old_until:
            kept.append(record.old_secret)
        return [self._encryption.decrypt(each) for each in kept]

    def view(self, found: Subscription, seq: int, dead_letters: int) -> Webhook:
        """Show one.

        Args:
            seq: Of the last event there is.
            dead_letters: How many there are.
        """
        record, progress = found.record, found.progress
        return Webhook(
            id=record.id,
            name=record.name,
            url=record.url,
            types=list(record.types),
            phones=list(record.phones),
            groups=list(record.groups),
            is_enabled=record.is_enabled,
            created=rfc3339(record.created),
            created_by=record.maker,
            problem=(found.blocked if record.is_enabled else None) or progress.problem,
            position=progress.seq,
            waiting=max(0, seq - progress.seq),
            failed_attempts=progress.attempts,
            next_attempt=rfc3339(progress.due) if record.is_enabled and progress.due else None,
            failing_since=rfc3339_or_none(progress.failing_since),
            last_success=rfc3339_or_none(progress.delivered),
            lost=progress.lost,
            dead_letters=dead_letters,
        )

    async def _keep(self, found: Subscription, record: WebhookRecord, progress: WebhookProgress) -> None:
        await self.store.save_webhook(record, progress)
        found.record, found.progress = record, progress
        found.version += 1
        found.wake.set()


def owner_of(principal: Principal) -> str:
    """Name whose rights count, so that they can be found again when nobody is asking."""
    return f"token:{principal.name}" if principal.user is None else f"user:{principal.user.id}"


def _fields(wanted: NewWebhook | WebhookChange) -> dict[str, Any]:
    given: dict[str, Any] = msgspec.to_builtins(wanted)
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}

"""Delivers events to webhooks: one lane a subscription, bounded sending.

Theory of operation. A lane reads the events after its position from the journal, as the feed's resumption does, so a
restart or a slow receiver loses nothing that is still kept. It sends one event at a time and goes on when that was
taken; `progress` decides what a failure leads to. The position is stored once a second at most: after a crash the last
events may be sent again, with the same id. Dead letters that somebody wants sent again go first, once each.

What is sent is what whoever made the webhook may see at that moment, as on the event feed.

Source: docs/webhooks.md; Standard Webhooks.
"""

import asyncio
import contextlib
import random
import secrets as dice
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence

import msgspec
import structlog

from offhook.console.access import Access
from offhook.console.journal import Journal
from offhook.console.principal import Principal
from offhook.console.records import WebhookStopped
from offhook.console.store.webhooks import LetterRecord, WebhookProgress
from offhook.console.times import rfc3339
from offhook.console.visibility import event_for, view_for
from offhook.console.webhooks.courier import WebhookCourier
from offhook.console.webhooks.progress import Attempt, Verdict, after_failure, after_replay, after_success
from offhook.console.webhooks.subscriptions import Subscription, Subscriptions
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.scopes import Scope
from offhook.errors import OffhookError

__all__ = ["MAX_LETTERS", "Deliveries"]

MAX_LETTERS = 10_000
"""Dead letters kept of one subscription; the oldest go first."""

_PAGE = 500
_SAVE_EVERY_S = 1.0
_LOOK_AGAIN_S = 60.0
_AFTER_TROUBLE_S = 5.0

_encoder = msgspec.json.Encoder()
_log = structlog.get_logger("offhook.console.webhooks")


class Deliveries:
    """Runs the lanes; start once, stop once."""

    def __init__(
        self,
        journal: Journal,
        subscriptions: Subscriptions,
        access: Access,
        courier: WebhookCourier,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Prepare; nothing is sent before `start`.

        Args:
            now: Seconds since 1970.
        """
        self.journal = journal
        self.subscriptions = subscriptions
        self.access = access
        self.courier = courier
        self.now = now
        self.counts: Counter[str] = Counter()
        """What happened, by name: `delivered`, `failed`, `set_aside`, `disabled`."""
        self._lanes: dict[Subscription, asyncio.Task[None]] = {}
        self._ending: set[asyncio.Task[None]] = set()
        self._page: tuple[tuple[int, int], list[Envelope]] | None = None
        self._stop_listening: Callable[[], None] = lambda: None
        subscriptions.on_change = self._match_lanes

    async def start(self) -> None:
        """Read the subscriptions and begin.

        Raises:
            StoreError: The store cannot be read.
        """
        self._stop_listening = self.journal.on_committed(self._wake_lanes)
        await self.subscriptions.load()

    async def stop(self) -> None:
        """Break off what is being sent, to be sent again after the next start; may be called twice."""
        self.subscriptions.on_change = lambda: None
        self._stop_listening()
        tasks = {*self._lanes.values(), *self._ending}
        self._lanes = {}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self.courier.close()

    async def events_after(self, seq: int) -> list[Envelope]:
        """Give the next events; lanes that are at the same place share them.

        Raises:
            StoreError: The store cannot be read.
        """
        place = (seq, self.journal.seq)
        if place[0] >= place[1]:
            return []
        if self._page is None or self._page[0] != place:
            self._page = (place, await self.journal.events_after(seq, _PAGE))
        return self._page[1]

    async def test(self, id_: str) -> Attempt:
        """Send an event that says no more than that this is a trial; nothing else changes.

        Raises:
            NotFound: There is no such webhook.
        """
        found = self.subscriptions.get(id_)
        now = rfc3339(self.now())
        event = Envelope(
            id=f"test_{dice.token_hex(8)}",
            seq=self.journal.seq,
            epoch=self.journal.epoch,
            type=EventType.WEBHOOK_TESTED,
            time=now,
            received=now,
            origin=Origin.OPERATOR,
            detail={"webhook": id_},
        )
        with_secrets = self.subscriptions.secrets_of(found)
        return await self.courier.send(found.record.url, event.id, _encoder.encode(event), with_secrets)

    async def replay(self, id_: str, numbers: Sequence[int]) -> int:
        """Let dead letters be sent again, all when none is named; gives how many are waiting for it.

        Raises:
            NotFound: There is no such webhook.
            StoreError: The store cannot be written.
        """
        found = self.subscriptions.get(id_)
        waiting = await self.subscriptions.store.wake_letters(id_, numbers)
        found.replays += 1
        found.wake.set()
        return waiting

    def wake_all(self) -> None:
        """Let every lane look whether there is something to do."""
        self._wake_lanes(())

    def _wake_lanes(self, _batch: Sequence[Envelope]) -> None:
        for found in self._lanes:
            found.wake.set()

    def _match_lanes(self) -> None:
        """Run a lane for each subscription there is, and end the others."""
        wanted = set(self.subscriptions.all())
        for gone in self._lanes.keys() - wanted:
            task = self._lanes.pop(gone)
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
            task.cancel()
        for new in wanted - self._lanes.keys():
            self._lanes[new] = asyncio.create_task(_Lane(self, new).run(), name=f"webhook {new.record.id}")


class _Lane:
    """Delivers to one subscription."""

    def __init__(self, deliveries: Deliveries, found: Subscription) -> None:
        self._all = deliveries
        self._found = found
        self._page: deque[Envelope] = deque()
        self._saved = (found.progress, deliveries.now())
        self._letters_seen = -1
        """`Subscription.replays` when no dead letter was waiting."""
        self._rights: tuple[int, float, Principal | None] | None = None
        self._phones: tuple[object, frozenset[str] | None] = (None, None)

    async def run(self) -> None:
        """Go on until cancelled, whatever happens."""
        try:
            while True:
                try:
                    await self._step()
                except OffhookError as error:
                    _log.error("a webhook has to wait", webhook=self._found.record.id, reason=str(error))
                    await asyncio.sleep(_AFTER_TROUBLE_S)
                except Exception:  # noqa: BLE001 - a bug must not end the lane for ever: the next event may be no trouble
                    _log.exception("a webhook's lane failed", webhook=self._found.record.id)
                    await asyncio.sleep(_LOOK_AGAIN_S)
        finally:
            with contextlib.suppress(OffhookError):
                await self._save()

    async def _step(self) -> None:
        """Send one thing, or wait until there may be one."""
        found = self._found
        found.wake.clear()
        principal = await self._may_send()
        if principal is None or found.progress.due > self._all.now():
            await self._wait()
            return
        if await self._send_letter():
            return
        event = await self._next_event(principal)
        if event is None:
            await self._wait()
        else:
            await self._send_event(event, principal)

    async def _may_send(self) -> Principal | None:
        """Give whose eyes to see with; None when nothing may go out."""
        found, access, now = self._found, self._all.access, self._all.now()
        if not found.record.is_enabled:
            return None
        if self._rights is None or self._rights[0] != access.changes or now - self._rights[1] >= _LOOK_AGAIN_S:
            changes = access.changes
            principal = await access.standing(found.record.owner)
            if principal is not None and not {Scope.CONSOLE_ADMIN, Scope.EVENTS_READ} <= principal.scopes:
                principal = None
            self._rights = (changes, now, principal)
        principal = self._rights[2]
        found.blocked = None if principal else f"{found.record.maker}, who made it, may have no webhooks any more"
        return principal

    async def _next_event(self, principal: Principal) -> Envelope | None:
        """Go past what is not wanted."""
        found = self._found
        while True:
            if not self._page or self._page[0].seq <= found.progress.seq:
                self._page = deque(await self._all.events_after(found.progress.seq))
            if not self._page:
                return None
            lost = self._page[0].seq - found.progress.seq - 1
            if lost > 0:
                _log.warning("events were thrown away before a webhook got them", webhook=found.record.id, lost=lost)
                self._reach(self._page[0].seq - 1, lost)
            seq = found.progress.seq
            while self._page and not self._wants(self._page[0], principal):
                seq = self._page.popleft().seq
            self._reach(seq)
            if self._page:
                return self._page[0]
            await self._save_now_and_then()

    def _reach(self, seq: int, lost: int = 0) -> None:
        progress = self._found.progress
        if seq != progress.seq:
            self._found.progress = msgspec.structs.replace(progress, seq=seq, lost=progress.lost + lost)

    def _wants(self, event: Envelope, principal: Principal) -> bool:
        record = self._found.record
        if view_for(principal, event) is None:
            return False
        phones = self._phones_wanted()
        if phones is not None and event.phone not in phones:
            return False
        return not record.types or any(
            event.type == entry or (entry.endswith(".") and event.type.startswith(entry)) for entry in record.types
        )

    def _phones_wanted(self) -> frozenset[str] | None:
        """Give the phones that are named, and those of the groups' users as of now; None: all."""
        record, access = self._found.record, self._all.access
        known_for = (record, access.changes)
        if self._phones[0] != known_for:
            named = set(record.phones)
            for user in access.users.all():
                if user.group in record.groups:
                    named.update(user.phones)
            self._phones = (known_for, frozenset(named) if record.phones or record.groups else None)
        return self._phones[1]

    async def _send_event(self, event: Envelope, principal: Principal) -> None:
        view = view_for(principal, event)
        assert view is not None
        body = _encoder.encode(event_for(view, event))
        found, version = self._found, self._found.version
        attempt = await self._send(event.id, body)
        if version != found.version:
            return  # it was changed meanwhile: this counts for nothing, not even as delivered
        now = self._all.now()
        if attempt.problem is None:
            self._all.counts["delivered"] += 1
            found.progress = after_success(found.progress, event.seq, now)
            await self._save_now_and_then()
            return
        self._all.counts["failed"] += 1
        progress, verdict = after_failure(found.progress, attempt, event.seq, now, random.random())
        attempts = found.progress.attempts + 1
        match verdict:
            case Verdict.SET_ASIDE:
                letter = LetterRecord(
                    webhook=found.record.id,
                    message=event.id,
                    type=event.type,
                    at=now,
                    attempts=attempts,
                    problem=attempt.problem,
                    body=body,
                )
                await self._all.subscriptions.store.set_aside(letter, progress, keep=MAX_LETTERS)
                self._all.counts["set_aside"] += 1
                found.progress = progress
            case Verdict.DISABLE:
                await self._disable(progress, attempt.problem)
            case Verdict.RETRY:
                found.progress = progress
                await self._save()

    async def _disable(self, progress: WebhookProgress, problem: str) -> None:
        """Stop, and say so to whoever follows the events."""
        record = self._found.record
        _log.error("a webhook failed for too long and is switched off", webhook=record.id, reason=problem)
        await self._all.subscriptions.stop(self._found, progress)
        self._all.counts["disabled"] += 1
        await self._all.journal.record(WebhookStopped(record.id, record.name, problem))

    async def _send_letter(self) -> bool:
        """Send the oldest dead letter that somebody wants sent again; says whether there was one."""
        store = self._all.subscriptions.store
        replays = self._found.replays
        if replays == self._letters_seen:
            return False
        letters = await store.letters(self._found.record.id, limit=1, is_waiting=True)
        if not letters:
            self._letters_seen = replays
            return False
        (letter,) = letters
        version = self._found.version
        attempt = await self._send(letter.message, letter.body)
        self._all.counts["delivered" if attempt.problem is None else "failed"] += 1
        if attempt.problem is None and version == self._found.version:
            self._found.progress = after_replay(self._found.progress, self._all.now())
            await self._save_now_and_then()
        await store.settle_letter(letter.number, problem=attempt.problem, attempts=letter.attempts + 1)
        return True

    async def _send(self, message: str, body: bytes) -> Attempt:
        with_secrets = self._all.subscriptions.secrets_of(self._found)
        attempt = await self._all.courier.send(self._found.record.url, message, body, with_secrets)
        if attempt.problem is not None:
            _log.warning("a webhook failed", webhook=self._found.record.id, message=message, reason=attempt.problem)
        return attempt

    async def _wait(self) -> None:
        """Wait for news, for the next attempt, or to store how far this has got."""
        now = self._all.now()
        pause = _LOOK_AGAIN_S
        if self._found.record.is_enabled and self._found.progress.due > now:
            pause = min(pause, self._found.progress.due - now)
        if self._found.progress is not self._saved[0]:
            pause = min(pause, _SAVE_EVERY_S)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await self._found.wake.wait()
        await self._save_now_and_then()

    async def _save_now_and_then(self) -> None:
        if not 0 <= self._all.now() - self._saved[1] < _SAVE_EVERY_S:
            await self._save()

    async def _save(self) -> None:
        progress = self._found.progress
        if progress is not self._saved[0]:
            await self._all.subscriptions.store.save_progress({self._found.record.id: progress})
            self._saved = (progress, self._all.now())

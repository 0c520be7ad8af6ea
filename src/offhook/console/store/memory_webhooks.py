"""Webhooks in memory; part of `MemoryStore`.

Source: `store.webhooks`.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from offhook.console.store.webhooks import LetterRecord, WebhookProgress, WebhookRecord

__all__ = ["MemoryWebhooks"]


class MemoryWebhooks:
    """Implements `WebhookStore`."""

    def __init__(self) -> None:
        self._webhooks: dict[str, tuple[WebhookRecord, WebhookProgress]] = {}
        self._letters: dict[int, LetterRecord] = {}
        self._lettered = 0

    async def save_webhook(self, webhook: WebhookRecord, progress: WebhookProgress) -> None:
        """Keep a subscription."""
        self._webhooks[webhook.id] = (webhook, progress)

    async def save_progress(self, progress: Mapping[str, WebhookProgress]) -> None:
        """Keep how far some have got."""
        for id_, reached in progress.items():
            if id_ in self._webhooks:
                self._webhooks[id_] = (self._webhooks[id_][0], reached)

    async def remove_webhook(self, webhook: str) -> None:
        """Forget a subscription."""
        self._webhooks.pop(webhook, None)
        self._letters = {number: each for number, each in self._letters.items() if each.webhook != webhook}

    async def webhooks(self) -> list[tuple[WebhookRecord, WebhookProgress]]:
        """Give all, oldest first."""
        return sorted(self._webhooks.values(), key=lambda kept: (kept[0].created, kept[0].id))

    async def set_aside(self, letter: LetterRecord, progress: WebhookProgress, *, keep: int) -> None:
        """Keep a dead letter."""
        await self.save_progress({letter.webhook: progress})
        if letter.webhook not in self._webhooks:
            return
        self._lettered += 1
        self._letters[self._lettered] = replace(letter, number=self._lettered)
        mine = [number for number, each in self._letters.items() if each.webhook == letter.webhook]
        for number in mine[:-keep]:
            del self._letters[number]

    async def letters(
        self, webhook: str, *, after: int = 0, limit: int = 50, is_waiting: bool | None = None
    ) -> list[LetterRecord]:
        """Give dead letters, oldest first."""
        return [
            each
            for number, each in self._letters.items()
            if each.webhook == webhook and number > after and is_waiting in (None, each.is_waiting)
        ][:limit]

    async def letter_counts(self) -> dict[str, int]:
        """Count dead letters."""
        return Counter(each.webhook for each in self._letters.values())

    async def wake_letters(self, webhook: str, numbers: Collection[int]) -> int:
        """Mark dead letters as to be sent again."""
        for number, each in self._letters.items():
            if each.webhook == webhook and (not numbers or number in numbers):
                self._letters[number] = replace(each, is_waiting=True)
        return sum(each.is_waiting for each in self._letters.values() if each.webhook == webhook)

    async def settle_letter(self, number: int, *, problem: str | None, attempts: int = 0) -> None:
        """Forget a dead letter, or note that it was not delivered."""
        kept = self._letters.pop(number, None)
        if kept is not None and problem is not None:
            self._letters[number] = replace(kept, problem=problem, attempts=attempts, is_waiting=False)
            self._letters = dict(sorted(self._letters.items()))

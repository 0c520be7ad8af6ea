"""What every store promises of webhooks; run by the test module of each."""

from dataclasses import replace
from pathlib import Path

import msgspec

from offhook.console.store.webhooks import LetterRecord, WebhookProgress, WebhookRecord
from tests.console.store.over_a_folder import OverAFolder

PROGRESS = WebhookProgress(seq=3, attempts=1, due=5.0, failing_since=4.0, delivered=2.0, problem="x\x00", lost=1)


def a_webhook(number: int) -> WebhookRecord:
    return WebhookRecord(
        id=f"wh_{number}",
        url="http://10.0.0.1/",
        owner="user:u_1",
        maker="user:anna",
        created=float(number),
        secret=b"\x00\xff",
        types=("call.",),
    )


def a_letter(webhook: str, message: str) -> LetterRecord:
    return LetterRecord(
        webhook=webhook, message=message, type="call.held", at=1.0, attempts=3, problem="it answered 400", body=b"{}"
    )


class WebhooksContract(OverAFolder):
    """Inherited by the tests of each store; ``a_store`` makes one over a folder."""

    async def test_webhooks_are_kept_with_how_far_they_got(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        first, second = a_webhook(1), a_webhook(2)
        await store.save_webhook(second, WebhookProgress())
        await store.save_webhook(first, PROGRESS)
        assert await store.webhooks() == [(first, PROGRESS), (second, WebhookProgress())]
        changed = msgspec.structs.replace(first, name="new", old_secret=b"1", old_until=9.0, is_enabled=False)
        await store.save_webhook(changed, PROGRESS)
        await store.save_progress({second.id: PROGRESS, "wh_gone": PROGRESS})
        assert await store.webhooks() == [(changed, PROGRESS), (second, PROGRESS)]
        await store.remove_webhook(first.id)
        await store.remove_webhook(first.id)
        assert await store.webhooks() == [(second, PROGRESS)]
        await store.close()

    async def test_dead_letters(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        for number in (1, 2):
            await store.save_webhook(a_webhook(number), WebhookProgress())
        for message in ("e-1", "e-2", "e-3"):
            await store.set_aside(a_letter("wh_1", message), PROGRESS, keep=2)
        await store.set_aside(a_letter("wh_2", "e-1"), PROGRESS, keep=2)
        await store.set_aside(a_letter("wh_gone", "e-1"), PROGRESS, keep=2)
        assert await store.webhooks() == [(a_webhook(1), PROGRESS), (a_webhook(2), PROGRESS)]
        letters = await store.letters("wh_1")
        assert [letter.message for letter in letters] == ["e-2", "e-3"]
        assert letters[0] == replace(a_letter("wh_1", "e-2"), number=letters[0].number)
        assert await store.letters("wh_1", after=letters[0].number) == letters[1:]
        assert await store.letters("wh_1", limit=1) == letters[:1]
        assert dict(await store.letter_counts()) == {"wh_1": 2, "wh_2": 1}
        await store.remove_webhook("wh_1")
        assert await store.letters("wh_1") == []
        assert dict(await store.letter_counts()) == {"wh_2": 1}
        await store.close()

    async def test_dead_letters_that_are_to_be_sent_again(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.save_webhook(a_webhook(1), WebhookProgress())
        for message in ("e-1", "e-2", "e-3"):
            await store.set_aside(a_letter("wh_1", message), PROGRESS, keep=9)
        first, second, third = await store.letters("wh_1")
        assert await store.letters("wh_1", is_waiting=True) == []
        assert await store.wake_letters("wh_1", [second.number, 999]) == 1
        assert await store.wake_letters("wh_2", []) == 0
        assert [each.number for each in await store.letters("wh_1", is_waiting=True)] == [second.number]
        assert await store.wake_letters("wh_1", []) == 3
        await store.settle_letter(first.number, problem=None)
        await store.settle_letter(first.number, problem="no more there")
        await store.settle_letter(second.number, problem="it answered 404", attempts=4)
        assert [each.number for each in await store.letters("wh_1", is_waiting=True)] == [third.number]
        (failed,) = await store.letters("wh_1", is_waiting=False)
        assert (failed.number, failed.problem, failed.attempts) == (second.number, "it answered 404", 4)
        assert [each.number for each in await store.letters("wh_1")] == [second.number, third.number]
        await store.close()

import asyncio
from collections.abc import Callable

import pytest

from offhook.console.intake import Intake, read_report
from offhook.console.journal import JournalFull, Tell
from offhook.console_api.envelope import Envelope
from offhook.errors import NotAllowed, OffhookError
from tests.console.kit import START, WITHIN_S, A, a_journal


async def told(take: Callable[[Tell], None]) -> tuple[list[Envelope], OffhookError | None]:
    """What is told of a report."""
    heard: asyncio.Queue[tuple[list[Envelope], OffhookError | None]] = asyncio.Queue()
    take(lambda envelopes, error: heard.put_nowait((envelopes, error)))
    return await asyncio.wait_for(heard.get(), WITHIN_S)


def never(_envelopes: list[Envelope], _error: OffhookError | None) -> None:
    raise AssertionError("nothing was taken")


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        (b"/a/geheim/incoming.xml?mac=1", b"/a/***/incoming.xml?mac=1"),
        (b"//a//geheim/incoming.xml", b"//a//***/incoming.xml"),
        (b"http://console:8801/a/geheim/incoming", b"http://console:8801/a/***/incoming"),
        (b"/a/geheim?x=/a/b", b"/a/***?x=/a/b"),
        (b"/incoming.xml?x=/a/b", b"/incoming.xml?x=/a/b"),
    ],
)
def test_a_secret_is_not_kept(target: bytes, kept: bytes) -> None:
    report = read_report(target, "10.0.0.1", START)
    assert report.request == kept
    assert (report.source_address, report.received) == ("10.0.0.1", START)


async def test_a_report_reaches_the_journal() -> None:
    async with a_journal() as journal:
        intake = Intake(journal)
        (envelopes, error) = await told(lambda tell: intake.take(f"/dnd_on?mac={A}".encode(), "10.0.0.1", tell))
        assert error is None
        assert envelopes[-1].type == "phone.dnd_changed"
        assert envelopes[-1].received == "2027-01-15T08:00:00.000Z"


async def test_without_the_secret_nothing_is_recorded() -> None:
    async with a_journal() as journal:
        intake = Intake(journal, secret="geheim")
        for target in (b"/dnd_on", b"/a/falsch/dnd_on", b"/a/geheim2/dnd_on", b"/geheim/dnd_on"):
            with pytest.raises(NotAllowed) as caught:
                intake.take(target, "10.0.0.1", never)
            assert "geheim" not in str(caught.value)
        assert journal.seq == 0
        await told(lambda tell: intake.take(b"/a/geheim/dnd_on", "10.0.0.1", tell))
        assert journal.seq > 0


async def test_a_journal_that_is_full_is_the_listeners_to_answer() -> None:
    async with a_journal(max_waiting=0) as journal:
        with pytest.raises(JournalFull):
            Intake(journal).take(b"/dnd_on", "10.0.0.1", never)

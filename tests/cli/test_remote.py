"""The commands against a console with three phones: what they print, and the exit code."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from offhook.cli.main import build_parser, main
from offhook.cli.printing import Printer
from offhook.cli.remote import carry_out
from offhook.console_api.event_types import EventType
from offhook.demo.cast import CAST
from offhook.demo.scene import DemoPorts, DemoScene
from offhook.errors import OffhookError
from offhook.sdk import ConsoleClient

ANNA, BEN, CHLOE = (role.mac for role in CAST)
_LIMIT_S = 15


@dataclass
class Desk:
    """The commands as the program carries them out, and the same console by its sdk."""

    client: ConsoleClient
    capsys: pytest.CaptureFixture[str]

    async def run(self, *words: str) -> tuple[int, str]:
        """Exit code and stdout of one command line."""
        arguments = build_parser().parse_args(words)
        async with asyncio.timeout(_LIMIT_S):
            code = await carry_out(self.client, arguments, Printer(is_json=arguments.json))
        return code, self.capsys.readouterr().out

    async def done(self, *words: str) -> dict[str, Any]:
        """Run a command that has to succeed; gives its JSON."""
        code, out = await self.run(*words, "--json")
        assert code == 0, out
        answer: dict[str, Any] = msgspec.json.decode(out)
        return answer

    async def refused(self, *words: str) -> str:
        """Run a command that has to be refused, in words."""
        with pytest.raises(OffhookError) as refusal:
            await self.run(*words)
        return str(refusal.value)

    async def after(self, type_: EventType, phone: str, *words: str) -> dict[str, Any]:
        """Run a command, and wait until a phone reported what it leads to."""
        async with self.client.events(types=[type_], phones=[phone]) as feed:
            answer = await self.done(*words)
            async with asyncio.timeout(_LIMIT_S):
                await anext(aiter(feed))
        return answer


@pytest.fixture
async def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[Desk]:
    scene = DemoScene(tmp_path, DemoPorts(0, 0, 0))
    await scene.start()
    try:
        async with ConsoleClient(scene.console.api_url, scene.token) as client:
            yield Desk(client, capsys)
    finally:
        await scene.stop()


async def test_a_call_with_everything_that_is_done_in_one(desk: Desk) -> None:
    dialled = await desk.after(EventType.CALL_DELIVERED, BEN, "dial", "1001", "1002")
    assert (dialled["state"], dialled["verb"]) == ("confirmed", "dial")
    await desk.after(EventType.CALL_ESTABLISHED, ANNA, "answer", "ben")
    assert (await desk.done("digits", "1001", "12"))["state"] == "unconfirmed", "taken, and not provable: still code 0"
    assert (await desk.done("hold", "1001"))["proof"] is not None
    assert (await desk.done("hold", "1001"))["requests"] == []
    await desk.after(EventType.CALL_DELIVERED, CHLOE, "transfer", "attended", "1001", "1003")
    asked = await desk.refused("transfer", "blind", "1001", "1003")
    assert f"{dialled['call']} (1002 Ben Carter, on hold)" in asked and "(1003 Chloé Dubois, being called)" in asked
    assert "name one with --call ID" in asked
    assert (await desk.done("transfer", "cancel", "1001"))["state"] == "confirmed"
    code, out = await desk.run("calls", "--phone", "1001")
    assert code == 0 and "Ben Carter" in out and "connected" in out
    assert (await desk.done("hangup", "1001"))["state"] == "confirmed"
    history = msgspec.json.decode((await desk.run("history", "--json"))[1])
    assert dialled["call"] in [entry["call"] for entry in history]


async def test_what_is_refused_is_one_line_that_says_what_to_do(desk: Desk) -> None:
    assert "no phone 'nobody'" in await desk.refused("keys", "nobody", "OK")
    assert "is no number" in await desk.refused("dial", "1001", "1002; rm")
    assert "where to" in await desk.refused("forward", "1001", "no-answer", "on")
    assert "has no call" in await desk.refused("hangup", "1001")
    assert "two calls" in await desk.refused("conference", "1001")
    assert "under way" in await desk.refused("transfer", "complete", "1001")


async def test_a_call_is_handed_over_while_the_target_rings(desk: Desk) -> None:
    await desk.after(EventType.CALL_DELIVERED, BEN, "dial", "1001", "10-02")
    await desk.after(EventType.CALL_ESTABLISHED, ANNA, "answer", "1002")
    await desk.after(EventType.CALL_DELIVERED, CHLOE, "transfer", "attended", "1001", "1003")
    await desk.after(EventType.CALL_DELIVERED, CHLOE, "transfer", "complete", "1001", "--no-wait")
    await desk.after(EventType.CALL_TRANSFERRED, ANNA, "answer", "1003")
    assert (await desk.done("hangup", "1002"))["state"] == "confirmed"


async def test_a_conference_is_left_by_hanging_up(desk: Desk) -> None:
    await desk.after(EventType.CALL_DELIVERED, BEN, "dial", "1001", "1002")
    await desk.after(EventType.CALL_ESTABLISHED, ANNA, "answer", "1002")
    await desk.after(EventType.CALL_DELIVERED, CHLOE, "transfer", "attended", "1001", "1003")
    await desk.after(EventType.CALL_ESTABLISHED, ANNA, "answer", "1003")
    assert (await desk.done("conference", "1001"))["state"] == "confirmed"
    assert (await desk.done("hangup", "1001"))["state"] == "confirmed"


async def test_forwards_need_no_set_up_at_our_own_phones(desk: Desk) -> None:
    for kind in ("always", "busy", "no-answer"):
        assert (await desk.done("forward", "1003", kind, "on", "1001"))["proof"] is not None
        assert (await desk.done("forward", "1003", kind, "off"))["proof"] is not None


async def test_features_and_keys(desk: Desk) -> None:
    assert (await desk.done("dnd", "1003", "on"))["state"] == "confirmed"
    for words in (
        ("volume", "1003", "-2"),
        ("line", "1003", "2"),
        ("nav", "1003", "up"),
        ("keys", "1003", "--force", "F1", "X"),
    ):
        assert (await desk.done(*words))["state"] == "unconfirmed"
    code, out = await desk.run("voicemail", "1003")
    assert code == 1 and "no effect" in out, "it could have been proved, and was not"
    assert (await desk.done("redial", "1003", "--no-wait"))["state"] == "queued"
    code, out = await desk.run("phones")
    assert code == 0 and "do not disturb" in out


def test_no_console_there_is_one_line_and_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["phones", "--url", "http://127.0.0.1:9", "--token", "t"]) == 3
    captured = capsys.readouterr()
    assert (captured.out, captured.err.count("\n")) == ("", 1)
    assert captured.err.startswith("offhook: no console at http://127.0.0.1:9: connection refused")

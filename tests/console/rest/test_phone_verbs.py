"""What is done with a phone over REST: each route, from the request to the keys and what proves them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.running_console import MAC, RunningConsole, running_console
from tests.fakes.scripted_phone import ScriptedPhone, answer


@pytest.fixture
async def phone() -> AsyncIterator[ScriptedPhone]:
    async with ScriptedPhone() as scripted:
        yield scripted


@pytest.fixture
async def console(tmp_path: Path, phone: ScriptedPhone) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        await running.set_up(phone)
        yield running


def keys(phone: ScriptedPhone) -> str:
    return " ".join(target.partition("=")[2] for target in phone.targets)


@pytest.mark.parametrize(
    ("method", "path", "body", "report", "sent"),
    [
        ("PUT", "dnd", {"on": True}, "dnd_on", "DNDOn"),
        ("POST", "restart", None, "setup_completed", "Reboot"),
        ("POST", "restart", {"force": True}, "setup_completed", "Reboot"),
        ("POST", "redial", None, "outgoing", "RD"),
        ("POST", "voicemail", None, "outgoing", "MSG"),
    ],
)
async def test_a_report_confirms_it(
    console: RunningConsole, phone: ScriptedPhone, method: str, path: str, body: Any, report: str, sent: str
) -> None:
    status, command = await console.ask(method, f"/phones/{MAC}/{path}", body)
    assert status == 202, command
    await console.reached(command["id"], "acknowledged")
    await console.report(report, call_id="n1")
    ended = await console.ended(command["id"])
    assert (ended.state, keys(phone)) == ("confirmed", sent)
    assert ended.proof is not None and ended.round_trip_ms is not None


@pytest.mark.parametrize(
    ("method", "path", "body", "sent"),
    [
        ("PUT", "mic", {"muted": True}, "MUTE"),
        ("POST", "volume", {"delta": -3}, "VOLUME_DOWN VOLUME_DOWN VOLUME_DOWN"),
        ("PUT", "audio-path", {"path": "headset"}, "HEADSET"),
        ("POST", "lines/8/press", None, "L8"),
        ("POST", "keys/dss/10", None, "D10"),
        ("POST", "keys/soft/4", None, "F4"),
        ("POST", "keys/nav", {"direction": "down"}, "DOWN"),
        ("POST", "keys", {"keys": ["f1", "12"]}, "F1 1 2"),
        ("POST", "provision", {"force": True}, "AutoP"),
    ],
)
async def test_what_no_report_proves_ends_as_unconfirmed(
    console: RunningConsole, phone: ScriptedPhone, method: str, path: str, body: Any, sent: str
) -> None:
    await console.talking()
    status, command = await console.ask(method, f"/phones/{MAC}/{path}", body)
    assert status == 202, command
    ended = await console.ended(command["id"])
    assert (ended.state, keys(phone)) == ("unconfirmed", sent)
    assert ended.reason is not None and "report" in ended.reason


async def test_muting_twice_presses_once(console: RunningConsole, phone: ScriptedPhone) -> None:
    await console.talking()
    _, first = await console.ask("PUT", f"/phones/{MAC}/mic", {"muted": True})
    await console.ended(first["id"])
    _, second = await console.ask("PUT", f"/phones/{MAC}/mic", {"muted": True})
    assert (second["state"], keys(phone)) == ("unconfirmed", "MUTE")
    assert "as far as the console's own commands go" in second["reason"]


async def test_a_forward_is_set_where_somebody_said_how(console: RunningConsole, phone: ScriptedPhone) -> None:
    path = f"/phones/{MAC}/forwarding/always"
    status, problem = await console.ask("PUT", path, {"on": True, "target": "12"})
    assert (status, problem["error_id"]) == (409, "forwarding-not-remote")
    assert "set_forwarding" not in (await console.ask("GET", f"/phones/{MAC}"))[1]["verbs"]
    setup = {"control_url": phone.url, "forward_keys": {"always_on": "SPEAKER *72{target} OK"}}
    assert (await console.ask("PUT", f"/phones/{MAC}", setup))[0] == 200
    assert "set_forwarding" in (await console.ask("GET", f"/phones/{MAC}"))[1]["verbs"]
    _, command = await console.ask("PUT", path, {"on": True, "target": "12"})
    await console.reached(command["id"], "acknowledged")
    await console.report("always_forward_on")
    assert (await console.ended(command["id"])).state == "confirmed"
    assert keys(phone) == "Speaker * 7 2 1 2 OK"
    _, again = await console.ask("PUT", path, {"on": True})
    assert (again["state"], again["reason"]) == ("confirmed", "always-forward is on already")


@pytest.mark.parametrize("path", ["restart", "provision"])
async def test_a_call_is_not_ended_by_the_way(console: RunningConsole, phone: ScriptedPhone, path: str) -> None:
    await console.talking()
    for body in (None, {}, {"force": False}):
        status, problem = await console.ask("POST", f"/phones/{MAC}/{path}", body)
        assert (status, problem["error_id"]) == (409, "phone-in-call")
    assert phone.targets == []


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "keys/soft/5", None, 400),
        ("POST", "keys/dss/0", None, 400),
        ("POST", "lines/9/press", None, 400),
        ("POST", "lines/x/press", None, 404),
        ("PUT", "forwarding/sometimes", {"on": True}, 400),
        ("PUT", "audio-path", {"path": "handset"}, 400),
        ("POST", "volume", {"delta": 0}, 400),
        ("POST", "keys/nav", None, 400),
        ("PUT", "mic", {"muted": True}, 409),
    ],
)
async def test_what_is_refused(
    console: RunningConsole, phone: ScriptedPhone, method: str, path: str, body: Any, status: int
) -> None:
    found, problem = await console.ask(method, f"/phones/{MAC}/{path}", body)
    assert found == status, problem
    assert problem["message"] and phone.targets == []


async def test_a_phone_that_says_no(console: RunningConsole, phone: ScriptedPhone) -> None:
    async def busy(_target: str) -> bytes:
        return answer(409, "no free line")

    phone.script = busy
    _, command = await console.ask("POST", f"/phones/{MAC}/redial")
    ended = await console.ended(command["id"])
    assert (ended.state, len(phone.targets)) == ("rejected", 1)
    assert ended.reason is not None and "no free line" in ended.reason


@pytest.mark.parametrize("garbage", [b"\x00\xff\x00 no HTTP\r\n\r\n", b""])
async def test_a_phone_that_answers_garbage(console: RunningConsole, phone: ScriptedPhone, garbage: bytes) -> None:
    async def nonsense(_target: str) -> bytes:
        return garbage

    phone.script = nonsense
    _, command = await console.ask("POST", f"/phones/{MAC}/redial")
    ended = await console.ended(command["id"])
    assert (ended.state, len(phone.targets)) == ("timed_out", 1), "it may have dialled: nothing is sent again"
    assert ended.reason is not None and "no HTTP" in ended.reason


async def test_a_phone_that_is_not_there(console: RunningConsole) -> None:
    await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:9", "control_password": "x"})
    _, command = await console.ask("POST", f"/phones/{MAC}/redial")
    assert (await console.ended(command["id"])).state == "unreachable"

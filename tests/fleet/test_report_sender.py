import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from offhook.errors import ConfigError
from offhook.fleet.faults import NO_FAULTS, Faults
from offhook.fleet.outbox import Outbox
from offhook.fleet.report_sender import ConsolePlace, ReportSender
from offhook.fleet.tally import Tally
from offhook.fleet.timetable import Timetable
from offhook.phone.action_url_sender import MAX_QUEUED
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable
from tests.fakes.scripted_console import ScriptedConsole, answer, close_at_once, hang, say
from tests.fakes.waiting import until

VALUES = {Variable.MAC: "02f100000001", Variable.CALL_ID: "a1@127.0.0.1"}
SEQUENCE = [Event.OUTGOING, Event.ESTABLISHED, Event.HOLD, Event.UNHOLD, Event.TERMINATED]


class Sending:
    def __init__(self, url: str, faults: Faults, on_answered: Callable[[int], None] | None) -> None:
        self.tally = Tally()
        self.timetable = Timetable(time.monotonic)
        self.sender = ReportSender(ConsolePlace(url), self.tally, self.timetable, faults, 7, on_answered)
        self.outbox = Outbox("127.16.3.4")

    def report(self, *events: Event, outbox: Outbox | None = None) -> None:
        for event in events:
            self.sender.report(outbox or self.outbox, event, VALUES)

    async def done(self) -> None:
        await until(lambda: not self.sender.pending)


@asynccontextmanager
async def sending(
    console: ScriptedConsole, faults: Faults = NO_FAULTS, on_answered: Callable[[int], None] | None = None
) -> AsyncIterator[Sending]:
    made = Sending(console.url, faults, on_answered)
    made.timetable.start()
    made.sender.start()
    try:
        yield made
    finally:
        made.sender.stop()
        made.timetable.stop()


async def test_reports_go_one_at_a_time_in_order_as_phones_send_them() -> None:
    async with ScriptedConsole(otherwise=answer(keep_alive=False)) as console, sending(console) as fleet:
        fleet.report(*SEQUENCE)
        await fleet.done()
        assert console.names == [event.value for event in SEQUENCE]
        assert console.most_busy == 1 and console.connections == 5
        assert "mac=02f100000001" in console.targets[0] and "call_id=a1%40127.0.0.1" in console.targets[0]
        assert "&n=" not in console.targets[0]
        assert f"Host: 127.0.0.1:{console.port}\r\n" in console.heads[0]
        assert "Connection: close\r\n" in console.heads[0]
    assert fleet.tally.answered == fleet.tally.requests == 5
    assert fleet.tally.figures().by_status == {"200": 5}
    assert fleet.tally.answer.count == fleet.tally.delivery.count == 5


async def test_each_phone_sends_from_its_own_address() -> None:
    seen: set[str] = set()

    async def look(_console: ScriptedConsole, writer: asyncio.StreamWriter) -> bool:
        seen.add(writer.get_extra_info("peername")[0])
        writer.write(b"HTTP/1.1 204 X\r\n\r\n")
        return False

    async with ScriptedConsole(otherwise=look) as console, sending(console) as fleet:
        for address in ("127.16.0.1", "127.17.2.3"):
            fleet.report(Event.REGISTERED, outbox=Outbox(address))
        await fleet.done()
    assert seen == {"127.16.0.1", "127.17.2.3"}
    assert fleet.tally.by_status[204] == 2


async def test_phones_do_not_wait_for_each_other() -> None:
    async with ScriptedConsole(hang, otherwise=answer()) as console, sending(console) as fleet:
        fleet.report(Event.HOLD)
        await console.wait_for_requests(1)
        other = Outbox("127.16.3.5")
        fleet.report(Event.UNHOLD, outbox=other)
        await until(lambda: fleet.tally.answered == 1)
        assert fleet.sender.pending == 1


async def test_a_console_that_is_away_gets_everything_when_it_is_back() -> None:
    console = ScriptedConsole()
    console.reserve()
    async with sending(console) as fleet:
        fleet.report(*SEQUENCE)
        await until(lambda: fleet.tally.repeated >= 2)
        assert fleet.sender.pending == 5 and fleet.outbox.failures >= 2
        async with console:
            await fleet.done()
    assert console.names == [event.value for event in SEQUENCE]
    assert fleet.outbox.failures == 0


async def test_503_is_asked_again_and_other_answers_are_not() -> None:
    async with ScriptedConsole(answer(503), answer(404), otherwise=answer()) as console, sending(console) as fleet:
        fleet.report(Event.HOLD, Event.UNHOLD)
        await fleet.done()
        assert console.names == ["hold", "hold", "unhold"]
        assert fleet.outbox.untold == frozenset()
    assert dict(fleet.tally.by_status) == {503: 1, 404: 1, 200: 1}
    assert fleet.tally.answered == 2 and fleet.tally.repeated == 1


async def test_a_report_that_was_refused_has_not_told_the_console_anything() -> None:
    async with ScriptedConsole(answer(403)) as console, sending(console) as fleet:
        fleet.report(Event.HOLD)
        await fleet.done()
        assert fleet.outbox.untold == {"a1@127.0.0.1"}
        fleet.report(Event.UNHOLD)
        await fleet.done()
        assert fleet.outbox.untold == frozenset()


async def test_a_connection_closed_without_an_answer_is_tried_twice_more() -> None:
    script = (close_at_once, answer(), close_at_once, close_at_once, close_at_once)
    async with ScriptedConsole(*script) as console, sending(console) as fleet:
        fleet.report(Event.HOLD, Event.UNHOLD)
        await fleet.done()
        assert console.names == ["hold", "hold", "unhold", "unhold", "unhold"]
    assert fleet.tally.answered == 1 and fleet.tally.given_up == 1
    assert fleet.outbox.untold == {"a1@127.0.0.1"}


@pytest.mark.parametrize("raw", [b"OK", b"HTTP/1.1 2xx\r\n\r\n", b"HTTP/1.0 200 OK\n\nbody", b"x" * 70_000])
async def test_whatever_is_said_is_an_answer(raw: bytes) -> None:
    async with ScriptedConsole(say(raw, keep_alive=False)) as console, sending(console) as fleet:
        fleet.report(Event.HOLD)
        await fleet.done()
    assert dict(fleet.tally.by_status) == {200 if b"200" in raw else 0: 1}
    assert fleet.tally.answered == 1


async def test_an_answer_in_pieces_and_a_connection_left_open_hold_nothing_up() -> None:
    async with ScriptedConsole(say(b"HTTP/1.1 200 OK\r\nX: y\r\n\r\n")) as console, sending(console) as fleet:
        fleet.report(Event.HOLD, Event.UNHOLD)
        await fleet.done()
        assert fleet.tally.answered == 2


async def test_no_answer_in_time_is_a_try_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.fleet.report_sender.TIMEOUT_S", 0.05)
    async with ScriptedConsole(hang, hang, hang) as console, sending(console) as fleet:
        fleet.report(Event.HOLD, Event.UNHOLD)
        await fleet.done()
        assert console.names == ["hold", "hold", "hold", "unhold"]
    assert fleet.tally.given_up == 1 and fleet.tally.answered == 1


async def test_what_is_dropped_is_counted_and_known_to_be_untold() -> None:
    async with ScriptedConsole() as console, sending(console, Faults(drop=1.0)) as fleet:
        fleet.report(*SEQUENCE)
        assert fleet.sender.pending == 0
        assert console.targets == []
    assert fleet.tally.lost_on_purpose == 5
    assert fleet.outbox.untold == {"a1@127.0.0.1"}


async def test_what_is_doubled_arrives_twice_and_counts_once() -> None:
    async with ScriptedConsole() as console, sending(console, Faults(double=1.0)) as fleet:
        fleet.report(Event.HOLD)
        await fleet.done()
        assert console.names == ["hold", "hold"]
    assert fleet.tally.answered == fleet.tally.doubled == 1
    assert fleet.tally.by_status[200] == 2


async def test_what_is_delayed_is_overtaken() -> None:
    async with ScriptedConsole() as console, sending(console, Faults(delay=0.5)) as fleet:
        fleet.report(*(SEQUENCE * 4))
        await fleet.done()
        assert sorted(console.names) == sorted([event.value for event in SEQUENCE] * 4)
        assert console.names != [event.value for event in SEQUENCE] * 4
    assert 0 < fleet.tally.delayed < 20


async def test_what_is_slow_arrives_whole_all_the_same() -> None:
    async with ScriptedConsole() as console, sending(console, Faults(slow=1.0)) as fleet:
        fleet.report(Event.HOLD)
        await fleet.done()
        assert console.names == ["hold"]
        assert console.heads[0].endswith("\r\n\r\n")
    assert fleet.tally.slowed == 1


async def test_a_full_queue_throws_the_oldest_away() -> None:
    console = ScriptedConsole()
    console.reserve()
    async with sending(console) as fleet:
        fleet.report(*[Event.HOLD] * (MAX_QUEUED + 3))
        assert fleet.tally.thrown_away == 3
        assert len(fleet.outbox.waiting) == fleet.sender.pending == MAX_QUEUED


async def test_answered_reports_are_told_by_number() -> None:
    told: list[int] = []
    script = (answer(), answer(403), answer())
    async with ScriptedConsole(*script) as console, sending(console, on_answered=told.append) as fleet:
        fleet.report(Event.HOLD, Event.UNHOLD, Event.HOLD)
        await fleet.done()
        assert [target.rpartition("&n=")[2] for target in console.targets] == ["1", "2", "3"]
    assert told == [1, 3]


async def test_more_phones_than_may_send_at_once_wait_for_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offhook.fleet.report_sender.MAX_OPEN", 3)
    async with ScriptedConsole() as console, sending(console) as fleet:
        for last in range(1, 31):
            fleet.report(Event.HOLD, Event.UNHOLD, outbox=Outbox(f"127.16.9.{last}"))
        await fleet.done()
        assert console.most_busy <= 3 and len(console.targets) == 60


async def test_no_more_open_files_is_no_way_to_the_console(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_arguments: object, **_named: object) -> socket.socket:
        raise OSError(24, "Too many open files")

    async with ScriptedConsole() as console, sending(console) as fleet:
        with monkeypatch.context() as patch:
            patch.setattr(socket, "SocketType", refuse)
            fleet.report(Event.HOLD)
        assert fleet.tally.repeated == 1
        await fleet.done()
        assert console.names == ["hold"]


async def test_stopping_breaks_off_what_is_under_way() -> None:
    async with ScriptedConsole(otherwise=hang) as console:
        async with sending(console) as fleet:
            fleet.report(Event.HOLD)
            await console.wait_for_requests(1)
        fleet.sender.stop()
        assert fleet.sender.pending == 1


@pytest.mark.parametrize(
    "url", ["http://192.0.2.7:8801", "https://127.0.0.1", "127.0.0.1:8801", "http://[::1]:8801", "http://phones.test"]
)
def test_a_console_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="--console"):
        ConsolePlace(url)


def test_the_console_may_want_a_secret_in_the_path() -> None:
    place = ConsolePlace("http://localhost:8801/a/s3cret/")
    assert place.address == ("127.0.0.1", 8801)
    assert place.request(Event.HOLD, VALUES).startswith(b"GET /a/s3cret/hold.xml?mac=02f100000001&")

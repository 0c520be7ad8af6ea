import asyncio
import http.server
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager

import pytest
import structlog

from offhook.phone.action_url_sender import MAX_QUEUED, MAX_RECENT, ActionUrlSender
from offhook.phone.reports import Report
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable
from tests.fakes.scripted_console import ScriptedConsole, answer, close_at_once, hang
from tests.fakes.waiting import until

Templates = dict[Event, str]


@asynccontextmanager
async def sending(
    templates: Templates, *, timeout_s: float = 5.0, back_off: Callable[[int], float] = lambda failures: 0.005
) -> AsyncIterator[ActionUrlSender]:
    sender = ActionUrlSender(lambda: templates, timeout_s=timeout_s, back_off=back_off)
    await sender.start()
    try:
        yield sender
    finally:
        await sender.stop(0)


def urls(console: ScriptedConsole) -> Templates:
    return {event: f"{console.url}/{event.value}.xml?n=$call_id" for event in Event}


def report(number: int, event: Event = Event.HOLD) -> Report:
    return Report(event, {Variable.CALL_ID: str(number)})


async def within(work: Coroutine[object, object, object]) -> None:
    async with asyncio.timeout(10):
        await work


def numbers(console: ScriptedConsole) -> list[int]:
    return [int(target.rpartition("=")[2]) for target in console.targets]


async def test_an_event_without_a_url_is_not_sent() -> None:
    async with ScriptedConsole() as console, sending({Event.HOLD: console.url + "/hold", Event.UNHOLD: ""}) as sender:
        for event in Event:
            sender.report(Report(event, {}))
        await within(sender.drain())
        assert console.targets == ["/hold"]


async def test_the_template_and_the_values_of_the_moment_are_used() -> None:
    async with ScriptedConsole() as console:
        templates = {Event.INCOMING: console.url + "/in.xml?ip=$ip&who=$display_remote&id=$call_id"}
        sender = ActionUrlSender(lambda: templates)
        sender.report(Report(Event.INCOMING, {Variable.IP: "192.0.2.4", Variable.DISPLAY_REMOTE: 'Ä "B" & +C'}))
        templates[Event.INCOMING] = console.url + "/later.xml"
        sender.report(Report(Event.INCOMING, {}))
        await sender.start()
        await within(sender.drain())
        await sender.stop()
        assert console.targets == [
            "/in.xml?ip=192.0.2.4&who=%C3%84%20%22B%22%20%26%20%2BC&id=",
            "/later.xml",
        ]


async def test_one_at_a_time_in_order_on_one_connection() -> None:
    async with ScriptedConsole() as console, sending(urls(console)) as sender:
        for number in range(100):
            sender.report(report(number))
        await within(sender.drain())
        assert numbers(console) == list(range(100))
        assert (console.most_busy, console.connections) == (1, 1)
        assert (sender.pending, sender.dropped) == (0, 0)


async def test_a_console_that_comes_back_gets_everything_in_order_once() -> None:
    console = ScriptedConsole()
    console.reserve()
    async with sending(urls(console)) as sender:
        for number in range(20):
            sender.report(report(number))
        await until(lambda: sender.waiting_for)
        assert list(sender.waiting_for) == [console.url]
        assert sender.pending == 20
        await console.open()
        await within(sender.drain())
        assert numbers(console) == list(range(20))
        assert not sender.waiting_for
    await console.close()


async def test_503_means_again_and_other_refusals_do_not() -> None:
    async with ScriptedConsole(answer(503), answer(503), answer(500), answer(404)) as console:
        async with sending(urls(console)) as sender:
            for number in range(3):
                sender.report(report(number))
            await within(sender.drain())
            assert numbers(console) == [0, 0, 0, 1, 2]
            assert [sent.status for sent in sender.recent] == [503, 503, 500, 404, 200]


async def test_a_console_that_hangs_is_asked_again_and_does_not_hold_up_others() -> None:
    async with ScriptedConsole(otherwise=hang) as slow, ScriptedConsole(host="127.0.0.2") as quick:
        templates = {Event.HOLD: slow.url + "/slow?n=$call_id", Event.UNHOLD: quick.url + "/quick?n=$call_id"}
        async with sending(templates, timeout_s=0.05) as sender:
            for number in range(10):
                sender.report(report(number, Event.HOLD))
                sender.report(report(number, Event.UNHOLD))
            await quick.wait_for_requests(10)
            assert numbers(quick) == list(range(10))
            await slow.wait_for_requests(3)
            assert set(numbers(slow)) == {0}  # what is behind it waits
            slow.otherwise = answer()
            slow.gone.set()
            await within(sender.drain())
            assert list(dict.fromkeys(numbers(slow))) == list(range(10))


async def test_a_console_that_is_always_too_slow_hears_every_report_in_order_and_none_for_ever() -> None:
    async with ScriptedConsole(otherwise=hang) as console, sending(urls(console), timeout_s=0.05) as sender:
        for number in range(4):
            sender.report(report(number))
        await within(sender.drain())
        assert numbers(console) == [number for number in range(4) for _ in range(3)]
        assert not sender.waiting_for


async def test_a_console_that_answers_by_closing_gets_one_report_three_times_and_the_others_once() -> None:
    async with ScriptedConsole(otherwise=close_at_once) as console, sending(urls(console)) as sender:
        for number in range(5):
            sender.report(report(number))
        await within(sender.drain())
        assert numbers(console) == [0, 0, 0, 1, 2, 3, 4]
        assert {sent.error for sent in sender.recent} == {"closed without an answer"}


async def test_a_console_killed_in_the_middle_of_a_request_loses_nothing() -> None:
    console = ScriptedConsole(answer(), hang)
    await console.open()
    async with sending(urls(console)) as sender:
        for number in range(4):
            sender.report(report(number))
        await console.wait_for_requests(2)
        await console.close()  # every connection is cut, the port is free
        await until(lambda: sender.waiting_for)
        await console.open()
        await within(sender.drain())
        assert numbers(console) == [0, 1, 1, 2, 3]
    await console.close()


async def test_a_kept_connection_that_was_closed_meanwhile_is_no_answer_by_closing() -> None:
    async with ScriptedConsole(answer(), close_at_once, answer(), close_at_once) as console:
        async with sending(urls(console)) as sender:
            for number in range(4):
                sender.report(report(number))
                await within(sender.drain())
            # 1 and 2 met a closed connection and were sent again; neither taught the phone to expect it.
            assert numbers(console) == [0, 1, 1, 2, 2, 3]
            console.script = [close_at_once] * 4
            sender.report(report(4))
            await within(sender.drain())
            assert numbers(console)[6:] == [4, 4, 4, 4]  # the kept one, then three times on new ones


async def test_a_listener_that_dies_and_takes_two_connections_more_loses_nothing() -> None:
    pauses: list[int] = []

    def back_off(failures: int) -> float:
        pauses.append(failures)
        return 0.005

    async with ScriptedConsole(close_at_once, close_at_once, answer()) as console:
        async with sending(urls(console), back_off=back_off) as sender:
            for number in range(3):
                sender.report(report(number))
            await within(sender.drain())
            assert numbers(console) == [0, 0, 0, 1, 2], "in order, those behind wait"
            assert pauses == [1, 2], "a pause before each retry"
            assert [sent.status for sent in sender.recent] == [None, None, 200, 200, 200]


async def test_the_oldest_go_when_there_are_too_many_and_the_log_says_so_once() -> None:
    console = ScriptedConsole()
    console.reserve()
    with structlog.testing.capture_logs() as lines:
        async with sending(urls(console)) as sender:
            sender.report(report(-1))
            await until(lambda: sender.waiting_for)
            for number in range(300):
                sender.report(report(number))
            assert sender.pending == MAX_QUEUED
            assert sender.dropped == 301 - MAX_QUEUED
            await console.open()
            await within(sender.drain())
            assert numbers(console) == list(range(300 - MAX_QUEUED, 300))
    await console.close()
    assert [line["event"] for line in lines].count("queue is full: oldest reports are dropped") == 1


async def test_the_oldest_goes_whichever_console_it_was_for() -> None:
    first, second = ScriptedConsole(), ScriptedConsole(host="127.0.0.2")
    first.reserve()
    second.reserve()
    templates = {Event.HOLD: first.url + "/?n=$call_id", Event.UNHOLD: second.url + "/?n=$call_id"}
    async with sending(templates) as sender:
        sender.report(report(0, Event.HOLD))
        for number in range(1, MAX_QUEUED + 1):
            sender.report(report(number, Event.UNHOLD))
        assert (sender.pending, sender.dropped) == (MAX_QUEUED, 1)
        await first.open()
        await second.open()
        await within(sender.drain())
        assert (numbers(first), numbers(second)) == ([], list(range(1, MAX_QUEUED + 1)))
    await first.close()
    await second.close()


async def test_waits_grow_while_the_console_is_away_and_start_anew_afterwards() -> None:
    asked: list[int] = []

    def back_off(failures: int) -> float:
        asked.append(failures)
        return 0.0

    async with ScriptedConsole(*[answer(503)] * 4, answer(), answer(503)) as console:
        async with sending(urls(console), back_off=back_off) as sender:
            sender.report(report(0))
            sender.report(report(1))
            await within(sender.drain())
            assert asked == [1, 2, 3, 4, 1]


async def test_stopping_delivers_what_it_can() -> None:
    async with ScriptedConsole() as console:
        sender = ActionUrlSender(lambda: urls(console))
        await sender.start()
        for number in range(10):
            sender.report(report(number))
        await within(sender.stop(5))
        assert numbers(console) == list(range(10))
        sender.report(report(99))  # nobody sends it, nothing breaks
        assert sender.pending == 1
        await sender.stop()


async def test_stopping_does_not_wait_for_a_dead_console() -> None:
    async with ScriptedConsole(otherwise=hang) as console:
        sender = ActionUrlSender(lambda: urls(console))
        await sender.start()
        sender.report(report(0))
        await console.wait_for_requests(1)
        await within(sender.stop(0.01))
        assert sender.pending == 1


async def test_a_template_that_cannot_be_used_is_logged_and_stops_nothing() -> None:
    async with ScriptedConsole() as console:
        templates = {Event.HOLD: "http://h/$nope", Event.UNHOLD: console.url + "/x", Event.MISSED: "nonsense"}
        async with sending(templates) as sender:
            with structlog.testing.capture_logs() as lines:
                for event in (Event.HOLD, Event.MISSED, Event.UNHOLD):
                    sender.report(Report(event, {}))
            await within(sender.drain())
            assert console.targets == ["/x"]
        assert [line["event_slug"] for line in lines if line["log_level"] == "error"] == ["hold", "missed"]


async def test_what_is_remembered_for_people_is_bounded_and_without_passwords() -> None:
    async with ScriptedConsole() as console:
        url = console.url.replace("//", "//user:geheim@") + "/x?n=$call_id"
        async with sending({Event.HOLD: url}) as sender:
            for start in range(0, MAX_RECENT + 200, 200):
                for number in range(start, start + 200):
                    sender.report(report(number))
                await within(sender.drain())
            assert len(sender.recent) == MAX_RECENT
            assert (sender.recent[-1].event, sender.recent[-1].status) == (Event.HOLD, 200)
            assert all("geheim" not in sent.url for sent in sender.recent)
            assert sender.recent[-1].took_ms >= 0
        assert "Authorization: Basic" in console.heads[-1]


class _Collector(http.server.BaseHTTPRequestHandler):
    """The standard library's server, as many small consoles are built on it."""

    protocol_version = "HTTP/1.1"
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"OK\n")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Collector", (_Collector,), {"seen": seen})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.interop
async def test_the_standard_librarys_server_reads_every_event(collector: tuple[str, list[str]]) -> None:
    address, seen = collector
    templates = {event: f"{address}/{event.value}.xml?who=$display_remote" for event in Event}
    async with sending(templates) as sender:
        for event in Event:
            sender.report(Report(event, {Variable.DISPLAY_REMOTE: "Zoë & Co #1"}))
        await within(sender.drain())
    assert seen == [f"/{event.value}.xml?who=Zo%C3%AB%20%26%20Co%20%231" for event in Event]


async def test_a_url_of_a_programmable_key_goes_the_same_way() -> None:
    async with ScriptedConsole() as console, sending({}) as sender:
        sender.send(console.url + "/door.xml?ip=$ip&who=$remote", {Variable.IP: "192.0.2.4"})
        await within(sender.drain())
        assert console.targets == ["/door.xml?ip=192.0.2.4&who="]
        (sent,) = sender.recent
        assert (sent.event, sent.status) == (None, 200)


async def test_trying_out_a_url_sends_it_at_once_beside_what_waits() -> None:
    async with ScriptedConsole(answer(404, b"<b>no</b>")) as console, sending({}) as sender:
        values = {Variable.CALL_ID: "7"}
        sent, body = await sender.try_out(Event.HOLD, f"{console.url}/hold?n=$call_id", values)
        assert (sent.status, sent.error, body) == (404, "", "<b>no</b>")
        assert console.targets == ["/hold?n=7"]
        assert list(sender.recent) == [sent]
        assert sender.pending == 0
        sent, body = await sender.try_out(Event.HOLD, "http://127.0.0.1:1/", values)
        assert (sent.status, sent.error, body) == (None, "connection refused", "")


async def test_nothing_is_tried_out_once_the_phone_stops() -> None:
    sender = ActionUrlSender(dict)
    sent, _ = await sender.try_out(Event.HOLD, "http://127.0.0.1:1/", {})
    assert (sent.status, sent.error) == (None, "the phone is stopping")

"""Sends the reports of all phones: for each its own source address, one request at a time and in order.

Theory of operation. A phone's requests are what real phones send: a connection each, `Connection: close`, five seconds
for all of it. What follows from an answer is decided by the phone's own table (`offhook.phone.delivery`). There are no
tasks and no streams: a connection to this machine is there as soon as it is asked for, so that a request is usually
written in the same turn, and one epoll tells of all the answers, itself read by the event loop like a single socket.
Source: DOC §2.1-2.3; vendors.md §2.5 (what phones send); epoll(7), ip(7) (IP_BIND_ADDRESS_NO_PORT).
"""

import asyncio
import errno
import itertools
import select
import socket
from collections import deque
from collections.abc import Callable, Mapping
from random import Random
from urllib.parse import urlsplit

from offhook import __version__
from offhook.errors import ConfigError
from offhook.fleet.faults import NO_FAULTS, Faults, Fortune, draw_fortune
from offhook.fleet.outbox import Letter, Outbox, subject_of
from offhook.fleet.tally import Tally
from offhook.fleet.timetable import Timetable
from offhook.phone.delivery import NextStep, Outcome, back_off_s, decide
from offhook.phone.settings_file import console_url
from offhook.protocol.action_url import expand
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable
from offhook.runtime.loopback import is_loopback

__all__ = ["MAX_OPEN", "TIMEOUT_S", "ConsolePlace", "ReportSender"]

TIMEOUT_S = 5.0
MAX_OPEN = 512
"""Requests on their way at once; phones beyond that wait for their turn."""
_ANSWER_BYTES = 64 * 1024
_PIECE_BYTES = 4096
_FAMILY = int(socket.AF_INET)
_KIND = int(socket.SOCK_STREAM) | int(socket.SOCK_NONBLOCK)
_NO_PORT_YET = getattr(socket, "IP_BIND_ADDRESS_NO_PORT", 24)
"""Lets the system choose the port when it connects, instead of keeping one free from then on."""
_READING = select.EPOLLIN
_WRITING = select.EPOLLIN | select.EPOLLOUT
_CONNECTING = (0, errno.EINPROGRESS)
_BUSY = 503


class ConsolePlace:
    """Where the console listens for phones, and what each event's request looks like."""

    def __init__(self, url: str) -> None:
        """Read the console's address.

        Raises:
            ConfigError: It is none, or not on this machine: the phones' addresses lead nowhere else.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.scheme != "http" or not is_loopback(host) or ":" in host:
            raise ConfigError(
                "--console", "", f"{url!r} is no address on this machine; write it as in http://127.0.0.1:8801"
            )
        self.url = url.rstrip("/")
        self.address = ("127.0.0.1" if host == "localhost" else host, parts.port or 80)
        origin = f"http://{parts.netloc}"
        self._tail = (
            f" HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: offhook-fleet/{__version__}\r\nConnection: close\r\n\r\n"
        )
        self._origin_chars = len(origin)
        self._templates = {event: console_url(self.url, event) for event in Event}

    def request(self, event: Event, values: Mapping[Variable, str], number: int = 0) -> bytes:
        """Write one event's request; with a number, that goes along as `n`, which consoles do not know and ignore."""
        target = expand(self._templates[event], values)[self._origin_chars :]
        mark = f"&n={number}" if number else ""
        return f"GET {target}{mark}{self._tail}".encode("ascii")


class _Sending:
    """One request on its way."""

    __slots__ = ("answer", "connection", "deadline", "is_begun", "letter", "number", "outbox", "started", "unsent")

    def __init__(self, outbox: Outbox, letter: Letter, connection: socket.SocketType, now: float) -> None:
        self.outbox = outbox
        self.letter = letter
        self.connection: socket.SocketType | None = connection
        """None once it is over."""
        self.number = connection.fileno()
        self.started = now
        self.deadline = now + TIMEOUT_S
        self.unsent = letter.request
        self.is_begun = False
        """Something was written."""
        self.answer = b""


class ReportSender:
    """Takes reports at any time and never blocks."""

    def __init__(
        self,
        place: ConsolePlace,
        tally: Tally,
        timetable: Timetable,
        faults: Faults,
        seed: int,
        on_answered: Callable[[int], None] | None = None,
    ) -> None:
        """Prepare; sends from `start` on.

        Args:
            on_answered: Told the number of each report that was answered 200; with it, requests are numbered.
        """
        self._place = place
        self._tally = tally
        self._timetable = timetable
        self._faults = faults if faults != NO_FAULTS else None
        self._dice = Random(f"faults {seed}")
        self._back_off_dice = Random(f"back-off {seed}")
        self._on_answered = on_answered
        self._numbers = itertools.count(1)
        self._epoll: select.epoll | None = None
        self._open: dict[int, _Sending] = {}
        self._ready: deque[Outbox] = deque()
        self._deadlines: deque[_Sending] = deque()
        self._is_expiry_set = False
        self._is_opening = False
        self.pending = 0
        """Reports, and doubles of reports, that are neither answered nor lost."""

    def start(self) -> None:
        """Begin to send, on the running loop, what was reported before included."""
        self._epoll = select.epoll()
        asyncio.get_running_loop().add_reader(self._epoll.fileno(), self._look)
        self._open_more()

    def stop(self) -> None:
        """Send no more; what is on its way is broken off."""
        if self._epoll is None:
            return
        asyncio.get_running_loop().remove_reader(self._epoll.fileno())
        for sending in list(self._open.values()):
            self._close(sending)
        self._epoll.close()
        self._epoll = None

    def report(self, outbox: Outbox, event: Event, values: Mapping[Variable, str]) -> None:
        """Take a report; whether and when it gets there is a matter of the faults, and of the console."""
        self._tally.by_event[event] += 1
        number = next(self._numbers) if self._on_answered is not None else 0
        request = self._place.request(event, values, number)
        letter = Letter(event, subject_of(event, values), request, self._timetable.now(), number)
        if self._faults is None:
            self.pending += 1
            self._queue(outbox, letter)
        else:
            self._leave_to_fortune(outbox, letter, draw_fortune(self._faults, self._dice))

    def _leave_to_fortune(self, outbox: Outbox, letter: Letter, fortune: Fortune) -> None:
        tally = self._tally
        letter.pause_s = fortune.pause_s
        if fortune.is_dropped:
            tally.lost_on_purpose += 1
            outbox.lost(letter)
            return
        tally.slowed += fortune.pause_s > 0
        self.pending += 1
        if fortune.delay_s:
            tally.delayed += 1
            self._timetable.after(fortune.delay_s, self._queue, outbox, letter)
        else:
            self._queue(outbox, letter)
        if fortune.is_doubled:
            tally.doubled += 1
            self.pending += 1
            self._timetable.after(fortune.delay_s, self._queue, outbox, letter.copy())

    # --- whose turn it is --------------------------------------------------------------------------------------

    def _queue(self, outbox: Outbox, letter: Letter) -> None:
        outbox.waiting.append(letter)
        if (oldest := outbox.make_room()) is not None:
            self.pending -= 1
            if not oldest.is_copy:
                self._tally.thrown_away += 1
                outbox.lost(oldest)
        if not outbox.is_sending:
            outbox.is_sending = True
            self._line_up(outbox)

    def _line_up(self, outbox: Outbox) -> None:
        self._ready.append(outbox)
        self._open_more()

    def _open_more(self) -> None:
        if self._is_opening:  # a request that failed at once: whoever is at it goes on with the next one
            return
        self._is_opening = True
        try:
            while self._ready and self._epoll is not None and len(self._open) < MAX_OPEN:
                self._send_first(self._ready.popleft(), self._epoll)
        finally:
            self._is_opening = False

    def _send_first(self, outbox: Outbox, epoll: select.epoll) -> None:
        """Connect and, as far as that goes without waiting, send."""
        self._tally.requests += 1
        letter = outbox.waiting[0]
        try:
            # The class below `socket.socket`, which adds to it, in Python, what is of no use here.
            connection = socket.SocketType(_FAMILY, _KIND)
        except OSError:  # no more files may be open: the phone finds no way to the console at the moment
            self._decide(outbox, letter, Outcome.UNREACHABLE)
            return
        sending = _Sending(outbox, letter, connection, self._timetable.now())
        self._open[sending.number] = sending
        if not self._is_connecting(connection, outbox.address):
            self._end(sending, Outcome.UNREACHABLE)
            return
        self._watch_deadline(sending)
        if letter.pause_s:
            sending.unsent = letter.request[: len(letter.request) // 2]
            self._timetable.after(letter.pause_s, self._send_rest, sending)
        is_more = self._write(sending, connection)
        if sending.connection is not None:
            epoll.register(sending.number, _WRITING if is_more else _READING)

    def _is_connecting(self, connection: socket.SocketType, source: str) -> bool:
        try:
            connection.setsockopt(socket.IPPROTO_IP, _NO_PORT_YET, 1)
            connection.bind((source, 0))
        except OSError:
            return False
        return connection.connect_ex(self._place.address) in _CONNECTING

    def _send_rest(self, sending: _Sending) -> None:
        """Send the second half of a request that is slow on purpose."""
        connection = sending.connection
        if connection is None or self._epoll is None:
            return
        sending.unsent += sending.letter.request[len(sending.letter.request) // 2 :]
        if self._write(sending, connection):
            self._epoll.modify(sending.number, _WRITING)

    def _write(self, sending: _Sending, connection: socket.SocketType) -> bool:
        """Write what can be written; says whether there is more, of a request that is not over."""
        try:
            written = connection.send(sending.unsent)
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            # Nobody is there; but a connection that was there and broke may have taken the report.
            self._end(sending, Outcome.CLOSED if sending.is_begun else Outcome.UNREACHABLE)
            return False
        sending.is_begun = True
        sending.unsent = sending.unsent[written:]
        return bool(sending.unsent)

    def _watch_deadline(self, sending: _Sending) -> None:
        while self._deadlines and self._deadlines[0].connection is None:
            self._deadlines.popleft()
        self._deadlines.append(sending)
        if not self._is_expiry_set:
            self._is_expiry_set = True
            self._timetable.at(sending.deadline, self._expire)

    # --- what comes back ---------------------------------------------------------------------------------------

    def _look(self) -> None:
        """See to every connection of which epoll has something to tell."""
        if self._epoll is None:
            return
        for number, what in self._epoll.poll(0):
            sending = self._open.get(number)
            if sending is None or sending.connection is None:
                continue
            if what & select.EPOLLOUT:
                self._write_more(sending, sending.connection, self._epoll)
            if what & ~select.EPOLLOUT:
                self._read(sending)

    def _write_more(self, sending: _Sending, connection: socket.SocketType, epoll: select.epoll) -> None:
        if not self._write(sending, connection) and sending.connection is not None:
            epoll.modify(sending.number, _READING)

    def _read(self, sending: _Sending) -> None:
        if sending.connection is None:
            return
        try:
            piece = sending.connection.recv(_PIECE_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except ConnectionRefusedError:
            self._end(sending, Outcome.UNREACHABLE)
            return
        except OSError:
            piece = b""
        sending.answer += piece
        # The body says nothing to a phone, so it is not waited for.
        if b"\n\r\n" in sending.answer or b"\n\n" in sending.answer or len(sending.answer) > _ANSWER_BYTES:
            self._answered(sending)
        elif not piece and sending.answer:
            self._answered(sending)
        elif not piece:
            self._end(sending, Outcome.CLOSED)

    def _answered(self, sending: _Sending) -> None:
        """Read the status; what is no HTTP shows that somebody took the request (vendors.md §3.7)."""
        code = sending.answer[9:12]
        status = int(code) if sending.answer.startswith(b"HTTP/") and code.isdigit() else 0
        self._tally.by_status[status] += 1
        self._tally.answer.add(self._timetable.now() - sending.started)
        self._end(sending, Outcome.NOT_TAKEN if status == _BUSY else Outcome.ANSWERED, status)

    def _expire(self) -> None:
        """Give up connections that were not answered in time."""
        self._is_expiry_set = False
        now = self._timetable.now()
        while self._deadlines and (self._deadlines[0].connection is None or self._deadlines[0].deadline <= now):
            sending = self._deadlines.popleft()
            if sending.connection is not None:
                is_sent = not sending.unsent
                self._end(sending, Outcome.UNANSWERED if is_sent else Outcome.TIMED_OUT)
        if self._deadlines:
            self._is_expiry_set = True
            self._timetable.at(self._deadlines[0].deadline, self._expire)

    # --- and what follows --------------------------------------------------------------------------------------

    def _end(self, sending: _Sending, outcome: Outcome, status: int = 0) -> None:
        self._close(sending)
        self._decide(sending.outbox, sending.letter, outcome, status)
        self._open_more()

    def _close(self, sending: _Sending) -> None:
        connection, sending.connection = sending.connection, None
        if connection is None:
            return
        del self._open[sending.number]
        try:
            connection.close()
        except OSError:
            pass  # it is gone all the same

    def _decide(self, outbox: Outbox, letter: Letter, outcome: Outcome, status: int = 0) -> None:
        """Do what the phone's own table says."""
        step = decide(outbox.habit, outcome)
        outbox.habit = step.habit
        match step.next_step:
            case NextStep.DELIVERED:
                outbox.waiting.pop(0)
                if outcome is Outcome.ANSWERED:
                    outbox.failures = 0
                self._done_with(outbox, letter, is_answered=outcome is Outcome.ANSWERED, status=status)
                if outbox.waiting:
                    self._ready.append(outbox)
                else:
                    outbox.is_sending = False
            case NextStep.RETRY_LATER:
                self._tally.repeated += 1
                outbox.failures += 1
                pause_s = back_off_s(outbox.failures, self._back_off_dice.random())
                self._timetable.after(pause_s, self._line_up, outbox)
            case NextStep.RETRY_NOW:
                self._tally.repeated += 1
                self._ready.append(outbox)

    def _done_with(self, outbox: Outbox, letter: Letter, *, is_answered: bool, status: int) -> None:
        self.pending -= 1
        if is_answered and status == 200 and self._on_answered is not None:
            self._on_answered(letter.number)
        if letter.is_copy:
            return
        if is_answered:
            self._tally.answered += 1
            self._tally.delivery.add(self._timetable.now() - letter.made_at)
        else:
            self._tally.given_up += 1
        if is_answered and status < 400:
            outbox.told(letter)
        else:
            outbox.lost(letter)

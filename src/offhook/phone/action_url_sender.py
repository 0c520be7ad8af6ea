"""Sends the phone's reports: one GET for each, in order, kept while the console is away.

One lane for each console (scheme, host, port), each with one request at a time, so that order is kept where it can be
seen, and a dead console does not hold up the others. What follows from each answer is decided in `delivery`.

Source: DOC §2.1-2.3; "What the document leaves open": retry, timeout, order; the console's answer.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog
from yarl import URL

from offhook.errors import ProtocolError
from offhook.phone.delivery import AnswerHabit, NextStep, Outcome, back_off_s, decide
from offhook.phone.report_request import Answer, ReportRequests
from offhook.phone.reports import Report
from offhook.protocol.action_url import expand
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

__all__ = ["MAX_QUEUED", "MAX_RECENT", "ActionUrlSender", "SentRequest"]

MAX_QUEUED = 256
"""Reports kept in all; one more makes the oldest go."""
MAX_RECENT = 500
"""Requests remembered for the management page."""
_MAX_LANES = 64
"""Consoles whose habits are remembered; 27 templates name 27 at most, but templates are edited."""

_log = structlog.get_logger("offhook.phone.action_url_sender")


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One request, for people to look at."""

    at: float
    """When it was sent: seconds since 1970."""
    event: Event | None
    """None for one that a programmable key sent."""
    url: str
    """Without user and password."""
    status: int | None
    """HTTP status; None when there was none."""
    error: str
    """Why there was no status; "" when there was one."""
    took_ms: float


@dataclass(slots=True, eq=False)
class _Queued:
    number: int
    """Rises by one with each report: the smallest is the oldest of all lanes."""
    event: Event | None
    url: URL
    is_on_its_way: bool = False


@dataclass(slots=True, eq=False)
class _Lane:
    """The way to one console."""

    origin: str
    reports: deque[_Queued] = field(default_factory=deque)
    habit: AnswerHabit = AnswerHabit.ANSWERS
    failures: int = 0
    """Tries in a row that failed."""
    is_sending: bool = False


class ActionUrlSender:
    """Takes reports at any time and never blocks; sends them when it can."""

    def __init__(
        self,
        templates: Callable[[], Mapping[Event, str]],
        *,
        timeout_s: float = 5.0,
        back_off: Callable[[int], float] | None = None,
    ) -> None:
        """Prepare; `report` works from now on, sending begins with `start`.

        Args:
            templates: Gives the URL template of each event as it is set at the moment.
            timeout_s: For one whole request.
            back_off: Seconds to wait after so many failures in a row; `delivery.back_off_s` by default.
        """
        self._templates = templates
        self._timeout_s = timeout_s
        self._back_off = back_off or (lambda failures: back_off_s(failures, random.random()))
        self._requests: ReportRequests | None = None
        self._lanes: dict[str, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self._drained = asyncio.Event()
        self._drained.set()
        self._is_dropping = False
        self.dropped = 0
        """Reports lost since the start, because the queue was full."""
        self.recent: deque[SentRequest] = deque(maxlen=MAX_RECENT)
        """The last requests, oldest first."""

    @property
    def pending(self) -> int:
        """Reports not delivered yet, the one on its way included."""
        return sum(len(lane.reports) for lane in self._lanes.values())

    @property
    def waiting_for(self) -> tuple[str, ...]:
        """Consoles that are away: reports wait for them."""
        return tuple(lane.origin for lane in self._lanes.values() if lane.failures and lane.reports)

    def report(self, report: Report) -> None:
        """Fill the event's template with what holds now, and queue it; an event without a template is not sent."""
        template = self._templates().get(report.event)
        if template:
            self._queue(report.event, template, report.values)

    def send(self, template: str, values: Mapping[Variable, str]) -> None:
        """Fill a template that belongs to no event, that of a programmable key, and queue it among the reports."""
        self._queue(None, template, values)

    async def try_out(self, event: Event, template: str, values: Mapping[Variable, str]) -> tuple[SentRequest, str]:
        """Send one request now, beside the queue, for somebody who wants to see what comes back.

        Returns:
            The request as it is remembered, and the start of the answer's body.
        Raises:
            ProtocolError: ``template`` is not one that `check_template` accepts.
        """
        queued = _Queued(0, event, URL(expand(template, values), encoded=True))
        if self._requests is None:
            return self._remember(queued, Answer(Outcome.UNREACHABLE, error="the phone is stopping"), 0.0), ""
        started = time.monotonic()
        answer = await self._requests.send(queued.url)
        return self._remember(queued, answer, time.monotonic() - started), answer.text

    def _queue(self, event: Event | None, template: str, values: Mapping[Variable, str]) -> None:
        try:
            url = URL(expand(template, values), encoded=True)
            origin = str(url.origin())
        except (ProtocolError, ValueError) as error:
            _log.error("action url cannot be used", event_slug=event.value if event else "", reason=str(error))
            return
        lane = self._lanes.get(origin) or self._new_lane(origin)
        self._count += 1
        lane.reports.append(_Queued(self._count, event, url))
        self._drained.clear()
        if self.pending > MAX_QUEUED:
            self._drop_oldest()
        self._keep_sending(lane)

    async def start(self) -> None:
        """Begin to send, what was reported before included."""
        self._requests = ReportRequests(timeout_s=self._timeout_s)
        for lane in list(self._lanes.values()):
            self._keep_sending(lane)

    async def drain(self) -> None:
        """Wait until every report is delivered."""
        await self._drained.wait()

    async def stop(self, drain_s: float = 2.0) -> None:
        """Deliver what can be delivered in ``drain_s`` seconds, then give up; what is left is counted in the log."""
        if self._requests is None:
            return
        try:
            async with asyncio.timeout(drain_s):
                await self._drained.wait()
        except TimeoutError:
            _log.warning("stopped with reports not delivered", reports=self.pending)
        requests, self._requests = self._requests, None
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))
        await requests.close()

    def _new_lane(self, origin: str) -> _Lane:
        if len(self._lanes) >= _MAX_LANES:
            for name in [name for name, lane in self._lanes.items() if not lane.reports]:
                del self._lanes[name]
        lane = self._lanes[origin] = _Lane(origin)
        return lane

    def _drop_oldest(self) -> None:
        """Make room: the oldest report goes, but never one that may be at the console already."""
        oldest: tuple[_Lane, _Queued] | None = None
        for lane in self._lanes.values():
            candidate = next((queued for queued in lane.reports if not queued.is_on_its_way), None)
            if candidate and (oldest is None or candidate.number < oldest[1].number):
                oldest = lane, candidate
        if oldest is None:
            return
        lane, queued = oldest
        lane.reports.remove(queued)
        self.dropped += 1
        if not self._is_dropping:
            self._is_dropping = True
            _log.warning("queue is full: oldest reports are dropped", console=lane.origin, limit=MAX_QUEUED)

    def _keep_sending(self, lane: _Lane) -> None:
        if self._requests is None or lane.is_sending:
            return
        lane.is_sending = True
        task = asyncio.get_running_loop().create_task(self._send_all(lane, self._requests))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send_all(self, lane: _Lane, requests: ReportRequests) -> None:
        """Empty one lane, however long that takes."""
        try:
            while lane.reports:
                await self._send_first(lane, requests)
        finally:
            lane.is_sending = False
        if not self.pending:
            self._is_dropping = False
            self._drained.set()

    async def _send_first(self, lane: _Lane, requests: ReportRequests) -> None:
        """Send the lane's first report once, and do what its answer asks for."""
        queued = lane.reports[0]
        queued.is_on_its_way = True
        started = time.monotonic()
        answer = await requests.send(queued.url)
        self._remember(queued, answer, time.monotonic() - started)
        step = decide(lane.habit, answer.outcome)
        lane.habit = step.habit
        match step.next_step:
            case NextStep.DELIVERED:
                lane.reports.popleft()
                if answer.outcome is Outcome.UNANSWERED:
                    _log.warning("report never answered, the next one follows", console=lane.origin)
                    return
                if lane.failures:
                    _log.info("console is back", console=lane.origin, reports_waiting=self.pending)
                lane.failures = 0
            case NextStep.RETRY_LATER:
                queued.is_on_its_way = False
                lane.failures += 1
                if lane.failures == 1:
                    _log.warning("console is away", console=lane.origin, reason=answer.error or answer.status)
                await asyncio.sleep(self._back_off(lane.failures))
            case NextStep.RETRY_NOW:
                pass

    def _remember(self, queued: _Queued, answer: Answer, took_s: float) -> SentRequest:
        sent = SentRequest(
            at=time.time() - took_s,
            event=queued.event,
            url=str(queued.url.with_user(None)) if queued.url.user else str(queued.url),
            status=answer.status,
            error=answer.error,
            took_ms=took_s * 1000,
        )
        self.recent.append(sent)
        return sent

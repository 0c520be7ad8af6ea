"""What the console counts, for Prometheus.

Counting is an addition to an integer where something happens; all else is done when somebody asks. No label grows with
phones, users or what strangers send, so there are some hundred series, however large the office.

Source: Prometheus, "Metric and label naming", "Exposition formats"; docs/programs.md.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, GCCollector, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from offhook.callmodel.connection import ConnectionState
from offhook.console.journal import Journal
from offhook.console.phone_listener import PhoneListener
from offhook.console.webhooks.delivery import Deliveries
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import CommandState, PhoneState, Verb
from offhook.protocol.events import Event
from offhook.runtime.http_server import AsgiApp

__all__ = ["CONTENT_TYPE", "ConsoleMetrics"]

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

_SLUGS = frozenset(event.value for event in Event)
_FINAL = {f"command.{state}": str(state) for state in CommandState if state.is_final}
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_ROUND_TRIP_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class ConsoleMetrics(Collector):
    """Counts from the event loop, and tells."""

    def __init__(
        self,
        journal: Journal,
        listener: PhoneListener,
        webhooks: Deliveries,
        database: Path,
    ) -> None:
        """Begin to count.

        Args:
            database: The database's file; its journal lies beside it.
        """
        self._journal = journal
        self._listener = listener
        self._webhooks = webhooks
        self._database = database
        self._reports: Counter[str] = Counter()
        self._events: Counter[str] = Counter()
        self._commands: Counter[tuple[str, str]] = Counter()
        self._answers: Counter[tuple[str, str]] = Counter()
        self._closes: Counter[str] = Counter()
        self._open_feeds = 0
        self._last_action = 0
        self._registry = CollectorRegistry()
        self._round_trips = Histogram(
            "offhook_command_round_trip_seconds",
            "From a command's first request to the report that proved it.",
            ["verb"],
            buckets=_ROUND_TRIP_S,
            registry=self._registry,
        )
        for verb in Verb:
            self._round_trips.labels(verb)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self.stop = journal.on_committed(self._count)

    def text(self) -> bytes:
        """Give everything in Prometheus' text format."""
        return generate_latest(self._registry)

    def counted(self, application: AsgiApp) -> AsgiApp:
        """Wrap an ASGI application, to count answers by status, open WebSockets and why they were closed."""

        async def count(scope: Any, receive: Any, send: Any) -> None:
            match scope["type"]:
                case "http":
                    await application(scope, receive, self._counting_answers(scope["method"], send))
                case "websocket":
                    await self._follow(application, scope, receive, send)
                case _:
                    await application(scope, receive, send)

        return count

    # --- counting --------------------------------------------------------------------------------------------------

    def _count(self, batch: Sequence[Envelope]) -> None:
        for event in batch:
            self._events[event.type] += 1
            source = event.source
            if source is not None and source.action != self._last_action:  # the events of a report come together
                self._last_action = source.action
                self._reports[source.event if source.event in _SLUGS else "other"] += 1
            state = _FINAL.get(event.type)
            if state is not None:
                self._commands[event.detail["verb"], state] += 1
                if event.detail.get("round_trip_ms") is not None:
                    self._round_trips.labels(event.detail["verb"]).observe(event.detail["round_trip_ms"] / 1000)

    def _counting_answers(self, method: str, send: Any) -> Any:
        method = method if method in _METHODS else "other"

        async def send_and_count(message: Any) -> None:
            if message["type"] == "http.response.start":
                self._answers[method, str(message["status"])] += 1
            await send(message)

        return send_and_count

    async def _follow(self, application: AsgiApp, scope: Any, receive: Any, send: Any) -> None:
        code = "gone"

        async def send_and_look(message: Any) -> None:
            nonlocal code
            if message["type"] == "websocket.close":
                code = str(message.get("code", 1000))
            await send(message)

        self._open_feeds += 1
        try:
            await application(scope, receive, send_and_look)
        finally:
            self._open_feeds -= 1
            self._closes[code] += 1

    # --- telling ---------------------------------------------------------------------------------------------------

    def collect(self) -> Iterator[Metric]:
        """Give what was counted, and what can be looked up."""
        listener, journal = self._listener.counts, self._journal
        yield _counter("reports", "Action URL requests stored, by event.", ["event"], _keyed(self._reports))
        yield _counter("events", "Events published, by type.", ["type"], _keyed(self._events))
        refused = {
            (name.removeprefix("refused."),): count for name, count in listener.items() if name.startswith("refused.")
        }
        yield _counter("listener_refused", "What phones or strangers sent and was refused.", ["reason"], refused)
        yield _counter("listener_reports", "Requests of phones taken in.", [], {(): listener["reports"]})
        yield _counter("listener_connections", "Connections of phones.", [], {(): listener["connections"]})
        yield _gauge("listener_open_connections", "Connections of phones now.", self._listener.open_connections)
        yield _counter("journal_batches", "Transactions of the journal.", [], {(): journal.counts["batches"]})
        yield _counter("journal_failed_batches", "Those that failed.", [], {(): journal.counts["failed_batches"]})
        yield _counter("journal_taken", "Reports and changes in those transactions.", [], {(): journal.counts["taken"]})
        yield _counter("journal_commit_seconds", "Time those transactions took.", [], {(): journal.commit_s})
        yield _gauge("journal_waiting", "Reports and changes that wait to be stored.", journal.waiting)
        yield from self._live()
        commands = "Commands that ended, by verb and how."
        yield _counter("commands", commands, ["verb", "state"], self._commands)
        yield _counter("http_answers", "Answers of page and API.", ["method", "status"], self._answers)
        yield _gauge("feeds", "Event feeds that are open.", self._open_feeds)
        yield _counter("feed_closes", "Event feeds that ended, by close code.", ["code"], _keyed(self._closes))
        yield _counter("webhook_messages", "What came of webhooks.", ["outcome"], _keyed(self._webhooks.counts))
        waiting = [each.progress.seq for each in self._webhooks.subscriptions.all() if each.record.is_enabled]
        behind = max((self._journal.seq - seq for seq in waiting), default=0)
        yield _gauge("webhook_behind", "Events that the slowest enabled webhook is behind.", behind)
        yield _gauge("database_bytes", "Size of the database and its journal.", self._database_bytes())

    def _live(self) -> Iterator[Metric]:
        state = self._journal.state
        live = [each for call in state.call_records.values() for each in call.connections if each.is_live]
        calls: Counter[str] = Counter({str(each): 0 for each in ConnectionState if each is not ConnectionState.NULL})
        calls.update(str(each.state) for each in live)
        phones: Counter[str] = Counter({str(each): 0 for each in PhoneState})
        phones.update(str(each.state) for each in state.phones())
        family = GaugeMetricFamily("offhook_connections", "Phones' ends of live calls, by state.", labels=["state"])
        for name, count in sorted(calls.items()):
            family.add_metric([name], count)
        yield family
        family = GaugeMetricFamily("offhook_phones", "Phones, by what they are doing.", labels=["state"])
        for name, count in sorted(phones.items()):
            family.add_metric([name], count)
        yield family
        uncertain = sum(each.doubt is not None for each in live)
        yield _gauge("uncertain_connections", "Phones' ends of calls that may not be as shown.", uncertain)

    def _database_bytes(self) -> int:
        files = (self._database, self._database.with_name(f"{self._database.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())


def _keyed(counts: Counter[str]) -> dict[tuple[str, ...], float]:
    return {(name,): count for name, count in counts.items()}


def _counter(name: str, help_: str, labels: list[str], counts: Any) -> Metric:
    family = CounterMetricFamily(f"offhook_{name}", help_, labels=labels)
    for values, count in sorted(counts.items()):
        family.add_metric([str(value) for value in values], count)
    return family


def _gauge(name: str, help_: str, value: float) -> Metric:
    return GaugeMetricFamily(f"offhook_{name}", help_, value=value)

"""A bench for phones: one exchange, a clock that the test moves, and devices whose reports are kept."""

from offhook.phone.device import PhoneDevice
from offhook.phone.engine.virtual import VirtualEngine, VirtualExchange
from offhook.phone.menu_control import Edit
from offhook.phone.reports import Report
from offhook.phone.settings import Account, FeatureSettings, Identity, PhoneSettings
from offhook.phone.status import CallStatus
from offhook.protocol.events import Event
from offhook.protocol.keys import Key, parse_key
from offhook.protocol.variables import Variable

NAMES = {"1001": "Ann", "1002": "Bob", "1003": "Cleo", "1004": "Dan"}


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class BenchPhone:
    """A device at the bench's exchange."""

    def __init__(self, bench: "Bench", settings: PhoneSettings) -> None:
        self.bench = bench
        self.reports: list[Report] = []
        self.done: list[str] = []
        self.urls: list[tuple[str, dict[Variable, str]]] = []
        """What programmable keys sent: template and values."""
        self.settings = settings
        """As they are kept, with what the menu changed."""
        self.armed: float | None = None
        """The device's next deadline, as whoever sets a timer by its word knows it."""
        self.engine: VirtualEngine = bench.exchange.engine_for()
        self.device = PhoneDevice(
            settings,
            self.engine,
            self.reports.append,
            bench.clock,
            on_reboot=lambda: self.done.append("reboot"),
            on_provision=lambda: self.done.append("provision"),
            on_features_changed=lambda features: self.done.append("features"),
            on_deadline_changed=self._arm,
            on_settings_edited=self._keep,
            on_url=lambda template, values: self.urls.append((template, dict(values))),
        )
        self.engine.connect(self.device.on_fact)

    def _arm(self) -> None:
        self.armed = self.device.next_deadline()

    def _keep(self, edit: Edit) -> None:
        self.settings = edit(self.settings)

    def press(self, *keys: str) -> None:
        """Press keys by their tokens, letting everything happen after each."""
        for key in keys:
            self.device.press(parse_key(key))
            self.bench.exchange.run()

    def press_at_once(self, *keys: str) -> None:
        """Press keys before the exchange has said anything."""
        for key in keys:
            self.device.press(parse_key(key))
        self.bench.exchange.run()

    def lift(self) -> None:
        self.device.lift()
        self.bench.exchange.run()

    def put_down(self) -> None:
        self.device.put_down()
        self.bench.exchange.run()

    def dial(self, number: str, outgoing_uri: str | None = None) -> None:
        self.device.dial(number, outgoing_uri)
        self.bench.exchange.run()

    def take_events(self) -> list[Event]:
        """The events since the last time."""
        events = [report.event for report in self.reports]
        self.reports.clear()
        return events

    def last(self, event: Event) -> dict[Variable, str]:
        """The values of the last report of ``event``."""
        return dict(next(report.values for report in reversed(self.reports) if report.event is event))

    @property
    def call(self) -> CallStatus:
        """The only call."""
        (call,) = self.device.status.calls
        return call

    @property
    def states(self) -> list[tuple[str, str]]:
        """Number and state of each call."""
        return [(call.number, call.state.value) for call in self.device.status.calls]


class Bench:
    """Exchange, clock and phones."""

    def __init__(self, exchange: type[VirtualExchange] = VirtualExchange) -> None:
        self.clock = Clock()
        self.calls = 0
        """Calls that there were."""
        self.exchange = exchange(now=self.clock, make_id=self._next_id)
        for user, name in NAMES.items():
            self.exchange.add_subscriber(user, f"secret{user}", name)
        self.phones: list[BenchPhone] = []

    def _next_id(self) -> str:
        self.calls += 1
        return f"{self.calls:016x}"

    def phone(self, *users: str, features: FeatureSettings | None = None, is_started: bool = True) -> BenchPhone:
        """A phone with one account for each of ``users``, started and registered, its reports so far forgotten."""
        settings = settings_for(*users, features=features)
        phone = BenchPhone(self, settings)
        self.phones.append(phone)
        if is_started:
            phone.device.started()
            self.exchange.run()
            phone.reports.clear()
        return phone

    def talk(self, caller: BenchPhone, callee: BenchPhone, number: str = "1002") -> None:
        """Let two phones talk, the reports about it forgotten."""
        caller.dial(number)
        callee.press("OK")
        for phone in self.phones:
            phone.reports.clear()

    def pass_time(self, seconds: float) -> None:
        """Let time pass, stopping at every deadline on the way."""
        end = self.clock.seconds + seconds
        while (due := self._next_deadline()) is not None and due <= end:
            self.clock.seconds = max(due, self.clock.seconds)
            self._work_off()
        self.clock.seconds = end
        self._work_off()

    def _next_deadline(self) -> float | None:
        sources = [self.exchange.next_deadline(), *(phone.device.next_deadline() for phone in self.phones)]
        return min((due for due in sources if due is not None), default=None)

    def _work_off(self) -> None:
        self.exchange.handle_deadline(self.clock.seconds)
        self.exchange.run()
        for phone in self.phones:
            phone.device.handle_deadline(self.clock.seconds)
        self.exchange.run()


def settings_for(*users: str, features: FeatureSettings | None = None) -> PhoneSettings:
    """Settings of a phone with one account for each of ``users``."""
    return PhoneSettings(
        identity=Identity(mac="02000f00" + users[0].rjust(4, "0")),
        accounts=[Account(user=user, password=f"secret{user}") for user in users],
        features=features or FeatureSettings(),
    )


def digits(number: str) -> list[str]:
    """The keys that type ``number``."""
    return ["POUND" if digit == "#" else Key(digit).value for digit in number]

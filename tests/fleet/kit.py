"""A few phones of a fleet with a clock that the test moves, and nothing on the network."""

from offhook.fleet.timetable import Timetable
from offhook.fleet.virtual_phone import VirtualPhone
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.reports import Report
from offhook.phone.settings import PhoneSettings
from offhook.protocol.events import Event
from tests.phone.bench import Clock


class SmallFleet:
    def __init__(self, count: int) -> None:
        self.clock = Clock()
        self.timetable = Timetable(self.clock)
        self.exchange = VirtualExchange(now=self.clock)
        self.reports: list[tuple[VirtualPhone, Report]] = []
        self.phones = [VirtualPhone(self, self.exchange, PhoneSettings(), index) for index in range(count)]

    @property
    def events(self) -> list[Event]:
        return [report.event for _, report in self.reports]

    def events_of(self, phone: VirtualPhone) -> list[Event]:
        return [report.event for who, report in self.reports if who is phone]

    def reported(self, phone: VirtualPhone, report: Report) -> None:
        self.reports.append((phone, report))

    def switch_on(self) -> None:
        for phone in self.phones:
            phone.switch_on()
        self.exchange.run()
        self.reports.clear()

    def settle(self) -> None:
        """Let everything happen that needs no time."""
        while self.exchange.run() or self.timetable.work_off():
            pass

    def pass_time(self, seconds: float, step: float = 0.25) -> None:
        for _ in range(round(seconds / step)):
            self.settle()
            self.clock.seconds += step
            self.exchange.handle_deadline(self.clock.seconds)
        self.settle()

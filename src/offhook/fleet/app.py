"""The fleet: builds everything and wires it; the only place in the package that does.

Source: ARCHITECTURE.md ("app.py is the only place that builds objects").
"""

import asyncio
import time
from collections.abc import Callable
from random import Random
from typing import TextIO

from offhook.errors import ConfigError
from offhook.fleet.addresses import MAX_PHONES, phone_at
from offhook.fleet.call_centre import CallCentre
from offhook.fleet.command_listener import CommandListener
from offhook.fleet.report_sender import ConsolePlace, ReportSender
from offhook.fleet.settings import FleetSettings
from offhook.fleet.storm import Storm, break_out
from offhook.fleet.tally import Tally
from offhook.fleet.timetable import Timetable
from offhook.fleet.truth import PhoneTruth
from offhook.fleet.virtual_phone import VirtualPhone
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.reports import Report
from offhook.phone.settings import FeatureSettings, PhoneSettings

__all__ = ["FleetApp"]

_SWITCHED_ON_PER_S = 1_000


class FleetApp:
    """All phones and what they share. Two timetables: one that the phones live by, one that their requests need."""

    def __init__(self, settings: FleetSettings) -> None:
        """Build the fleet, switched off.

        Raises:
            ConfigError: Too many phones, or a console that is not on this machine.
        """
        if not 1 <= settings.habits.phones <= MAX_PHONES:
            raise ConfigError("--phones", "", f"a fleet has 1 to {MAX_PHONES} phones")
        self.settings = settings
        self.tally = Tally()
        self.timetable = Timetable(time.monotonic)
        self._delivery = Timetable(time.monotonic)
        ids = Random(f"call ids {settings.seed} {time.time_ns()}")
        self._exchange = VirtualExchange(make_id=lambda: f"{ids.getrandbits(64):016x}")
        self._answered: TextIO | None = None
        is_noted = settings.answered_file is not None
        self._sender = ReportSender(
            ConsolePlace(settings.console),
            self.tally,
            self._delivery,
            settings.faults,
            settings.seed,
            self._note_answered if is_noted else None,
        )
        base = PhoneSettings(features=FeatureSettings(), action_urls={})
        self.phones = [VirtualPhone(self, self._exchange, base, index) for index in range(settings.habits.phones)]
        self._centre = CallCentre(
            self.phones, self._exchange, self.timetable, settings.habits, settings.seed, self.tally
        )
        self._listener = CommandListener(self._phone_at, self.tally, time.monotonic)
        self._storm_dice = Random(f"storm {settings.seed}")

    # --- life --------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen and get ready to send; the phones are still off.

        Raises:
            PortTaken: Commands cannot be listened for.
            ConfigError: The file for answered reports cannot be written.
        """
        path = self.settings.answered_file
        if path is not None:
            try:
                self._answered = path.open("w", encoding="ascii")
            except OSError as error:
                raise ConfigError(str(path), "", f"cannot be written: {error.strerror}") from error
        await self._listener.start(self.settings.port)
        self._exchange.attach(asyncio.get_running_loop())
        self.timetable.start()
        self._delivery.start()
        self._sender.start()

    def switch_on(self) -> float:
        """Switch the phones on, a thousand a second; gives the seconds until the last one."""
        for phone in self.phones:
            self.timetable.after(phone.index / _SWITCHED_ON_PER_S, phone.switch_on)
        return len(self.phones) / _SWITCHED_ON_PER_S

    def begin_calls(self) -> None:
        """Let the calls, and the storm, begin."""
        self._centre.start()
        if self.settings.storm is not None:
            self.timetable.after(self.settings.storm_after_s, self._storm, self.settings.storm)

    async def freeze(self) -> None:
        """Let nothing more happen at any phone; calls stay as they are, and reports go on being delivered."""
        await self._listener.stop()
        self.timetable.stop()
        self._exchange.run()
        self._exchange.detach()

    async def drain(self, on_wait: Callable[[], None] = lambda: None) -> bool:
        """Wait until every report is delivered or lost; False if that took too long."""
        end = time.monotonic() + self.settings.drain_s
        while self._sender.pending and time.monotonic() < end:
            on_wait()
            await asyncio.sleep(0.05)
        return not self._sender.pending

    async def stop(self) -> None:
        """Let go of everything; may be called at any time."""
        await self._listener.stop()
        self.timetable.stop()
        self._delivery.stop()
        self._sender.stop()
        if self._answered is not None:
            self._answered.close()
            self._answered = None

    # --- what goes on ------------------------------------------------------------------------------------------

    @property
    def port(self) -> int:
        """Where the phones take commands."""
        return self._listener.port

    @property
    def is_commandable(self) -> bool:
        """Whether phones can be reached at their own addresses."""
        return self._listener.is_everywhere

    @property
    def calls_up(self) -> int:
        """Calls that are talked on or held."""
        return self._centre.calls_up

    @property
    def phones_up(self) -> int:
        """Phones that are on."""
        return sum(phone.is_up for phone in self.phones)

    @property
    def behind_s(self) -> float:
        """How late calls are placed."""
        return self._centre.behind_s

    @property
    def pending(self) -> int:
        """Reports that are neither delivered nor lost."""
        return self._sender.pending

    def truths(self) -> list[PhoneTruth]:
        """Say what is so at each phone."""
        return [_truth_of(phone) for phone in self.phones]

    def reported(self, phone: VirtualPhone, report: Report) -> None:
        """Send a report, and let the call centre know of it."""
        self._sender.report(phone.outbox, report.event, report.values)
        self._centre.rang(phone, report)

    def _phone_at(self, address: str) -> VirtualPhone | None:
        index = phone_at(address)
        phone = self.phones[index] if index is not None and index < len(self.phones) else None
        return phone if phone is not None and phone.address == address else None

    def _note_answered(self, number: int) -> None:
        if self._answered is not None:
            self._answered.write(f"{number}\n")

    def _storm(self, storm: Storm) -> None:
        break_out(storm, self.phones, self.timetable, self._storm_dice, self.settings.storm_s)
        if self.settings.storm_every_s is not None:
            self.timetable.after(self.settings.storm_every_s, self._storm, storm)


def _truth_of(phone: VirtualPhone) -> PhoneTruth:
    status = phone.device.status
    return PhoneTruth(
        id=phone.mac,
        number=phone.number,
        calls={call.call_id: call.state for call in status.calls if call.call_id},
        is_off_hook=status.is_off_hook,
        dnd=status.features.dnd,
        address=phone.address,
        untold=phone.outbox.untold,
    )

"""One phone of the fleet: the same device as `offhook phone`, with next to nothing around it.

What is the same for all phones (exchange, sender, timetable, the listener of their commands) is there once, and a phone
holds no task, no timer and no socket while nothing happens at it.
Source: issue "Measured": memory per virtual phone.
"""

from typing import Protocol

import msgspec

from offhook.fleet.addresses import address_of, mac_of, number_of
from offhook.fleet.outbox import Outbox
from offhook.fleet.timetable import Timetable
from offhook.phone.device import PhoneDevice
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.http_auth import HttpAuth
from offhook.phone.phone_call import PhoneCall
from offhook.phone.recent_calls import CallKind, RecentCalls
from offhook.phone.reports import Report
from offhook.phone.settings import Account, Identity, Network, PhoneSettings

__all__ = ["RESTART_S", "FleetOfPhones", "VirtualPhone"]

RESTART_S = 2.0
"""What a restart takes."""


class FleetOfPhones(Protocol):
    """What a phone needs of the fleet."""

    timetable: Timetable

    def reported(self, phone: "VirtualPhone", report: Report) -> None:
        """Something happened at a phone."""


class _NoCalls(RecentCalls):
    """A call list that keeps nothing: nobody looks at it, and ten thousand of them would be most of the memory."""

    __slots__ = ()

    def add(self, call: PhoneCall, kind: CallKind) -> None:
        """Forget it."""


_NO_CALLS = _NoCalls()
_MODEL = "offhook-fleet"


class VirtualPhone:
    """One phone."""

    __slots__ = ("_deadline", "_fleet", "auth", "device", "engine", "index", "is_up", "moves", "outbox")

    def __init__(self, fleet: FleetOfPhones, exchange: VirtualExchange, base: PhoneSettings, index: int) -> None:
        """Build a phone that is switched off.

        Args:
            base: Settings that all phones share.
            index: Which one of the fleet; everything else about it follows from that.
        """
        self._fleet = fleet
        self.index = index
        self.moves = 0
        self.is_up = False
        self.auth: HttpAuth | None = None
        """Made when the first command comes: most phones never get one."""
        self._deadline: float | None = None
        self.outbox = Outbox(address_of(index))
        exchange.add_subscriber(self.number)
        self.engine = exchange.engine_for(self.number)
        settings = msgspec.structs.replace(
            base,
            identity=Identity(mac=self.mac, model=_MODEL),
            network=Network(address=self.outbox.address),
            accounts=[Account(user=self.number, host=exchange.host)],
        )
        self.device = PhoneDevice(
            settings,
            self.engine,
            self._report,
            fleet.timetable.now,
            on_reboot=self._reboot,
            on_deadline_changed=self._deadline_changed,
        )
        self.device.panel.recent = _NO_CALLS
        self.engine.connect(self.device.on_fact)

    @property
    def mac(self) -> str:
        """Its MAC address, which is its id at the console."""
        return mac_of(self.index)

    @property
    def number(self) -> str:
        """The number it is called at."""
        return number_of(self.index)

    @property
    def address(self) -> str:
        """Where it is now."""
        return self.outbox.address

    @property
    def is_free(self) -> bool:
        """Whether it runs and has no call."""
        return self.is_up and not self.engine.legs

    def switch_on(self) -> None:
        """Start: Setup Completed, then it registers."""
        self.is_up = True
        self.device.started()

    def restart(self) -> None:
        """End every call, log out, and start again in `RESTART_S`; one that restarts already goes on with that."""
        if self.is_up:
            self.is_up = False
            self.device.shut_down()
            self._fleet.timetable.after(RESTART_S, self.switch_on)

    def move(self) -> None:
        """Get another address, and say so (IP Changed)."""
        self.moves += 1
        self.outbox.address = address_of(self.index, self.moves)
        self.device.address_changed(self.outbox.address)

    def _report(self, report: Report) -> None:
        self._fleet.reported(self, report)

    def _reboot(self) -> None:
        # The key that was pressed is not done with yet.
        self._fleet.timetable.after(0.0, self.restart)

    def _deadline_changed(self) -> None:
        deadline = self.device.next_deadline()
        if deadline is not None and (self._deadline is None or deadline < self._deadline):
            self._deadline = deadline
            self._fleet.timetable.at(deadline, self._keep_deadline, deadline)

    def _keep_deadline(self, deadline: float) -> None:
        if self._deadline != deadline:  # an earlier one was set since
            return
        self._deadline = None
        self.device.handle_deadline(self._fleet.timetable.now())
        if self._deadline is None:
            self._deadline_changed()

"""The virtual engine: a `CallEngine` on an exchange in the same process. No SIP, no audio, real call semantics.

One `VirtualExchange` serves any number of engines. Without an event loop (`connect`) the facts wait until the test or
the simulation calls `run`; once an engine is started under asyncio, the exchange hands them out by itself, with one
pending `call_soon` and one timer for everybody, however many phones there are.
Source: architecture decision 7.
"""

import asyncio
from collections.abc import Callable, Sequence

from offhook.phone.engine.exchange import Exchange, Leg, Station
from offhook.phone.engine.port import AccountSettings, CallRef, CommandRef, EngineFact

__all__ = ["FACTS_PER_TURN", "VirtualEngine", "VirtualExchange"]

FACTS_PER_TURN = 256
"""Facts handed out before the loop may do something else: web requests must not wait for a storm of calls."""


class VirtualExchange(Exchange):
    """The in-process PBX; see `Exchange` for its arguments and its subscribers."""

    _loop: asyncio.AbstractEventLoop | None = None
    _turn: asyncio.Handle | None = None
    _timer: asyncio.TimerHandle | None = None
    _timer_at: float | None = None
    _started = 0

    def engine_for(self, phone: str = "") -> "VirtualEngine":
        """Make the engine of one phone; ``phone`` only names it."""
        return VirtualEngine(self, phone)

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand facts out on ``loop`` until every engine that attached has detached."""
        if self._loop is not loop:
            self._cancel_handles()
        self._loop = loop
        self._started += 1
        self._arm()

    def detach(self) -> None:
        """One engine fewer; after the last one nothing is left on the loop."""
        self._started -= 1
        if self._started == 0:
            self._cancel_handles()
            self._loop = None

    def _emit(self, station: Station, fact: EngineFact) -> None:
        super()._emit(station, fact)
        self._arm_turn()

    def _arm_turn(self) -> None:
        if self._loop is not None and self._turn is None:
            self._turn = self._loop.call_soon(self._take_turn)

    def _take_turn(self) -> None:
        self._turn = None
        try:
            self.run(FACTS_PER_TURN)
        finally:
            # A phone that raised must not keep the others from their facts; the loop logs what it raised.
            self._arm()

    def _arm(self) -> None:
        if self._loop is None:
            return
        if self.has_facts():
            self._arm_turn()
        deadline = self.next_deadline()
        if deadline == self._timer_at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = deadline
        self._timer = None
        if deadline is not None:
            self._timer = self._loop.call_later(max(0.0, deadline - self._now()), self._ring)

    def _ring(self) -> None:
        self._timer = self._timer_at = None
        self.handle_deadline(self._now())
        self._arm()

    def _cancel_handles(self) -> None:
        for handle in (self._turn, self._timer):
            if handle is not None:
                handle.cancel()
        self._turn = self._timer = self._timer_at = None


class VirtualEngine:
    """One phone's engine on a `VirtualExchange`; a `CallEngine`. Orders about unknown calls do nothing."""

    __slots__ = ("_accounts", "_exchange", "_is_attached", "_on_fact", "joined", "legs", "phone")

    def __init__(self, exchange: VirtualExchange, phone: str = "") -> None:
        self._exchange = exchange
        self._accounts: dict[str, AccountSettings] = {}
        self._on_fact: Callable[[EngineFact], None] | None = None
        self._is_attached = False
        self.phone = phone
        self.legs: dict[CallRef, Leg] = {}
        self.joined: tuple[CallRef, ...] = ()
        """The calls that are mixed; without audio this is all there is to a conference."""

    def connect(self, on_fact: Callable[[EngineFact], None]) -> None:
        """Take facts from now on, without an event loop: whoever runs the exchange hands them out."""
        self._on_fact = on_fact

    async def start(self, on_fact: Callable[[EngineFact], None]) -> None:
        """Take facts from now on, on the running loop."""
        self.connect(on_fact)
        if not self._is_attached:
            self._is_attached = True
            self._exchange.attach(asyncio.get_running_loop())

    async def stop(self) -> None:
        """End every call, log every account out, take no fact any more."""
        self.disconnect()

    def disconnect(self) -> None:
        """`stop` without an event loop."""
        self._on_fact = None
        for leg in list(self.legs.values()):
            self._exchange.hang_up(leg)
        for account in list(self._accounts):
            self.unregister(account)
        self.joined = ()
        if self._is_attached:
            self._is_attached = False
            self._exchange.detach()

    def take(self, fact: EngineFact) -> None:
        """Pass one fact on; after `stop` it is dropped."""
        if self._on_fact is not None:
            self._on_fact(fact)

    def register(self, account: AccountSettings) -> None:
        """Register; see the port."""
        before = self._accounts.get(account.id)
        if before is not None and before.user != account.user:
            self._exchange.unregister(self, before)
        self._accounts[account.id] = account
        self._exchange.register(self, account)

    def unregister(self, account: str) -> None:
        """Log out; see the port."""
        if known := self._accounts.pop(account, None):
            self._exchange.unregister(self, known)

    def place(self, account: str, target: str) -> CallRef:
        """Call; see the port."""
        return self._exchange.place(self, self._accounts.get(account), target)

    def ring(self, call: CallRef) -> None:
        """Ring; see the port."""
        if leg := self.legs.get(call):
            self._exchange.ring(leg)

    def answer(self, call: CallRef) -> None:
        """Answer; see the port."""
        if leg := self.legs.get(call):
            self._exchange.answer(leg)

    def reject(self, call: CallRef, status: int) -> None:
        """Refuse; see the port."""
        if leg := self.legs.get(call):
            self._exchange.reject(leg, status)

    def redirect(self, call: CallRef, target: str) -> None:
        """Send elsewhere; see the port."""
        if leg := self.legs.get(call):
            self._exchange.redirect(leg, target)

    def hang_up(self, call: CallRef) -> None:
        """End or cancel; see the port."""
        if leg := self.legs.get(call):
            self._exchange.hang_up(leg)

    def hold(self, call: CallRef) -> None:
        """Hold; see the port."""
        if leg := self.legs.get(call):
            self._exchange.hold(leg)

    def retrieve(self, call: CallRef) -> None:
        """Take back from hold; see the port."""
        if leg := self.legs.get(call):
            self._exchange.retrieve(leg)

    def set_muted(self, call: CallRef, is_muted: bool) -> None:
        """Mute; see the port."""
        if leg := self.legs.get(call):
            leg.is_muted = is_muted

    def send_digits(self, call: CallRef, digits: str) -> None:
        """Send digits; see the port."""
        if leg := self.legs.get(call):
            self._exchange.send_digits(leg, digits)

    def refer(self, call: CallRef, target: str) -> None:
        """Blind transfer; see the port."""
        if leg := self.legs.get(call):
            self._exchange.refer(leg, target)

    def refer_replaces(self, call: CallRef, other: CallRef) -> None:
        """Attended transfer; see the port. A second call that is gone fails the transfer with 481."""
        if leg := self.legs.get(call):
            self._exchange.refer_replaces(leg, self.legs.get(other, leg))

    def join(self, calls: Sequence[CallRef]) -> None:
        """Mix; see the port."""
        known = tuple(call for call in calls if call in self.legs)
        self.joined = known if len(known) > 1 else ()

    def reply(self, command: CommandRef, status: int, reason: str) -> None:
        """Answer a command; see the port."""
        self._exchange.reply(command, status, reason)

    def watch(self, account: str, number: str) -> None:
        """Watch a number; see the port. From an account that is not registered nothing is seen."""
        self._exchange.watch(self, self._accounts.get(account), account, number)

    def unwatch(self, account: str, number: str) -> None:
        """Watch it no more; see the port."""
        self._exchange.unwatch(self, account, number)

"""An exchange without wires: subscribers, calls and transfers between stations of one process. No loop, no sockets.

Theory of operation. A station (one phone's engine) gives orders by the methods below; they change the calls at once and
append facts to one queue. `run` hands the facts out, in order, never from inside an order. A call has two legs, each
the same call as one phone sees it; both carry the one Call-ID. Nothing here costs a task or a timer handle per call:
ring time-outs sit in one heap that `handle_deadline` works off.

The exchange says busy by itself only when a phone calls itself; else it is for the phone to say whether it can take
one more call.
Source: RFC 3261 (calls, status codes), RFC 3515 (REFER), RFC 3891 (Replaces); architecture decision 7.
"""

import heapq
import itertools
import secrets
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Protocol

from offhook.callmodel.connection import Cause
from offhook.phone.engine.port import (
    AccountAccepted,
    AccountRefused,
    AccountSettings,
    CallAnswered,
    CallEnded,
    CallHeld,
    CallPlaced,
    CallRef,
    CallReplaced,
    CallRetrieved,
    CallRinging,
    CommandReceived,
    CommandRef,
    DigitReceived,
    EngineFact,
    IncomingCall,
    NumberState,
    NumberStatus,
    RemoteHeld,
    TransferAsked,
    TransferProgress,
)
from offhook.phone.engine.watchers import Watchers
from offhook.plain_members import plain_members
from offhook.protocol.sip_uri import PartyAddress, parse_party

__all__ = ["MAX_REDIRECTS", "Exchange", "ExchangeCall", "Leg", "Phase", "SentCommand", "Station", "Subscriber"]

MAX_REDIRECTS = 5
"""Redirections followed for one call; one more is a loop (482)."""
_DIGITS = frozenset("0123456789*#")


@plain_members
class Phase(Enum):
    """Where a call stands, for the exchange."""

    PLACING = "placing"
    UP = "up"
    OVER = "over"


class Station(Protocol):
    """Whatever gives orders and takes facts: one phone's engine."""

    legs: "dict[CallRef, Leg]"
    """The station's calls that are not over."""

    def take(self, fact: EngineFact) -> None:
        """Take one fact; never called from inside an order."""


class SentCommand:
    """A command on its way to a phone."""

    __slots__ = ("reason", "status")

    def __init__(self, status: int = 0, reason: str = "") -> None:
        self.status = status
        """SIP status of the answer; 0 while there is none."""
        self.reason = reason


class Subscriber:
    """One number of the exchange."""

    __slots__ = ("account", "display_name", "password", "station", "user")

    def __init__(self, user: str, password: str, display_name: str) -> None:
        self.user = user
        self.password = password
        self.display_name = display_name
        self.station: Station | None = None
        """Where it is registered; a later registration takes the place of an earlier one."""
        self.account = ""


class Leg:
    """One call as one phone sees it."""

    __slots__ = ("account", "call", "is_held", "is_muted", "party", "ref", "station")

    def __init__(self, ref: CallRef, station: Station, account: str, party: PartyAddress, call: "ExchangeCall") -> None:
        self.ref = ref
        self.station = station
        self.account = account
        self.party = party
        """Who this side is, as the other side sees it."""
        self.call = call
        self.is_held = False
        self.is_muted = False


class ExchangeCall:
    """One call between two legs."""

    __slots__ = ("call_id", "callee", "caller", "dialled", "phase", "referrer", "ring_until", "visited")

    def __init__(self, call_id: str, dialled: PartyAddress) -> None:
        self.call_id = call_id
        self.dialled = dialled
        self.caller: Leg | None = None
        self.callee: Leg | None = None
        self.phase = Phase.PLACING
        self.ring_until = 0.0
        self.referrer: Leg | None = None
        """The leg whose owner asked for this call by a transfer and wants to hear how it goes."""
        self.visited: tuple[str, ...] = ()
        """Users this call was sent to so far."""

    def other(self, leg: Leg) -> Leg | None:
        """The leg at the far side."""
        return self.callee if leg is self.caller else self.caller


class Exchange:
    """Connects stations; every method returns at once and raises nothing because of what a station asks."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        ring_timeout_s: float = 60.0,
        now: Callable[[], float] = time.monotonic,
        make_id: Callable[[], str] = lambda: secrets.token_hex(8),
    ) -> None:
        """Set up an exchange without subscribers.

        Args:
            host: Host part of every address; accounts of other hosts are not served.
            ring_timeout_s: Seconds after which an unanswered call ends with 480.
            now: Seconds, monotonic.
            make_id: Gives the part before the ``@`` of each Call-ID.
        """
        self.host = host
        self._ring_timeout_s = ring_timeout_s
        self._now = now
        self._make_id = make_id
        self._subscribers: dict[str, Subscriber] = {}
        self._refs = itertools.count(1)
        self._facts: deque[tuple[Station, EngineFact]] = deque()
        self._watchers: Watchers[Station] = Watchers()
        self._commands: dict[CommandRef, SentCommand] = {}
        """Those without an answer yet."""
        self._ring_ends: list[tuple[float, int, ExchangeCall]] = []
        self._ring_order = itertools.count()

    # --- subscribers and registration --------------------------------------------------------------------------

    def add_subscriber(self, user: str, password: str = "", display_name: str = "") -> None:
        """Give out a number; giving it out again changes password and name and keeps its registration."""
        known = self._subscribers.get(user)
        if known is None:
            self._subscribers[user] = Subscriber(user, password, display_name)
            return
        known.password = password
        known.display_name = display_name

    def register(self, station: Station, account: AccountSettings) -> None:
        """Register ``account`` at ``station``: accepted, or 404, 401, 408 (a host that is not this exchange)."""
        refusal = self._refusal(account)
        if refusal is not None:
            self._emit(station, AccountRefused(account.id, *refusal))
            self.unregister(station, account)
            return
        subscriber = self._subscribers[account.user]
        subscriber.station = station
        subscriber.account = account.id
        self._emit(station, AccountAccepted(account.id))

    def unregister(self, station: Station, account: AccountSettings) -> None:
        """Log out; calls go on. Another station that took the number over keeps it."""
        if self._is_registered(station, account):
            self._subscribers[account.user].station = None
            self._tell_watchers()
        self._watchers.remove(station, account.id)

    # --- watching ----------------------------------------------------------------------------------------------

    def watch(self, station: Station, account: AccountSettings | None, name: str, number: str) -> None:
        """Tell ``station`` how a number is doing, now and at each change; one that is not ours is unknown.

        Args:
            account: Who asks; nothing is told to one that is not registered here.
            name: The station's own name for the account.
        """
        if account is None or not self._is_registered(station, account):
            self._emit(station, NumberState(name, number, NumberStatus.UNKNOWN))
            return
        self._watchers.add(station, name, number)
        self._tell_watchers()

    def unwatch(self, station: Station, name: str, number: str) -> None:
        """Tell it no more."""
        self._watchers.remove(station, name, number)

    def _tell_watchers(self) -> None:
        self._watchers.tell(self._number_status, self._emit)

    def _number_status(self, number: str) -> NumberStatus:
        party = self._dialled(number)
        subscriber = self._subscribers.get(party.user) if self._is_own_host(party.host) else None
        if subscriber is None or subscriber.station is None:
            return NumberStatus.UNKNOWN
        own = (leg for leg in subscriber.station.legs.values() if leg.party.user == subscriber.user)
        legs = [leg for leg in own if leg.call.phase is not Phase.OVER]
        if any(leg.call.phase is Phase.UP or leg is leg.call.caller for leg in legs):
            return NumberStatus.BUSY
        return NumberStatus.RINGING if legs else NumberStatus.IDLE

    def _refusal(self, account: AccountSettings) -> tuple[int, str] | None:
        if not self._is_own_host(account.host):
            return 408, f"no answer from {account.host}"
        subscriber = self._subscribers.get(account.user)
        if subscriber is None:
            return 404, "Not Found"
        if (account.auth_user or account.user) != subscriber.user or account.password != subscriber.password:
            return 401, "Unauthorized"
        return None

    def _is_own_host(self, host: str) -> bool:
        return host.partition(":")[0].casefold() == self.host.casefold()

    # --- orders about one call ---------------------------------------------------------------------------------

    def place(self, station: Station, account: AccountSettings | None, target: str) -> CallRef:
        """Call ``target``; an account that is not registered here ends at once with 403."""
        ref = self._next_ref()
        if account is None or not self._is_registered(station, account):
            self._emit(station, CallEnded(ref, Cause.DEST_NOT_OBTAINABLE, 403, by_remote=True))
            return ref
        call = ExchangeCall(self._next_call_id(), self._dialled(target))
        call.caller = Leg(ref, station, account.id, self._party_of(account), call)
        station.legs[ref] = call.caller
        self._emit(station, CallPlaced(ref, call.call_id, call.dialled))
        self._route(call, call.dialled)
        return ref

    def ring(self, leg: Leg) -> None:
        """The callee rings; the caller hears it."""
        call = leg.call
        if call.phase is Phase.PLACING and leg is call.callee and call.caller is not None:
            self._emit(call.caller.station, CallRinging(call.caller.ref))
            self._tell_referrer(call, 180)

    def answer(self, leg: Leg) -> None:
        """The callee answers; both sides hear it."""
        call = leg.call
        if call.phase is not Phase.PLACING or leg is not call.callee or call.caller is None:
            return
        call.phase = Phase.UP
        self._emit(leg.station, CallAnswered(leg.ref, call.caller.party))
        self._emit(call.caller.station, CallAnswered(call.caller.ref, leg.party))
        self._referral_worked(call)

    def reject(self, leg: Leg, status: int) -> None:
        """The callee refuses."""
        call = leg.call
        if call.phase is not Phase.PLACING or leg is not call.callee:
            return
        self._end_leg(leg, Cause.NORMAL, status, by_remote=False)
        self._fail(call, status)

    def redirect(self, leg: Leg, target: str) -> None:
        """The callee sends the caller elsewhere; the exchange follows, up to `MAX_REDIRECTS` times."""
        call = leg.call
        if call.phase is not Phase.PLACING or leg is not call.callee:
            return
        self._end_leg(leg, Cause.REDIRECTED, 302, by_remote=False)
        call.callee = None
        party = self._dialled(target)
        if len(call.visited) > MAX_REDIRECTS or party.user in call.visited:
            self._fail(call, 482)
            return
        self._route(call, party)

    def hang_up(self, leg: Leg) -> None:
        """End a call, cancel one that was placed, or decline one that rings."""
        call = leg.call
        if call.phase is Phase.UP:
            self._end_both(call, Cause.NORMAL, 200, ended_by=leg)
        elif leg is call.caller:
            self._end_both(call, Cause.CALL_CANCELLED, 487, ended_by=leg)
            self._tell_referrer(call, 487)
        else:
            self.reject(leg, 603)

    def hold(self, leg: Leg) -> None:
        """Hold our side; asking twice is answered twice and told to the other side once."""
        self._set_held(leg, is_held=True)

    def retrieve(self, leg: Leg) -> None:
        """Take the call back from hold."""
        self._set_held(leg, is_held=False)

    def _set_held(self, leg: Leg, *, is_held: bool) -> None:
        peer = leg.call.other(leg)
        if leg.call.phase is not Phase.UP or peer is None:
            return
        self._emit(leg.station, CallHeld(leg.ref) if is_held else CallRetrieved(leg.ref))
        if leg.is_held is not is_held:
            leg.is_held = is_held
            self._emit(peer.station, RemoteHeld(peer.ref, is_held))

    def send_digits(self, leg: Leg, digits: str) -> None:
        """Send digits to the other side, one fact each; what is no digit is left out."""
        peer = leg.call.other(leg)
        if leg.call.phase is not Phase.UP or peer is None:
            return
        for digit in digits:
            if digit in _DIGITS:
                self._emit(peer.station, DigitReceived(peer.ref, digit))

    # --- commands ----------------------------------------------------------------------------------------------

    def command(self, user: str, text: str, *, source: str = "") -> SentCommand:
        """Send a command to the phone at which ``user`` is registered (a NOTIFY with ``Event: ACTION-URI``).

        Args:
            source: Address of a stranger who sends it straight; "" for the exchange itself.
        """
        subscriber = self._subscribers.get(user)
        if subscriber is None:
            return SentCommand(404, "Not Found")
        if subscriber.station is None:
            return SentCommand(480, "Temporarily Unavailable")
        sent, ref = SentCommand(), CommandRef(f"command-{self._next_ref()}")
        self._commands[ref] = sent
        fact = CommandReceived(ref, text, source or self.host, is_from_registrar=not source)
        self._emit(subscriber.station, fact)
        return sent

    def reply(self, command: CommandRef, status: int, reason: str) -> None:
        """The phone answers a command; the first answer counts."""
        if sent := self._commands.pop(command, None):
            sent.status, sent.reason = status, reason

    # --- transfer ----------------------------------------------------------------------------------------------

    def refer(self, leg: Leg, target: str) -> None:
        """Blind transfer (RFC 3515): the other side calls ``target`` with a new Call-ID.

        `TransferProgress` 100, 180 and the final status go to ``leg``; once it worked the old call ends.
        """
        peer = leg.call.other(leg)
        if leg.call.phase is not Phase.UP or peer is None:
            self._emit(leg.station, TransferProgress(leg.ref, 481))
            return
        self._emit(leg.station, TransferProgress(leg.ref, 100))
        self._call_on_behalf(peer, self._dialled(target), referrer=leg)

    def refer_replaces(self, leg: Leg, other: Leg) -> None:
        """Attended transfer (RFC 3891): the far sides of two calls of one station are joined.

        A second call that still rings is cancelled and placed again from the first call's far side, so that the
        target goes on ringing, now with the right caller.
        """
        peer, target = leg.call.other(leg), other.call.other(other)
        is_received = other.call.phase is Phase.PLACING and other is not other.call.caller
        if leg.call.phase is not Phase.UP or peer is None or leg.call is other.call or is_received:
            self._emit(leg.station, TransferProgress(leg.ref, 481))
            return
        self._emit(leg.station, TransferProgress(leg.ref, 100))
        if target is not None and target.station is peer.station:
            self._emit(leg.station, TransferProgress(leg.ref, 486))
            return
        if other.call.phase is Phase.UP and target is not None:
            self._join_far_sides(leg, peer, other, target)
            return
        dialled = other.call.dialled
        self._end_both(other.call, Cause.TRANSFER, 487, ended_by=other)
        self._tell_referrer(other.call, 487)
        self._call_on_behalf(peer, dialled, referrer=leg)

    def _call_on_behalf(self, peer: Leg, dialled: PartyAddress, *, referrer: Leg) -> None:
        """Place a call for a station that was transferred."""
        call = ExchangeCall(self._next_call_id(), dialled)
        call.referrer = referrer
        call.caller = self._new_leg(peer, call)
        asked = TransferAsked(peer.ref, call.caller.ref, call.call_id, dialled)
        self._emit(peer.station, asked)
        self._route(call, dialled)

    def _join_far_sides(self, leg: Leg, peer: Leg, other: Leg, target: Leg) -> None:
        """Connect ``peer`` with ``target`` by a new call that takes the place of both old ones."""
        call = ExchangeCall(self._next_call_id(), target.party)
        call.caller = self._new_leg(peer, call)
        call.callee = self._new_leg(target, call)
        call.phase = Phase.UP
        self._emit(peer.station, TransferAsked(peer.ref, call.caller.ref, call.call_id, target.party))
        self._emit(target.station, CallReplaced(target.ref, call.callee.ref, call.call_id, peer.party))
        self._emit(peer.station, CallAnswered(call.caller.ref, target.party))
        self._emit(leg.station, TransferProgress(leg.ref, 200))
        self._end_both(leg.call, Cause.TRANSFER, 200, ended_by=leg)
        self._end_both(other.call, Cause.TRANSFER, 200, ended_by=other)

    def _new_leg(self, like: Leg, call: ExchangeCall) -> Leg:
        """Give the owner of ``like`` one more call."""
        leg = Leg(self._next_ref(), like.station, like.account, like.party, call)
        like.station.legs[leg.ref] = leg
        return leg

    def _referral_worked(self, call: ExchangeCall) -> None:
        referrer = call.referrer
        self._tell_referrer(call, 200)
        if referrer is not None and referrer.call.phase is Phase.UP:
            self._end_both(referrer.call, Cause.TRANSFER, 200, ended_by=referrer)

    def _tell_referrer(self, call: ExchangeCall, status: int) -> None:
        """Say how a transfer goes, unless the call it was asked on is over."""
        referrer = call.referrer
        if referrer is not None and referrer.call.phase is Phase.UP:
            self._emit(referrer.station, TransferProgress(referrer.ref, status))
        if status >= 200:
            call.referrer = None

    # --- routing and endings -----------------------------------------------------------------------------------

    def _route(self, call: ExchangeCall, party: PartyAddress) -> None:
        subscriber = self._subscribers.get(party.user) if self._is_own_host(party.host) else None
        if subscriber is None or call.caller is None:
            self._fail(call, 404)
            return
        call.visited = (*call.visited, party.user)
        if subscriber.station is None:
            self._fail(call, 480)
            return
        station = subscriber.station
        if station is call.caller.station:
            # One Call-ID names one call at a phone; two legs of it there could not be told apart.
            self._fail(call, 486)
            return
        local = PartyAddress(subscriber.user, self.host, subscriber.display_name)
        leg = Leg(self._next_ref(), station, subscriber.account, local, call)
        call.callee = leg
        station.legs[leg.ref] = leg
        self._emit(station, IncomingCall(leg.ref, leg.account, call.call_id, local, call.caller.party))
        call.ring_until = self._now() + self._ring_timeout_s
        heapq.heappush(self._ring_ends, (call.ring_until, next(self._ring_order), call))

    def _fail(self, call: ExchangeCall, status: int) -> None:
        """The call cannot be completed; the callee, if there was one, knows already."""
        call.phase = Phase.OVER
        if call.caller is not None:
            self._end_leg(call.caller, _cause_of(status), status, by_remote=True)
        self._tell_referrer(call, status)

    def _end_both(self, call: ExchangeCall, cause: Cause, status: int, *, ended_by: Leg) -> None:
        call.phase = Phase.OVER
        for leg in (ended_by, call.other(ended_by)):
            if leg is not None:
                self._end_leg(leg, cause, status, by_remote=leg is not ended_by)

    def _end_leg(self, leg: Leg, cause: Cause, status: int, *, by_remote: bool) -> None:
        if leg.station.legs.pop(leg.ref, None) is not None:
            self._emit(leg.station, CallEnded(leg.ref, cause, status, by_remote))

    def _dialled(self, target: str) -> PartyAddress:
        party = parse_party(target)
        return PartyAddress(party.user, party.host or self.host)

    def _is_registered(self, station: Station, account: AccountSettings) -> bool:
        subscriber = self._subscribers.get(account.user)
        return subscriber is not None and subscriber.station is station and subscriber.account == account.id

    def _party_of(self, account: AccountSettings) -> PartyAddress:
        """Say who calls; the exchange's own name for a number wins, as on a PBX."""
        name = self._subscribers[account.user].display_name or account.display_name
        return PartyAddress(account.user, self.host, name)

    def _next_ref(self) -> CallRef:
        return CallRef(str(next(self._refs)))

    def _next_call_id(self) -> str:
        return f"{self._make_id()}@{self.host}"

    # --- facts and time ----------------------------------------------------------------------------------------

    def _emit(self, station: Station, fact: EngineFact) -> None:
        self._facts.append((station, fact))
        if not isinstance(fact, NumberState):
            self._tell_watchers()

    def has_facts(self) -> bool:
        """Say whether facts wait to be handed out."""
        return bool(self._facts)

    def run(self, limit: int | None = None) -> int:
        """Hand out the facts that wait, and those that follow from them.

        Args:
            limit: Most facts to hand out; None for all.
        Returns:
            How many were handed out. A station that raises loses its fact; the others keep theirs.
        """
        count = 0
        while self._facts and (limit is None or count < limit):
            station, fact = self._facts.popleft()
            count += 1
            station.take(fact)
        return count

    def next_deadline(self) -> float | None:
        """When `handle_deadline` has something to do, in seconds of ``now``; None for never."""
        while self._ring_ends and not self._is_due_entry(self._ring_ends[0]):
            heapq.heappop(self._ring_ends)
        return self._ring_ends[0][0] if self._ring_ends else None

    def handle_deadline(self, now: float) -> None:
        """End the calls that have rung for too long (480): to the callee that is a caller who gave up."""
        while (deadline := self.next_deadline()) is not None and deadline <= now:
            call = heapq.heappop(self._ring_ends)[2]
            if call.callee is not None:
                self._end_leg(call.callee, Cause.CALL_NOT_ANSWERED, 480, by_remote=True)
            call.phase = Phase.OVER
            if call.caller is not None:
                self._end_leg(call.caller, Cause.CALL_NOT_ANSWERED, 480, by_remote=True)
            self._tell_referrer(call, 480)

    @staticmethod
    def _is_due_entry(entry: tuple[float, int, ExchangeCall]) -> bool:
        """A redirected call has a newer entry; an answered or ended one needs none."""
        return entry[2].phase is Phase.PLACING and entry[2].ring_until == entry[0]


_CAUSES = {
    486: Cause.BUSY,
    600: Cause.BUSY,
    487: Cause.CALL_CANCELLED,
    603: Cause.CALL_CANCELLED,
    408: Cause.CALL_NOT_ANSWERED,
}


def _cause_of(status: int) -> Cause:
    """What a refusal means to the caller; 404, 480, 482 and the rest: no way to the other side."""
    return _CAUSES.get(status, Cause.DEST_NOT_OBTAINABLE)

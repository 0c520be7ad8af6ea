"""Takes the phone's orders to accounts and calls, and keeps what they say until it can be written. In the child only.

The library hands out the same few call numbers again and again, so calls go by names of our own; and nothing of it may
be deleted inside its callbacks, so what is over is put away after the turn.
Source: `offhook.phone.engine.pjsip.protocol`; PJSIP 2.15 (limits and lifetimes, measured).
"""

import gc
import heapq
import itertools
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping

import pjsua2 as pj

from offhook.phone.engine.pjsip.accounts import SipAccount
from offhook.phone.engine.pjsip.addresses import goes_straight, proxy_address, registrar_address, target_address
from offhook.phone.engine.pjsip.calls import SipCall
from offhook.phone.engine.pjsip.headers import clean, header, party_in
from offhook.phone.engine.pjsip.names import Names, located
from offhook.phone.engine.pjsip.notify import NotifyDesk
from offhook.phone.engine.pjsip.presence import PresenceDesk
from offhook.phone.engine.pjsip.protocol import (
    Answer,
    Configure,
    Ended,
    Fact,
    HangUp,
    Hold,
    Join,
    Mute,
    Offered,
    Order,
    Party,
    Place,
    Placed,
    Progress,
    Redirect,
    Refer,
    ReferReplaces,
    Refused,
    Register,
    Reject,
    Replaced,
    Reply,
    Retrieve,
    Ring,
    SendDigits,
    Transferred,
    Unregister,
    Unwatch,
    Watch,
    Watched,
)
from offhook.phone.engine.pjsip.sound import SoundDesk
from offhook.phone.engine.pjsip.stack import MAX_ACCOUNTS, Stack, reason_of

__all__ = ["PLACE_EVERY_S", "Switchboard"]

PLACE_EVERY_S = 0.08
"""Calls are placed no faster: the library frees its sockets late and has few."""
_MOST_INVITATIONS = 1024
"""Remembered, so that one that comes again is known; the library forgets them with the call."""
_LEFT_S = 2.0
"""After a transfer the other side hangs up; when it does not for so long, we do."""


class Switchboard:
    """All accounts and calls of this process."""

    def __init__(self, configure: Configure, stack: Stack) -> None:
        self.configure = configure
        self.sounds = SoundDesk(configure.sound, stack.endpoint)
        self._stack = stack
        self._look_ups = Names(stack.name_servers)
        self._asked: dict[str, Register] = {}
        """The last word about each account."""
        self._said: list[Fact] = []
        self._accounts: dict[str, SipAccount] = {}
        self._calls: dict[str, SipCall] = {}
        self._unborn: list[SipCall] = []
        """Calls the library is about to place for a transfer; they have no number yet."""
        self._waiting: dict[str, Place] = {}
        """Calls to be placed a moment later."""
        self._place_at = 0.0
        self._joined: tuple[str, ...] = ()
        self._names = itertools.count(1)
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._timer_order = itertools.count()
        self._is_tidy = True
        self._invitations: deque[int] = deque(maxlen=_MOST_INVITATIONS)
        self.commands = NotifyDesk(configure.generation, self.say, self._is_registrar)
        self._presence = PresenceDesk(self.say)

    # --- facts and time ----------------------------------------------------------------------------------------

    def say(self, fact: Fact) -> None:
        """Keep a fact for `take_facts`."""
        self._said.append(fact)

    def take_facts(self) -> list[Fact]:
        """Give out what was said since the last time."""
        said, self._said = self._said, []
        return said

    def later(self, work: Callable[[], None], *, after_s: float = 0.0) -> None:
        """Do something outside the library's callbacks."""
        heapq.heappush(self._timers, (time.monotonic() + after_s, next(self._timer_order), work))

    def turn(self) -> None:
        """Do what is due; called between two turns of the library."""
        now = time.monotonic()
        for found in self._look_ups.turn():
            _try(found)
        while self._timers and self._timers[0][0] <= now:
            _try(heapq.heappop(self._timers)[2])
        for call in list(self._calls.values()):
            _try(lambda call=call: self._look_after(call, now))  # type: ignore[misc]
        for identity, account in list(self._accounts.items()):
            account.turn(now)
            if account.is_leaving and not account.is_registered and not self._has_calls(account):
                del self._accounts[identity]
                account.shutdown()
        self.commands.turn(now)
        if not self._is_tidy:
            self._is_tidy = True
            # The collector is off: it must not run inside a callback and delete a call there.
            gc.collect()

    def _look_after(self, call: SipCall, now: float) -> None:
        call.go_on(now)
        call.silence.turn(now)
        if call.is_incoming or call.is_confirmed or call.is_said_over:
            return
        if not call.is_heard and now - call.began_at >= self.configure.answer_wait_s:
            call.end("unanswered", 408, by_remote=True)
        elif now - call.began_at >= self.configure.ring_wait_s:
            call.end("unanswered", 480, by_remote=True)

    def is_quiet(self) -> bool:
        """Say whether there are no calls."""
        return not self._calls and not self._waiting

    def is_logged_out(self) -> bool:
        """Say whether no account is registered any more."""
        return not any(account.is_registered for account in self._accounts.values())

    def close_down(self) -> None:
        """Hang up and log out; the library needs a few turns for it."""
        self._waiting.clear()
        for call in list(self._calls.values()):
            call.sound.close()
            _try(lambda call=call: self._hang_up(call))  # type: ignore[misc]
        for name, account in self._accounts.items():
            self._presence.forget(name)
            account.unregister()

    # --- what accounts and calls report ------------------------------------------------------------------------

    def offered(self, account: SipAccount, identity: int, message: str) -> None:
        """A call came in."""
        call = SipCall(self, account, self._new_name(), is_incoming=True, identity=identity)
        self._calls[call.ref] = call
        call.call_id = clean(call.getInfo().callIdString)
        if self._is_replayed(message):
            self._refuse(call, 482)
            return
        if account.is_leaving:
            self._refuse(call, 480)
            return
        call.is_announced = True
        called = party_in(header(message, "To"))
        local = called if called.user else Party(account.settings.user, called.host)
        self.say(Offered(call.ref, account.settings.id, call.call_id, local, party_in(header(message, "From"))))

    def _is_replayed(self, message: str) -> bool:
        """Say whether this very invitation came before: a caller who tries again changes one of these."""
        identity = hash(tuple(header(message, name) for name in ("Call-ID", "From", "CSeq", "Via")))
        is_known = identity in self._invitations
        self._invitations.append(identity)
        return is_known

    def transfer_asked(self, call: SipCall) -> SipCall:
        """The other side of ``call`` sends us elsewhere; the library will place the call that is given back."""
        new = SipCall(self, call.account, self._new_name(), is_incoming=False)
        new.after = call
        self._unborn.append(new)
        return new

    def transferred(self, call: SipCall, remote: Party) -> None:
        """The call for a transfer is on its way."""
        if call.after is None:
            return
        self._unborn.remove(call)
        self._calls[call.ref] = call
        call.is_announced = True
        self.say(Transferred(call.after.ref, call.ref, call.call_id, remote))

    def replaced(self, call: SipCall, identity: int) -> SipCall:
        """A call that was answered by the library takes the place of ``call``."""
        new = SipCall(self, call.account, self._new_name(), is_incoming=True, identity=identity)
        info = new.getInfo()
        new.call_id = clean(info.callIdString)
        new.is_announced = new.is_confirmed = True
        self._calls[new.ref] = new
        call.how = "transferred"
        self.say(Replaced(call.ref, new.ref, new.call_id, party_in(info.remoteUri)))
        return new

    def leave(self, call: SipCall) -> None:
        """We were transferred out of ``call``; its other side ends it, or we do in a while."""
        if call.how == "normal":
            call.how = "transferred"
            self.later(lambda: call.end("transferred", 200), after_s=_LEFT_S)

    def leave_after_transfer(self, call: SipCall, other: SipCall | None) -> None:
        """Our transfer worked: we have no part in these calls any more."""
        for each in (call, other):
            if each is not None:
                each.how = "transferred"
                self.later(lambda each=each: each.end("transferred", 200))  # type: ignore[misc]

    def gone(self, call: SipCall) -> None:
        """The library is done with ``call``."""
        self.later(lambda: self._put_away(call))

    def _put_away(self, call: SipCall) -> None:
        self._calls.pop(call.ref, None)
        self._unborn = [new for new in self._unborn if new.after is not call and new is not call]
        call.sound.close()
        if call.ref in self._joined:
            self._mix(tuple(ref for ref in self._joined if ref != call.ref))
        self._is_tidy = False

    # --- orders ------------------------------------------------------------------------------------------------

    def obey(self, order: Order) -> None:
        """Carry out one order; what comes too late does nothing."""
        if isinstance(order, Reply):
            self.commands.reply(order.command, order.status, order.reason)
        elif isinstance(order, Watch):
            self._watch(order)
        elif isinstance(order, Unwatch):
            self._presence.unwatch(order.account, order.number)
        else:
            _try(lambda: self._obey(order))

    def _obey(self, order: Order) -> None:
        match order:
            case Register():
                self._register(order)
            case Unregister():
                self._asked.pop(order.account, None)
                self._presence.forget(order.account)
                if account := self._accounts.get(order.account):
                    account.unregister()
            case Place():
                self._place_soon(order)
            case Join():
                self._mix(order.calls)
            case HangUp() if order.call in self._waiting:
                del self._waiting[order.call]
                self.say(Ended(order.call, "cancelled", 487, by_remote=False))
            case ReferReplaces():
                self._refer_replaces(order)
            case Ring() | Answer() | Reject() | Redirect() | HangUp() | Hold() | Retrieve() | Mute() | SendDigits():
                call = self._calls.get(order.call)
                if call is not None and not call.is_said_over:
                    self._obey_about(call, order)
            case Refer():
                call = self._calls.get(order.call)
                if call is not None:
                    call.in_line(lambda: self._refer(call, target_address(order.target, call.account.settings)))
            case _:
                return

    def _obey_about(self, call: SipCall, order: Order) -> None:
        match order:
            case Ring() if call.is_incoming and not call.is_confirmed:
                call.answer(_with_status(180))
            case Answer() if call.is_incoming and not call.is_confirmed:
                call.answer(_with_status(200))
            case Reject() if call.is_incoming and not call.is_confirmed:
                self._refuse(call, order.status)
            case Redirect() if call.is_incoming and not call.is_confirmed:
                self._redirect(call, target_address(order.target, call.account.settings))
            case HangUp():
                self._hang_up(call)
            case Hold():
                call.in_line(call.hold)
            case Retrieve():
                call.in_line(call.retrieve)
            case Mute():
                call.sound.set_muted(order.is_muted)
            case SendDigits():
                for digit in order.digits:
                    if digit in "0123456789*#":
                        call.in_line(lambda digit=digit: call.send_digit(digit))  # type: ignore[misc]
            case _:
                return

    def _register(self, order: Register) -> None:
        settings = order.account
        self._asked[settings.id] = order
        servers = [registrar_address(settings), proxy_address(settings)] if settings.is_registering else []
        self._look_ups.ask(servers, lambda where, unknown: self._register_at(order, where, unknown))

    def _register_at(self, order: Register, where: Mapping[str, str], unknown: str) -> None:
        settings = order.account
        if self._asked.get(settings.id) is not order:
            return  # edited or logged out meanwhile
        if unknown:
            self.say(Refused(settings.id, 503, f"nobody knows the name {unknown}"))
            return
        account = self._accounts.get(settings.id)
        if account is None and len(self._accounts) >= MAX_ACCOUNTS:
            self.say(Refused(settings.id, 503, f"no more than {MAX_ACCOUNTS} accounts"))
            return
        try:
            if settings.transport == "tls":
                self._stack.listen_encrypted()
            if account is None:
                account = SipAccount(self, settings, where)
                account.open()
                self._accounts[settings.id] = account
        except pj.Error as error:
            self.say(Refused(settings.id, 503, reason_of(error)))
            return
        account.register(settings, where)

    def _place_soon(self, order: Place) -> None:
        now = time.monotonic()
        self._waiting[order.call] = order
        wait_s = max(0.0, self._place_at - now)
        self._place_at = now + wait_s + PLACE_EVERY_S
        self.later(lambda: self._place(order.call), after_s=wait_s)

    def _place(self, ref: str) -> None:
        order = self._waiting.get(ref)
        if order is None:
            return
        account = self._accounts.get(order.account)
        is_usable = account is not None and not account.is_leaving
        if account is None or not is_usable or not self._may_call(account, order.target):
            del self._waiting[ref]
            self.say(Ended(ref, "failed", 403, by_remote=True))
            return
        address = target_address(order.target, account.settings)
        self._look_ups.ask(
            [address], lambda where, unknown: self._place_there(account, ref, located(address, where), unknown)
        )

    def _place_there(self, account: SipAccount, ref: str, address: str, unknown: str) -> None:
        if self._waiting.pop(ref, None) is None:
            return  # taken back meanwhile
        if unknown:
            self.say(Ended(ref, "failed", 503, by_remote=True))
            return
        call = SipCall(self, account, ref, is_incoming=False)
        call.target = address
        try:
            call.makeCall(call.target, pj.CallOpParam(True))
        except pj.Error as error:
            sys.stderr.write(f"could not place a call: {reason_of(error)}\n")
            self.say(Ended(ref, "failed", 484 if error.status == _BAD_ADDRESS else 503, by_remote=True))
            return
        self._calls[ref] = call
        call.call_id = clean(call.getInfo().callIdString)
        call.is_announced = True
        self.say(Placed(ref, call.call_id, party_in(call.target)))

    def _watch(self, order: Watch) -> None:
        account = self._accounts.get(order.account)
        if account is None or account.is_leaving:
            self.say(Watched(order.account, order.number, "unknown"))
            return
        self._presence.begin(order.account, order.number)
        address = target_address(order.number, account.settings)

        def go_on(where: Mapping[str, str], unknown: str) -> None:
            found = "" if unknown else located(address, where)
            self._presence.watch(account, order.account, order.number, found)

        self._look_ups.ask([address], go_on)

    @staticmethod
    def _may_call(account: SipAccount, target: str) -> bool:
        return account.is_registered or goes_straight(target, account.settings)

    def _refuse(self, call: SipCall, status: int) -> None:
        call.end("normal", status, message=_with_status(status))

    def _redirect(self, call: SipCall, address: str) -> None:
        message = _with_status(302)
        contact = pj.SipHeader()
        contact.hName = "Contact"
        contact.hValue = f"<{address}>"
        message.txOption.headers.append(contact)
        call.end("redirected", 302, message=message)

    def _hang_up(self, call: SipCall) -> None:
        if call.is_confirmed:
            call.end(call.how, 200)
        elif call.is_incoming:
            self._refuse(call, 603)
        else:
            call.end("cancelled", 487)

    def _refer(self, call: SipCall, address: str) -> None:
        if not call.is_confirmed:
            self.say(Progress(call.ref, 481))
            return
        call.transfer.begin()
        try:
            call.xfer(address, pj.CallOpParam(True))
        except pj.Error as error:
            sys.stderr.write(f"could not transfer: {reason_of(error)}\n")
            call.transfer.fail(500)

    def _refer_replaces(self, order: ReferReplaces) -> None:
        """Join the far sides; a second call that only rings is placed anew by the far side of the first.

        A call that is not answered cannot be replaced from outside (RFC 3891 §3), so it is taken back first.
        """
        call, other = self._calls.get(order.call), self._calls.get(order.other)
        if call is None:
            return
        is_possible = other is not None and other is not call and (other.is_confirmed or not other.is_incoming)
        if other is None or not is_possible or other.is_said_over or not call.is_confirmed:
            self.say(Progress(call.ref, 481))
            return
        call.in_line(lambda: self._connect_far_sides(call, other))

    def _connect_far_sides(self, call: SipCall, other: SipCall) -> None:
        if not other.is_confirmed:
            other.end("transferred", 487)
            self._refer(call, other.target)
            return
        call.transfer.begin(other)
        other.how = "transferred"
        try:
            call.xferReplaces(other, pj.CallOpParam(True))
        except pj.Error as error:
            sys.stderr.write(f"could not transfer: {reason_of(error)}\n")
            call.transfer.fail(500)

    # --- mixing ------------------------------------------------------------------------------------------------

    def _mix(self, refs: tuple[str, ...]) -> None:
        known = tuple(ref for ref in refs if ref in self._calls)
        before, self._joined = self._joined, known if len(known) > 1 else ()
        for ref in {*before, *self._joined}:
            if call := self._calls.get(ref):
                self._mix_one(call)

    def mix_again(self, call: SipCall) -> None:
        """The sound of ``call`` has another port: connect it anew with those it is mixed with."""
        if call.ref in self._joined:
            self._mix(self._joined)

    def _mix_one(self, call: SipCall) -> None:
        others = [self._calls[ref] for ref in self._joined if ref != call.ref] if call.ref in self._joined else []
        call.sound.mix(other.sound.media for other in others if other.sound.media is not None)

    # --- small things ------------------------------------------------------------------------------------------

    def _has_calls(self, account: SipAccount) -> bool:
        return any(call.account is account for call in (*self._calls.values(), *self._unborn))

    def _is_registrar(self, source: str) -> bool:
        """Say whether an account is registered at this address; a request may come from any of its ports."""
        return any(
            account.is_registered and not account.is_leaving and account.server == source
            for account in self._accounts.values()
        )

    def _new_name(self) -> str:
        return f"{self.configure.generation}-{next(self._names)}"


_BAD_ADDRESS = 171039
"""PJSIP_EINVALIDURI."""


def _with_status(status: int) -> "pj.CallOpParam":
    message = pj.CallOpParam(True)
    message.statusCode = status
    return message


def _try(work: Callable[[], None]) -> None:
    """Do something that the library may refuse, because the call has moved on; the other calls go on."""
    try:
        work()
    except pj.Error as error:
        sys.stderr.write(f"the SIP library refused: {reason_of(error)}\n")

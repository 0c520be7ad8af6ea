"""The phone's calls and its hook: orders to the engine go out here, facts come in, reports go up.

Theory of operation. States change by the call model's tables only, and only when the engine says so; an order merely
marks the call. At most one call has the voice. Whatever needs the voice (answering, placing or taking back a second
call) first holds the call that has it and goes on when the engine has confirmed; facts about different calls come in
no particular order, so sending both orders at once could leave two calls talking.

Two things are derived, never set by hand: the phone goes on hook when nothing keeps it off hook (all its audio paths
are hands-free), and it is busy while it is off hook or has a call. `settle` works both out, after every input.
Source: DOC §2.4 nos. 1-7, 16, 17, 24, 25; `offhook.callmodel.connection`, `offhook.callmodel.features`.
"""

from collections.abc import Callable

from offhook.callmodel.connection import Cause, ConnectionState, Given
from offhook.callmodel.features import Disposition, Treatment
from offhook.phone.call_list import CallList
from offhook.phone.engine.port import (
    CallAnswered,
    CallEnded,
    CallEngine,
    CallHeld,
    CallPlaced,
    CallReplaced,
    CallRetrieved,
    EngineFact,
    IncomingCall,
    RemoteHeld,
    TransferAsked,
)
from offhook.phone.lines import Line, Lines
from offhook.phone.number_entry import NumberEntry
from offhook.phone.panel import Panel, failure_notice
from offhook.phone.phone_call import PhoneCall
from offhook.phone.recent_calls import CallKind
from offhook.protocol.events import Event
from offhook.protocol.sip_uri import PartyAddress, parse_party

__all__ = ["BUSY_TONE_S", "HOLD_WAIT_S", "CallControl"]

BUSY_TONE_S = 3.0
"""How long a call that failed is heard to have failed, before the phone goes on hook by itself."""
HOLD_WAIT_S = 5.0
"""How long an answer or a new call waits for the call before it to be held."""

_S, _G = ConnectionState, Given
_NOT_MISSED = frozenset({Cause.NORMAL, Cause.TRANSFER, Cause.REDIRECTED, Cause.CALL_FORWARD, Cause.CONFERENCE})
"""Why a call can stop ringing without the caller giving up: answered elsewhere, moved on."""


class CallControl(CallList):
    """Orders and facts about the calls of one phone."""

    __slots__ = (
        "_busy_tone_until",
        "_engine",
        "_entry",
        "_is_busy",
        "_lines",
        "_now",
        "_panel",
        "_report",
        "_treat",
        "_waiting_answer",
        "_wish",
        "_wish_until",
        "is_off_hook",
        "on_ended",
    )

    def __init__(
        self,
        engine: CallEngine,
        lines: Lines,
        entry: NumberEntry,
        panel: Panel,
        report: Callable[[Event, PhoneCall | None], None],
        treat: Callable[[bool], Disposition],
        now: Callable[[], float],
    ) -> None:
        """Start without calls.

        Args:
            report: Takes each event and the call it belongs to.
            treat: What to do with a call that comes in, given whether a line is free.
            now: Seconds, monotonic.
        """
        super().__init__()
        self._engine = engine
        self._lines = lines
        self._entry = entry
        self._panel = panel
        self._report = report
        self._treat = treat
        self._now = now
        self._is_busy = False
        self._busy_tone_until: float | None = None
        self._wish: Callable[[], None] | None = None
        """What to do once no call has the voice."""
        self._wish_until = 0.0
        self._waiting_answer: PhoneCall | None = None
        """The call that the wish is to answer."""
        self.is_off_hook = False
        self.on_ended: Callable[[PhoneCall], None] = lambda call: None
        """Told of each call that is over, after its report."""

    def has_busy_tone(self) -> bool:
        """Say whether the user still hears that a call failed."""
        return self._busy_tone_until is not None

    # --- orders ------------------------------------------------------------------------------------------------

    def go_off_hook(self) -> None:
        """Off-hook, and with it Idle to Busy."""
        self._busy_tone_until = None
        self._panel.notice = ""
        if not self.is_off_hook:
            self.is_off_hook = True
            self._report(Event.OFF_HOOK, self.current())
            self._settle_busy()

    def stop_busy_tone(self) -> None:
        """Let the phone go on hook."""
        self._busy_tone_until = None

    def place(self, line: Line, number: str, on_placed: Callable[[PhoneCall], None] = lambda call: None) -> None:
        """Call ``number`` once the voice is free.

        Args:
            on_placed: Told of the call when it exists.
        """
        self.go_off_hook()
        self._entry.clear()
        self._panel.notice = ""
        wanted = parse_party(number)

        def place_now() -> None:
            ref = self._engine.place(line.id, number)
            call = PhoneCall(
                ref,
                line.id,
                is_incoming=False,
                local=line.party,
                remote=PartyAddress(wanted.user, wanted.host or line.party.host),
                now=self._now(),
            )
            call.step(_G.SERVICE_INITIATED)
            self.calls[ref] = call
            on_placed(call)

        self.when_voice_is_free(place_now)

    def answer(self, call: PhoneCall) -> None:
        """Go off hook and answer once the voice is free."""
        self.go_off_hook()
        self._entry.clear()
        call.forward_at = None

        def answer_now() -> None:
            if call.ref in self.calls and call.is_in(_S.ALERTING):
                call.is_answering = True
                self._engine.answer(call.ref)

        self.when_voice_is_free(answer_now)
        if self._wish is not None:
            call.is_answering = True
            self._waiting_answer = call

    def reject(self, call: PhoneCall) -> None:
        """Refuse a call that rings (603: the user does not want it)."""
        call.is_ending = True
        self._engine.reject(call.ref, 603)

    def end(self, call: PhoneCall) -> None:
        """Hang up or cancel."""
        if not call.is_ending:
            call.is_ending = True
            self._engine.hang_up(call.ref)

    def hold_active(self) -> None:
        """Hold whatever has the voice; a conference is held as a whole."""
        for call in self.calls.values():
            if not call.is_ending and (call.state is _S.CONNECTED or call.is_retrieving):
                self._engine.hold(call.ref)

    def retrieve(self, call: PhoneCall) -> None:
        """Take a held call back once the voice is free; with it all of its conference."""
        self._entry.clear()

        def retrieve_now() -> None:
            for each in self.conference() if call.is_in_conference else [call]:
                if each.ref in self.calls and each.is_in(_S.HELD):
                    each.is_retrieving = True
                    self._engine.retrieve(each.ref)

        self.when_voice_is_free(retrieve_now)

    def join(self, active: PhoneCall, held: PhoneCall) -> None:
        """Make a conference: take the held call back while the active one keeps the voice."""
        active.is_in_conference = held.is_in_conference = True
        held.is_retrieving = True
        self._engine.retrieve(held.ref)

    def send_digits(self, digits: str) -> None:
        """Send digits to everybody who is talked to."""
        for call in self._talking():
            self._engine.send_digits(call.ref, digits)

    def toggle_mute(self) -> None:
        """Mute or unmute everybody who is talked to."""
        talking = self._talking()
        is_muted = not all(call.is_muted for call in talking)
        for call in talking:
            call.is_muted = is_muted
            self._engine.set_muted(call.ref, is_muted)

    def _talking(self) -> list[PhoneCall]:
        return [call for call in self.calls.values() if call.is_in(_S.CONNECTED)]

    def when_voice_is_free(self, wish: Callable[[], None]) -> None:
        """Do ``wish`` when no call has the voice; a newer wish takes the place of an older one."""
        self.drop_wish()
        self._wish = wish
        self._wish_until = self._now() + HOLD_WAIT_S
        self.hold_active()
        self._grant_wish()

    def drop_wish(self) -> None:
        """Forget what was to be done."""
        self._wish = None
        if self._waiting_answer is not None:
            self._waiting_answer.is_answering = False
            self._waiting_answer = None

    def _grant_wish(self) -> None:
        if self._wish is not None and not self.is_voice_taken():
            wish, self._wish = self._wish, None
            self._waiting_answer = None
            wish()

    def clear_all(self) -> None:
        """End every call at once: the engine will not say any more how that went."""
        self.drop_wish()
        self._busy_tone_until = None
        self._entry.clear()
        for call in list(self.calls.values()):
            self._engine.hang_up(call.ref)
            self._clear(call, Event.TERMINATED)
        self.settle()

    # --- facts -------------------------------------------------------------------------------------------------

    def take(self, fact: EngineFact) -> None:
        """Follow one fact; whatever comes late or twice changes nothing."""
        match fact:
            case IncomingCall():
                self._incoming(fact)
            case CallPlaced():
                self._placed(fact)
            case CallAnswered():
                self._answered(fact)
            case CallEnded():
                self._ended(fact)
            case CallHeld():
                self._held(fact)
            case CallRetrieved():
                self._retrieved(fact)
            case RemoteHeld():
                if call := self.calls.get(fact.call):
                    call.is_held_by_remote = fact.is_held
            case TransferAsked():
                self._transfer_asked(fact)
            case CallReplaced():
                self._replaced(fact)
            case _:
                return
        self._grant_wish()

    def _incoming(self, fact: IncomingCall) -> None:
        if fact.call in self.calls:
            return
        line = self._lines.by_id(fact.account)
        if line is None or not line.account.is_enabled:
            self._engine.reject(fact.call, 404)
            return
        disposition = self._treat(self.has_free_line(fact.account))
        match disposition.treatment:
            case Treatment.REJECT_BUSY:
                self._engine.reject(fact.call, 486)
            case Treatment.FORWARD:
                self._engine.redirect(fact.call, disposition.target)
            case Treatment.RING:
                self._ring(fact, disposition)

    def _ring(self, fact: IncomingCall, disposition: Disposition) -> None:
        call = PhoneCall(
            fact.call,
            fact.account,
            is_incoming=True,
            local=fact.local,
            remote=fact.remote,
            now=self._now(),
            call_id=fact.call_id,
        )
        if disposition.after_s is not None:
            call.forward_at = self._now() + disposition.after_s
            call.forward_target = disposition.target
        call.step(_G.DELIVERED)
        self._engine.ring(call.ref)
        self.calls[call.ref] = call
        self._announce(call)

    def _announce(self, call: PhoneCall) -> None:
        if not call.is_announced:
            call.is_announced = True
            self._report(Event.INCOMING if call.is_incoming else Event.OUTGOING, call)

    def _placed(self, fact: CallPlaced) -> None:
        call = self.calls.get(fact.call)
        if call is not None and call.step(_G.ORIGINATED):
            call.call_id = fact.call_id
            call.remote = fact.remote
            self._announce(call)

    def _answered(self, fact: CallAnswered) -> None:
        call = self.calls.get(fact.call)
        if call is None or not call.step(_G.ESTABLISHED):
            return
        if not call.is_incoming:
            call.remote = fact.remote
        self._leave_replaced(call)
        self._establish(call)

    def _establish(self, call: PhoneCall) -> None:
        """Report a call that is connected now; one that nobody waited for must not take the voice."""
        call.answered_at = self._now()
        call.is_answering = False
        call.forward_at = None
        self.go_off_hook()
        self._announce(call)
        self._report(Event.ESTABLISHED, call)
        self._take_its_place(call)

    def _take_its_place(self, call: PhoneCall) -> None:
        """Mix a call that became connected with its conference; hold it beside a talk that it has no part in."""
        members = self.conference() if call.is_in_conference else [call]
        if any(other.is_in(_S.CONNECTED) for other in self.calls.values() if other not in members):
            self._engine.hold(call.ref)
        elif len(members) > 1 and all(member.state is _S.CONNECTED for member in members):
            self._engine.join([member.ref for member in members])

    def _ended(self, fact: CallEnded) -> None:
        call = self.calls.get(fact.call)
        if call is None:
            return
        has_failed = fact.by_remote and not call.is_ending and call.step(_G.FAILED) is not None
        if has_failed:
            self._panel.notice = failure_notice(call.remote, fact.status)
        gave_up = fact.by_remote and not call.is_ending and fact.cause not in _NOT_MISSED
        is_missed = call.state is _S.ALERTING and gave_up
        if is_missed:
            self._panel.missed += 1
        self._clear(call, Event.MISSED if is_missed else Event.TERMINATED)
        if has_failed and self.is_off_hook and not self.calls:
            self._busy_tone_until = self._now() + BUSY_TONE_S

    def _clear(self, call: PhoneCall, event: Event) -> None:
        """Take a call that is over off the phone."""
        call.step(_G.CLEARED)
        del self.calls[call.ref]
        if call.is_announced:
            self._report(event, call)
        self._list(call, is_missed=event is Event.MISSED)
        if call.is_in_conference:
            self._dissolve_conference()
        self.on_ended(call)

    def _list(self, call: PhoneCall, *, is_missed: bool) -> None:
        """Note a call that was placed or received here; one that came about by a transfer was neither."""
        if call.replaces is None:
            received = CallKind.MISSED if is_missed else CallKind.RECEIVED
            self._panel.recent.add(call, received if call.is_incoming else CallKind.DIALLED)

    def _held(self, fact: CallHeld) -> None:
        call = self.calls.get(fact.call)
        if call is None or not call.step(_G.HELD):
            return
        self.calls[call.ref] = self.calls.pop(call.ref)
        self.chosen = None
        self._report(Event.HOLD, call)

    def _retrieved(self, fact: CallRetrieved) -> None:
        call = self.calls.get(fact.call)
        if call is None:
            return
        call.is_retrieving = False
        if not call.step(_G.RETRIEVED):
            return
        self._report(Event.UNHOLD, call)
        self._take_its_place(call)

    def _transfer_asked(self, fact: TransferAsked) -> None:
        """We are transferred: the engine has placed a call for us, which the user may cancel."""
        old = self.calls.get(fact.call)
        if fact.new_call in self.calls:
            return
        if old is None or not (old.is_in(_S.CONNECTED) or old.is_in(_S.HELD)):
            self._engine.hang_up(fact.new_call)
            return
        call = self._successor(old, fact, is_incoming=False)
        call.step(_G.ORIGINATED)
        self.calls[call.ref] = call
        self._announce(call)

    def _replaced(self, fact: CallReplaced) -> None:
        """Somebody else takes the other party's place in a call of ours."""
        old = self.calls.get(fact.call)
        if fact.new_call in self.calls:
            return
        if old is None or old.is_ending:
            self._engine.hang_up(fact.new_call)
            return
        call = self._successor(old, fact, is_incoming=True)
        call.step(_G.DELIVERED)
        call.step(_G.ESTABLISHED)
        self.calls[call.ref] = call
        self._leave_replaced(call)
        self._establish(call)

    def _successor(self, old: PhoneCall, fact: TransferAsked | CallReplaced, *, is_incoming: bool) -> PhoneCall:
        """Make the call that takes the place of ``old``, with another party."""
        call = PhoneCall(
            fact.new_call,
            old.account,
            is_incoming=is_incoming,
            local=old.local,
            remote=fact.remote,
            now=self._now(),
            call_id=fact.call_id,
        )
        call.replaces = old.ref
        return call

    def _leave_replaced(self, call: PhoneCall) -> None:
        """The call before this one is over for us now; the engine ends it (see the port's `TransferAsked`)."""
        old = self.calls.get(call.replaces) if call.replaces is not None else None
        if old is not None:
            call.is_in_conference, old.is_in_conference = old.is_in_conference, False
            self._clear(old, Event.TERMINATED)

    def _dissolve_conference(self) -> None:
        members = self.conference()
        if members:
            for call in members:
                call.is_in_conference = False
            self._engine.join(())

    # --- time and what is derived ------------------------------------------------------------------------------

    def next_deadline(self) -> float | None:
        """When the next forward, busy tone or wish is due."""
        due = [call.forward_at for call in self.calls.values() if call.forward_at is not None]
        if self._busy_tone_until is not None:
            due.append(self._busy_tone_until)
        if self._wish is not None:
            due.append(self._wish_until)
        return min(due, default=None)

    def handle_deadline(self, now: float) -> None:
        """Do what is due."""
        for call in self.calls.values():
            if call.forward_at is not None and call.forward_at <= now:
                call.forward_at = None
                if call.is_in(_S.ALERTING):
                    call.is_ending = True
                    self._engine.redirect(call.ref, call.forward_target)
        if self._busy_tone_until is not None and self._busy_tone_until <= now:
            self._busy_tone_until = None
        if self._wish is not None and self._wish_until <= now:
            self._panel.notice = "The other call could not be held"
            self.drop_wish()
            for call in self.calls.values():
                call.is_retrieving = False

    def settle(self) -> None:
        """Work out hook and busy after an input."""
        if self.is_off_hook and not self._is_off_hook_needed():
            self.is_off_hook = False
            self._entry.clear()
            self._report(Event.ON_HOOK, self.current())
        self._settle_busy()

    def _is_off_hook_needed(self) -> bool:
        return (
            self._entry.is_open
            or self._busy_tone_until is not None
            or self._wish is not None
            or any(call.keeps_off_hook() for call in self.calls.values())
        )

    def _settle_busy(self) -> None:
        is_busy = self.is_off_hook or bool(self.calls)
        if is_busy is not self._is_busy:
            self._is_busy = is_busy
            self._report(Event.IDLE_TO_BUSY if is_busy else Event.BUSY_TO_IDLE, self.current())

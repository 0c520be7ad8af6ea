"""Transfers at the phone that transfers: carries out what the call model's transfer table asks for.

Two things the table leaves to time: a transfer whose outcome is never heard fails after two minutes, and after five
seconds once the call it was asked on is over, for then nobody is left to say. A conference that is left waits for five
seconds only, and nobody hears us meanwhile.
Source: DOC §2.4 nos. 21-23, §3.2 (`F_TRANSFER`); `offhook.callmodel.transfer`; RFC 5589.
"""

from collections.abc import Callable, Sequence

from offhook.callmodel.connection import ConnectionState, Given
from offhook.callmodel.transfer import TransferEffect, TransferGiven, TransferState, advance_transfer
from offhook.errors import InvalidTransition
from offhook.phone.call_control import CallControl
from offhook.phone.engine.port import CallEngine, TransferProgress
from offhook.phone.lines import Lines
from offhook.phone.number_entry import NumberEntry
from offhook.phone.panel import Panel
from offhook.phone.phone_call import PhoneCall
from offhook.protocol.events import Event

__all__ = ["LAST_WORD_S", "OUTCOME_S", "TransferControl"]

OUTCOME_S = 120.0
LAST_WORD_S = 5.0

_WAITING_S = {
    TransferState.REFERRING: OUTCOME_S,
    TransferState.COMPLETING: OUTCOME_S,
    TransferState.LEAVING: LAST_WORD_S,
}
_G, _E = TransferGiven, TransferEffect


class TransferControl:
    """The one transfer a phone can have going."""

    __slots__ = (
        "_calls",
        "_consultation",
        "_engine",
        "_entry",
        "_lines",
        "_now",
        "_panel",
        "_report",
        "_target",
        "_until",
        "primary",
        "state",
    )

    def __init__(
        self,
        engine: CallEngine,
        lines: Lines,
        calls: CallControl,
        entry: NumberEntry,
        panel: Panel,
        report: Callable[[Event, PhoneCall | None], None],
        now: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._lines = lines
        self._calls = calls
        self._entry = entry
        self._panel = panel
        self._report = report
        self._now = now
        self._consultation: PhoneCall | None = None
        self._target = ""
        self._until: float | None = None
        self.state = TransferState.NONE
        self.primary: PhoneCall | None = None
        """The call that is being transferred."""

    # --- the user ----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Hold the call in front and ask for a number."""
        if not self.has_calls():
            self.forget()
        primary = self._calls.active() or self._calls.held()
        if primary is not None and primary.is_in_conference:
            self._panel.notice = "A conference cannot be transferred"
        elif primary is not None and self.state is TransferState.NONE:
            self.primary = primary
            self._entry.clear()
            self._step(_G.START)

    def send_blind(self) -> None:
        """Send the other party to the number that was entered; without one nothing happens."""
        if self._entry.text:
            self._target = self._entry.text
            self._entry.clear()
            self._step(_G.SEND_BLIND)

    def consult(self) -> None:
        """Call the number that was entered; without one nothing happens."""
        line = self._line_for_consultation()
        if not self._entry.text:
            return
        if line is None:
            self._panel.notice = "No line is free to call"
            return
        self._target = self._entry.text
        self._step(_G.CONSULT)

    def complete(self) -> None:
        """Join the two others; before the second call exists nothing happens."""
        if self._consultation is not None and not self._consultation.is_ending:
            self._step(_G.COMPLETE)

    def give_way_to_conference(self) -> None:
        """The call that was to be transferred and the consultation become a conference."""
        self._step(_G.JOIN)

    def leave(self, members: Sequence[PhoneCall]) -> None:
        """Leave a conference: the others go on if one of them can be connected with the other, else all is over."""
        if not self.has_calls():
            self.forget()
        if self.state is not TransferState.NONE or len(members) != 2:
            for member in members:
                self._calls.end(member)
            return
        for member in members:
            member.is_muted = True
            self._engine.set_muted(member.ref, True)
        self.primary, self._consultation = members
        self._step(_G.LEAVE)

    def cancel(self) -> None:
        """Back to the call that was to be transferred."""
        self._entry.clear()
        self._drop_consultation_not_placed()
        self._step(_G.CANCEL)

    def has_calls(self) -> bool:
        """Say whether one of its calls is still there; without any the outcome is all that is waited for."""
        parts = (self.primary, self._consultation)
        return any(call is not None and call.ref in self._calls.calls for call in parts)

    # --- facts -------------------------------------------------------------------------------------------------

    def progressed(self, fact: TransferProgress) -> None:
        """Follow what the other side says of the transfer; only about the call that was transferred."""
        if self.primary is None or fact.call != self.primary.ref or fact.status < 200:
            return
        self._step(_G.SUCCEEDED if fact.status < 300 else _G.FAILED)

    def ended(self, call: PhoneCall) -> None:
        """A call of the phone is over."""
        if call is self._consultation:
            self._consultation = None
            self._step(_G.CONSULTATION_ENDED)
        elif call is self.primary:
            if self.state is TransferState.COLLECTING:
                self._entry.clear()
            self._drop_consultation_not_placed()
            self._step(_G.PRIMARY_ENDED)
            if self.state in _WAITING_S:
                self._until = self._now() + LAST_WORD_S

    # --- time --------------------------------------------------------------------------------------------------

    def next_deadline(self) -> float | None:
        """When a transfer without an outcome is given up."""
        return self._until

    def handle_deadline(self, now: float) -> None:
        """Give up what is due."""
        if self._until is not None and self._until <= now:
            self._step(_G.FAILED)

    def forget(self) -> None:
        """The phone shuts down: there is nothing to go back to."""
        self.state = TransferState.NONE
        self._leave()

    # --- the table ---------------------------------------------------------------------------------------------

    def _step(self, given: TransferGiven) -> None:
        """Advance by the call model's table; what it does not know (a late fact) changes nothing."""
        try:
            step = advance_transfer(self.state, given)
        except InvalidTransition:
            return
        if step.state is not self.state:
            self._until = self._now() + _WAITING_S[step.state] if step.state in _WAITING_S else None
        before, self.state = self.state, step.state
        primary = self.primary
        for effect in step.effects:
            if primary is not None:
                self._carry_out(effect, primary)
        if before is TransferState.LEAVING and given is _G.SUCCEEDED:
            self._panel.notice = "The others go on"
        if self.state is TransferState.NONE:
            self._leave()

    def _leave(self) -> None:
        self.primary = self._consultation = self._until = None
        self._target = ""

    def _carry_out(self, effect: TransferEffect, primary: PhoneCall) -> None:
        match effect:
            case _E.HOLD_PRIMARY:
                if primary.is_in(ConnectionState.CONNECTED):
                    self._engine.hold(primary.ref)
            case _E.RETRIEVE_PRIMARY:
                self._retrieve(primary)
            case _E.REFER:
                self._engine.refer(primary.ref, self._target)
            case _E.REFER_REPLACES:
                if self._consultation is not None:
                    self._engine.refer_replaces(primary.ref, self._consultation.ref)
            case _E.PLACE_CONSULTATION:
                self._place_consultation()
            case _E.REPORT_STARTED:
                self._report(Event.TRANSFER, primary)
            case _E.REPORT_BLIND | _E.REPORT_ATTENDED:
                primary.step(Given.TRANSFERRED)
                is_blind = effect is _E.REPORT_BLIND
                self._report(Event.BLIND_TRANSFER if is_blind else Event.ATTENDED_TRANSFER, primary)
                self._panel.notice = "Transferred"
            case _E.SHOW_FAILURE if not primary.is_ending:
                self._panel.notice = "The transfer failed"
            case _E.CLEAR_PRIMARY | _E.CLEAR_CONSULTATION | _E.CLEAR_BOTH:
                self._clear(effect, primary)

    def _clear(self, effect: TransferEffect, primary: PhoneCall) -> None:
        if effect is not _E.CLEAR_CONSULTATION and primary.ref in self._calls.calls:
            self._calls.end(primary)
        if effect is not _E.CLEAR_PRIMARY and self._consultation is not None:
            self._calls.end(self._consultation)

    def _retrieve(self, primary: PhoneCall) -> None:
        """Give the primary back, unless it is over or the user talks to somebody else by now."""
        others = [self._calls.placing(), self._calls.active()]
        is_taken = any(call not in (None, primary, self._consultation) for call in others)
        if primary.ref in self._calls.calls and not primary.is_ending and not is_taken:
            self._calls.retrieve(primary)

    def _line_for_consultation(self) -> str | None:
        """The primary's own account if it can take one more call, else any that can."""
        if self.primary is None:
            return None
        ids = [self.primary.account, *(line.id for line in self._lines)]
        for account in ids:
            line = self._lines.by_id(account)
            if line is not None and line.is_registered and self._calls.has_free_line(account):
                return account
        return None

    def _place_consultation(self) -> None:
        account = self._line_for_consultation()
        line = self._lines.by_id(account) if account is not None else None
        if line is not None:
            self._panel.last_number = self._target
            self._calls.place(line, self._target, self._note_consultation)

    def _drop_consultation_not_placed(self) -> None:
        """It waits for the primary to be held; by now nobody wants it."""
        if self.state is TransferState.CONSULTING and self._consultation is None:
            self._calls.drop_wish()

    def _note_consultation(self, call: PhoneCall) -> None:
        self._consultation = call

"""One call as the SIP library sees it. Runs in the child process only.

Theory of operation. The library's callbacks say facts; orders come through the switchboard. Orders that change what
is agreed (hold, retrieve, transfer) or send digits wait in line behind one another (a hold while digits are being sent
loses or doubles them), and until the sound of the last change goes out (`SendingWatch`). An end that we ordered is said
at once, for the library may need 32 s to be sure that nobody answers; whatever comes for that call afterwards is not
said.
Source: RFC 3261 §12-15, RFC 3264 §8.4 (hold), RFC 4733, RFC 3515; PJSIP 2.15 (pjsua2 Call).
"""

import random
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

import pjsua2 as pj

from offhook.phone.engine.pjsip.accounts import SipAccount
from offhook.phone.engine.pjsip.guard import guarded
from offhook.phone.engine.pjsip.headers import cancel_reason, clean, party_in
from offhook.phone.engine.pjsip.protocol import (
    Answered,
    Digit,
    Ended,
    Held,
    How,
    Party,
    RemoteHold,
    Retrieved,
    Ringing,
)
from offhook.phone.engine.pjsip.sound import CallSound
from offhook.phone.engine.pjsip.transfers import TransferWatch
from offhook.phone.engine.pjsip.watch import SendingWatch, SilenceWatch

if TYPE_CHECKING:
    from offhook.phone.engine.pjsip.switchboard import Switchboard

__all__ = ["MAX_REDIRECTS", "SipCall"]

MAX_REDIRECTS = 5
_DIGIT_S = 0.3
"""One digit and the pause behind it."""
_CHANGE_S = 5.0
"""A change that is not answered for so long keeps the next order from waiting no longer."""
_AGAIN_S = 0.05
_MOST_ATTEMPTS = 40
_GLARE = 491
_CHALLENGES = (401, 407)


class SipCall(pj.Call):
    """A call, placed, offered, or made on behalf of a transfer."""

    def __init__(
        self,
        board: "Switchboard",
        account: SipAccount,
        ref: str,
        *,
        is_incoming: bool,
        identity: int = pj.PJSUA_INVALID_ID,
    ) -> None:
        super().__init__(account, identity)
        self._board = board
        self._steps: deque[Callable[[], None]] = deque()
        self._busy_until = 0.0
        self._change = ""
        """The change of what is agreed that waits for its answer: "hold", "retrieve", "renew" or ""."""
        self._attempts = 0
        self._redirects = 0
        self._cancelled: How = "cancelled"
        self._is_ringing_said = False
        self.account = account
        self.ref = ref
        self.is_incoming = is_incoming
        self.call_id = ""
        self.target = ""
        """The address that was called; for calls that we placed."""
        self.is_announced = False
        """The phone knows of it."""
        self.is_confirmed = False
        self.is_said_over = False
        self.is_gone = False
        """The library has forgotten it: asking it anything about this call ends the process."""
        self.is_held = False
        self.is_held_by_remote = False
        self.is_heard = False
        """The other end has answered in any way."""
        self.began_at = time.monotonic()
        self.how: How = "normal"
        """How it ends, if it ends in the usual way."""
        self.sound = CallSound(board.sounds)
        self.transfer = TransferWatch(board, self)
        self.silence = SilenceWatch(board, self)
        self.sending = SendingWatch(self)
        self.after: SipCall | None = None
        """The call whose other side transferred us here."""

    # --- orders that wait in line ------------------------------------------------------------------------------

    def in_line(self, step: Callable[[], None]) -> None:
        """Do ``step`` when the orders before it are through."""
        self._steps.append(step)
        self.go_on(time.monotonic())

    def go_on(self, now: float) -> None:
        """Do what is due."""
        if self._change and self._busy_until <= now:
            self._change = ""
        while self._busy_until <= now and not self.is_said_over and not self.sending.is_waiting(now) and self._steps:
            self._steps.popleft()()

    def hold(self) -> None:
        """Hold; said when the other side agreed."""
        if self.is_held:
            self._board.say(Held(self.ref))
        elif self.is_confirmed:
            self._ask("hold", self.hold, lambda: self.setHold(pj.CallOpParam(True)))

    def retrieve(self) -> None:
        """Take back from hold; said when the other side agreed."""
        if self.is_confirmed and not self.is_held:
            self._board.say(Retrieved(self.ref))
        elif self.is_confirmed:
            wish = pj.CallOpParam(True)
            wish.opt.flag = pj.PJSUA_CALL_UNHOLD
            self._ask("retrieve", self.retrieve, lambda: self.reinvite(wish))

    def send_digit(self, digit: str) -> None:
        """Send one digit, in the sound where the other side takes it there, else as a message."""
        if not self.is_confirmed:
            return
        self._busy_until = time.monotonic() + _DIGIT_S
        try:
            self.dialDtmf(digit)
        except pj.Error:
            wish = pj.CallSendDtmfParam()
            wish.method = pj.PJSUA_DTMF_METHOD_SIP_INFO
            wish.digits = digit
            self.sendDtmf(wish)

    def renew_sound(self) -> None:
        """Agree about the sound anew, with new ports and keys; the library takes the old port away at once."""
        wish = pj.CallOpParam(True)
        wish.opt.flag = pj.PJSUA_CALL_REINIT_MEDIA

        def send() -> None:
            self.reinvite(wish)
            self.sound.disconnect()

        if self.is_confirmed and not self.is_held:
            self._ask("renew", self.renew_sound, send)

    def _ask(self, change: str, step: Callable[[], None], send: Callable[[], None]) -> None:
        """Ask the other side for a change; while another one is not quite through, try again a little later."""
        try:
            send()
        except pj.Error:
            self._attempts += 1
            if self._attempts > _MOST_ATTEMPTS:
                self._attempts = 0
                raise
            self._busy_until = time.monotonic() + _AGAIN_S
            self._steps.appendleft(step)
            return
        self._attempts = 0
        self._change = change
        self._busy_until = time.monotonic() + _CHANGE_S

    def _finish_change(self) -> None:
        self._change = ""
        self._busy_until = 0.0

    # --- the end -----------------------------------------------------------------------------------------------

    def end(self, how: How, status: int, *, by_remote: bool = False, message: "pj.CallOpParam | None" = None) -> None:
        """End it by our own wish and say so at once.

        Args:
            message: What to send; a plain BYE or CANCEL without it.
        """
        self.say_over(how, status, by_remote=by_remote)
        if self.is_gone:
            return
        try:
            self.hangup(message if message is not None else pj.CallOpParam())
        except pj.Error:
            # Over already; the library has said so or is about to.
            return

    def say_over(self, how: How, status: int, *, by_remote: bool) -> None:
        """Say the last word about this call, once."""
        if not self.is_said_over:
            self.is_said_over = True
            self._steps.clear()
            if self.is_announced:
                self._board.say(Ended(self.ref, how, status, by_remote))

    def _disconnected(self, status: int) -> None:
        if self.is_confirmed:
            is_lost = status in (408, 481, 503)
            how: How = "lost" if is_lost and self.how == "normal" else self.how
            self.say_over(how, status if how == "lost" else 200, by_remote=True)
        elif self.is_incoming:
            # The library's own refusals have other statuses; 487 is the caller's CANCEL.
            self.say_over(self._cancelled if status == 487 else "failed", status, by_remote=True)
        else:
            self.say_over("failed", status if status >= 300 else 480, by_remote=True)

    # --- what the library says ---------------------------------------------------------------------------------

    @guarded
    def onCallState(self, prm: "pj.OnCallStateParam") -> None:
        """The call has come to another stage."""
        info = self.getInfo()
        if not self.is_announced and self.after is not None:
            self.call_id = clean(info.callIdString)
            self._board.transferred(self, party_in(info.remoteUri))
        if info.state == pj.PJSIP_INV_STATE_EARLY and not self.is_incoming:
            self.is_heard = True
            if not self._is_ringing_said and not self.is_said_over:
                self._is_ringing_said = True
                self._board.say(Ringing(self.ref))
        elif info.state == pj.PJSIP_INV_STATE_CONFIRMED:
            self._confirmed(info)
        elif info.state == pj.PJSIP_INV_STATE_DISCONNECTED:
            # Said after this turn: the reason of a CANCEL may come in a later callback.
            self.is_gone = True
            status = info.lastStatusCode
            self._board.later(lambda: self._disconnected(status))
            self._board.gone(self)

    def _confirmed(self, info: "pj.CallInfo") -> None:
        is_known = self.is_confirmed
        self.is_confirmed = self.is_heard = True
        if self.is_said_over:
            # The answer crossed our CANCEL on the way.
            self._board.later(lambda: self.end(self.how, 487))
            return
        if not is_known:
            self._board.say(Answered(self.ref, self._answerer(info)))
        if self.after is not None:
            self._board.leave(self.after)

    def _answerer(self, info: "pj.CallInfo") -> Party:
        """Who answered: the name is in the Contact where the other end says one, the number as it was called."""
        remote = party_in(info.remoteUri)
        contact = party_in(info.remoteContact)
        if not remote.display and contact.user == remote.user:
            return Party(remote.user, remote.host, contact.display)
        return remote

    @guarded
    def onCallMediaState(self, prm: "pj.OnCallMediaStateParam") -> None:
        """What is agreed about sound has changed."""
        info = self.getInfo()
        media = next(iter([each for each in info.media if each.type == _AUDIO]), None)
        if media is None or self.is_said_over:
            return
        if media.status in (pj.PJSUA_CALL_MEDIA_ACTIVE, pj.PJSUA_CALL_MEDIA_REMOTE_HOLD):
            self.sound.connect(self.getAudioMedia(media.index), info.callIdString)
        else:
            self.sound.disconnect()
        if self._change == "renew":
            self._finish_change()
        self.sending.begin(is_sending=bool(media.dir & pj.PJMEDIA_DIR_ENCODING))
        self._follow_hold(info, media)
        self._board.mix_again(self)

    def _follow_hold(self, info: "pj.CallInfo", media: "pj.CallMediaInfo") -> None:
        is_held = media.status == pj.PJSUA_CALL_MEDIA_LOCAL_HOLD
        if info.remOfferer or not is_held:
            # The answer to our own hold says nothing about theirs.
            can_send = bool(media.dir & pj.PJMEDIA_DIR_ENCODING)
            if can_send is self.is_held_by_remote:
                self.is_held_by_remote = not can_send
                self._board.say(RemoteHold(self.ref, self.is_held_by_remote))
        if is_held is self.is_held:
            return
        self.is_held = is_held
        self._finish_change()
        self._board.say(Held(self.ref) if is_held else Retrieved(self.ref))

    @guarded
    def onDtmfDigit(self, prm: "pj.OnDtmfDigitParam") -> None:
        """A digit came, in the sound or as a message."""
        if not self.is_said_over and prm.digit in "0123456789*#":
            self._board.say(Digit(self.ref, prm.digit))

    def onCallRedirected(self, prm: "pj.OnCallRedirectedParam") -> int:
        """Follow a redirection, but not for ever."""
        self._redirects += 1
        if self._redirects > MAX_REDIRECTS:
            self.say_over("failed", 482, by_remote=True)
            return int(pj.PJSIP_REDIRECT_STOP)
        return int(pj.PJSIP_REDIRECT_ACCEPT_REPLACE)

    @guarded
    def onCallTsxState(self, prm: "pj.OnCallTsxStateParam") -> None:
        """A request of this call, theirs or ours, has come further."""
        state = prm.e.body.tsxState
        method, status = state.tsx.method, state.tsx.statusCode
        is_ours = state.tsx.role == pj.PJSIP_ROLE_UAC
        if is_ours and status >= 100:
            self.is_heard = self.is_heard or state.type == pj.PJSIP_EVENT_RX_MSG
        if not is_ours and method == "CANCEL" and state.type == pj.PJSIP_EVENT_RX_MSG:
            self._cancelled = cancel_reason(state.src.rdata.wholeMsg)
        elif is_ours and method == "INVITE" and self._change and status >= 300 and status not in _CHALLENGES:
            self._change_refused(status)
        elif is_ours and method == "REFER":
            self.transfer.answered(status)
        elif is_ours and method == "OPTIONS":
            self.silence.answered(status, is_message=state.type == pj.PJSIP_EVENT_RX_MSG)

    def _change_refused(self, status: int) -> None:
        """Both sides asked at once (491): try again a little later, not at the same time as they."""
        change = self._change
        self._finish_change()
        if status == _GLARE:
            again = {"hold": self.hold, "retrieve": self.retrieve, "renew": self.renew_sound}[change]
            self._board.later(lambda: self.in_line(again), after_s=random.uniform(0.3, 1.5))

    @guarded
    def onCallTransferStatus(self, prm: "pj.OnCallTransferStatusParam") -> None:
        """The other side says how the transfer goes."""
        self.transfer.told(prm.statusCode, is_final=prm.finalNotify)

    @guarded
    def onCallTransferRequest(self, prm: "pj.OnCallTransferRequestParam") -> None:
        """The other side transfers us."""
        prm.newCall = self._board.transfer_asked(self)

    @guarded
    def onCallReplaced(self, prm: "pj.OnCallReplacedParam") -> None:
        """Somebody takes the other side's place in this call."""
        prm.newCall = self._board.replaced(self, prm.newCallId)


_AUDIO = pj.PJMEDIA_TYPE_AUDIO

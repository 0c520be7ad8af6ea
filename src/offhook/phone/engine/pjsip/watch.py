"""Noticing that sound does not flow: nothing comes, or nothing goes out. Runs in the child process only.

Silence from the other side alone proves nothing (a phone may send no sound while nobody speaks, or while it holds), so
it only leads to a question; no answer to the question ends the call.

What we send is watched for an error of the library. Each change of what is agreed makes a new stream, which goes on
with the number of the last packet that the one before it had sent, or with 0 where it had sent none; but a packet may
still slip out of that one after it was asked. Encryption has counted it, takes the smaller numbers for old ones, and
refuses them: the other side hears nothing for the rest of the call. So our own orders wait until a stream has sent
something; where the other side did not wait, and nothing goes out, new keys are agreed.
Source: RFC 3261 §11 (OPTIONS), §12.2.1.2 (408 and 481 end a dialog); RFC 3711 §3.3.1 (packet index); PJSIP 2.15.1.
"""

import time
from typing import TYPE_CHECKING

import pjsua2 as pj

if TYPE_CHECKING:
    from offhook.phone.engine.pjsip.calls import SipCall
    from offhook.phone.engine.pjsip.switchboard import Switchboard

__all__ = ["SendingWatch", "SilenceWatch"]

_LOOK_S = 0.5
_FIRST_S = 0.5
"""A stream that has not sent anything for so long, 25 packets, is not going to."""
_GONE = (408, 481)


class SilenceWatch:
    """The watch over one call."""

    def __init__(self, board: "Switchboard", call: "SipCall") -> None:
        self._board = board
        self._call = call
        self._packets = 0
        self._heard_at = 0.0
        self._look_at = 0.0
        self._answer_until: float | None = None

    def turn(self, now: float) -> None:
        """Look whether sound came; ask when none has come for too long."""
        call = self._call
        if not call.is_confirmed or call.is_said_over or now < self._look_at:
            return
        self._look_at = now + _LOOK_S
        if self._answer_until is not None:
            if self._answer_until <= now:
                self._gone()
            return
        packets = self._count()
        if packets != self._packets or not self._heard_at:
            self._packets = packets
            self._heard_at = now
        elif now - self._heard_at >= self._board.configure.silence_s:
            self._ask(now)

    def answered(self, status: int, *, is_message: bool) -> None:
        """The question was answered, by them or, with 408, by nobody."""
        if self._answer_until is None or status < 200:
            return
        if status in _GONE or not is_message:
            self._gone()
            return
        self._answer_until = None
        self._heard_at = time.monotonic()

    def _ask(self, now: float) -> None:
        wish = pj.CallSendRequestParam()
        wish.method = "OPTIONS"
        self._answer_until = now + self._board.configure.answer_wait_s
        self._call.sendRequest(wish)

    def _gone(self) -> None:
        self._answer_until = None
        self._board.later(lambda: self._call.end("lost", 408, by_remote=True))

    def _count(self) -> int:
        """Packets of sound received so far; 0 while there is no sound."""
        if self._call.sound.media is None:
            return 0
        return int(self._call.getStreamStat(0).rtcp.rxStat.pkt)


class SendingWatch:
    """Whether the sound of a call goes out since what is agreed has changed."""

    def __init__(self, call: "SipCall") -> None:
        self._call = call
        self._since: float | None = None
        self._is_renewed = False

    def begin(self, *, is_sending: bool) -> None:
        """There is a new stream, which sends or does not."""
        self._since = time.monotonic() if is_sending else None

    def is_waiting(self, now: float) -> bool:
        """Say whether the stream is still to send its first packet; agree on new keys when it does not."""
        call = self._call
        if self._since is None or call.is_gone:
            return False
        if call.getStreamStat(0).rtcp.txStat.pkt:
            self._since = None
            self._is_renewed = False
        elif now - self._since >= _FIRST_S:
            self._since = None
            if not self._is_renewed:
                # Once: where this does not help, something else is wrong.
                self._is_renewed = True
                call.in_line(call.renew_sound)
        return self._since is not None

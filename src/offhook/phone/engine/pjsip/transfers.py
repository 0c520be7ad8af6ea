"""How a transfer that we asked for goes, from the many ways in which other ends say so. In the child only.

Source: RFC 3515 §2.4 (NOTIFY of a REFER), RFC 5589 §6-7.
"""

from typing import TYPE_CHECKING

from offhook.phone.engine.pjsip.protocol import Progress

if TYPE_CHECKING:
    from offhook.phone.engine.pjsip.calls import SipCall
    from offhook.phone.engine.pjsip.switchboard import Switchboard

__all__ = ["TransferWatch"]

_CHALLENGES = (401, 407)


class TransferWatch:
    """The transfer of one call: says 100, then 180, then how it ended, each once."""

    def __init__(self, board: "Switchboard", call: "SipCall") -> None:
        self._board = board
        self._call = call
        self._said = 0
        self._is_waiting = False
        self._other: SipCall | None = None

    def begin(self, other: "SipCall | None" = None) -> None:
        """A transfer is asked for; ``other`` is the second call of an attended one."""
        self._said = 0
        self._is_waiting = True
        self._other = other

    def answered(self, status: int) -> None:
        """The request itself was answered."""
        if not self._is_waiting or status in _CHALLENGES:
            return
        if status >= 300:
            self._end(status)
        elif status >= 200:
            self._say(100)

    def told(self, status: int, *, is_final: bool) -> None:
        """The other side said how far it is."""
        if not self._is_waiting:
            return
        if status >= 300 or (status >= 200 and is_final):
            self._end(status)
        elif status < 200:
            self._say(100 if status == 100 else 180)

    def fail(self, status: int) -> None:
        """It could not even be asked for."""
        self._end(status)

    def _say(self, status: int) -> None:
        if status > self._said:
            self._said = status
            self._board.say(Progress(self._call.ref, status))

    def _end(self, status: int) -> None:
        self._is_waiting = False
        self._board.say(Progress(self._call.ref, status))
        if status < 300:
            self._board.leave_after_transfer(self._call, self._other)
        self._other = None

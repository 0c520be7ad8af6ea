"""Placing calls: which account, whether it is possible now, and the numbers the phone knows by itself.

Source: DOC §3.4 (`number`, `outgoing_uri`), §3.2 (`RD`, `MSG`); "What the document leaves open" (no free line).
"""

from offhook.errors import CommandError, NotPossibleNow, NotValid
from offhook.phone.call_control import CallControl
from offhook.phone.call_list import CALLS_PER_LINE
from offhook.phone.lines import Line, Lines
from offhook.phone.number_entry import NumberEntry
from offhook.phone.panel import Panel
from offhook.phone.transfer_control import TransferControl

__all__ = ["Dialler"]


class Dialler:
    """Places the phone's calls."""

    __slots__ = ("_calls", "_entry", "_lines", "_panel", "_transfer")

    def __init__(
        self,
        lines: Lines,
        calls: CallControl,
        transfer: TransferControl,
        entry: NumberEntry,
        panel: Panel,
    ) -> None:
        self._lines = lines
        self._calls = calls
        self._transfer = transfer
        self._entry = entry
        self._panel = panel

    def dial(self, number: str, outgoing_uri: str | None) -> None:
        """Go off hook hands-free and call; a talk is held first.

        Raises:
            NotValid: No number, or no such account.
            NotPossibleNow: The account is not registered, has two calls already, or the phone is placing a call or
                transferring one.
        """
        if not number:
            raise NotValid("no-number", "say which number to dial")
        line = self._line(outgoing_uri)
        if self._calls.placing() is not None:
            raise NotPossibleNow("call-in-progress", "another call is being placed")
        if self._transfer.has_calls():
            raise NotPossibleNow("transfer-in-progress", "a call is being transferred")
        self._panel.last_number = number
        self._calls.place(line, number)

    def _line(self, outgoing_uri: str | None) -> Line:
        line = self._lines.to_dial_from(outgoing_uri)
        if self._calls.has_free_line(line.id):
            return line
        if not outgoing_uri:
            for other in self._lines:
                if other.is_registered and self._calls.has_free_line(other.id):
                    return other
        raise NotPossibleNow("no-free-line", f"account {line.uri} has {CALLS_PER_LINE} calls already")

    def send_entry(self) -> None:
        """Call the number that was entered, if any, from the account whose line key was pressed."""
        chosen = self._lines.by_id(self._entry.account) if self._entry.account is not None else None
        self.call(self._entry.text, chosen)

    def redial(self) -> None:
        """Call the number that was dialled last."""
        if not self._panel.last_number:
            self._panel.notice = "Nothing was dialled yet"
            return
        self.call(self._panel.last_number)

    def call_voicemail(self, number: str) -> None:
        """Call voicemail."""
        if not number:
            self._panel.notice = "No voicemail number is set"
            return
        self.call(number)

    def call(self, number: str, line: Line | None = None) -> None:
        """Call for a key: what is not possible is shown, and the phone goes back on hook."""
        if not number:
            return
        try:
            # A position names a line whatever users are called; it is the one way that twins do not share.
            if line is not None and not line.is_registered:
                raise NotPossibleNow("account-not-registered", f"account {line.uri} is not registered")
            self.dial(number, line.uri if line is not None else None)
        except CommandError as error:
            self._entry.clear()
            self._panel.notice = str(error)

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
        self._place(number, self._lines.to_dial_from(outgoing_uri))

    def _place(self, number: str, lines: list[Line]) -> None:
        """Call from the first of ``lines`` that has room."""
        line = next((line for line in lines if self._calls.has_free_line(line.id)), None)
        if line is None:
            raise NotPossibleNow("no-free-line", f"account {lines[0].uri} has {CALLS_PER_LINE} calls already")
        if self._calls.placing() is not None:
            raise NotPossibleNow("call-in-progress", "another call is being placed")
        if self._transfer.has_calls():
            raise NotPossibleNow("transfer-in-progress", "a call is being transferred")
        self._panel.last_number = number
        self._calls.place(line, number)

    def send_entry(self) -> None:
        """Call the number that was entered, if any, from the account whose line key was pressed."""
        chosen = self._lines.by_id(self._entry.account) if self._entry.account is not None else None
        self.call(self._entry.text, chosen)

    def next_line(self) -> Line | None:
        """The account that the next call goes out on, if nobody says which."""
        chosen = self._entry.account or self._panel.account
        return (self._lines.by_id(chosen) if chosen else None) or self._lines.first_registered()

    def choose_account(self, steps: int) -> None:
        """Let the next call go out on the account so many line keys further; the first follows the last."""
        lines = [line for line in self._lines if line.account.is_enabled]
        if not lines:
            return
        line = self.next_line()
        at = lines.index(line) if line in lines else 0
        self._panel.account = lines[(at + steps) % len(lines)].id
        if self._entry.account is not None:
            self._entry.account = self._panel.account

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
        line = line or (self._lines.by_id(self._panel.account) if self._panel.account else None)
        try:
            if line is not None and not line.is_registered:
                raise NotPossibleNow("account-not-registered", f"account {line.uri} is not registered")
            self._place(number, [line] if line is not None else self._lines.to_dial_from(None))
        except CommandError as error:
            self._entry.clear()
            self._panel.notice = str(error)

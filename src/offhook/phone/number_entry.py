"""The number that is being entered.

Off hook a pause of 5 s after the last digit sends it; on hook, and for the target of a transfer, it waits.
Source: DOC §3.2 (`0`-`9`, `*`, `POUND`, `OK`).
"""

__all__ = ["INTER_DIGIT_S", "MAX_ENTRY_CHARS", "NumberEntry"]

INTER_DIGIT_S = 5.0
MAX_ENTRY_CHARS = 64
"""Longer than any number; what comes after is dropped."""


class NumberEntry:
    """Digits so far, and whether dial tone was given for them."""

    __slots__ = ("account", "deadline", "is_open", "text")

    def __init__(self) -> None:
        self.text = ""
        self.is_open = False
        """Off hook: the phone waits for a number."""
        self.account: str | None = None
        """The account that was chosen by its line key; None for the default."""
        self.deadline: float | None = None
        """When the number is sent without `OK`."""

    def open(self, now: float, account: str | None = None) -> None:
        """Give dial tone, keeping digits entered on hook."""
        self.is_open = True
        if account is not None:
            self.account = account
        self._start_pause(now)

    def add(self, text: str, now: float) -> None:
        """Enter digits."""
        self.text = (self.text + text)[:MAX_ENTRY_CHARS]
        self._start_pause(now)

    def delete_last(self, now: float) -> None:
        """Take the last digit back."""
        self.text = self.text[:-1]
        self._start_pause(now)

    def clear(self) -> None:
        """Forget everything and close."""
        self.text = ""
        self.is_open = False
        self.account = None
        self.deadline = None

    def _start_pause(self, now: float) -> None:
        self.deadline = now + INTER_DIGIT_S if self.is_open and self.text else None

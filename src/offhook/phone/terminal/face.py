"""A phone's face on a terminal, live: draws when something changes, every second for the clocks, and presses keys.

With several phones in one program one of them is shown; Tab goes to the next. The terminal is given back as it was,
however this ends, and before the phones are stopped: whoever presses Ctrl-C twice has a terminal that works.
Source: DOC §3.2.
"""

import asyncio
import io
import signal
from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack, suppress

import structlog
from rich.console import Console
from rich.live import Live

from offhook.errors import OffhookError
from offhook.phone.app import PhoneApp
from offhook.phone.terminal.keyboard import KeyReader, Wish, raw_keys
from offhook.phone.terminal.picture import Picture
from offhook.protocol.keys import Key

__all__ = ["LogTail", "TerminalFace"]

_CLOCK_S = 1.0
"""From one drawing to the next when nothing happens: calls have a clock."""
_PAUSE_S = 0.03
"""What happens within this time is drawn once: a terminal is slow."""

_log = structlog.get_logger("offhook.phone.terminal")


class LogTail(io.StringIO):
    """Takes the log while the picture is on the terminal, where lines in between would spoil it."""

    def __init__(self, kept: int = 200) -> None:
        """Prepare.

        Args:
            kept: Lines remembered.
        """
        super().__init__()
        self.lines: deque[str] = deque(maxlen=kept)
        """The last lines, oldest first."""

    def write(self, text: str, /) -> int:
        """Take a piece of log, whole lines as the log writes them; only the last lines are kept."""
        self.lines.extend(line for line in text.splitlines() if line.strip())
        return len(text)


class TerminalFace:
    """Shows phones on a terminal."""

    def __init__(
        self, phones: Sequence[PhoneApp], console: Console, *, log: LogTail, keyboard: int | None = None
    ) -> None:
        """Prepare; nothing is drawn before `run`.

        Args:
            phones: At least one.
            console: Draws on the terminal.
            log: The last lines of the log, shown below.
            keyboard: The terminal's descriptor for reading; None only shows.
        """
        self._phones = phones
        self._console = console
        self._log = log
        self._keyboard = keyboard
        self._keys = KeyReader()
        self._shown = 0
        self._is_legend_shown = False
        self._changed = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Show the phones until ``stop``; afterwards the terminal is as it was before."""
        loop = asyncio.get_running_loop()
        for phone in self._phones:
            phone.watchers.add(self._changed.set)
        stopping = loop.create_task(self._wake_at(stop))
        try:
            with ExitStack() as stack:
                loop.add_signal_handler(signal.SIGWINCH, self._changed.set)
                stack.callback(loop.remove_signal_handler, signal.SIGWINCH)
                if self._keyboard is not None:
                    stack.callback(loop.remove_reader, self._keyboard)
                    stack.enter_context(raw_keys(self._keyboard, loop.add_reader, self._typed))
                live = stack.enter_context(Live(console=self._console, screen=True, auto_refresh=False))
                await self._draw(live, stop)
        except OSError as error:  # the terminal has gone; the phone has not
            _log.warning("the terminal cannot be drawn on", reason=str(error))
            await stop.wait()
        finally:
            stopping.cancel()
            await asyncio.wait({stopping})
            for phone in self._phones:
                phone.watchers.discard(self._changed.set)

    async def _draw(self, live: Live, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._changed.clear()
            live.update(self.picture(), refresh=True)
            await asyncio.sleep(_PAUSE_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOCK_S):
                    await self._changed.wait()

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._changed.set()

    def picture(self) -> Picture:
        """Draw the phone that is shown, as it is now."""
        phone = self._phones[self._shown]
        name = f"Phone {self._shown + 1} of {len(self._phones)}" if len(self._phones) > 1 else ""
        return Picture(
            name=name,
            screen=phone.device.screen,
            sent=tuple(phone.sender.recent),
            waiting=phone.sender.pending,
            url=phone.url,
            notice=phone.notice,
            log=tuple(self._log.lines),
            is_restarting=phone.is_restarting,
            is_legend_shown=self._is_legend_shown,
        )

    def _typed(self, typed: str) -> None:
        if not typed and self._keyboard is not None:
            asyncio.get_running_loop().remove_reader(self._keyboard)
        for press in self._keys.read(typed):
            if press is Wish.LEGEND:
                self._is_legend_shown = not self._is_legend_shown
            elif press is Wish.NEXT_PHONE:
                self._shown = (self._shown + 1) % len(self._phones)
            elif isinstance(press, Key):
                self._press(press)
        self._changed.set()

    def _press(self, key: Key) -> None:
        """Press a key as a program does it; what is not possible now is said on the screen."""
        device = self._phones[self._shown].device
        try:
            device.press(key)
        except OffhookError as error:
            device.say(str(error))

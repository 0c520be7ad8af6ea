"""Draws a phone for a terminal of any size: screen, soft keys, lamps, what was sent, where it is. Pure.

Everything that colour says is said in words too, and names from the network cannot move the cursor. What does not fit
is left out from the bottom: the screen itself goes last.
Source: DOC §3.2 (the screen and its keys); `offhook.phone.screen`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from offhook.phone.action_url_sender import SentRequest
from offhook.phone.screen import KeyLamp, Lamp, Screen, ScreenLine
from offhook.phone.soft_keys import Situation

__all__ = ["LEGEND", "NARROW", "WIDTH", "Picture", "safe"]

WIDTH = 80
"""Wider terminals leave the rest empty: lines that are too long are hard to read."""
NARROW = 50
"""Below this, times and key numbers make room for words."""
_SENT = 6
_LOGGED = 4

LEGEND = (
    ("0-9 * #", "the keypad"),
    ("Enter", "OK: dial, answer"),
    ("Esc x", "X: end, reject, back"),
    ("F1-F4", "soft keys, also Alt 1-4"),
    ("← ↑ ↓ →", "navigation"),
    ("h t c", "hold, transfer, conference"),
    ("m + -", "mute, louder, quieter"),
    ("s e", "speaker, headset"),
    ("r v", "redial, voicemail"),
    ("l1-l8", "line keys: l, then a digit"),
    ("d1-d0", "D1 to D10: d, then a digit"),
    ("Tab", "the next phone"),
    ("?", "this list"),
    ("Ctrl-C", "stops the phone"),
)


def safe(text: str) -> str:
    """Make what came from the network harmless: what cannot be printed moves cursors, rings and hides text."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "�" for each in text)


@dataclass(frozen=True, slots=True)
class Picture:
    """One phone at one moment; a rich renderable."""

    name: str
    """Which phone, where there are several; "" for the only one."""
    screen: Screen
    sent: Sequence[SentRequest]
    """The last reports, oldest first."""
    waiting: int
    """Reports not delivered yet."""
    url: str
    notice: str
    """The phone's own, beside the screen's."""
    log: Sequence[str] = ()
    """The last lines of the log, oldest first."""
    is_restarting: bool = False
    is_legend_shown: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw what fits, the most important things first."""
        options = options.update(width=min(WIDTH, options.max_width), height=None)
        left = console.size.height
        is_narrow = options.max_width < NARROW
        parts: list[RenderableType] = [self._face(is_narrow), self._foot()]
        left -= sum(len(console.render_lines(part, options)) for part in parts)
        shown: list[RenderableType] = [parts[0]]
        for part in self._extras(is_narrow):
            height = len(console.render_lines(part, options))
            if height <= left:
                shown.append(part)
                left -= height
        yield from console.render(Group(*shown, parts[1]), options)

    def _extras(self, is_narrow: bool) -> list[RenderableType]:
        if self.is_legend_shown:
            return [_titled("Keys"), _legend()]
        extras: list[RenderableType] = [_lamps(self.screen.line_keys, is_narrow)] if self.screen.line_keys else []
        if programmed := [key for key in self.screen.dss_keys if key.label]:
            extras.append(_lamps(programmed, is_narrow))
        if self.notice:
            extras.append(Text(safe(self.notice), style="yellow"))
        if self.sent or self.waiting:
            extras.append(Group(_titled("Reports to the console"), _sent(self.sent[-_SENT:], self.waiting, is_narrow)))
        if self.log:
            extras.append(Group(_titled("Log"), *(_logged(line) for line in self.log[-_LOGGED:])))
        return extras

    def _face(self, is_narrow: bool) -> RenderableType:
        screen = self.screen
        rows: list[RenderableType] = [_line(line) for line in screen.lines]
        rows += [Text("")] * (3 - len(rows))
        said = "Restarting" if self.is_restarting else safe(screen.notice or screen.hint)
        rows.append(Text(said, style="yellow" if self.is_restarting or screen.notice else "dim"))
        title = safe(screen.title)
        is_ringing = screen.situation in (Situation.RINGING, Situation.CALL_WAITING)
        return Panel(
            Group(*rows, Rule(style="dim"), _soft_keys(screen.soft_keys, is_narrow)),
            box=box.ROUNDED,
            title=Text(f" {title} ", style="bold reverse") if is_ringing else Text(title, style="bold"),
            title_align="left",
            subtitle=Text(_states(screen), style="dim"),
            subtitle_align="right",
            border_style="red" if is_ringing else "green" if screen.is_off_hook else "blue",
            padding=(0, 1),
        )

    def _foot(self) -> RenderableType:
        words = Text(no_wrap=True, overflow="ellipsis")
        if self.name:
            words.append(f"{self.name}  ", style="bold")
        words.append(self.url, style="cyan underline")
        words.append("  face, settings", style="dim")
        keys = Text("? keys   Ctrl-C stops it", style="dim", justify="left", no_wrap=True, overflow="ellipsis")
        return Group(Rule(style="dim"), words, keys)


def _titled(title: str) -> RenderableType:
    return Rule(Text(title, style="dim"), align="left", style="dim")


def _states(screen: Screen) -> str:
    handset = "off hook" if screen.is_off_hook else "on hook"
    missed = "missed calls" if screen.message_lamp is not Lamp.OFF else ""
    muted = "muted" if screen.is_muted else ""
    parts = (missed, muted, handset, screen.audio_path.value, f"volume {screen.volume}")
    return " · ".join(part for part in parts if part)


def _line(line: ScreenLine) -> RenderableType:
    row = Table.grid(expand=True, padding=(0, 1))
    row.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    row.add_column(justify="right", no_wrap=True, overflow="ellipsis")
    mark = "▸ " if line.is_selected else "  "
    style = "bold" if line.is_selected else ""
    row.add_row(Text(f"{mark}{safe(line.text)}", style=style), Text(safe(line.detail), style=style or "dim"))
    return row


def _soft_keys(labels: Sequence[str], is_narrow: bool) -> RenderableType:
    row = Table.grid(expand=True, padding=(0, 1))
    for _ in labels:
        row.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    row.add_row(
        *(
            Text.assemble(
                ("" if is_narrow else f"F{number} ", "dim"), (f" {safe(label)} " * bool(label), "bold reverse")
            )
            for number, label in enumerate(labels, 1)
        )
    )
    return row


def _lamps(keys: Sequence[KeyLamp], is_narrow: bool) -> RenderableType:
    """Draw keys with their lamps; the last part of a lamp's meaning says in words how it burns."""
    grid = Table.grid(expand=True, padding=(0, 1))
    columns = 1 if is_narrow else 2
    for _ in range(columns):
        grid.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    cells = [_lamp(key) for key in keys]
    for first in range(0, len(cells), columns):
        grid.add_row(*cells[first : first + columns])
    return grid


def _lamp(key: KeyLamp) -> Text:
    colour = {"green": "green", "red": "red", "amber": "yellow"}[key.colour]
    is_on = key.lamp is not Lamp.OFF
    style = f"{colour}{' blink' if key.lamp is Lamp.BLINKING else ''}" if is_on else "dim"
    how = key.meaning.rpartition(", ")[2]
    return Text.assemble(
        ("● " if is_on else "○ ", style), (f"{key.key.value} ", "dim"), safe(key.label), (f"  {safe(how)}", "dim")
    )


def _sent(sent: Sequence[SentRequest], waiting: int, is_narrow: bool) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for _ in range(4):
        grid.add_column(no_wrap=True, overflow="ellipsis")
    for request in sent:
        when = time.strftime("%H:%M:%S", time.localtime(request.at))
        is_taken = request.status is not None and 200 <= request.status < 300
        grid.add_row(
            *([] if is_narrow else [Text(when, style="dim")]),
            request.event.value.replace("_", " ") if request.event else "a key's own URL",
            Text(safe(str(request.status or request.error)), style="green" if is_taken else "red"),
            Text(f"{request.took_ms:4.0f} ms", style="dim"),
        )
    if not waiting:
        return grid
    many = f"{waiting} {'report waits' if waiting == 1 else 'reports wait'} to be delivered"
    return Group(grid, Text(many, style="yellow"))


def _logged(line: str) -> Text:
    is_bad = any(level in line for level in ("[warning", "[error", "[critical"))
    return Text(safe(line), style="yellow" if is_bad else "dim", no_wrap=True, overflow="ellipsis")


def _legend() -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    for _ in range(4):
        grid.add_column(no_wrap=True)
    half = (len(LEGEND) + 1) // 2
    for left, right in zip(LEGEND[:half], LEGEND[half:], strict=True):
        grid.add_row(Text(left[0], style="bold"), left[1], Text(right[0], style="bold"), right[1])
    return grid

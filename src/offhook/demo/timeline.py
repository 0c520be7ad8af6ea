"""The tour's timeline: one line for each thing that happens, with milliseconds since the tour began.

Text from phones is hostile: it is printed as text, with control characters escaped and no markup interpreted.
"""

from collections.abc import Callable, Mapping

from rich.console import Console
from rich.text import Text

from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Command, CommandState

__all__ = ["Timeline"]

_MAX_CHARS = 400
_STATE_STYLE = {
    CommandState.CONFIRMED: "bold green",
    CommandState.UNCONFIRMED: "yellow",
    CommandState.REJECTED: "bold red",
    CommandState.TIMED_OUT: "bold red",
    CommandState.UNREACHABLE: "bold red",
}


class Timeline:
    """Prints what happens, in the order in which the console published it."""

    def __init__(self, out: Console, elapsed_ms: Callable[[], float], names: Mapping[str, str]) -> None:
        """Prepare.

        Args:
            elapsed_ms: Milliseconds since the tour began.
            names: What to call each phone, by id.
        """
        self._out = out
        self._elapsed_ms = elapsed_ms
        self._names = names
        self._last_action = -1

    def chapter(self, title: str) -> None:
        """Begin a step of the story."""
        self._out.print()
        self._out.print(Text(f"{self._clock()}  {title}", style="bold"))

    def verdict(self, is_good: bool, text: str) -> None:
        """End a step."""
        self._line("✓" if is_good else "✗", text, "green" if is_good else "bold red")

    def event(self, event: Envelope) -> None:
        """Print one event: first the request it came from, if that is new, then what it meant."""
        if event.type.startswith("command."):
            self._command(event)
            return
        phone = self._names.get(event.phone or "", event.phone or "-")
        if event.source is not None and event.source.action != self._last_action:
            self._last_action = event.source.action
            self._line("←", f"{phone}  GET {event.source.request}", "cyan")
        self._line("●", f"{phone}  {event.type}{_facts(event)}", "")

    def _command(self, event: Envelope) -> None:
        phone = self._names.get(event.phone or "", event.phone or "-")
        detail = event.detail
        text = f"{phone}  {detail.get('verb')} {event.type.removeprefix('command.')}"
        if detail.get("round_trip_ms") is not None:
            text += f" after {detail['round_trip_ms']:.1f} ms"
        if detail.get("reason"):
            text += f": {detail['reason']}"
        style = _STATE_STYLE.get(CommandState(event.type.removeprefix("command.")), "magenta")
        self._line("→", text, style)

    def outcome(self, command: Command) -> str:
        """Say in words how a command ended."""
        if command.state is CommandState.CONFIRMED:
            return f"confirmed by the phone's own report {command.proof}" if command.proof else "was true already"
        return f"{command.state}: {command.reason or 'no reason given'}"

    def _line(self, mark: str, text: str, style: str) -> None:
        shown = text if len(text) <= _MAX_CHARS else text[:_MAX_CHARS] + "…"
        printable = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
        self._out.print(Text.assemble((f"{self._clock()}  ", "dim"), (f"{mark} {printable}", style)), soft_wrap=True)

    def _clock(self) -> str:
        return f"{self._elapsed_ms():9.1f} ms"


def _facts(event: Envelope) -> str:
    facts = [f" {name}={value}" for name, value in event.detail.items() if isinstance(value, str | bool | int)]
    if event.connection_state is not None:
        facts.insert(0, f" → {event.connection_state}")
    if event.cause is not None and event.connection_state == "null":
        facts.append(f" cause={event.cause}")
    if event.origin != "reported":
        facts.append(f" ({event.origin})")
    return "".join(facts)

"""What the remote commands print: tables and lines for people, JSON for programs.

Names and numbers come from phones and are hostile: they are printed as text, control characters escaped.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from offhook.console_api.contacts import Contact, ImportReport
from offhook.console_api.envelope import Envelope
from offhook.console_api.history import HistoryEntry
from offhook.console_api.resources import Call, Command, CommandState, Phone, PhoneState, Transfer, TransferState
from offhook.console_api.statistics import Statistics

__all__ = ["Printer", "plain"]

_MAX_CHARS = 200
_WHOLE = ("Began", "Phone", "Number", "Call", "Id")
"""Columns that are not broken over lines: what people copy, and what tells rows apart."""
_PHONE_STYLES = {
    PhoneState.RINGING: "bold yellow",
    PhoneState.TALKING: "green",
    PhoneState.CALLING: "cyan",
    PhoneState.ON_HOLD: "magenta",
}
_GOOD, _DOUBTFUL, _BAD = "green", "yellow", "bold red"
_COMMAND_STYLES = {CommandState.CONFIRMED: _GOOD, CommandState.UNCONFIRMED: _DOUBTFUL}
_TRANSFER_STYLES = {
    TransferState.COMPLETED: _GOOD,
    TransferState.BLIND_TRANSFERRED: _GOOD,
    TransferState.RINGBACK: _GOOD,
    TransferState.ANSWERED: _GOOD,
    TransferState.STARTING: _DOUBTFUL,
    TransferState.UNCONFIRMED: _DOUBTFUL,
}


class Printer:
    """Prints to stdout, in one of the two ways."""

    def __init__(self, *, is_json: bool) -> None:
        self._is_json = is_json
        self._out = Console(highlight=False, soft_wrap=True)

    def phones(self, phones: Sequence[Phone]) -> None:
        """List phones."""
        if self._json(phones):
            return
        table = _table("Number", "Name", "State", "", "Missed", "Id")
        for phone in phones:
            state = Text(_words(phone.state), style=_PHONE_STYLES.get(phone.state, ""))
            flags = [word for word, is_on in _flags(phone).items() if is_on]
            missed = str(phone.missed_calls or "")
            row = (phone.extension, phone.name, state, ", ".join(flags), missed, phone.id)
            table.add_row(*(_cell(each) for each in row))
        self._show(table, "No phone has reported, and none is set up.")

    def calls(self, calls: Sequence[Call], names: Mapping[str, str]) -> None:
        """List calls, a line for each phone in them.

        Args:
            names: What to call each phone, by id.
        """
        if self._json(calls):
            return
        table = _table("Began", "Phone", "", "Other party", "State", "Call")
        for call in calls:
            for each in call.connections:
                arrow = {"incoming": "←", "outgoing": "→"}.get(each.direction, "")
                how = Text(_state_of(each.state, each.cause))
                if each.is_missed:
                    how = Text("missed", style="bold yellow")
                party = " ".join(filter(None, (each.remote.number, each.remote.name))) or "unknown"
                began = _local(each.began)
                row = (began, names.get(each.phone, each.phone), arrow, party, how, call.id)
                table.add_row(*(_cell(part) for part in row))
        self._show(table, "No calls.")

    def history(self, entries: Sequence[HistoryEntry]) -> None:
        """List what is over."""
        if self._json(entries):
            return
        table = _table("Began", "Phone", "", "Other party", "How", "Notes", "Call")
        for entry in entries:
            remote = entry.remote
            name = remote.contact.name if remote.contact else remote.name
            party = " ".join(filter(None, (remote.display or remote.number, name))) or "unknown"
            how = Text("missed", style="bold yellow") if entry.is_missed else Text(_talk(entry))
            notes = "; ".join(" ".join(filter(None, (note.outcome, note.text))) for note in entry.notes)
            arrow = {"incoming": "←", "outgoing": "→"}.get(entry.direction, "")
            row = (_local(entry.began), entry.phone_name, arrow, party, how, notes, entry.call)
            table.add_row(*(_cell(part) for part in row))
        self._show(table, "No calls.")

    def notes(self, call: Call) -> None:
        """Say what notes a call has."""
        if self._json(call):
            return
        table = _table("At", "By", "Outcome", "Text")
        for note in call.notes:
            table.add_row(*(_cell(part) for part in (_local(note.at), note.by, note.outcome, note.text)))
        self._show(table, "No notes.")

    def statistics(self, told: Statistics) -> None:
        """Show what was handled, all of it in the last row."""
        if self._json(told):
            return
        table = _table("", "Incoming", "Answered", "Missed", "Service level", "Outgoing", "Talk", "Ring")
        for row in (*told.rows, told.total):
            share = "" if row.service_level is None else f"{row.service_level:.0%}"
            numbers = (row.incoming, row.answered, row.missed, share, row.outgoing)
            times = ("" if each is None else f"{each:.1f} s" for each in (row.talk_average_s, row.ring_average_s))
            name = "Total" if row is told.total else row.name or "none"
            table.add_row(_cell(name), *(_cell(str(part)) for part in numbers), *map(_cell, times))
        self._show(table, "Nothing.")

    def contacts(self, contacts: Sequence[Contact]) -> None:
        """List contacts."""
        if self._json(contacts):
            return
        table = _table("Name", "Organisation", "Numbers", "Groups", "Id")
        for each in contacts:
            numbers = ", ".join(number.display for number in each.numbers)
            row = (each.name, each.organisation, numbers, ", ".join(each.groups), each.id)
            table.add_row(*(_cell(part) for part in row))
        self._show(table, "No contacts.")

    def imported(self, report: ImportReport) -> None:
        """Say what became of a file of contacts."""
        if self._json(report):
            return
        would = "would be " if report.is_dry_run else ""
        self._out.print(
            f"{report.created} {would}added, {report.updated} {would}replaced, {report.unchanged} there already, "
            f"{len(report.refused) + report.refused_more} refused"
        )
        for row in report.refused:
            self._out.print(Text(plain(f"  line {row.row}: {row.reason}  {row.text}"), style=_BAD))

    def command(self, command: Command) -> None:
        """Say what became of a command."""
        if self._json(command):
            return
        text = f"{_words(command.verb)}: {_words(command.state)}"
        if command.round_trip_ms is not None:
            text += f", proved by the phone's own report after {command.round_trip_ms:.0f} ms"
        if command.reason:
            text += f" ({command.reason})"
        style = _COMMAND_STYLES.get(command.state, _BAD if command.state.is_final else "")
        self._out.print(Text(plain(text), style=style))

    def transfer(self, transfer: Transfer) -> None:
        """Say how far a transfer got."""
        if self._json(transfer):
            return
        text = f"{transfer.flow} transfer to {transfer.target}: {_words(transfer.state)}"
        if transfer.reason:
            text += f" ({transfer.reason})"
        self._out.print(Text(plain(text), style=_TRANSFER_STYLES.get(transfer.state, _BAD)))

    def event(self, event: Envelope, names: Mapping[str, str]) -> None:
        """Print one event, at once."""
        if self._is_json:
            sys.stdout.write(msgspec.json.encode(event).decode() + "\n")
            sys.stdout.flush()
            return
        facts = [f"{name}={value}" for name, value in event.detail.items() if isinstance(value, str | bool | int)]
        if event.type.startswith("command."):
            facts = [str(event.detail.get("verb", "")), str(event.detail.get("reason") or "")]
        line = Text.assemble(
            (_local(event.time)[11:], "dim"),
            "  ",
            (f"{plain(names.get(event.phone or '', event.phone or '-')):<16}", "bold"),
            f"  {event.type:<26}  ",
            (f"{event.connection_state or '':<10}", "cyan"),
            plain(" ".join(filter(None, facts))),
        )
        self._out.print(line)

    def _json(self, answer: object) -> bool:
        if self._is_json:
            sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n")
        return self._is_json

    def _show(self, table: Table, empty: str) -> None:
        self._out.print(table if table.row_count else empty, soft_wrap=False)


def plain(text: str) -> str:
    """Escape what a terminal would obey, and cut what is too long."""
    shown = text if len(text) <= _MAX_CHARS else text[:_MAX_CHARS] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)


def _cell(content: str | Text) -> Text:
    return content if isinstance(content, Text) else Text(plain(content))


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in _WHOLE)
    return table


def _local(time: str) -> str:
    """Write a time of the API as the clock on the wall shows it."""
    return datetime.fromisoformat(time).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _flags(phone: Phone) -> dict[str, Any]:
    forwarding = phone.forwarding
    return {
        "do not disturb": phone.dnd,
        "forwards": any((forwarding.always, forwarding.busy, forwarding.no_answer)),
        "not set up": not phone.is_set_up,
    }


def _state_of(state: str, cause: str | None) -> str:
    return _words(cause or "ended") if state == "null" else _words(state)


def _talk(entry: HistoryEntry) -> str:
    if entry.talk_s is None:
        return _words(entry.cause or "not answered")
    minutes, seconds = divmod(round(entry.talk_s), 60)
    return f"{minutes}:{seconds:02d}"


def _words(name: Iterable[str]) -> str:
    return "".join(name).replace("_", " ")

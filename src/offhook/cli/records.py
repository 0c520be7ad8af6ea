"""`offhook history`, `note`, `statistics` and `contacts`: what is over, and who calls.

Source: docs/programs.md, "Command line".
"""

import argparse
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Literal

from offhook.cli.printing import Printer
from offhook.cli.which_phone import find_phone
from offhook.console_api.contacts import NewContact, NewNumber
from offhook.errors import ConfigError
from offhook.sdk import ConsoleClient
from offhook.sdk.history import HistoryFilters, StatisticsFilters

__all__ = ["RECORD_COMMANDS"]

_FORMATS: dict[str, Literal["csv", "vcard"]] = {".csv": "csv", ".vcf": "vcard", ".vcard": "vcard"}


async def _history(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
    phone = None
    if arguments.phone is not None:
        phone = find_phone(await console.phones(), arguments.phone).id
    filters: HistoryFilters = {
        "phone": phone,
        "group": arguments.group,
        "search": arguments.search,
        "missed": True if arguments.missed else None,
    }
    if arguments.csv is not None:
        _write(arguments.csv, await console.history.csv(**filters))
        return 0
    printer.history((await console.history.page(limit=arguments.limit, **filters)).entries)
    return 0


async def _note(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
    call = await console.history.annotate(arguments.call, arguments.text, arguments.outcome)
    printer.notes(call)
    return 0


async def _statistics(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
    filters: StatisticsFilters = {"zone": arguments.zone, "within_s": arguments.within}
    if arguments.csv is not None:
        _write(arguments.csv, await console.history.statistics_csv(arguments.by, **filters))
    else:
        printer.statistics(await console.history.statistics(arguments.by, **filters))
    return 0


async def _contacts(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
    contacts = console.contacts
    match arguments.action:
        case "list":
            printer.contacts(await contacts.find(arguments.search, limit=arguments.limit))
        case "add":
            numbers = [NewNumber(number=number) for number in arguments.numbers]
            new = NewContact(name=arguments.name, organisation=arguments.organisation, numbers=numbers)
            printer.contacts([await contacts.add(new)])
        case "remove":
            await contacts.remove(arguments.id)
        case "import":
            raw = _read(arguments.file)
            report = await contacts.take(raw, _format_of(arguments.file), dry_run=arguments.dry_run)
            printer.imported(report)
            return 1 if report.refused else 0
        case _:
            _write(arguments.file, await contacts.export(_format_of(arguments.file)))
    return 0


def _format_of(file: str) -> Literal["csv", "vcard"]:
    found = _FORMATS.get(Path(file).suffix.lower())
    if found is None:
        raise ConfigError(file, "FILE", "has to end in .csv or .vcf, to say what it is")
    return found


def _read(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise ConfigError(file, "FILE", f"cannot be read: {error.strerror}") from error


def _write(file: str, raw: bytes) -> None:
    if file == "-":
        sys.stdout.write(raw.decode())
        return
    try:
        Path(file).write_bytes(raw)
    except OSError as error:
        raise ConfigError(file, "FILE", f"cannot be written: {error.strerror}") from error


RECORD_COMMANDS: dict[str, Callable[[ConsoleClient, argparse.Namespace, Printer], Coroutine[Any, Any, int]]] = {
    "history": _history,
    "note": _note,
    "statistics": _statistics,
    "contacts": _contacts,
}

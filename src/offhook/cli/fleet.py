"""`offhook fleet`: runs a fleet of virtual phones against a console, shows how it goes, and what came of it.

Source: docs/fleet.md.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import msgspec
from rich.console import Console
from rich.live import Live
from rich.table import Table

from offhook.cli.foreground import run_in_foreground
from offhook.cli.which_console import console_of
from offhook.errors import ConfigError
from offhook.fleet.app import FleetApp
from offhook.fleet.faults import parse_faults
from offhook.fleet.plan import CallCentreHabits
from offhook.fleet.result import FleetNow, FleetReport, in_words
from offhook.fleet.session import FleetSession
from offhook.fleet.settings import FleetSettings
from offhook.fleet.storm import Storm
from offhook.runtime.garbage import kept_for_good
from offhook.runtime.logs import set_up_logs
from offhook.runtime.open_files import raise_open_files_limit

__all__ = ["run"]

_LINE_EVERY_S = 5.0
"""Seconds from one line to the next where there is no terminal."""
_PHONES_A_CALL = 200
"""Without a wish, each phone places a call every so many seconds."""


def run(arguments: argparse.Namespace) -> int:
    """Run it; 0 when the console was nowhere wrong and sure of it, or was not asked."""
    set_up_logs(level="warning")
    raise_open_files_limit()
    settings = _settings(arguments)
    # With the report on the output, everything else goes where it does not disturb that.
    out = Console(stderr=arguments.json == "-", highlight=False, soft_wrap=True)

    async def body(stop: asyncio.Event) -> int:
        with kept_for_good():
            app = FleetApp(settings)
        return await _run(app, arguments, out, stop)

    return run_in_foreground(body)


async def _run(app: FleetApp, arguments: argparse.Namespace, out: Console, stop: asyncio.Event) -> int:
    out.print(
        f"{len(app.phones):,} phones, {app.phones[0].address} to {app.phones[-1].address}, report to "
        f"{app.settings.console}; Ctrl-C ends it with a report."
    )
    context, on_news = _live(out) if out.is_terminal else _lines(out)
    with context:
        report = await FleetSession(app, on_news).run(stop)
    if not app.is_commandable:
        out.print("Phones could not be commanded: this system lets nobody tie a socket to the loopback device.")
    out.print("")
    for line in in_words(report):
        out.print(line, markup=False)
    _write_json(report, arguments.json)
    return 0 if report.is_good else 1


def _settings(arguments: argparse.Namespace) -> FleetSettings:
    rate = arguments.calls_per_second
    habits = CallCentreHabits(
        phones=arguments.phones,
        calls_per_second=arguments.phones / _PHONES_A_CALL if rate is None else rate,
        talk_s=arguments.talk,
        answer=arguments.answer,
        ring_s=(arguments.ring / 3, arguments.ring * 5 / 3),
    )
    token = ""
    if arguments.api:
        wanted = argparse.Namespace(url=arguments.api, token=arguments.token, data=arguments.data)
        _, token = console_of(wanted)
    return FleetSettings(
        habits=habits,
        seed=arguments.seed,
        faults=parse_faults(arguments.faults),
        console=arguments.console,
        api=arguments.api,
        token=token,
        port=arguments.port,
        duration_s=arguments.duration,
        drain_s=arguments.drain,
        storm=Storm(arguments.storm) if arguments.storm else None,
        storm_after_s=arguments.storm_after,
        storm_s=arguments.storm_within,
        storm_every_s=arguments.storm_every,
        answered_file=Path(arguments.answered) if arguments.answered else None,
    )


def _write_json(report: FleetReport, file: str | None) -> None:
    if not file:
        return
    text = msgspec.json.format(msgspec.json.encode(report), indent=2)
    if file == "-":
        sys.stdout.write(text.decode() + "\n")
        return
    try:
        Path(file).write_bytes(text + b"\n")
    except OSError as error:
        raise ConfigError(file, "", f"cannot be written: {error.strerror}") from error


# --- how it goes -----------------------------------------------------------------------------------------------------

_Watching = tuple[AbstractContextManager[object], Callable[[FleetNow], None]]


def _live(out: Console) -> _Watching:
    live = Live(console=out, auto_refresh=False, transient=True)
    return live, lambda now: live.update(_picture(now), refresh=True)


def _picture(now: FleetNow) -> Table:
    table = Table.grid(padding=(0, 3))
    for width in (21, 8, 8, 22):  # so that nothing moves while figures grow
        table.add_column(min_width=width)
    minutes, seconds = divmod(int(now.seconds), 60)
    table.add_row(f"[bold]{now.phase}[/]", f"{minutes}:{seconds:02d}", "", "")
    table.add_row("[dim]phones[/]", f"{now.phones_up:,}", "[dim]answered[/]", f"{now.answered:,}")
    table.add_row("[dim]calls up[/]", f"[bold cyan]{now.calls_up:,}[/]", "[dim]waiting[/]", _unless_zero(now.waiting))
    table.add_row("[dim]events/s[/]", f"[bold cyan]{now.reports_per_s:,.0f}[/]", "[dim]lost[/]", _unless_zero(now.lost))
    late = f"[yellow]{now.behind_s:.1f} s late[/]" if now.behind_s > 1 else "on time"
    latency = f"p50 {now.answer_p50_ms:,.1f}  p99 {now.answer_p99_ms:,.1f} ms"
    table.add_row("[dim]calls are[/]", late, "[dim]answer[/]", latency)
    return table


def _unless_zero(count: int) -> str:
    return f"[yellow]{count:,}[/]" if count else "0"


def _lines(out: Console) -> _Watching:
    told, phase = 0.0, ""

    def tell(now: FleetNow) -> None:
        nonlocal told, phase
        if now.phase == phase and time.monotonic() - told < _LINE_EVERY_S:
            return
        told, phase = time.monotonic(), now.phase
        out.print(
            f"{now.phase:<22} {now.seconds:6.0f} s  phones {now.phones_up:,}  calls up {now.calls_up:,}  "
            f"{now.reports_per_s:,.0f} events/s  answered {now.answered:,}  waiting {now.waiting:,}  "
            f"lost {now.lost:,}  p50 {now.answer_p50_ms:,.1f} ms  p99 {now.answer_p99_ms:,.1f} ms",
            markup=False,
        )

    return nullcontext(), tell

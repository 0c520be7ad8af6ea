"""`offhook phone`: software phones, one for each settings file, on one in-process exchange or with real SIP calls.

On a terminal the phone's screen is shown live and the keyboard works it; elsewhere, and with `--headless`, there are
logs only.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog
from rich.console import Console

from offhook.cli.foreground import run_in_foreground
from offhook.errors import ConfigError
from offhook.phone.app import PhoneApp
from offhook.phone.engine.pjsip.configuring import configure_from
from offhook.phone.engine.pjsip.engine import PjsipEngine, check_installed
from offhook.phone.engine.port import CallEngine
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.reports import Report
from offhook.phone.settings import PhoneSettings
from offhook.phone.settings_file import read_settings, with_console
from offhook.phone.terminal.face import LogTail, TerminalFace
from offhook.protocol.variables import Variable
from offhook.runtime.logs import set_up_logs
from offhook.runtime.open_files import raise_open_files_limit

__all__ = ["run"]


_LOGGED = {
    "account": Variable.ACTIVE_USER,
    "local": Variable.LOCAL,
    "remote": Variable.REMOTE,
    "call": Variable.CALL_ID,
}
"""What a line of the log says of an event, besides its name and its phone."""

_log = structlog.get_logger("offhook.cli.phone")


def run(arguments: argparse.Namespace) -> int:
    """Run phones until Ctrl-C."""
    tail = LogTail() if _has_terminal(arguments) else None
    set_up_logs(json=arguments.json_logs, stream=tail if sys.stderr.isatty() else None)
    raise_open_files_limit()
    paths = [Path(name) for name in arguments.settings]
    if arguments.http_port is not None and len(paths) > 1:
        raise ConfigError("offhook phone", "--http-port", "is for one phone; set the ports in the files instead")
    if arguments.sip_port is not None and len(paths) > 1:
        raise ConfigError("offhook phone", "--sip-port", "is for one phone; set the ports in the files instead")
    if arguments.engine == "pjsip":
        check_installed()

    def adjust(settings: PhoneSettings) -> PhoneSettings:
        return _adjusted(settings, arguments)

    phones = [(path, adjust(read_settings(path))) for path in paths]
    engines = _Engines.sip() if arguments.engine == "pjsip" else _Engines.virtual()
    return run_in_foreground(lambda stop: _serve(phones, engines, adjust, tail, stop))


def _has_terminal(arguments: argparse.Namespace) -> bool:
    """Whether there is a terminal to draw on."""
    is_wanted = not arguments.headless and not arguments.json_logs
    return is_wanted and sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in ("dumb", "unknown")


@dataclass(frozen=True, slots=True)
class _Engines:
    """Where the phones' engines come from."""

    make: Callable[[PhoneSettings], CallEngine]
    is_made_again: bool
    """Whether an engine reads settings when it is made, so that a restart needs another one."""
    on_settings: Callable[[PhoneSettings], None] = lambda settings: None

    @classmethod
    def sip(cls) -> "_Engines":
        """Real calls."""
        return cls(lambda settings: PjsipEngine(configure_from(settings)), is_made_again=True)

    @classmethod
    def virtual(cls) -> "_Engines":
        """One in-process exchange, which knows whoever is on it, under the password named last."""
        exchange = VirtualExchange()

        def take(settings: PhoneSettings) -> None:
            for account in settings.accounts:
                exchange.add_subscriber(account.user, account.password, account.display_name)

        def make(settings: PhoneSettings) -> CallEngine:
            take(settings)
            return exchange.engine_for(settings.identity.mac)

        return cls(make, is_made_again=False, on_settings=take)


def _adjusted(settings: PhoneSettings, arguments: argparse.Namespace) -> PhoneSettings:
    """Put what the command line says in place of what the file says."""
    if arguments.console is not None:
        settings = with_console(settings, arguments.console)
    if arguments.http_port is not None:
        network = msgspec.structs.replace(settings.network, http_port=arguments.http_port)
        settings = msgspec.structs.replace(settings, network=network)
    if arguments.sip_port is not None:
        sip = msgspec.structs.replace(settings.sip, port=arguments.sip_port)
        settings = msgspec.structs.replace(settings, sip=sip)
    return settings


async def _serve(
    phones: list[tuple[Path, PhoneSettings]],
    engines: _Engines,
    adjust: Callable[[PhoneSettings], PhoneSettings],
    tail: LogTail | None,
    stop: asyncio.Event,
) -> int:
    running: list[PhoneApp] = []
    try:
        for path, settings in phones:
            phone = PhoneApp(
                settings,
                engines.make(settings),
                settings_path=path,
                adjust=adjust,
                make_engine=engines.make if engines.is_made_again else None,
                on_settings=engines.on_settings,
            )
            if tail is None:
                phone.on_report = _log_report
            await phone.start()
            running.append(phone)
            if tail is None:
                accounts = ", ".join(f"{account.user}@{account.host}" for account in settings.accounts) or "none"
                _log.info("phone is up", accounts=accounts, url=phone.url, settings=str(path))
        if tail is None:
            _log.info("Ctrl-C stops it" if len(running) == 1 else "Ctrl-C stops all of them")
            await stop.wait()
        else:
            await _show(running, tail, stop)
    finally:
        await asyncio.gather(*(phone.stop() for phone in running))
    return 0


async def _show(phones: list[PhoneApp], tail: LogTail, stop: asyncio.Event) -> None:
    keyboard = sys.stdin.fileno() if sys.stdin.isatty() else None
    try:
        await TerminalFace(phones, Console(highlight=False), log=tail, keyboard=keyboard).run(stop)
    finally:
        set_up_logs()  # what goes wrong from now on is to be seen


def _log_report(report: Report) -> None:
    values = report.values
    call = {word: values[name] for word, name in _LOGGED.items() if values.get(name)}
    _log.info("event", name=report.event.value, phone=values.get(Variable.MAC, ""), **call)

"""`offhook phone`: software phones, one for each settings file, on one in-process exchange or with real SIP calls."""

import argparse
import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
from rich.console import Console

from offhook.cli.foreground import run_in_foreground
from offhook.errors import ConfigError
from offhook.phone.app import PhoneApp
from offhook.phone.engine.pjsip.configuring import configure_from
from offhook.phone.engine.pjsip.engine import PjsipEngine, check_installed
from offhook.phone.engine.port import CallEngine
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings import PhoneSettings
from offhook.phone.settings_file import read_settings, with_console
from offhook.runtime.logs import set_up_logs
from offhook.runtime.open_files import raise_open_files_limit

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Run phones until Ctrl-C."""
    set_up_logs(json=arguments.json_logs)
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
    make_engine = _sip_engine if arguments.engine == "pjsip" else _virtual_engines()
    return run_in_foreground(lambda stop: _serve(phones, make_engine, adjust, stop))


def _sip_engine(settings: PhoneSettings) -> CallEngine:
    return PjsipEngine(configure_from(settings))


def _virtual_engines() -> Callable[[PhoneSettings], CallEngine]:
    """Make engines of one in-process exchange, which knows whoever is on it, under the first password named."""
    exchange = VirtualExchange()

    def make(settings: PhoneSettings) -> CallEngine:
        for account in settings.accounts:
            exchange.add_subscriber(account.user, account.password, account.display_name)
        return exchange.engine_for(settings.identity.mac)

    return make


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
    make_engine: Callable[[PhoneSettings], CallEngine],
    adjust: Callable[[PhoneSettings], PhoneSettings],
    stop: asyncio.Event,
) -> int:
    out = Console(highlight=False, soft_wrap=True)
    running: list[PhoneApp] = []
    try:
        for path, settings in phones:
            phone = PhoneApp(settings, make_engine(settings), settings_path=path, adjust=adjust)
            await phone.start()
            running.append(phone)
            names = ", ".join(f"{account.user}@{account.host}" for account in settings.accounts) or "no account"
            out.print(f"Phone {names}: {phone.url}  (settings in {path})")
        out.print("Ctrl-C stops it." if len(running) == 1 else "Ctrl-C stops all of them.")
        await stop.wait()
    finally:
        await asyncio.gather(*(phone.stop() for phone in running))
    return 0

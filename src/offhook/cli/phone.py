"""`offhook phone`: software phones, one for each settings file, on one in-process exchange."""

import argparse
import asyncio
from pathlib import Path

import msgspec
from rich.console import Console

from offhook.cli.foreground import run_in_foreground
from offhook.errors import ConfigError
from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings import PhoneSettings
from offhook.phone.settings_file import read_settings, with_console
from offhook.runtime.logs import set_up_logs

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Run phones until Ctrl-C."""
    set_up_logs(json=arguments.json_logs)
    paths = [Path(name) for name in arguments.settings]
    if arguments.http_port is not None and len(paths) > 1:
        raise ConfigError("offhook phone", "--http-port", "is for one phone; set the ports in the files instead")
    phones = [(path, _settings(path, arguments)) for path in paths]
    return run_in_foreground(lambda stop: _serve(phones, stop))


def _settings(path: Path, arguments: argparse.Namespace) -> PhoneSettings:
    settings = read_settings(path)
    if arguments.console is not None:
        settings = with_console(settings, arguments.console)
    if arguments.http_port is not None:
        network = msgspec.structs.replace(settings.network, http_port=arguments.http_port)
        settings = msgspec.structs.replace(settings, network=network)
    return settings


async def _serve(phones: list[tuple[Path, PhoneSettings]], stop: asyncio.Event) -> int:
    out = Console(highlight=False, soft_wrap=True)
    exchange = VirtualExchange()
    running: list[PhoneApp] = []
    try:
        for path, settings in phones:
            for account in settings.accounts:
                # The in-process exchange knows whoever is on it, under the password of the first file that names it.
                exchange.add_subscriber(account.user, account.password, account.display_name)
            phone = PhoneApp(settings, exchange.engine_for(settings.identity.mac), settings_path=path)
            await phone.start()
            running.append(phone)
            names = ", ".join(f"{account.user}@{account.host}" for account in settings.accounts) or "no account"
            out.print(f"Phone {names}: {phone.url}  (settings in {path})")
        out.print("Ctrl-C stops it." if len(running) == 1 else "Ctrl-C stops all of them.")
        await stop.wait()
    finally:
        await asyncio.gather(*(phone.stop() for phone in running))
    return 0

"""`offhook demo`: the whole thing on one machine, to look at or to watch."""

import argparse
import asyncio
from pathlib import Path

from rich.console import Console
from rich.text import Text

from offhook.cli.api_token import write_token
from offhook.cli.foreground import run_in_foreground
from offhook.demo.cast import CAST
from offhook.demo.scene import DemoPorts, DemoScene
from offhook.demo.tour import Tour
from offhook.phone.engine.pjsip.engine import check_installed
from offhook.runtime.data_folder import open_data_folder
from offhook.runtime.logs import set_up_logs
from offhook.runtime.open_files import raise_open_files_limit
from offhook.sdk import ConsoleClient

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Run the demo until Ctrl-C, or the tour to its end; 1 when a step of the tour was not confirmed."""
    set_up_logs(level="warning")
    raise_open_files_limit()
    data = open_data_folder(Path(arguments.data) if arguments.data else None)
    ports = DemoPorts(arguments.api_port, arguments.listener_port, arguments.phones_port, arguments.sip_port)
    is_sip = arguments.engine == "pjsip"
    if is_sip:
        check_installed()
    return run_in_foreground(lambda stop: _demo(DemoScene(data, ports, is_sip=is_sip), data, arguments.tour, stop))


async def _demo(scene: DemoScene, data: Path, is_tour: bool, stop: asyncio.Event) -> int:
    out = Console(highlight=False, soft_wrap=True)
    await scene.start()
    try:
        token_file = data / "demo" / "api-token"
        write_token(token_file, scene.token)
        _print_places(out, scene, token_file)
        if is_tour:
            return await _tour(scene, out, stop)
        out.print("\nCtrl-C stops all of it.")
        await stop.wait()
        out.print("stopping …")
    finally:
        await scene.stop()
    return 0


async def _tour(scene: DemoScene, out: Console, stop: asyncio.Event) -> int:
    async with ConsoleClient(scene.console.api_url, scene.token) as client:
        first, second, third = (role.extension for role in CAST)
        touring = asyncio.create_task(Tour(client, (first, second, third), out).run())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({touring, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return 0 if touring.done() and touring.result() else 1
        finally:
            touring.cancel()
            stopping.cancel()
            await asyncio.gather(touring, stopping, return_exceptions=True)


def _print_places(out: Console, scene: DemoScene, token_file: Path) -> None:
    """Say where everything is, the sign-in link first: it is what the user wants. Nothing is cut to fit a width."""
    console = scene.console
    out.print(Text.assemble(("offhook demo", "bold"), " is ready: one console and three phones.\n"))
    _place(out, "Sign in", console.sign_in_link(), "bold cyan")
    _place(out, "Operator page", console.api_url)
    _place(out, "API", f"{console.api_url}/api/v1  (token in {token_file})")
    _place(out, "Phones report to", console.listener_url)
    for role in CAST:
        phone = scene.phones[role.extension]
        login = phone.settings.login
        words = f"{phone.url}/face  {role.name}  (user {login.user}, password {login.password})"
        _place(out, f"Phone {role.extension}", words)


def _place(out: Console, name: str, where: str, style: str = "") -> None:
    out.print(Text.assemble((f"  {name:<18}", "dim"), (where, style)), soft_wrap=True)

"""`offhook watch`: the event feed on a terminal, or as JSON lines; goes on across lost connections until Ctrl-C."""

import argparse
import asyncio

from offhook.cli.foreground import run_in_foreground
from offhook.cli.printing import Printer
from offhook.cli.which_console import console_of
from offhook.cli.which_phone import find_phone
from offhook.sdk import ConsoleClient

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Print events until Ctrl-C, or as many as were asked for."""
    url, token = console_of(arguments)
    printer = Printer(is_json=arguments.json)

    async def body(stop: asyncio.Event) -> int:
        async with ConsoleClient(url, token) as console:
            watching = asyncio.create_task(_watch(console, arguments, printer))
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({watching, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if watching.done():
                    watching.result()
            finally:
                watching.cancel()
                stopping.cancel()
                await asyncio.gather(watching, stopping, return_exceptions=True)
        return 0

    return run_in_foreground(body)


async def _watch(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> None:
    phones = await console.phones()
    names = {phone.id: phone.name for phone in phones}
    only = None if arguments.phone is None else [find_phone(phones, arguments.phone).id]
    shown = 0
    async with console.events(phones=only, types=arguments.type) as feed:
        async for event in feed:
            printer.event(event, names)
            shown += 1
            if shown == arguments.count:
                return

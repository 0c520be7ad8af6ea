"""What the fleet asks of a console by its API: make the phones known to it, and show what it believes of them.

Source: `offhook.sdk`; console-api.md §4.
"""

import asyncio
from collections.abc import Callable, Sequence

from offhook.console_api.requests import PhoneSetup
from offhook.errors import ConsoleError
from offhook.fleet.truth import Comparison, PhoneTruth, compare
from offhook.fleet.virtual_phone import VirtualPhone
from offhook.phone.settings import DEFAULT_PASSWORD, DEFAULT_USER
from offhook.sdk import ConsoleClient

__all__ = ["AT_ONCE", "compare_with_console", "set_up_phones"]

AT_ONCE = 32
"""Phones set up at the same time."""
_SETTLING_S = 20.0
"""For the console to become unsure of what it cannot know: that takes it seconds, on purpose."""
_LOOK_EVERY_S = 1.0


async def set_up_phones(
    client: ConsoleClient, phones: Sequence[VirtualPhone], port: int, on_done: Callable[[], None] = lambda: None
) -> None:
    """Tell the console each phone's number, and how to command it.

    Args:
        port: Where the phones take commands.
        on_done: Called for each phone.
    Raises:
        ConsoleError: The console is not there, or says no.
    """
    left = iter(phones)

    async def some() -> None:
        for phone in left:
            setup = PhoneSetup(
                name=f"Fleet {phone.number}",
                extension=phone.number,
                control_url=f"http://{phone.address}:{port}",
                control_user=DEFAULT_USER,
                control_password=DEFAULT_PASSWORD,
            )
            await client.set_up_phone(phone.mac, setup)
            on_done()

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(some())
    except* ConsoleError as errors:
        raise errors.exceptions[0] from None


async def compare_with_console(
    client: ConsoleClient, truths: Sequence[PhoneTruth], *, settling_s: float = _SETTLING_S
) -> Comparison:
    """Compare until the console is nowhere wrong and sure, or has had the time to find out.

    Raises:
        ConsoleError: The console is not there, or says no.
    """
    end = asyncio.get_running_loop().time() + settling_s
    while True:
        comparison = compare(truths, await client.snapshot())
        if comparison.is_good or asyncio.get_running_loop().time() >= end:
            return comparison
        await asyncio.sleep(_LOOK_EVERY_S)

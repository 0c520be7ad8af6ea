"""Dial from one phone, and print what happens until the other one rings."""

import asyncio
import sys
from pathlib import Path

from offhook.sdk import ConsoleClient


async def dial_and_watch(url: str, token: str) -> None:
    """Let 1001 call 1002 and give up as soon as that rings."""
    async with ConsoleClient(url, token) as console, console.events() as feed:
        phones = {phone.extension: phone.id for phone in await console.phones()}
        await console.dial(phones["1001"], "1002")
        seen: set[str] = set()
        async for event in feed:
            sys.stdout.write(f"{event.time}  {event.type}  {event.phone}\n")
            seen.add(event.type)
            # Reports of two phones come in any order: act when both have said what is waited for.
            if event.call is not None and {"call.originated", "call.delivered"} <= seen:
                await console.hang_up(event.call, f"{event.call}:{phones['1001']}")
                seen.clear()
            if event.type == "call.missed":
                break


asyncio.run(dial_and_watch(sys.argv[1], Path(sys.argv[2]).read_text().strip()))

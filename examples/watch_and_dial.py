"""Dial from one phone, and print what happens until the other one rings."""

import asyncio
import sys
from pathlib import Path

from offhook.sdk import ConsoleClient


async def main(url: str, token_file: str) -> None:
    token = Path(token_file).expanduser().read_text().strip()
    async with ConsoleClient(url, token) as console, console.events() as feed:
        phones = {phone.extension: phone.id for phone in await console.phones()}
        await console.dial(phones["1001"], "1002")
        async for event in feed:
            sys.stdout.write(f"{event.time}  {event.type}  {event.phone}\n")
            if event.type == "call.delivered" and event.call is not None:
                await console.hang_up(event.call, f"{event.call}:{phones['1001']}")
            if event.type == "call.missed":
                break


asyncio.run(main(sys.argv[1], sys.argv[2]))

"""A console's receiving half as a program of its own, for the test that kills it: prints its port, then serves."""

import asyncio
import sys
from pathlib import Path

from offhook.console.bus.in_process import InProcessBus
from offhook.console.intake import Intake
from offhook.console.journal import Journal
from offhook.console.phone_listener import PhoneListener
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.store.sql import SqlStore
from offhook.runtime.http_server import bind_tcp


async def main(folder: Path) -> None:
    journal = Journal(SqlStore(folder), InProcessBus(), PhoneSecrets.in_folder(folder))
    await journal.start()
    listener = PhoneListener(Intake(journal))
    await listener.start(bind_tcp("127.0.0.1", 0, flag="--listener-port"))
    sys.stdout.write(f"{listener.port}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))

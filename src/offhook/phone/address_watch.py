"""Notices that the computer got another IP address, which the phone reports as IP Changed.

The address that matters is the one from which the console is reached. It is asked of the routing table: connecting a
UDP socket chooses the local address and sends nothing.
Source: DOC §2.4 no. 27, §2.5 ($ip).
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable

import structlog

__all__ = ["AUTO", "POLL_S", "AddressWatch", "address_towards"]

AUTO = "auto"
"""What `network.address` says when the phone shall find its address itself."""
POLL_S = 5.0
_NOWHERE = ipaddress.ip_address("192.0.2.1")
"""A documentation address (RFC 5737): whatever route leads there is the default one."""
_ANY_PORT = 9

_log = structlog.get_logger("offhook.phone.address_watch")


def address_towards(host: str) -> str | None:
    """Find the local IP address from which ``host`` is reached; None without a route.

    Args:
        host: IP address, v4 or v6. Anything else, a name too, asks for the default route: looking names up blocks.
    """
    try:
        wanted = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        wanted = _NOWHERE
    try:
        with socket.socket(socket.AF_INET if wanted.version == 4 else socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect((str(wanted), _ANY_PORT))
            return str(probe.getsockname()[0])
    except OSError:
        return None


class AddressWatch:
    """Asks every few seconds, and tells of changes."""

    def __init__(
        self,
        find: Callable[[], str | None],
        on_change: Callable[[str], None],
        *,
        poll_s: float = POLL_S,
    ) -> None:
        """Prepare.

        Args:
            find: Gives the address at this moment, None when there is none (no cable).
            on_change: Told the new address; losing it is no change, getting another one back is.
            poll_s: Seconds between two looks.
        """
        self._find = find
        self._on_change = on_change
        self._poll_s = poll_s
        self._task: asyncio.Task[None] | None = None
        self.address = find()
        """The last address known."""

    def look(self, *, is_silent: bool = False) -> None:
        """Look once; silently, when whoever asks is about to say the address anyway."""
        found = self._find()
        if found is None or found == self.address:
            return
        _log.info("ip address changed", before=self.address, after=found)
        self.address = found
        if not is_silent:
            self._on_change(found)

    def go_on(self) -> None:
        """Look again and again."""
        if self._task is None or self._task.cancelling():
            self._task = asyncio.get_running_loop().create_task(self._watch())

    def pause(self) -> None:
        """Look no more, until told to go on."""
        if self._task is not None:
            self._task.cancel()

    async def stop(self) -> None:
        """Look no more."""
        self.pause()
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._poll_s)
            self.look()

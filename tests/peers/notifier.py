"""Whoever sends commands by NOTIFY from a plain socket: exactly what the test says, well-formed or not."""

import asyncio
import itertools
import secrets
import socket
from collections.abc import Mapping

__all__ = ["Notifier"]

_WAIT_S = 10.0
_NUMBERS = itertools.count(1)


class Notifier:
    """A UDP socket at an address of this computer, and requests from it to one phone."""

    def __init__(self, phone_port: int, *, own: str = "127.0.0.1") -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((own, 0))
        self._socket.connect(("127.0.0.1", phone_port))
        self._socket.setblocking(False)
        self.own = f"{own}:{self._socket.getsockname()[1]}"

    def close(self) -> None:
        self._socket.close()

    def write(
        self,
        body: str | bytes,
        *,
        changes: Mapping[str, str | None] | None = None,
        tag: str = "",
        transport: str = "UDP",
    ) -> bytes:
        """Write a NOTIFY; ``changes`` replaces headers, adds them, or with None leaves them out."""
        raw = body.encode() if isinstance(body, str) else body
        number = next(_NUMBERS)
        headers: dict[str, str | None] = {
            "Via": f"SIP/2.0/{transport} {self.own};branch=z9hG4bK{secrets.token_hex(8)}",
            "From": f"<sip:console@{self.own}>;tag=t{number}",
            "To": f"<sip:1001@127.0.0.1>{tag}",
            "Call-ID": secrets.token_hex(8),
            "CSeq": "1 NOTIFY",
            "Max-Forwards": "70",
            "Contact": f"<sip:console@{self.own}>",
            "Event": "ACTION-URI",
            "Subscription-State": "terminated",
            "Content-Type": "message/sipfrag",
            "Content-Length": str(len(raw)),
            **(changes or {}),
        }
        lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
        return "\r\n".join(["NOTIFY sip:1001@127.0.0.1 SIP/2.0", *lines, "", ""]).encode() + raw

    def send(self, message: bytes) -> None:
        """Send a message and wait for nothing."""
        self._socket.send(message)

    async def answer(self) -> tuple[int, str]:
        """Status and words of the next answer."""
        async with asyncio.timeout(_WAIT_S):
            received = await asyncio.get_running_loop().sock_recv(self._socket, 65536)
        _, status, reason = received.split(b"\r\n")[0].decode().split(" ", 2)
        return int(status), reason

    async def ask(self, message: bytes) -> tuple[int, str]:
        """Send a message, give its answer."""
        self.send(message)
        return await self.answer()

"""A caller with encrypted sound that changes its mind at once: two descriptions of its sound within a moment.

Exchanges do that when they take themselves out of the way of the sound. It cannot hear what it is sent, only count it.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

__all__ = ["HastyCaller", "hasty_caller"]

_LIMIT_S = 10.0
_KEY = "a" * 40
"""30 bytes in base64, as SDES has it."""
_CIPHER = "AES_CM_128_HMAC_SHA1_80"
_SOUND = (
    "v=0\r\no=- 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n"
    f"a=crypto:{{tag}} {_CIPHER} inline:{_KEY}\r\n"
)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.packets = 0
        self.heard = asyncio.Event()

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        self.packets += 1
        self.heard.set()


class HastyCaller(asyncio.DatagramProtocol):
    """Makes one call; its sound comes to one of two ports."""

    def __init__(self, there: str) -> None:
        host, _, port = there.rpartition(":")
        self._there, self._where = f"sip:1002@{there}", (host, int(port))
        self._number = 0
        self._tag = ""
        self._answers: asyncio.Queue[int] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None
        self.ears = (_Ear(), _Ear())
        self.ports: list[int] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        text = data.decode()
        if text.startswith("SIP/2.0 200") and " INVITE" in text:
            found = re.search(r"^To:.*;tag=([^\r\n;]+)", text, re.MULTILINE)
            assert found is not None
            self._tag = found.group(1)
            self._send("ACK", self._number)
            self._answers.put_nowait(self._number)
        elif not text.startswith(("SIP/", "ACK ")):
            kept = [line for line in text.splitlines() if re.match("(Via|From|To|Call-ID|CSeq):", line)]
            offered = re.search(rf"^a=crypto:(\d+) {_CIPHER} ", text, re.MULTILINE)
            self._write(["SIP/2.0 200 OK", *kept], self._sound(0, offered.group(1)) if offered else "")

    async def agree(self, ear: int) -> None:
        """Call, or change where the sound goes, and wait for the answer; acknowledged within the same moment."""
        self._number += 1
        self._send("INVITE", self._number, self._sound(ear))
        async with asyncio.timeout(_LIMIT_S):
            await self._answers.get()

    async def counted(self, ear: int, packets: int) -> None:
        """Wait until so many packets more have come."""
        one = self.ears[ear]
        wanted = one.packets + packets
        async with asyncio.timeout(_LIMIT_S):
            while one.packets < wanted:
                one.heard.clear()
                await one.heard.wait()

    def _sound(self, ear: int, tag: str = "1") -> str:
        return _SOUND.format(version=self._number, port=self.ports[ear], tag=tag)

    def _send(self, method: str, number: int, body: str = "") -> None:
        assert self._transport is not None
        own = "127.0.0.1:{}".format(self._transport.get_extra_info("sockname")[1])
        self._write(
            [
                f"{method} {self._there} SIP/2.0",
                f"Via: SIP/2.0/UDP {own};branch=z9hG4bK{method}{number}",
                f"From: <sip:1001@{own}>;tag=hasty",
                f"To: <{self._there}>" + (f";tag={self._tag}" if self._tag else ""),
                "Call-ID: hasty",
                f"CSeq: {number} {method}",
                f"Contact: <sip:1001@{own}>",
                "Max-Forwards: 9",
            ],
            body,
        )

    def _write(self, head: list[str], body: str) -> None:
        assert self._transport is not None
        head += ["Content-Type: application/sdp"] if body else []
        if not any(line.startswith("Contact:") for line in head):
            head.append("Contact: <sip:1001@127.0.0.1:{}>".format(self._transport.get_extra_info("sockname")[1]))
        message = "\r\n".join([*head, f"Content-Length: {len(body)}", "", body])
        self._transport.sendto(message.encode(), self._where)


@asynccontextmanager
async def hasty_caller(there: str) -> AsyncIterator[HastyCaller]:
    """A caller of ``host:port`` for as long as the block lasts."""
    loop = asyncio.get_running_loop()
    caller = HastyCaller(there)

    async def bound(protocol: asyncio.DatagramProtocol) -> asyncio.DatagramTransport:
        return (await loop.create_datagram_endpoint(lambda: protocol, local_addr=("127.0.0.1", 0)))[0]

    opened = [await bound(protocol) for protocol in (*caller.ears, caller)]
    caller.ports = [each.get_extra_info("sockname")[1] for each in opened[:2]]
    try:
        yield caller
    finally:
        for each in opened:
            each.close()

"""A callee that is heard before it answers: 183 with the description of its sound, and a tone at once (RFC 3960)."""

import asyncio
import math
import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

__all__ = ["TONE_HZ", "EarlyCallee", "early_callee"]

TONE_HZ = 700
_RATE_HZ = 8000
_FRAME_S = 0.02
_FRAME_SAMPLES = 160
_SOUND = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n"


class EarlyCallee(asyncio.DatagramProtocol):
    """Takes one call; its sound comes from a port of its own."""

    def __init__(self) -> None:
        self.address = ""
        self._caller: tuple[str, int] | None = None
        self._invite = ""
        self._transport: asyncio.DatagramTransport | None = None
        self.sound: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)
        host, port = transport.get_extra_info("sockname")
        self.address = f"{host}:{port}"

    def datagram_received(self, data: bytes, addr: tuple[str | object, int]) -> None:
        text = data.decode()
        if text.startswith("INVITE "):
            self._invite, self._caller = text, cast("tuple[str, int]", addr)
            self._say("183 Session Progress", text)
        elif not text.startswith(("ACK ", "SIP/")):
            self._say("200 OK", text)

    def answer(self) -> None:
        """Answer the call."""
        self._say("200 OK", self._invite)

    def _say(self, status: str, request: str) -> None:
        assert self._transport is not None and self.sound is not None
        kept = [line for line in request.splitlines() if re.match("(Via|From|Call-ID|CSeq):", line)]
        to = re.search(r"^To: ([^\r\n]*)", request, re.MULTILINE)
        assert to is not None
        tag = "" if "tag=" in to.group(1) else ";tag=early"
        body = _SOUND.format(port=self.sound.get_extra_info("sockname")[1]) if "INVITE" in request else ""
        head = [f"SIP/2.0 {status}", *kept, f"To: {to.group(1)}{tag}", f"Contact: <sip:{self.address}>"]
        head += ["Content-Type: application/sdp"] if body else []
        message = "\r\n".join([*head, f"Content-Length: {len(body)}", "", body])
        self._transport.sendto(message.encode(), self._caller)

    async def speak(self) -> None:
        """Send the tone, 20 ms after 20 ms, once there is somebody to hear it."""
        loop = asyncio.get_running_loop()
        due, number = loop.time(), 0
        while True:
            if (port := re.search(r"^m=audio (\d+)", self._invite, re.MULTILINE)) and self.sound is not None:
                head = struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, number * _FRAME_SAMPLES, 1)
                self.sound.sendto(head + _tone(number * _FRAME_SAMPLES), ("127.0.0.1", int(port.group(1))))
                number += 1
            due += _FRAME_S
            await asyncio.sleep(max(0.0, due - loop.time()))


def _tone(start: int) -> bytes:
    step = 2 * math.pi * TONE_HZ / _RATE_HZ
    return bytes(_mu_law(int(8000 * math.sin(step * each))) for each in range(start, start + _FRAME_SAMPLES))


def _mu_law(sample: int) -> int:
    """Encode by G.711."""
    sign, size = (0x80, -sample) if sample < 0 else (0, sample)
    size += 132
    exponent = max(0, size.bit_length() - 8)
    return ~(sign | exponent << 4 | (size >> (exponent + 3)) & 0x0F) & 0xFF


@asynccontextmanager
async def early_callee() -> AsyncIterator[EarlyCallee]:
    """A callee for as long as the block lasts."""
    loop = asyncio.get_running_loop()
    callee = EarlyCallee()
    transport, _ = await loop.create_datagram_endpoint(lambda: callee, local_addr=("127.0.0.1", 0))
    callee.sound, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
    speaking = asyncio.create_task(callee.speak())
    try:
        yield callee
    finally:
        speaking.cancel()
        await asyncio.wait([speaking])
        transport.close()
        callee.sound.close()

"""A SIP exchange on a UDP socket that answers each request as the test says."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Self

__all__ = ["ScriptedExchange", "answer", "header_of"]

Answers = Callable[[str], Sequence[bytes]]


def header_of(request: str, name: str) -> str:
    """The value of a header; "" without one."""
    values = [line.partition(":")[2].strip() for line in request.split("\r\n") if line.startswith(f"{name}:")]
    return values[0] if values else ""


def answer(request: str, status: int, reason: str = "Because", *more: str, **changes: str) -> bytes:
    """Write the answer to a request; ``changes`` replaces the headers Via and CSeq."""
    via = changes.get("via", header_of(request, "Via"))
    cseq = changes.get("cseq", header_of(request, "CSeq"))
    lines = [f"SIP/2.0 {status} {reason}", f"Via: {via}", f"CSeq: {cseq}", *more, "Content-Length: 0", "", ""]
    return "\r\n".join(lines).encode()


class ScriptedExchange(asyncio.DatagramProtocol):
    """Keeps what it was sent; answers 200 unless told otherwise."""

    def __init__(self, answers: Answers = lambda request: [answer(request, 200, "OK")]) -> None:
        self.answers = answers
        self.requests: list[str] = []
        self._transport: asyncio.DatagramTransport | None = None

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.leave()

    def leave(self) -> None:
        """Nobody is there any more."""
        assert self._transport is not None
        self._transport.abort()

    @property
    def port(self) -> int:
        assert self._transport is not None
        port: int = self._transport.get_extra_info("sockname")[1]
        return port

    @property
    def url(self) -> str:
        return f"sip:1001@127.0.0.1:{self.port}"

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        self.requests.append(data.decode())
        for each in self.answers(self.requests[-1]):
            self._transport.sendto(each, addr)

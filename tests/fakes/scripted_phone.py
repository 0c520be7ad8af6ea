"""A phone's Active URI port that answers as a test says, over a real socket."""

import asyncio
import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Self

__all__ = ["OK", "ScriptedPhone", "answer"]

Script = Callable[[str], Awaitable[bytes | None]]
"""Given the request target, the bytes to answer with; None answers nothing and keeps the connection."""


def answer(status: int, body: str = "", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body.encode())}", "Connection: close", *headers]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()


OK = answer(200, "OK")


class ScriptedPhone:
    """Listens on 127.0.0.1; `targets` are the requests that passed the login, in order."""

    def __init__(self, *, login: str = "none", user: str = "admin", password: str = "admin") -> None:
        self.targets: list[str] = []
        self.heads: list[str] = []
        """Every request head, those that were sent to log in first included."""
        self.script: Script = self._always_ok
        self._login = login
        self._user = user
        self._password = password
        self._tasks: set[asyncio.Task[None]] = set()
        self.url = ""

    @staticmethod
    async def _always_ok(_target: str) -> bytes:
        return OK

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._exchange(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the test is over, or the console went first
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.heads.append(head)
        target = head.split(" ")[1]
        refusal = self._refusal(head, target)
        if refusal is None:
            self.targets.append(target)
            reply = await self.script(target)
        else:
            reply = refusal
        if reply is None:
            await reader.read()  # until the other side gives up
            return
        writer.write(reply)
        await writer.drain()

    def _refusal(self, head: str, target: str) -> bytes | None:
        authorization = re.search(r"(?im)^authorization: (\w+) (.*?)\r$", head)
        basic = base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
        if self._login == "none":
            return None
        if self._login == "redirect":
            return answer(302, "", "Location: /login.htm")
        if self._login == "basic":
            if authorization and authorization[1] == "Basic" and authorization[2] == basic:
                return None
            return answer(401, "", 'WWW-Authenticate: Basic realm="phone"')
        if authorization and authorization[1] == "Digest" and self._is_right(authorization[2], target):
            return None
        return answer(
            401,
            "",
            'WWW-Authenticate: Digest realm="phone", nonce="n0", qop="auth", algorithm=MD5',
            'WWW-Authenticate: Basic realm="phone"',
        )

    def _is_right(self, credentials: str, target: str) -> bool:
        given = {
            name: quoted or plain for name, quoted, plain in re.findall(r'(\w+)=(?:"(.*?)"|([^,\s]+))', credentials)
        }
        secret = _md5(f"{self._user}:phone:{self._password}")
        wanted = _md5(f"{secret}:n0:{given.get('nc')}:{given.get('cnonce')}:auth:{_md5(f'GET:{target}')}")
        return given.get("uri") == target and given.get("response") == wanted


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

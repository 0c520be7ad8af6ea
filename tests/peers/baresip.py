"""Debian's baresip as the other phone: another SIP stack, with sound, worked by its control port."""

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.peers.kamailio import free_port
from tests.peers.wav import write_tone

__all__ = ["TONE_HZ", "Baresip", "baresip"]

TONE_HZ = 700
"""What it sends."""
_LIMIT_S = 10.0
_CONFIG = """
poll_method epoll
sip_listen 127.0.0.1:{port}
net_interface 127.0.0.1
audio_player aufile,{folder}/heard.wav
audio_source aufile,{folder}/tone.wav
audio_alert aufile,{folder}/alert.wav
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


class Baresip:
    """One phone; says what happens as events."""

    def __init__(self, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.address = f"127.0.0.1:{port}"
        self._reader = reader
        self._writer = writer

    async def order(self, command: str, parameters: str = "") -> None:
        """Give an order."""
        message = json.dumps({"command": command, "params": parameters, "token": command})
        self._writer.write(f"{len(message)}:{message},".encode())
        await self._writer.drain()

    async def heard(self, kind: str) -> dict[str, Any]:
        """Wait for an event, past others."""
        async with asyncio.timeout(_LIMIT_S):
            while True:
                size = (await self._reader.readuntil(b":"))[:-1]
                message: dict[str, Any] = json.loads((await self._reader.readexactly(int(size) + 1))[:-1])
                if message.get("type") == kind:
                    return message


@contextlib.asynccontextmanager
async def baresip(folder: Path, *, answers: str = "manual") -> AsyncIterator[Baresip]:
    """A phone for as long as the block lasts.

    Args:
        answers: "manual", or "early": its sound is heard before it answers.
    """
    if shutil.which("baresip") is None:
        pytest.skip("/usr/bin/baresip is missing; scripts/system-packages says how to install it")
    # It takes the port behind its own for TLS.
    port, control = free_port(), free_port()
    _write_settings(folder, port, control, answers)
    program = await asyncio.create_subprocess_exec(
        "baresip",
        "-f",
        str(folder),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        reader, writer = await _connect(control)
        yield Baresip(port, reader, writer)
        writer.close()
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()


def _write_settings(folder: Path, port: int, control: int, answers: str) -> None:
    (folder / "config").write_text(_CONFIG.format(port=port, control=control, folder=folder), "ascii")
    (folder / "accounts").write_text(f"<sip:1002@127.0.0.1>;regint=0;answermode={answers}\n", "ascii")
    (folder / "contacts").write_text("", "ascii")
    write_tone(folder / "tone.wav", TONE_HZ, seconds=20)


async def _connect(control: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(_LIMIT_S):
        while True:
            try:
                return await asyncio.open_connection("127.0.0.1", control)
            except ConnectionRefusedError:
                await asyncio.sleep(0.02)  # it has not opened its control port yet

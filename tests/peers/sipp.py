"""Debian's SIPp as caller and callee: a SIP stack that nobody here wrote, doing exactly what a scenario says."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.peers.kamailio import free_port

__all__ = ["ACK", "BYE", "CANCEL", "INVITE", "Sipp", "answer", "expect", "say", "sipp"]

_LIMIT_S = 15.0

_SOUND = """v=0
      o=sipp 1 {version} IN IP4 [local_ip]
      s=-
      c=IN IP4 [media_ip]
      t=0 0
      m=audio [media_port] RTP/AVP 0 101
      a=rtpmap:0 PCMU/8000
      a=rtpmap:101 telephone-event/8000
      a={direction}"""


def say(text: str, *, again: bool = True) -> str:
    """A message to send."""
    repeated = ' retrans="500"' if again else ""
    return f"<send{repeated}><![CDATA[\n{text}\n]]></send>"


def expect(what: str, *, optional: bool = False) -> str:
    """A message to wait for: a status, or the name of a request."""
    kind = "response" if what.isdigit() else "request"
    more = ' optional="true"' if optional else ""
    return f'<recv {kind}="{what}"{more}/>'


def _request(method: str, number: int, *, body: str = "", more: str = "", branch: str = "[branch]") -> str:
    kind = "\n      Content-Type: application/sdp" if body else ""
    to_tag = "[peer_tag_param]" if number > 1 or method in ("ACK", "BYE") else ""
    return f"""
      {method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}
      From: "Sipp" <sip:4711@[local_ip]:[local_port]>;tag=[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>{to_tag}
      Call-ID: [call_id]
      CSeq: {number} {"INVITE" if method == "ACK" and number < 1 else method}
      Contact: <sip:4711@[local_ip]:[local_port]>
      Max-Forwards: 70{more}{kind}
      Content-Length: [len]

      {body}"""


def INVITE(number: int = 1, direction: str = "sendrecv") -> str:
    return say(_request("INVITE", number, body=_SOUND.format(direction=direction, version=number)))


def ACK(number: int = 1) -> str:
    return say(_request("ACK", number), again=False)


def BYE(number: int = 2) -> str:
    return say(_request("BYE", number))


def CANCEL(reason: str = "") -> str:
    """Of the INVITE three steps before, so with its branch."""
    more = f"\n      Reason: {reason}" if reason else ""
    return say(_request("CANCEL", 1, more=more, branch="[branch-3]"))


def answer(status: str, *, more: str = "", with_sound: bool = False, again: bool = False) -> str:
    """Answer the last request."""
    sound = _SOUND.format(direction="sendrecv", version=1)
    body = f"Content-Type: application/sdp\n      Content-Length: [len]\n\n      {sound}"
    return say(
        f"""
      SIP/2.0 {status}
      [last_Via:]
      [last_From:]
      [last_To:];tag=[call_number]
      [last_Call-ID:]
      [last_CSeq:]
      Contact: <sip:[local_ip]:[local_port]>{more}
      {body if with_sound else "Content-Length: 0"}
      """,
        again=again,
    )


class Sipp:
    """One run of a scenario."""

    def __init__(self, program: asyncio.subprocess.Process, address: str, folder: Path) -> None:
        self._program = program
        self._folder = folder
        self.address = address
        """Where it listens."""

    async def succeeded(self) -> None:
        """Wait until the scenario is through; whatever went otherwise than written there fails the test."""
        async with asyncio.timeout(_LIMIT_S):
            output, _ = await self._program.communicate()
        errors = "".join(path.read_text("utf-8", "replace") for path in self._folder.glob("*errors.log"))
        assert self._program.returncode == 0, f"{errors}\n{output.decode('utf-8', 'replace')[-3000:]}"


@contextlib.asynccontextmanager
async def sipp(folder: Path, *steps: str, to: str = "", user: str = "1002") -> AsyncIterator[Sipp]:
    """Run a scenario once.

    Args:
        to: Whom to call, ``host:port``; "" waits for a call.
        steps: What is said and expected; a built-in scenario's name is possible instead.
    """
    if shutil.which("sipp") is None:
        pytest.skip("/usr/bin/sipp is missing; scripts/system-packages says how to install it")
    port = free_port()
    command = ["sipp", "-i", "127.0.0.1", "-p", str(port), "-m", "1", "-nostdin", "-trace_err", "-timeout", "12"]
    command += ["-s", user]
    if len(steps) == 1 and not steps[0].startswith("<"):
        command += ["-sn", steps[0]]
    else:
        scenario = folder / f"scenario-{port}.xml"
        lines = "\n".join(steps)
        scenario.write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="test">{lines}</scenario>', "utf-8"
        )
        command += ["-sf", str(scenario)]
    if to:
        command.append(to)
    program = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        if not to:
            await _listens(port)
        yield Sipp(program, f"127.0.0.1:{port}", folder)
    finally:
        if program.returncode is None:
            program.kill()
        await program.communicate()


async def _listens(port: int) -> None:
    """Wait until the port is taken: there is no other sign of it."""
    async with asyncio.timeout(_LIMIT_S):
        while not _is_taken(port):  # noqa: ASYNC110 - another program's doing, which has no event
            await asyncio.sleep(0.01)


def _is_taken(port: int) -> bool:
    return f":{port:04X} " in Path("/proc/net/udp").read_text("ascii")

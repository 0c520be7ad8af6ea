"""The engine that makes real SIP calls: a `CallEngine` whose calls live in a child process.

Theory of operation. The SIP library ends its process on ordinary mistakes and on some messages from the network, so it
has a process of its own, which this engine starts, feeds and watches. When it dies, everything it knew is gone: at
once its calls are said to be over and its accounts to be lost; then a new child is started, after a pause that
doubles with each one that dies young, and the accounts are registered again. Names of calls are never used again.
One that hangs is as good as dead and is ended within two seconds; `heartbeat` tells it from one that is only slow. So
nothing may keep the child waiting: it looks up names aside (`names`), opens the sound card aside (`sound_card`), and
what the library itself looks up is given one second and one attempt.
Source: `offhook.phone.engine.port`; architecture decision 7.
"""

import asyncio
import importlib.util
import itertools
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence

import msgspec
import structlog

from offhook.callmodel.connection import Cause
from offhook.errors import ConfigError, PortTaken, SipEngineError
from offhook.phone.engine.pjsip import protocol
from offhook.phone.engine.pjsip.answered import Answered
from offhook.phone.engine.pjsip.fact_words import in_port_words
from offhook.phone.engine.pjsip.heartbeat import PING_EVERY_S, Heartbeat, read_sign
from offhook.phone.engine.port import (
    AccountLost,
    AccountSettings,
    CallEnded,
    CallRef,
    CommandRef,
    EngineFact,
)

__all__ = ["HOW_TO_GET_IT", "PjsipEngine", "check_installed"]

HOW_TO_GET_IT = (
    "the SIP library is not installed; pip install 'offhook[sip]' brings it (Python 3.11 or 3.12 on x86_64), "
    "and --engine virtual works without it"
)
_CHILD = "offhook.phone.engine.pjsip.child"
_LIBRARY = "pjsua2"
_START_S = 10.0
_STOP_S = 2.5
_FIRST_PAUSE_S = 0.1
_LAST_PAUSE_S = 30.0
_GROWN_UP_S = 10.0
"""A child that lived so long did not die of being started."""
_QUICK_LOOK_UPS = "timeout:1 attempts:1"
"""For the C library, see resolv.conf(5): a name in the description of a call's sound is looked up by it."""
_KEPT_WORDS = 12
"""Lines of the child's stderr that are kept for the log, in case they are its last."""

_log = structlog.get_logger("offhook.phone.engine")


def check_installed() -> None:
    """See that the SIP library is there, without loading it.

    Raises:
        ConfigError: It is not; the reason says how to get it.
    """
    if importlib.util.find_spec(_LIBRARY) is None:
        raise ConfigError("--engine pjsip", "", HOW_TO_GET_IT)


class PjsipEngine:
    """One phone's engine; see the port for what each order means."""

    def __init__(self, configure: protocol.Configure | None = None) -> None:
        """Prepare; nothing runs before `start`.

        Args:
            configure: Address, port, sound and limits; the generation is counted here.
        """
        self._configure = configure if configure is not None else protocol.Configure(generation=0)
        self._generations = itertools.count(1)
        self._names = itertools.count(1)
        self._on_fact: Callable[[EngineFact], None] | None = None
        self._child: Process | None = None
        self._watching: asyncio.Task[None] | None = None
        self._heart = Heartbeat()
        self._last_words: deque[str] = deque(maxlen=_KEPT_WORDS)
        self._accounts: dict[str, AccountSettings] = {}
        self._calls: dict[CallRef, None] = {}
        """Live calls, in the order they began."""
        self._commands: dict[CommandRef, str] = {}
        """Commands without an answer yet, with the identity of each."""
        self._answered = Answered()
        self.port = self._configure.port
        """Where calls come in, once started; the same after a child has died."""

    @property
    def child_id(self) -> int | None:
        """The child's number in the system; None while there is none."""
        return self._child.pid if self._child is not None else None

    @property
    def _is_stopped(self) -> bool:
        return self._on_fact is None

    async def start(self, on_fact: Callable[[EngineFact], None]) -> None:
        """Start the child; see the port.

        Raises:
            ConfigError: The SIP library is not installed.
            PortTaken: The port for calls is in use.
            SipEngineError: The child does not start.
        """
        check_installed()
        self._on_fact = on_fact
        try:
            child = await self._spawn()
        except BaseException:
            self._on_fact = None
            raise
        if self._is_stopped:
            await self._kill()  # stopped in the meantime, when there was no child to end yet
            return
        self._watching = asyncio.get_running_loop().create_task(self._watch(child))

    async def stop(self) -> None:
        """End the child, which hangs up and logs out first; see the port."""
        self._on_fact = None
        self._calls.clear()
        self._commands.clear()
        self._accounts.clear()
        watching, self._watching = self._watching, None
        try:
            async with asyncio.timeout(_STOP_S):
                await self._end_child()
        except TimeoutError:
            _log.warning("the call engine did not end by itself")
        finally:
            if watching is not None:
                watching.cancel()
                await asyncio.wait([watching])
            await self._kill()

    # --- orders ------------------------------------------------------------------------------------------------

    def register(self, account: AccountSettings) -> None:
        """Register; see the port."""
        if account.transport == "tls" and not self._configure.tls_ca_file and account != self._accounts.get(account.id):
            _log.warning("the TLS server is not checked: sip.tls_ca_file names no certificates", host=account.host)
        self._accounts[account.id] = account
        self._send(_registration(account))

    def unregister(self, account: str) -> None:
        """Log out; see the port."""
        if self._accounts.pop(account, None) is not None:
            self._send(protocol.Unregister(account))

    def place(self, account: str, target: str) -> CallRef:
        """Call; see the port."""
        call = CallRef(f"p{next(self._names)}")
        self._calls[call] = None
        if not self._send(protocol.Place(call, account, target)):
            asyncio.get_running_loop().call_soon(self._lose_call, call)
        return call

    def ring(self, call: CallRef) -> None:
        """Ring; see the port."""
        self._send(protocol.Ring(call))

    def answer(self, call: CallRef) -> None:
        """Answer; see the port."""
        self._send(protocol.Answer(call))

    def reject(self, call: CallRef, status: int) -> None:
        """Refuse; see the port."""
        self._send(protocol.Reject(call, status))

    def redirect(self, call: CallRef, target: str) -> None:
        """Send elsewhere; see the port."""
        self._send(protocol.Redirect(call, target))

    def hang_up(self, call: CallRef) -> None:
        """End or cancel; see the port."""
        self._send(protocol.HangUp(call))

    def hold(self, call: CallRef) -> None:
        """Hold; see the port."""
        self._send(protocol.Hold(call))

    def retrieve(self, call: CallRef) -> None:
        """Take back from hold; see the port."""
        self._send(protocol.Retrieve(call))

    def set_muted(self, call: CallRef, is_muted: bool) -> None:
        """Mute; see the port."""
        self._send(protocol.Mute(call, is_muted))

    def send_digits(self, call: CallRef, digits: str) -> None:
        """Send digits; see the port."""
        self._send(protocol.SendDigits(call, digits))

    def refer(self, call: CallRef, target: str) -> None:
        """Blind transfer; see the port."""
        self._send(protocol.Refer(call, target))

    def refer_replaces(self, call: CallRef, other: CallRef) -> None:
        """Attended transfer; see the port."""
        self._send(protocol.ReferReplaces(call, other))

    def join(self, calls: Sequence[CallRef]) -> None:
        """Mix; see the port."""
        self._send(protocol.Join(tuple(calls)))

    def reply(self, command: CommandRef, status: int, reason: str) -> None:
        """Answer a command; see the port."""
        identity = self._commands.pop(command, None)
        if identity is not None:
            self._answered.keep(identity, status, reason, time.monotonic())
            self._send(protocol.Reply(command, status, reason))

    def watch(self, account: str, number: str) -> None:
        """Watch a number; see the port."""
        self._send(protocol.Watch(account, number))

    def unwatch(self, account: str, number: str) -> None:
        """Watch it no more; see the port."""
        self._send(protocol.Unwatch(account, number))

    def _send(self, order: protocol.Order) -> bool:
        """Write an order; False when there is nobody to take it."""
        stdin = self._child.stdin if self._child is not None else None
        if stdin is None or stdin.is_closing():
            return False
        stdin.write(protocol.write_line(order))
        return True

    # --- facts -------------------------------------------------------------------------------------------------

    def _take(self, line: bytes) -> None:
        try:
            said = protocol.read_fact(line)
        except ValueError as error:  # msgspec's own, or no UTF-8
            _log.error("the call engine said something that is no fact", error=str(error))
            return
        match said:
            case protocol.Pong():
                self._heart.answered()
            case protocol.Commanded():
                if not self._is_new(said):
                    return
            case protocol.Offered():
                self._calls[CallRef(said.call)] = None
            case protocol.Transferred() | protocol.Replaced():
                self._calls[CallRef(said.new_call)] = None
            case protocol.Ended():
                self._calls.pop(CallRef(said.call), None)
        fact = in_port_words(said)
        if fact is not None:
            self._tell(fact)

    def _is_new(self, said: protocol.Commanded) -> bool:
        """Say whether this command is to be carried out; one that comes again gets the answer it had."""
        if answer := self._answered.find(said.identity, time.monotonic()):
            self._send(protocol.Reply(said.command, *answer))
            return False
        if said.identity in self._commands.values():
            return False
        self._commands[CommandRef(said.command)] = said.identity
        return True

    def _tell(self, fact: EngineFact) -> None:
        if self._on_fact is None:
            return
        try:
            self._on_fact(fact)
        except Exception:  # noqa: BLE001 - a phone that raises must not keep its next facts from itself
            _log.exception("a fact was not taken", fact=type(fact).__name__)

    def _lose_call(self, call: CallRef) -> None:
        if call in self._calls:
            del self._calls[call]
            self._tell(CallEnded(call, Cause.UNKNOWN, 503, by_remote=False))

    def _lose_everything(self) -> None:
        self._commands.clear()
        for call in list(self._calls):
            self._lose_call(call)
        for account in list(self._accounts):
            self._tell(AccountLost(account))

    # --- the child ---------------------------------------------------------------------------------------------

    async def _spawn(self) -> Process:
        self._last_words.clear()
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _CHILD,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env={**os.environ, "RES_OPTIONS": _QUICK_LOOK_UPS},
            start_new_session=True,  # Ctrl-C is for the phone, which then ends its child in order
        )
        self._child = child
        try:
            async with asyncio.timeout(_START_S):
                await self._greet(child)
        except BaseException:
            await self._kill()
            raise
        return child

    async def _greet(self, child: Process) -> None:
        """Tell the child what it is to do and wait until it listens."""
        settings = msgspec.structs.replace(self._configure, generation=next(self._generations), port=self.port)
        self._send(settings)
        line = await _streams(child)[0].readline()
        match protocol.read_fact(line) if line else None:
            case protocol.Ready(port=port, no_commands=reason):
                self.port = port
                if reason:
                    _log.warning("no commands are taken over SIP", reason=reason)
            case protocol.NotReady(is_port_taken=True):
                raise PortTaken(settings.address or "0.0.0.0", settings.port, "--sip-port")
            case protocol.NotReady(reason=reason):
                raise SipEngineError(503, f"the call engine does not start: {reason}")
            case _:
                words = (await _streams(child)[1].read()).decode("utf-8", "replace")
                raise SipEngineError(503, f"the call engine does not start: {words.strip()[-400:]}")

    async def _watch(self, child: Process) -> None:
        """Follow one child after another until `stop`."""
        pause_s = _FIRST_PAUSE_S
        while True:
            began = time.monotonic()
            asking = asyncio.create_task(self._end_if_it_hangs(child))
            try:
                async with asyncio.TaskGroup() as reading:
                    reading.create_task(self._listen(child))
                    reading.create_task(self._overhear(child))
            finally:
                asking.cancel()
            code = await child.wait()
            if self._is_stopped:
                return
            self._child = None
            _log.error("the call engine died", code=code, last_words=list(self._last_words))
            self._lose_everything()
            if time.monotonic() - began >= _GROWN_UP_S:
                pause_s = _FIRST_PAUSE_S
            child, pause_s = await self._spawn_again(pause_s)
            for account in self._accounts.values():
                self._send(_registration(account))

    async def _spawn_again(self, pause_s: float) -> tuple[Process, float]:
        while True:
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LAST_PAUSE_S)
            try:
                return await self._spawn(), pause_s
            except (PortTaken, SipEngineError, TimeoutError, OSError, ValueError) as error:
                self._child = None
                for call in list(self._calls):
                    self._lose_call(call)  # placed while it was thought to come up
                _log.error("the call engine cannot be started again", reason=str(error), next_try_s=pause_s)

    async def _listen(self, child: Process) -> None:
        async for line in _lines(_streams(child)[0]):
            self._take(line)

    async def _overhear(self, child: Process) -> None:
        async for line in _lines(_streams(child)[1]):
            words = line.decode("utf-8", "replace").rstrip()
            self._last_words.append(words)
            _log.debug("call engine", words=words)

    async def _end_if_it_hangs(self, child: Process) -> None:
        heart = self._heart = Heartbeat()
        while not heart.beat(read_sign(child.pid)):
            self._send(protocol.Ping())
            await asyncio.sleep(PING_EVERY_S)
        _log.error("the call engine hangs and is ended")
        if child.returncode is None:
            child.kill()

    async def _end_child(self) -> None:
        child = self._child
        if child is not None and child.stdin is not None:
            self._send(protocol.Stop())
            child.stdin.close()
            await child.wait()

    async def _kill(self) -> None:
        """Leave no child behind, whatever state it is in."""
        child, self._child = self._child, None
        if child is None:
            return
        if child.returncode is None:
            child.kill()
        await child.wait()


def _streams(child: Process) -> tuple[asyncio.StreamReader, asyncio.StreamReader]:
    assert child.stdout is not None and child.stderr is not None  # both were asked for
    return child.stdout, child.stderr


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Give each line; one too long to be meant is left out, for whoever stops reading keeps the child waiting."""
    while True:
        try:
            line = await stream.readline()
        except ValueError:
            _log.error("the call engine wrote a line without an end")
            continue
        if not line:
            return
        yield line


def _registration(account: AccountSettings) -> protocol.Register:
    return protocol.Register(
        protocol.Account(
            id=account.id,
            user=account.user,
            host=account.host,
            display_name=account.display_name,
            auth_user=account.auth_user,
            password=account.password,
            transport=account.transport,
            proxy=account.proxy,
            is_registering=account.is_registering,
            peers=dict(account.peers),
        )
    )

"""The commands that work a console which runs already: one wish, what became of it, and an exit code for scripts.

0: the wish came true, or it is one that no report can prove and the phone took it. 1: anything else.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from offhook.callmodel.connection import ConnectionState
from offhook.cli.foreground import run_in_foreground
from offhook.cli.printing import Printer, plain
from offhook.cli.records import RECORD_COMMANDS
from offhook.cli.which_console import console_of
from offhook.cli.which_phone import find_phone
from offhook.console_api.resources import (
    Call,
    Command,
    CommandState,
    Connection,
    Transfer,
    TransferState,
    Verb,
)
from offhook.errors import NotPossibleNow
from offhook.sdk import ConsoleClient

__all__ = ["carry_out", "run"]

_DONE, _FAILED, _INTERRUPTED = 0, 1, 130
_Command = Callable[[ConsoleClient, argparse.Namespace, Printer], Coroutine[Any, Any, int]]
_FAILED_TRANSFERS = (TransferState.FAILED, TransferState.ABANDONED, TransferState.UNCONFIRMED)


def run(arguments: argparse.Namespace) -> int:
    """Carry one command out; gives the exit code."""
    url, token = console_of(arguments)
    printer = Printer(is_json=arguments.json)

    async def body(stop: asyncio.Event) -> int:
        async with ConsoleClient(url, token) as console:
            working = asyncio.create_task(carry_out(console, arguments, printer))
            stopping = asyncio.create_task(stop.wait())
            try:
                await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
                return working.result() if working.done() else _INTERRUPTED
            finally:
                working.cancel()
                stopping.cancel()
                await asyncio.gather(working, stopping, return_exceptions=True)

    return run_in_foreground(body)


async def carry_out(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
    """Carry one command out at a console; gives the exit code.

    Raises:
        OffhookError: The console, or what is known of it, does not allow it.
    """
    return await _COMMANDS[arguments.command](console, arguments, printer)


async def _show_phones(console: ConsoleClient, _arguments: argparse.Namespace, printer: Printer) -> int:
    printer.phones(await console.phones())
    return _DONE


async def _show_calls(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
    phones = await console.phones()
    phone = None if arguments.phone is None else find_phone(phones, arguments.phone).id
    calls = await console.calls(live=True, phone=phone, limit=arguments.limit)
    printer.calls(calls, {each.id: each.name for each in phones})
    return _DONE


async def _transfer(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
    phone = find_phone(await console.phones(), arguments.phone).id
    if arguments.flow in ("complete", "cancel"):
        running = [each for each in await console.transfers(phone=phone) if not each.state.is_final]
        if not running:
            raise NotPossibleNow("no-transfer-running", "no transfer is under way at this phone")
        end = console.complete_transfer if arguments.flow == "complete" else console.cancel_transfer
        return _ended(await end(running[0].id, wait=not arguments.no_wait), printer)
    is_attended = arguments.flow == "attended"
    verb = Verb.ATTENDED_TRANSFER if is_attended else Verb.BLIND_TRANSFER
    call = await _call_for(console, phone, verb, arguments.call)
    transfer: Transfer = await console.transfer(
        call, arguments.target, attended=is_attended, phone=phone, wait=not arguments.no_wait
    )
    printer.transfer(transfer)
    return _FAILED if transfer.state in _FAILED_TRANSFERS else _DONE


async def _conference(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
    phone = find_phone(await console.phones(), arguments.phone).id
    calls = [call.id for call, _ in await _live(console, phone)]
    if len(calls) != 2:
        raise NotPossibleNow("calls-not-two", f"a conference needs two calls, and the phone has {len(calls)}")
    return _ended(await console.conference(calls[0], calls[1], phone=phone, wait=not arguments.no_wait), printer)


_Verb = Callable[[ConsoleClient, str, argparse.Namespace, bool], Awaitable[Command]]
_CallVerb = Callable[[ConsoleClient, str, str, argparse.Namespace, bool], Awaitable[Command]]


def _on_phone(verb: _Verb) -> _Command:
    """Make a command of a verb that is about a phone."""

    async def command(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
        phone = find_phone(await console.phones(), arguments.phone).id
        return _ended(await verb(console, phone, arguments, not arguments.no_wait), printer)

    return command


def _on_call(verb: Verb, send: _CallVerb) -> _Command:
    """Make a command of a verb that is about a call of a phone."""

    async def command(console: ConsoleClient, arguments: argparse.Namespace, printer: Printer) -> int:
        phone = find_phone(await console.phones(), arguments.phone).id
        call = await _call_for(console, phone, verb, arguments.call)
        return _ended(await send(console, call, phone, arguments, not arguments.no_wait), printer)

    return command


async def _live(console: ConsoleClient, phone: str) -> list[tuple[Call, Connection]]:
    calls = await console.calls(live=True, phone=phone)
    return [(call, each) for call in calls for each in call.connections if each.phone == phone and each.state != "null"]


async def _call_for(console: ConsoleClient, phone: str, verb: Verb, named: str | None) -> str:
    """Choose the call a verb is about: the one that was named, the only one it works on, or the only one there is.

    Raises:
        NotPossibleNow: None, or several.
    """
    if named is not None:
        return named
    live = await _live(console, phone)
    fitting = [(call, each) for call, each in live if verb in each.verbs]
    if verb is Verb.HANG_UP and len(fitting) > 1 and {each.state for _, each in fitting} == {"connected"}:
        return fitting[0][0].id  # a conference: the phone leaves it, whichever of its calls is named
    for calls in (fitting, live):
        if len(calls) == 1:
            return calls[0][0].id
        if calls:
            listed = ", ".join(_described(call, each) for call, each in calls)
            raise NotPossibleNow("call-not-named", f"the phone has several calls: {listed}; name one with --call ID")
    raise NotPossibleNow("no-call", "the phone has no call")


def _described(call: Call, connection: Connection) -> str:
    """Tell a call from others by its id, the other party and what it is doing."""
    remote = connection.remote
    name = remote.contact.name if remote.contact else remote.name
    party = plain(" ".join(filter(None, (remote.display or remote.number, name)))) or "unknown number"
    return f"{call.id} ({party}, {_DOING[connection.state]})"


_DOING = {
    ConnectionState.NULL: "over",
    ConnectionState.INITIATED: "being called",
    ConnectionState.ALERTING: "ringing",
    ConnectionState.CONNECTED: "talking",
    ConnectionState.HELD: "on hold",
    ConnectionState.FAILED: "failed",
}


def _ended(command: Command, printer: Printer) -> int:
    printer.command(command)
    if command.state is CommandState.UNCONFIRMED:
        is_taken = not command.verb.is_provable and all(each.status == 200 for each in command.requests)
        return _DONE if is_taken else _FAILED
    return _DONE if command.state is CommandState.CONFIRMED or not command.state.is_final else _FAILED


_COMMANDS: dict[str, _Command] = {
    "phones": _show_phones,
    "calls": _show_calls,
    **RECORD_COMMANDS,
    "transfer": _transfer,
    "conference": _conference,
    "dial": _on_phone(lambda c, phone, a, wait: c.dial(phone, a.number, account=a.account, wait=wait)),
    "answer": _on_call(Verb.ANSWER, lambda c, call, phone, a, wait: c.answer(call, phone=phone, wait=wait)),
    "reject": _on_call(Verb.REJECT, lambda c, call, phone, a, wait: c.reject(call, phone=phone, wait=wait)),
    "hangup": _on_call(Verb.HANG_UP, lambda c, call, phone, a, wait: c.hang_up(call, phone, wait=wait)),
    "hold": _on_call(Verb.HOLD, lambda c, call, phone, a, wait: c.hold(call, held=True, phone=phone, wait=wait)),
    "resume": _on_call(Verb.RETRIEVE, lambda c, call, phone, a, wait: c.hold(call, held=False, phone=phone, wait=wait)),
    "digits": _on_call(
        Verb.SEND_DIGITS, lambda c, call, phone, a, wait: c.send_digits(call, a.digits, phone=phone, wait=wait)
    ),
    "dnd": _on_phone(lambda c, phone, a, wait: c.set_dnd(phone, on=a.state == "on", wait=wait)),
    "forward": _on_phone(
        lambda c, phone, a, wait: c.set_forwarding(
            phone, a.kind.replace("-", "_"), on=a.state == "on", target=a.target, wait=wait
        )
    ),
    "mic": _on_phone(lambda c, phone, a, wait: c.set_mic(phone, muted=a.state == "mute", wait=wait)),
    "volume": _on_phone(lambda c, phone, a, wait: c.change_volume(phone, a.delta, wait=wait)),
    "audio": _on_phone(lambda c, phone, a, wait: c.set_audio_path(phone, a.path, wait=wait)),
    "redial": _on_phone(lambda c, phone, a, wait: c.redial(phone, wait=wait)),
    "voicemail": _on_phone(lambda c, phone, a, wait: c.voicemail(phone, wait=wait)),
    "line": _on_phone(lambda c, phone, a, wait: c.press_line(phone, a.position, wait=wait)),
    "dss": _on_phone(lambda c, phone, a, wait: c.press_dss(phone, a.position, wait=wait)),
    "soft": _on_phone(lambda c, phone, a, wait: c.press_soft(phone, a.position, wait=wait)),
    "nav": _on_phone(lambda c, phone, a, wait: c.navigate(phone, a.direction, wait=wait)),
    "keys": _on_phone(lambda c, phone, a, wait: c.press_keys(phone, a.keys, force=a.force, wait=wait)),
    "restart": _on_phone(lambda c, phone, a, wait: c.restart(phone, force=a.force, wait=wait)),
    "provision": _on_phone(lambda c, phone, a, wait: c.provision(phone, force=a.force, wait=wait)),
}

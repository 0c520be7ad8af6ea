"""The operator's story without a browser, through the console's public API alone.

Every step is a wish; it counts only when the phone's own report proved it. Digits are the one wish for which the
document has no report (DOC §2.4): for them the phone's answer to each key is all the proof there is, and the tour
says so.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from rich.console import Console

from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType
from offhook.console_api.resources import Command, CommandState
from offhook.demo.timeline import Timeline
from offhook.errors import ConsoleError
from offhook.sdk import ConsoleClient

__all__ = ["Tour"]

_STEP_S = 15.0
"""Longest wait for anything; a step that takes longer has failed."""


class Tour:
    """Works three phones through one story; `run` says whether every step was confirmed."""

    def __init__(self, client: ConsoleClient, extensions: tuple[str, str, str], out: Console) -> None:
        """Prepare.

        Args:
            client: Connected to the console.
            extensions: Three phones that the console can command, by their numbers.
        """
        self._client = client
        self._extensions = extensions
        self._began = time.monotonic()
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._timeline = Timeline(out, lambda: (time.monotonic() - self._began) * 1000, self._names)
        self._seen: list[Envelope] = []
        self._news = asyncio.Condition()
        self._failures = 0
        self._steps = 0
        self._unprovable = 0

    async def run(self) -> bool:
        """Tell the story; True when every step was confirmed."""
        await self._find_phones()
        feed = self._client.events()
        async with feed, asyncio.TaskGroup() as group:
            reading = group.create_task(self._read(feed.__aiter__()))
            try:
                await self._story()
            except (TimeoutError, ConsoleError) as reason:
                self._failures += 1
                self._timeline.verdict(False, str(reason) or f"nothing happened for {_STEP_S:g} s")
            reading.cancel()
        self._summary()
        return self._failures == 0

    async def _story(self) -> None:
        anna, ben, chloe = self._extensions
        call = await self._talk(anna, ben)
        held = EventType.CALL_HELD
        await self._step(
            f"{anna} puts the call on hold",
            lambda: self._client.hold(call, held=True, phone=self._ids[anna]),
            held,
        )
        await self._step(
            f"{anna} takes it back",
            lambda: self._client.hold(call, held=False, phone=self._ids[anna]),
            EventType.CALL_RETRIEVED,
        )
        await self._step(
            f"{anna} sends the digits 42#",
            lambda: self._client.send_digits(call, "42#", phone=self._ids[anna]),
            None,
        )
        moved = await self._transfer(call, anna, chloe)
        await self._step(
            f"{chloe} hangs up",
            lambda: self._client.hang_up(moved, f"{moved}:{self._ids[chloe]}"),
            EventType.CALL_CONNECTION_CLEARED,
        )
        await self._until("everybody is idle again", self._all_idle)
        for on in (True, False):
            await self._step(
                f"{chloe} turns do-not-disturb {'on' if on else 'off'}",
                lambda on=on: self._client.set_dnd(self._ids[chloe], on=on),  # type: ignore[misc]
                EventType.PHONE_DND_CHANGED,
            )
        await self._miss(anna, ben)

    async def _ring(self, caller: str, callee: str) -> str:
        """Let one phone call another until that rings; gives the call's id."""
        mark = len(self._seen)
        await self._step(
            f"{caller} dials {callee}",
            lambda: self._client.dial(self._ids[caller], callee),
            EventType.CALL_ORIGINATED,
        )
        ringing = await self._event(mark, callee, EventType.CALL_DELIVERED)
        return ringing.call or ""

    async def _talk(self, caller: str, callee: str) -> str:
        """Let one phone call another and that one answer; gives the call's id."""
        mark = len(self._seen)
        call = await self._ring(caller, callee)
        await self._step(
            f"{callee} answers",
            lambda: self._client.answer(call, phone=self._ids[callee]),
            EventType.CALL_ESTABLISHED,
        )
        await self._event(mark, caller, EventType.CALL_ESTABLISHED)
        return call

    async def _transfer(self, call: str, transferor: str, target: str) -> str:
        """Transfer blind and answer at the target; gives the id of the call the target then has."""
        mark = len(self._seen)
        self._timeline.chapter(f"{transferor} transfers the other party to {target}")
        transfer = await self._client.transfer(call, target, phone=self._ids[transferor])
        ringing = await self._event(mark, target, EventType.CALL_DELIVERED)
        moved = ringing.call or ""
        await self._step(
            f"{target} answers the transferred call",
            lambda: self._client.answer(moved, phone=self._ids[target]),
            EventType.CALL_ESTABLISHED,
        )
        self._judge(await self._final(mark, transfer.command), is_provable=True)
        return moved

    async def _miss(self, caller: str, callee: str) -> None:
        """Let one phone call another and give up."""
        mark = len(self._seen)
        call = await self._ring(caller, callee)
        await self._step(
            f"{caller} gives up",
            lambda: self._client.hang_up(call, f"{call}:{self._ids[caller]}"),
            EventType.CALL_CONNECTION_CLEARED,
        )
        await self._event(mark, callee, EventType.CALL_MISSED)
        await self._until("everybody is idle again", self._all_idle)

    async def _step(self, title: str, wish: Callable[[], Awaitable[Command]], proof: EventType | None) -> None:
        """Carry out one wish and wait for its end; ``proof`` is the event that has to confirm it."""
        self._timeline.chapter(title)
        mark = len(self._seen)
        self._judge(await self._final(mark, await wish(), proof), is_provable=proof is not None)

    def _judge(self, command: Command, *, is_provable: bool) -> None:
        self._steps += 1
        outcome = self._timeline.outcome(command)
        if is_provable:
            is_good = command.state is CommandState.CONFIRMED and command.proof is not None
        else:
            answered = bool(command.requests) and all(request.status == 200 for request in command.requests)
            is_good = command.state is CommandState.UNCONFIRMED and answered
            self._unprovable += is_good
        self._failures += not is_good
        self._timeline.verdict(is_good, outcome)

    async def _final(self, mark: int, command: Command, proof: EventType | None = None) -> Command:
        """Wait until a command has ended; a proof of the wrong type counts as none."""

        def has_ended() -> bool:
            return any(event.command == command.id and _state(event).is_final for event in self._seen[mark:])

        await self._wait(has_ended)
        final = await self._client.command(command.id)
        if proof is not None and final.proof is not None:
            shown = next((event for event in self._seen if event.id == final.proof), None)
            if shown is None or shown.type is not proof or shown.origin != "reported":
                self._failures += 1
                self._timeline.verdict(False, f"the proof {final.proof} is no reported {proof}")
        return final

    async def _event(self, mark: int, extension: str, kind: EventType) -> Envelope:
        """Wait for an event at a phone; gives the first one since ``mark``."""
        phone = self._ids[extension]

        def found() -> Envelope | None:
            return next((e for e in self._seen[mark:] if e.phone == phone and e.type is kind), None)

        await self._wait(lambda: found() is not None)
        event = found()
        assert event is not None
        return event

    async def _until(self, title: str, is_true: Callable[[], Awaitable[bool]]) -> None:
        """Wait until the console's picture is as told, looking again after each event."""
        async with asyncio.timeout(_STEP_S):
            known = len(self._seen)
            while not await is_true():
                # An event may have come while it was looked, and be the last one for long.
                async with self._news:
                    await self._news.wait_for(lambda known=known: len(self._seen) > known)  # type: ignore[misc]
                known = len(self._seen)
        self._timeline.verdict(True, title)

    async def _all_idle(self) -> bool:
        phones = await self._client.phones()
        return all(phone.state == "idle" and phone.is_busy is False for phone in phones if phone.id in self._names)

    async def _find_phones(self) -> None:
        by_extension = {phone.extension: phone for phone in await self._client.phones() if phone.is_set_up}
        for extension in self._extensions:
            phone = by_extension[extension]
            self._ids[extension] = phone.id
            self._names[phone.id] = extension

    async def _read(self, events: AsyncIterator[Envelope]) -> None:
        async for event in events:
            self._seen.append(event)
            self._timeline.event(event)
            async with self._news:
                self._news.notify_all()

    async def _wait(self, is_true: Callable[[], bool]) -> None:
        async with asyncio.timeout(_STEP_S), self._news:
            await self._news.wait_for(is_true)

    def _summary(self) -> None:
        good = self._steps - self._failures
        text = f"{good} of {self._steps} steps done"
        if self._unprovable:
            text += (
                f"; {good - self._unprovable} proved by the phone's own report, {self._unprovable} (digits) by the"
                " phone's answers alone: the document has no report for it"
            )
        self._timeline.chapter(text if not self._failures else f"{text}; {self._failures} failed")


def _state(event: Envelope) -> CommandState:
    return CommandState(event.type.removeprefix("command."))

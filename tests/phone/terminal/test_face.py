import asyncio
import io
import os
import pty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.console import Console

from offhook.errors import NotPossibleNow
from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.terminal.face import LogTail, TerminalFace
from offhook.protocol.keys import Key
from tests.fakes.desk import phone_settings, running
from tests.fakes.waiting import until


class Hands:
    """What a person at the terminal does and sees."""

    def __init__(self, main: int, face: TerminalFace, out: io.StringIO) -> None:
        self._main = main
        self.face = face
        self.out = out

    async def type(self, text: str) -> None:
        os.write(self._main, text.encode())

    async def sees(self, text: str) -> None:
        await until(lambda: text in self.shown())

    def shown(self) -> str:
        out = io.StringIO()
        Console(file=out, width=80, height=40, color_system=None).print(self.face.picture())
        return out.getvalue()


@asynccontextmanager
async def face_of(phones: list[PhoneApp], out: io.StringIO | None = None) -> AsyncIterator[Hands]:
    main, side = pty.openpty()
    stop = asyncio.Event()
    out = out or io.StringIO()
    console = Console(file=out, force_terminal=True, width=80, height=30)
    face = TerminalFace(phones, console, log=LogTail(), keyboard=side)
    task = asyncio.create_task(face.run(stop))
    try:
        await until(lambda: task.done() or "Ctrl-C" in out.getvalue())
        yield Hands(main, face, out)
    finally:
        stop.set()
        await asyncio.wait_for(task, 5)
        os.close(main)
        os.close(side)


async def test_a_call_from_one_phone_to_the_other_by_the_keyboard() -> None:
    exchange = VirtualExchange()
    async with running(exchange=exchange) as one, running(phone_settings("1002"), exchange=exchange) as two:
        async with face_of([one, two]) as hands:
            await hands.sees("Phone 1 of 2")
            await hands.type("1002\r")
            await until(lambda: two.device.status.calls)
            await hands.type("\t")
            await hands.sees("Incoming call")
            await hands.type("\r")
            await hands.sees("talking")
            await hands.type("h")
            await hands.sees("held")
            await hands.type("hx")
            await until(lambda: not one.device.status.calls)
            await hands.type("\t?")
            await hands.sees("soft keys, also Alt 1-4")
        assert one.watchers == set() and two.watchers == set()


async def test_what_happens_is_drawn_without_being_asked() -> None:
    async with running() as phone, face_of([phone]) as hands:
        phone.device.press(Key.DND_ON)
        await until(lambda: "Do not disturb" in hands.out.getvalue())
        hands.out.truncate(0)
        await until(lambda: "Ctrl-C" in hands.out.getvalue())  # the clock


async def test_a_key_that_is_not_possible_now_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as phone, face_of([phone]) as hands:

        def refuse(_device: object, key: Key) -> None:
            raise NotPossibleNow("no-free-line", f"{key.value}: no line is free")

        monkeypatch.setattr(type(phone.device), "press", refuse)
        await hands.type("r")
        await hands.sees("RD: no line is free")


async def test_a_restart_gives_another_device_and_the_face_follows() -> None:
    async with running() as phone, face_of([phone]) as hands:
        before = phone.device
        phone.device.press(Key.REBOOT)
        await until(lambda: phone.device is not before)
        phone.device.press(Key.DND_ON)
        await hands.sees("Do not disturb")


async def test_a_terminal_that_has_gone_does_not_end_the_phone() -> None:
    class Gone(io.StringIO):
        is_gone = False

        def write(self, text: str, /) -> int:
            if self.is_gone:
                raise OSError(5, "Input/output error")
            return super().write(text)

    out = Gone()
    async with running() as phone, face_of([phone], out) as hands:
        out.is_gone = True
        phone.device.press(Key.DND_ON)
        await hands.sees("Do not disturb")
        out.is_gone = False


async def test_the_log_is_kept_and_shown_below() -> None:
    tail = LogTail(kept=3)
    for number in range(5):
        tail.write(f"line {number}\n\n")
    assert list(tail.lines) == ["line 2", "line 3", "line 4"]
    async with running() as phone:
        face = TerminalFace([phone], Console(file=io.StringIO()), log=tail)
        assert face.picture().log == ("line 2", "line 3", "line 4")

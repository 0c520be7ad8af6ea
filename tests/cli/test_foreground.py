import asyncio
import os
import signal
import subprocess
import sys

import pytest

from offhook.cli.foreground import run_in_foreground


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_asks_the_body_to_stop(number: signal.Signals) -> None:
    async def body(stop: asyncio.Event) -> int:
        os.kill(os.getpid(), number)
        await stop.wait()
        return 7

    assert run_in_foreground(body) == 7


def test_afterwards_the_signals_are_as_they_were() -> None:
    async def body(stop: asyncio.Event) -> int:
        return 0

    before = signal.getsignal(signal.SIGINT)
    run_in_foreground(body)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_signal_ends_what_hangs() -> None:
    program = """
import asyncio, os, signal, sys
from offhook.cli.foreground import run_in_foreground

async def body(stop):
    os.kill(os.getpid(), signal.SIGINT)
    await stop.wait()
    os.kill(os.getpid(), signal.SIGINT)
    await asyncio.Event().wait()

run_in_foreground(body)
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=15, check=False).returncode == 130


def test_a_terminal_that_is_closed_twice_over_still_lets_it_stop_cleanly() -> None:
    async def body(stop: asyncio.Event) -> int:
        os.kill(os.getpid(), signal.SIGHUP)
        await stop.wait()
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.to_thread(lambda: None)
        return 7

    assert run_in_foreground(body) == 7


def test_a_program_that_shall_outlive_its_terminal_does() -> None:
    async def body(stop: asyncio.Event) -> int:
        os.kill(os.getpid(), signal.SIGHUP)
        await asyncio.to_thread(lambda: None)
        return int(stop.is_set())

    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert run_in_foreground(body) == 0
    finally:
        signal.signal(signal.SIGHUP, before)

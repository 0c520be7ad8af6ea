"""One run of a fleet, from its phones' start to the report.

Source: issue "Measured": what the fleet does and says.
"""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TypeVar

from offhook.errors import ConsoleError, ConsoleUnreachable
from offhook.fleet.app import FleetApp
from offhook.fleet.console_api import compare_with_console, set_up_phones
from offhook.fleet.report_sender import ConsolePlace
from offhook.fleet.result import FleetNow, FleetReport
from offhook.fleet.truth import Comparison
from offhook.sdk import ConsoleClient

__all__ = ["LOOK_EVERY_S", "FleetSession"]

LOOK_EVERY_S = 0.5
"""Seconds from one look at the fleet to the next."""
_RATE_OVER_S = 5.0
_SETTING_UP = "set up at the console"
_T = TypeVar("_T")


class FleetSession:
    """Runs a fleet once."""

    def __init__(self, app: FleetApp, on_news: Callable[[FleetNow], None]) -> None:
        """Prepare.

        Args:
            on_news: Shown how it goes, every `LOOK_EVERY_S`.
        """
        self._app = app
        self._on_news = on_news
        self._phase = ""
        self._phase_began = 0.0
        self._rates: list[tuple[float, int]] = []
        self._set_up = 0

    async def run(self, stop: asyncio.Event) -> FleetReport:
        """Run it until its time is over, or somebody says stop; gives the report in either case.

        Raises:
            ConsoleError: There is no console, or it does not let us in.
            OffhookError: What else `FleetApp.start` may raise.
        """
        app, settings = self._app, self._app.settings
        await _require_console(ConsolePlace(settings.console))
        async with AsyncExitStack() as stack:
            client = None
            if settings.api:
                client = await stack.enter_async_context(ConsoleClient(settings.api, settings.token))
            stack.push_async_callback(app.stop)
            await app.start()
            if client is not None:
                self._enter(_SETTING_UP)
                await self._watched(stop, set_up_phones(client, app.phones, app.port, self._one_set_up))
            self._enter("switch on")
            await self._wait(stop, app.switch_on())
            await self._until(stop, lambda: not app.pending, settings.drain_s)
            self._enter("calls")
            began, before = time.monotonic(), app.tally.reports
            if not stop.is_set():
                app.begin_calls()
                await self._wait(stop, settings.duration_s)
            seconds = time.monotonic() - began
            during = app.tally.reports - before
            return await self._finish(client, seconds, during)

    async def _finish(self, client: ConsoleClient | None, seconds: float, during: int) -> FleetReport:
        app = self._app
        calls_up = app.calls_up
        await app.freeze()
        self._enter("last reports")
        is_drained = await app.drain(self._tell_now_and_then())
        comparison, trouble = None, ""
        if client is not None:
            self._enter("compare")
            comparison, trouble = await self._compare(client)
        return FleetReport(
            phones=len(app.phones),
            seed=app.settings.seed,
            seconds=round(seconds, 1),
            reports_per_s=round(during / seconds, 1) if seconds else 0.0,
            calls_up=calls_up,
            is_drained=is_drained,
            tally=app.tally.figures(),
            comparison=comparison,
            trouble=trouble,
        )

    async def _compare(self, client: ConsoleClient) -> tuple[Comparison | None, str]:
        try:
            return await compare_with_console(client, self._app.truths()), ""
        except ConsoleError as error:
            return None, str(error)

    # --- waiting -----------------------------------------------------------------------------------------------

    def _enter(self, phase: str) -> None:
        self._phase = phase
        self._phase_began = time.monotonic()
        self._tell()

    async def _wait(self, stop: asyncio.Event, seconds: float | None) -> None:
        """Look on for so long; None waits for the stop alone."""
        await self._until(stop, lambda: False, seconds)

    async def _until(self, stop: asyncio.Event, is_true: Callable[[], bool], seconds: float | None) -> None:
        end = None if seconds is None else time.monotonic() + seconds
        while not stop.is_set() and not is_true():
            left = LOOK_EVERY_S if end is None else min(LOOK_EVERY_S, end - time.monotonic())
            if left <= 0:
                return
            try:
                async with asyncio.timeout(left):
                    await stop.wait()
            except TimeoutError:
                self._tell()

    async def _watched(self, stop: asyncio.Event, work: Awaitable[_T]) -> None:
        """Do something that takes its time, and look on; a stop breaks it off."""
        task = asyncio.ensure_future(work)
        try:
            await self._until(stop, task.done, None)
            if task.done():
                await task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _tell_now_and_then(self) -> Callable[[], None]:
        told = time.monotonic()

        def tell() -> None:
            nonlocal told
            if time.monotonic() - told >= LOOK_EVERY_S:
                told = time.monotonic()
                self._tell()

        return tell

    # --- progress ----------------------------------------------------------------------------------------------

    def _one_set_up(self) -> None:
        self._set_up += 1

    def _tell(self) -> None:
        app, tally, now = self._app, self._app.tally, time.monotonic()
        lost = tally.lost_on_purpose + tally.given_up + tally.thrown_away
        is_setting_up = self._phase == _SETTING_UP
        self._on_news(
            FleetNow(
                phase=self._phase,
                seconds=now - self._phase_began,
                phones_up=self._set_up if is_setting_up else app.phones_up,
                calls_up=app.calls_up,
                reports=tally.reports,
                reports_per_s=self._rate(now, tally.reports),
                answered=tally.answered,
                lost=lost,
                waiting=tally.reports - tally.answered - lost,
                answer_p50_ms=tally.answer.percentile(50) * 1000,
                answer_p99_ms=tally.answer.percentile(99) * 1000,
                behind_s=app.behind_s,
            )
        )

    def _rate(self, now: float, reports: int) -> float:
        """Reports a second over the last few seconds."""
        self._rates = [each for each in self._rates if now - each[0] <= _RATE_OVER_S]
        self._rates.append((now, reports))
        at, before = self._rates[0]
        return (reports - before) / (now - at) if now > at else 0.0


async def _require_console(place: ConsolePlace) -> None:
    """Find out now that nobody listens, and not from ten thousand phones that wait."""
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        async with asyncio.timeout(5.0):
            await asyncio.get_running_loop().sock_connect(connection, place.address)
    except TimeoutError as error:
        raise ConsoleUnreachable(place.url, "no answer") from error
    except OSError as error:
        words = os.strerror(error.errno) if error.errno else str(error)
        raise ConsoleUnreachable(place.url, words.lower()) from error
    finally:
        connection.close()

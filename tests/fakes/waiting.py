"""Waiting for something to become true, with a time limit, where there is no event to wait on."""

import asyncio
from collections.abc import Callable

__all__ = ["until"]


async def until(is_true: Callable[[], object], *, within_s: float = 10.0) -> None:
    async with asyncio.timeout(within_s):
        while not is_true():  # noqa: ASYNC110 - there is no event to wait on; the limit is above
            await asyncio.sleep(0.001)

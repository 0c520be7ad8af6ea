"""Passwords of users: argon2id, hashed in threads so that the event loop never waits for it.

Two threads and a bounded queue: whoever floods the console with sign-ins gets neither its memory (64 MiB a hash) nor
its time. A check takes as long for a user who does not exist as for one who does.

Source: RFC 9106 §4 (parameters of the library's default profile); OWASP Password Storage.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from offhook.errors import NotAllowed

__all__ = ["BUSY", "MAX_WAITING", "Passwords"]

MAX_WAITING = 32
"""Checks that may wait: about two seconds' worth."""
BUSY = "sign-in-busy"

_THREADS = 2
_Answer = TypeVar("_Answer")


class Passwords:
    """Hashes and checks."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """Prepare.

        Args:
            hasher: Parameters of new hashes; None takes the library's, which grow with its versions.
        """
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="passwords")
        self._waiting = 0
        self._nobodys: str | None = None

    async def hash(self, password: str) -> str:
        """Make what is kept.

        Raises:
            NotAllowed: Too many are waiting.
        """
        return await self._run(lambda: self._hasher.hash(_normal(password)))

    async def check(self, kept: str, password: str) -> bool:
        """Say whether it is the password.

        Args:
            kept: From `hash`; "" for a user who has none or does not exist, which takes as long and is never right.
        Raises:
            NotAllowed: Too many are waiting.
        """
        return await self._run(lambda: self._check(kept, password))

    def is_outdated(self, kept: str) -> bool:
        """Say whether a password, at the next chance, is to be hashed again: the parameters have changed."""
        try:
            return self._hasher.check_needs_rehash(kept)
        except InvalidHashError:
            return True

    def close(self) -> None:
        """Let go of the threads; what runs there ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, kept: str, password: str) -> bool:
        if not kept:
            self._nobodys = self._nobodys or self._hasher.hash("nobody's")
        try:
            self._hasher.verify(kept or self._nobodys or "", _normal(password))
        except (Argon2Error, InvalidHashError):
            return False
        return bool(kept)

    async def _run(self, work: Callable[[], _Answer]) -> _Answer:
        if self._waiting >= MAX_WAITING:
            raise NotAllowed(BUSY, "too many sign-ins at once; try again in a moment")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1


def _normal(password: str) -> bytes:
    """Write a password the one way: keyboards and systems make the same letters of different code points."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")

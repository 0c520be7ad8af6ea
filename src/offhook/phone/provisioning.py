"""Keeps a phone's settings as a server wants them: fetches the provisioning file, and applies it whole or not at all.

Theory of operation. The file is looked for when the phone starts, every so often, and when somebody asks (`AutoP`, the
management page). What it names replaces the phone's settings, what it does not name stays. The content that was applied
last is known by its SHA-256, which is kept with the settings it led to, in the same write: the same content again
changes nothing, also after a restart, so what a user sets at the phone stays until the file says something new. A file
with any mistake in it is refused as a whole.
Source: DOC §3.2 (`AutoP`); the document leaves open where the file comes from and what is in it.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec
import structlog

from offhook.errors import ConfigError, PortTaken, ProvisioningFailed
from offhook.phone.provisioning_fetch import fetch
from offhook.phone.settings import PhoneSettings, ProvisioningSettings
from offhook.phone.settings_text import parse_settings
from offhook.protocol.action_url import expand
from offhook.protocol.variables import Variable

__all__ = ["RETRY_S", "Edit", "Outcome", "Provisioning", "ProvisioningStatus", "changed_names"]

RETRY_S = 300.0
"""From a server that could not be reached to the next try, where the interval is not shorter."""
_FILE = "the provisioning file"

_log = structlog.get_logger("offhook.phone.provisioning")

Edit = Callable[[PhoneSettings], PhoneSettings]
"""Makes of the settings as they are those that they should be."""


class Outcome(StrEnum):
    """How the last check ended."""

    NOT_CHECKED = "not checked"
    NO_SERVER = "no server"
    APPLIED = "applied"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


_NOTICES = {
    Outcome.NO_SERVER: "No provisioning server",
    Outcome.APPLIED: "New settings applied",
    Outcome.UNCHANGED: "Settings are up to date",
    Outcome.REFUSED: "Settings file refused",
    Outcome.FAILED: "Provisioning server: no file",
}
"""What the screen says; it has little room."""


@dataclass(frozen=True, slots=True)
class ProvisioningStatus:
    """What people are shown; no secrets, no values."""

    is_checking: bool = False
    checked_at: float | None = None
    """When the last check ended, in seconds since 1970."""
    outcome: Outcome = Outcome.NOT_CHECKED
    words: str = "Not checked yet."


class Provisioning:
    """One phone's provisioning."""

    def __init__(
        self,
        settings: Callable[[], PhoneSettings],
        apply: Callable[[Edit], Awaitable[str]],
        ip: Callable[[], str],
        tell: Callable[[str], None],
        on_result: Callable[[ProvisioningStatus], None] = lambda status: None,
        *,
        retry_s: float = RETRY_S,
    ) -> None:
        """Prepare; nothing is fetched before `begin` or `check`.

        Args:
            settings: Gives the phone's settings as they are.
            apply: Lets an edit of the settings take effect, whole or not at all (`ConfigError`, `PortTaken`, and
                whatever the edit raises); gives what else people should know about it, or "".
            ip: Gives the phone's IP address, `$ip`.
            tell: Shows a line on the screen.
            on_result: Told how each check ended.
            retry_s: See `RETRY_S`.
        """
        self._settings = settings
        self._apply = apply
        self._ip = ip
        self._tell = tell
        self._on_result = on_result
        self._retry_s = retry_s
        self._etag: tuple[str, str, str] = ("", "", "")
        """The server's name for what was applied last: the URL, the name, and the SHA-256 of what it stands for."""
        self._logged = ""
        self._loop_task: asyncio.Task[None] | None = None
        self._checking: asyncio.Task[None] | None = None
        self._rethink = asyncio.Event()
        self._begun = 0.0
        self._ended: float | None = None
        """When the last check since `begin` ended, on the loop's clock."""
        self.status = ProvisioningStatus()
        """How it went last."""

    def begin(self) -> None:
        """Check from now on when it is time to; the phone has just started, or restarted."""
        loop = asyncio.get_running_loop()
        self._begun, self._ended = loop.time(), None
        self._rethink.set()
        if self._loop_task is None:
            self._loop_task = loop.create_task(self._run())

    def settings_changed(self) -> None:
        """Think again about when to check."""
        self._rethink.set()

    async def stop(self) -> None:
        """Check no more; a check that is under way ends without effect, or has had its effect."""
        tasks = {task for task in (self._loop_task, self._checking) if task is not None}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def check_soon(self) -> None:
        """Check now, and tell the user; a check that is under way goes on."""
        self._start_check(is_told=True)

    async def check(self) -> ProvisioningStatus:
        """Check now, tell the user, and say how it went; a check that is under way is waited for."""
        await asyncio.wait({self._start_check(is_told=True)})
        return self.status

    # --- when -----------------------------------------------------------------------------------------------

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._rethink.clear()
            due = self.next_check()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    await self._rethink.wait()
            if due is not None and loop.time() >= due and self.next_check() == due:
                await asyncio.wait({self._start_check(is_told=False)})

    def next_check(self) -> float | None:
        """When to check next, on the loop's clock; None for never."""
        wanted = self._settings().provisioning
        if not wanted.url:
            return None
        if self._ended is None and wanted.at_start:
            return self._begun
        since = self._begun if self._ended is None else self._ended
        if self.status.outcome is Outcome.FAILED and self._ended is not None:
            return since + min(self._retry_s, wanted.interval_s or self._retry_s)
        return since + wanted.interval_s if wanted.interval_s else None

    # --- what -----------------------------------------------------------------------------------------------

    def _start_check(self, *, is_told: bool) -> asyncio.Task[None]:
        if self._checking is None or self._checking.done():
            self._checking = asyncio.get_running_loop().create_task(self._check(is_told))
        return self._checking

    async def _check(self, is_told: bool) -> None:
        self.status = replace(self.status, is_checking=True)
        try:
            wanted = self._settings().provisioning
            if is_told and wanted.url:
                self._tell("Looking for new settings")
            outcome, words = await self._look(wanted)
            self.status = ProvisioningStatus(checked_at=time.time(), outcome=outcome, words=words)
        finally:
            self.status = replace(self.status, is_checking=False)
            self._ended = asyncio.get_running_loop().time()
        if is_told or outcome in (Outcome.APPLIED, Outcome.REFUSED):
            self._tell(_NOTICES[outcome])
        self._log_once(outcome, words)
        self._on_result(self.status)

    async def _look(self, wanted: ProvisioningSettings) -> tuple[Outcome, str]:
        """Fetch the file and do what it says; gives how that went."""
        if not wanted.url:
            return Outcome.NO_SERVER, "Asked for new settings, but no provisioning server is set; nothing was changed."
        url = self._filled_in(wanted.url)
        try:
            file = await fetch(url, user=wanted.user, password=wanted.password, etag=self._known_etag(url))
        except ProvisioningFailed as error:
            return Outcome.FAILED, _sentence(error)
        digest = hashlib.sha256(file.content).hexdigest() if file is not None else ""
        if file is None or digest == self._settings().provisioning.applied:
            if file is not None:
                self._etag = (url, file.etag, digest)
            return Outcome.UNCHANGED, "The provisioning file is the one that was applied; nothing was changed."
        changed: list[str] = []

        def lay_over(now: PhoneSettings) -> PhoneSettings:
            laid = parse_settings(file.content, _FILE, onto=now)
            changed[:] = changed_names(now, laid)
            kept = msgspec.structs.replace(laid.provisioning, applied=digest)
            return msgspec.structs.replace(laid, provisioning=kept)

        try:
            remark = await self._apply(lay_over)
        except (ConfigError, PortTaken) as error:
            return Outcome.REFUSED, f"Nothing was changed: {error}."
        self._etag = (url, file.etag, digest)
        return Outcome.APPLIED, _applied(changed, remark)

    def _filled_in(self, url: str) -> str:
        identity = self._settings().identity
        values = {
            Variable.MAC: identity.mac,
            Variable.MODEL: identity.model,
            Variable.FIRMWARE: identity.firmware,
            Variable.IP: self._ip(),
        }
        return expand(url, values)

    def _known_etag(self, url: str) -> str:
        """Give the name of the content, if that content is what was applied last."""
        at, etag, digest = self._etag
        return etag if at == url and digest == self._settings().provisioning.applied else ""

    def _log_once(self, outcome: Outcome, words: str) -> None:
        """Log what is new: a server that is away for a night is one line."""
        if outcome is Outcome.UNCHANGED or words == self._logged:
            return
        self._logged = words
        log = _log.info if outcome is Outcome.APPLIED else _log.warning
        log("provisioning", outcome=outcome.value, said=words, phone=self._settings().identity.mac)


def changed_names(before: PhoneSettings, after: PhoneSettings) -> list[str]:
    """Name the settings that differ, `accounts` or `login.password`, without their values."""
    names: list[str] = []
    for section in before.__struct_fields__:
        old, new = getattr(before, section), getattr(after, section)
        if old == new:
            continue
        if isinstance(old, msgspec.Struct):
            names += [f"{section}.{key}" for key in old.__struct_fields__ if getattr(old, key) != getattr(new, key)]
        else:
            names.append(section)
    return [name for name in names if name != "provisioning.applied"]


def _applied(changed: list[str], remark: str) -> str:
    if not changed:
        return "The provisioning file is new, and says nothing that was not set already."
    return f"New settings applied: {', '.join(changed)}.{remark and ' '}{remark}"


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}. The settings are as they were."

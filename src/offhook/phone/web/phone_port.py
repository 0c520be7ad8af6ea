"""What the management page and Active URI need of the phone.

Source: DOC §2.3, §3.1.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from offhook.phone.action_url_sender import ActionUrlSender
from offhook.phone.device import PhoneDevice
from offhook.phone.provisioning import Provisioning
from offhook.phone.settings import PhoneSettings

__all__ = ["MAX_RECEIVED", "PhonePort", "ReceivedRequest"]

MAX_RECEIVED = 500


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """One request, for people to look at. Credentials are no part of it."""

    at: float
    """Seconds since 1970."""
    sender: str
    """IP address."""
    method: str
    target: str
    """Path and query; secrets blanked, cut to a length."""
    status: int
    answer: str
    """What was answered, in words; "" for a page."""
    took_ms: float


class PhonePort(Protocol):
    """One phone, as its HTTP side sees it."""

    @property
    def settings(self) -> PhoneSettings:
        """As they are now."""

    @property
    def device(self) -> PhoneDevice:
        """Keys, calls and features; another object after a restart."""

    @property
    def sender(self) -> ActionUrlSender:
        """What was reported, and what waits."""

    @property
    def received(self) -> deque[ReceivedRequest]:
        """The last requests, oldest first."""

    @property
    def watchers(self) -> set[Callable[[], None]]:
        """Called whenever the phone may look different, or somebody may have been logged out; they only take note."""

    @property
    def is_restarting(self) -> bool:
        """Whether there is nobody to press keys at this moment."""

    @property
    def ip(self) -> str:
        """The phone's IP address, `$ip`."""

    @property
    def url(self) -> str:
        """Where the phone is reached, `http://host:port`."""

    @property
    def notice(self) -> str:
        """Something that people should know; "" for nothing."""

    @property
    def provisioning(self) -> Provisioning:
        """Settings that a server keeps for the phone: `status`, and `check` to look for new ones now."""

    async def change_settings(self, settings: PhoneSettings) -> str | None:
        """Keep settings and let them take effect.

        Returns:
            Where the phone is from now on, when it moves; None when it stays.
        Raises:
            PortTaken: It cannot move there; nothing was changed.
            ConfigError: The same, or the file cannot be written; nothing was changed.
        """

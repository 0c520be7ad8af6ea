"""What the phone remembers for its user beside the calls: notice, call lists, volume, audio path, last number.

Source: DOC §3.2 (`VOLUME_UP`, `VOLUME_DOWN`, `Speaker`, `HEADSET`, `RD`).
"""

from offhook.phone.keypad import AudioPath
from offhook.phone.recent_calls import RecentCalls
from offhook.protocol.sip_uri import PartyAddress

__all__ = ["MAX_VOLUME", "Panel", "failure_notice"]

MAX_VOLUME = 15

_FAILURES = {
    403: "not allowed",
    404: "unknown number",
    408: "no answer",
    480: "not available",
    482: "forwarded in a circle",
    486: "busy",
    600: "busy",
    603: "declined",
}


class Panel:
    """One phone's panel."""

    __slots__ = ("account", "audio_path", "is_handset_up", "last_number", "missed", "notice", "recent", "volume")

    def __init__(self) -> None:
        self.notice = ""
        """One line for the user, until something else is worth saying."""
        self.missed = 0
        """Missed calls since the user looked."""
        self.volume = 8
        """0 to `MAX_VOLUME`."""
        self.account: str | None = None
        """The account that the user chose for the next call; None for the first that is registered."""
        self.audio_path = AudioPath.SPEAKER
        self.is_handset_up = False
        """Lifted; the voice may have been put on the speaker since."""
        self.last_number = ""
        """The number dialled last; "" before the first."""
        self.recent = RecentCalls()

    def change_volume(self, steps: int) -> None:
        """Turn it up or down, as far as it goes."""
        self.volume = max(0, min(MAX_VOLUME, self.volume + steps))

    def inherit(self, before: "Panel") -> None:
        """Take over what a restart of the phone does not end."""
        self.missed = before.missed
        self.volume = before.volume
        self.account = before.account
        self.last_number = before.last_number
        self.recent = before.recent


def failure_notice(party: PartyAddress, status: int) -> str:
    """Say why a call failed, in the user's words."""
    return f"{party.user or party.host}: {_FAILURES.get(status, f'failed ({status})')}"

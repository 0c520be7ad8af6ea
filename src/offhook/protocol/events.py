"""The 27 events of Action URL.

Source: DOC §2.4. The slugs are the console's words for them, used in its URLs (`http://console/<slug>.xml`).
"""

from enum import StrEnum

from offhook.plain_members import plain_members

__all__ = ["TITLES", "Event"]


@plain_members
class Event(StrEnum):
    """One event of DOC §2.4; the value is its slug."""

    OFF_HOOK = "off_hook"
    ON_HOOK = "on_hook"
    OUTGOING = "outgoing"
    INCOMING = "incoming"
    ESTABLISHED = "established"
    TERMINATED = "terminated"
    MISSED = "missed"
    DND_ON = "dnd_on"
    DND_OFF = "dnd_off"
    ALWAYS_FORWARD_ON = "always_forward_on"
    ALWAYS_FORWARD_OFF = "always_forward_off"
    BUSY_FORWARD_ON = "busy_forward_on"
    BUSY_FORWARD_OFF = "busy_forward_off"
    NO_ANSWER_FORWARD_ON = "no_answer_forward_on"
    NO_ANSWER_FORWARD_OFF = "no_answer_forward_off"
    HOLD = "hold"
    UNHOLD = "unhold"
    REGISTERED = "registered"
    REGISTRATION_FAILED = "registration_failed"
    UNREGISTERED = "unregistered"
    TRANSFER = "transfer"
    BLIND_TRANSFER = "blind_transfer"
    ATTENDED_TRANSFER = "attended_transfer"
    IDLE_TO_BUSY = "idle_to_busy"
    BUSY_TO_IDLE = "busy_to_idle"
    SETUP_COMPLETED = "setup_completed"
    IP_CHANGED = "ip_changed"

    @property
    def title(self) -> str:  # type: ignore[override]  # the document's name; nobody title-cases a slug
        """The event's name as the document and a phone's management page print it."""
        return TITLES[self]


TITLES: dict[Event, str] = {
    Event.OFF_HOOK: "Off-hook",
    Event.ON_HOOK: "On-hook",
    Event.OUTGOING: "Outgoing Call",
    Event.INCOMING: "Incoming Call",
    Event.ESTABLISHED: "Established",
    Event.TERMINATED: "Terminated",
    Event.MISSED: "Missed Call",
    Event.DND_ON: "Activate DND",
    Event.DND_OFF: "De-activate DND",
    Event.ALWAYS_FORWARD_ON: "Activate Always Forward",
    Event.ALWAYS_FORWARD_OFF: "De-activate Always Forward",
    Event.BUSY_FORWARD_ON: "Activate Busy Forward",
    Event.BUSY_FORWARD_OFF: "De-activate Busy Forward",
    Event.NO_ANSWER_FORWARD_ON: "Activate No Answer Forward",
    Event.NO_ANSWER_FORWARD_OFF: "De-activate No Answer Forward",
    Event.HOLD: "Hold",
    Event.UNHOLD: "Unhold",
    Event.REGISTERED: "Registered",
    Event.REGISTRATION_FAILED: "Registration Failed",
    Event.UNREGISTERED: "Unregistered",
    Event.TRANSFER: "Transfer Call",
    Event.BLIND_TRANSFER: "Blind Transfer",
    Event.ATTENDED_TRANSFER: "Attended Transfer",
    Event.IDLE_TO_BUSY: "Idle to Busy",
    Event.BUSY_TO_IDLE: "Busy to Idle",
    Event.SETUP_COMPLETED: "Setup Completed",
    Event.IP_CHANGED: "IP Changed",
}
"""Names in the order of DOC §2.4 (its typing slips corrected, see the errata of the scan)."""

"""The types of events the console publishes: `<resource>.<past participle>`.

Source: console-api.md §2-3 (the mapping of the 27 events).
"""

from enum import StrEnum

from offhook.plain_members import plain_members

__all__ = ["EventType", "Origin"]


@plain_members
class Origin(StrEnum):
    """How the console knows."""

    REPORTED = "reported"
    """A phone said so by Action URL."""
    INFERRED = "inferred"
    """It follows from another report, or from silence."""
    OPERATOR = "operator"
    """Somebody asked for it through the API."""


@plain_members
class EventType(StrEnum):
    """Every type an envelope can have."""

    CALL_SERVICE_INITIATED = "call.service_initiated"
    CALL_ORIGINATED = "call.originated"
    CALL_DELIVERED = "call.delivered"
    CALL_ESTABLISHED = "call.established"
    CALL_HELD = "call.held"
    CALL_RETRIEVED = "call.retrieved"
    CALL_TRANSFER_STARTED = "call.transfer_started"
    CALL_TRANSFERRED = "call.transferred"
    CALL_CONNECTION_CLEARED = "call.connection_cleared"
    CALL_MISSED = "call.missed"
    CALL_ANNOTATED = "call.annotated"
    """Somebody wrote a note on it, or took it back; `detail` has `by` and `outcome`, the call the text."""
    CALL_CERTAINTY_CHANGED = "call.certainty_changed"
    """What is known of a connection became uncertain, or certain again; `detail.doubt` says why, or is null."""

    PHONE_ADDED = "phone.added"
    """The console heard of the phone for the first time, or somebody set it up."""
    PHONE_CHANGED = "phone.changed"
    """Its set-up was edited."""
    PHONE_REMOVED = "phone.removed"
    PHONE_HOOKSWITCH_CHANGED = "phone.hookswitch_changed"
    PHONE_BUSY_CHANGED = "phone.busy_changed"
    PHONE_DND_CHANGED = "phone.dnd_changed"
    PHONE_FORWARDING_CHANGED = "phone.forwarding_changed"
    PHONE_STARTED = "phone.started"
    PHONE_ADDRESS_CHANGED = "phone.address_changed"
    PHONE_CERTAINTY_CHANGED = "phone.certainty_changed"
    """Whether the phone is idle became uncertain, or certain again."""
    PHONE_VENDOR_EVENT = "phone.vendor_event"
    """An Action URL whose event the document does not know; the raw request is kept."""
    PHONE_REPORT_IGNORED = "phone.report_ignored"
    """A report that changed nothing: doubled, or too late. `detail.discrepancy` says which."""

    LINE_REGISTERED = "line.registered"
    LINE_REGISTRATION_FAILED = "line.registration_failed"
    LINE_UNREGISTERED = "line.unregistered"

    COMMAND_QUEUED = "command.queued"
    COMMAND_SENT = "command.sent"
    COMMAND_ACKNOWLEDGED = "command.acknowledged"
    COMMAND_CONFIRMED = "command.confirmed"
    COMMAND_UNCONFIRMED = "command.unconfirmed"
    COMMAND_REJECTED = "command.rejected"
    COMMAND_TIMED_OUT = "command.timed_out"
    COMMAND_UNREACHABLE = "command.unreachable"

    WEBHOOK_DISABLED = "webhook.disabled"
    """Its receiver took nothing for too long; `detail` says which and why."""
    WEBHOOK_TESTED = "webhook.tested"
    """A trial, sent to one webhook only and kept nowhere."""

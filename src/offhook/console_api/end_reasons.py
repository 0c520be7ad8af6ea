"""Why a command ended as it did, for programs and for pages in other languages than the console's own.

A command that the state of the phone or call did not allow any more has the `error_id` of that refusal instead.
Source: console-api.md §4 (how commands end).
"""

from enum import StrEnum

__all__ = ["EndReason"]


class EndReason(StrEnum):
    """What `Command.reason_id` and `Transfer.reason_id` may be, beside the ids of errors."""

    ALREADY_ANSWERED = "already-answered"
    ALREADY_OVER = "already-over"
    ALREADY_ON_HOLD = "already-on-hold"
    ALREADY_RESUMED = "already-resumed"
    ALREADY_BACK = "already-back"
    ALREADY_JOINED = "already-joined"
    ALREADY_SET = "already-set"
    """Do-not-disturb, or a forward."""
    MAYBE_ALREADY_SO = "maybe-already-so"
    """As far as the console knows; nothing was sent."""
    CALL_ENDED = "call-ended"
    """Before the wish came true."""
    TRANSFER_FAILED = "transfer-failed"
    ENDED_UNTRANSFERRED = "ended-untransferred"
    TARGET_CALL_ENDED = "target-call-ended"
    NOT_PROVABLE = "not-provable"
    """The phone took it, and has no report that could prove it."""
    NO_REPORT = "no-report"
    """The phone took it, and the report that would prove it did not come."""
    PHONE_UNREACHABLE = "phone-unreachable"
    PHONE_TIMED_OUT = "phone-timed-out"
    PHONE_BROKE_OFF = "phone-broke-off"
    PHONE_LOGIN_REFUSED = "phone-login-refused"
    PHONE_MOVED = "phone-moved"
    PHONE_REFUSED = "phone-refused"
    CONSOLE_RESTARTED = "console-restarted"
    CONSOLE_RESTARTED_BEFORE = "console-restarted-before"
    """Before it was sent."""
    CONSOLE_STOPPED = "console-stopped"
    CONSOLE_STOPPED_BEFORE = "console-stopped-before"
    """Before it was sent."""
    CONSOLE_FAILED = "console-failed"
    NOT_RECORDED = "not-recorded"
    """The console could not record it, so nothing was sent."""

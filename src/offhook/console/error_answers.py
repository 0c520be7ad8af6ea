"""What the API answers to an error: one table from class to status and stable id.

The core carries no console status; nobody else decides one. An error that is not ours becomes a 500 that says nothing
of its cause: the log has it.
"""

from http import HTTPStatus

from offhook.console.request_ids import current_request_id
from offhook.console_api.resources import Problem
from offhook.errors import (
    BusError,
    CommandError,
    DialectError,
    NotAllowed,
    NotFound,
    NotPossibleNow,
    NotValid,
    OffhookError,
    ProtocolError,
    StoreError,
)

__all__ = ["NOT_SIGNED_IN", "QUEUE_FULL", "STATUSES", "answer_for", "answer_for_status"]

NOT_SIGNED_IN = "not-signed-in"
QUEUE_FULL = "phone-queue-full"

STATUSES: dict[type[OffhookError], tuple[int, str | None]] = {
    NotFound: (404, None),
    NotPossibleNow: (409, None),
    NotValid: (400, None),
    NotAllowed: (403, None),
    CommandError: (400, None),
    DialectError: (400, "dialect-not-usable"),
    ProtocolError: (400, "request-not-valid"),
    StoreError: (503, "store-failed"),
    BusError: (503, "bus-failed"),
}
"""Status and id by class, the nearest ancestor first; None takes the error's own id."""

_STATUS_BY_ERROR_ID = {NOT_SIGNED_IN: 401, QUEUE_FULL: 429, "sign-in-throttled": 429, "sign-in-busy": 429}
"""Ids whose status is more exact than that of their class."""

_HTTP_IDS = {
    400: ("request-not-valid", "the request makes no sense; compare it with /api/v1/openapi.json"),
    404: ("route-not-found", "there is nothing here; /api/v1/openapi.json lists what there is"),
    405: ("method-not-allowed", "this address does not take that method; /api/v1/openapi.json lists which it takes"),
    413: ("body-too-large", "the body of the request is too large"),
    415: ("media-type-not-supported", "send the body as application/json"),
    421: ("host-not-allowed", "the console does not go by this host name; start it with the name allowed"),
    500: ("internal-error", "the console met an error of its own; its log tells more"),
}

_PHRASES = {status.value: status.phrase for status in HTTPStatus}


def answer_for(error: Exception) -> tuple[int, Problem]:
    """Find status and body for an error that a route raised."""
    for kind in type(error).__mro__:
        entry = STATUSES.get(kind)
        if entry is not None:
            status, fixed_id = entry
            error_id = fixed_id or str(getattr(error, "error_id", "request-not-valid"))
            return _STATUS_BY_ERROR_ID.get(error_id, status), _problem(error_id, str(error))
    return answer_for_status(500)


def answer_for_status(status: int, message: str | None = None) -> tuple[int, Problem]:
    """Write the body for an error that is an HTTP status alone.

    Args:
        status: 400 to 599.
        message: For people; None takes what is usual for the status.
    """
    known = _HTTP_IDS.get(status)
    if known is None:
        phrase = _PHRASES.get(status, "error")
        known = (phrase.lower().replace(" ", "-"), phrase)
    error_id, usual = known
    return status, _problem(error_id, message or usual)


def _problem(error_id: str, message: str) -> Problem:
    return Problem(error_id=error_id, message=message, request_id=current_request_id())

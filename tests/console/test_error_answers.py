"""Class of error to status and id."""

import pytest

from offhook import errors
from offhook.console.error_answers import NOT_SIGNED_IN, QUEUE_FULL, answer_for, answer_for_status
from offhook.console.journal import JournalFull


@pytest.mark.parametrize(
    ("error", "status", "error_id"),
    [
        (errors.NotFound("call", "c1"), 404, "call-not-found"),
        (errors.NotPossibleNow("call-over", "over"), 409, "call-over"),
        (errors.NotPossibleNow(QUEUE_FULL, "full"), 429, QUEUE_FULL),
        (errors.NotValid("x", "y"), 400, "x"),
        (errors.NotAllowed("origin-missing", "y"), 403, "origin-missing"),
        (errors.NotAllowed(NOT_SIGNED_IN, "y"), 401, NOT_SIGNED_IN),
        (errors.UnknownDialect("x", ("base",)), 400, "dialect-not-usable"),
        (errors.UnknownKey("x"), 400, "request-not-valid"),
        (errors.StoreError("disk full"), 503, "store-failed"),
        (JournalFull(10), 503, "store-failed"),
        (errors.BusError("gone"), 503, "bus-failed"),
    ],
)
def test_our_errors(error: Exception, status: int, error_id: str) -> None:
    found, problem = answer_for(error)
    assert (found, problem.error_id, problem.message) == (status, error_id, str(error))


@pytest.mark.parametrize("error", [ValueError("secret"), errors.OffhookError("secret")])
def test_an_error_nobody_foresaw_says_nothing_of_its_cause(error: Exception) -> None:
    status, problem = answer_for(error)
    assert (status, problem.error_id) == (500, "internal-error")
    assert "secret" not in problem.message


def test_statuses_alone() -> None:
    assert answer_for_status(404)[1].error_id == "route-not-found"
    assert answer_for_status(400, "limit: too small")[1].message == "limit: too small"
    assert answer_for_status(418)[1].error_id == "i'm-a-teapot"
    assert answer_for_status(599)[1].error_id == "error"

"""The console's HTTP application: routes, errors, the OpenAPI document, and the gate before all of it.

Source: console-api.md §4; architecture decision 9 (one web framework).
"""

from collections.abc import Collection, Mapping
from typing import Any

import structlog
from litestar import Litestar, Request, Response, Router
from litestar.di import Provide
from litestar.exceptions import HTTPException

from offhook.console.docs_page_routes import DOCS_ROUTES
from offhook.console.error_answers import answer_for, answer_for_status
from offhook.console.gate import Gate
from offhook.console.openapi_document import GUARDED_ROUTES, OPEN_ROUTES, openapi_json
from offhook.console.page_files import PageFile
from offhook.console.request_ids import RequestIds
from offhook.console.rest.guard import audit_answer, note_error, require_principal, show_what_may_be_seen
from offhook.console.rest.observing import METRICS_ROUTES
from offhook.console.rest.route_parts import API, ApiParts
from offhook.console.sign_in import WEB_ROUTES
from offhook.console.strict_request import StrictRequest
from offhook.console.users import SlowDown
from offhook.console.websocket import EVENTS_PATH, EventFeeds
from offhook.console_api.resources import Problem
from offhook.errors import OffhookError

__all__ = ["build_http_app"]

_MAX_BODY_BYTES = 64 * 1024
_log = structlog.get_logger("offhook.console.http")


def build_http_app(
    parts: ApiParts, feeds: EventFeeds, page: Mapping[str, PageFile], allowed_hosts: Collection[str]
) -> RequestIds:
    """Put the application together.

    Args:
        page: The operator page's files.
        allowed_hosts: Host names by which browsers may reach the console.
    """

    def provide_parts() -> ApiParts:
        return parts

    guarded = Router(
        "/", route_handlers=GUARDED_ROUTES, guards=[require_principal], after_request=show_what_may_be_seen
    )
    scraped = Router("/", route_handlers=METRICS_ROUTES, guards=[require_principal])  # where Prometheus looks first
    app = Litestar(
        [Router(API, route_handlers=[guarded, *OPEN_ROUTES, openapi_json]), scraped, *DOCS_ROUTES, *WEB_ROUTES],
        dependencies={"parts": Provide(provide_parts, sync_to_thread=False)},
        exception_handlers={HTTPException: _answer_http, OffhookError: _answer, Exception: _answer},
        openapi_config=None,  # see openapi_document
        before_send=[audit_answer],
        request_class=StrictRequest,
        request_max_body_size=_MAX_BODY_BYTES,
        logging_config=None,
        debug=False,
    )
    app.state.access = parts.access
    app.state.audit = parts.audit
    app.state.page = dict(page)
    app.state.version = parts.version
    counted = parts.metrics.counted
    return RequestIds(Gate(counted(app), counted(feeds), EVENTS_PATH, allowed_hosts))


def _answer(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Answer an error of ours, or one that nobody foresaw."""
    status, problem = answer_for(error)
    note_error(request, problem.error_id)
    if isinstance(error, RecursionError) and "deserializing" in str(error):
        # The decoder's word for a body nested too deeply: the sender's fault, not a bug.
        status, problem = answer_for_status(400, "the body is nested too deeply")
    if isinstance(error, ValueError) and "is out of range" in str(error):
        # The decoder's word for a time after the year 9999.
        status, problem = answer_for_status(400, "a time in the request is out of range")
    if status >= 500:
        _log.error(
            "a request failed",
            method=request.method,
            path=request.url.path,
            error_id=problem.error_id,
            exc_info=error if not isinstance(error, OffhookError) else None,
            reason=str(error) if isinstance(error, OffhookError) else type(error).__name__,
        )
    headers = {"WWW-Authenticate": 'Bearer realm="offhook"'} if status == 401 else {}
    if isinstance(error, SlowDown):
        headers["Retry-After"] = str(error.wait_s)
    return Response(problem, status_code=status, headers=headers, media_type="application/json")


def _answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Problem]:
    """Answer what the framework found wrong with a request."""
    if error.status_code >= 500:
        return _answer(request, error)
    status, problem = answer_for_status(error.status_code, _words_of(error))
    note_error(request, problem.error_id)
    headers = {name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"}
    return Response(problem, status_code=status, headers=headers, media_type="application/json")


def _words_of(error: HTTPException) -> str | None:
    """Say which field is wrong; None where the status says it all."""
    if error.status_code != 400:
        return None
    extra = error.extra if isinstance(error.extra, list) else []
    found = [_word_of(entry) for entry in extra if isinstance(entry, dict)]
    return "; ".join(found) or error.detail.partition("\n")[0] or None


def _word_of(entry: dict[str, Any]) -> str:
    """Say what is wrong with one field, or with the body as a whole: the framework calls that one `data`."""
    key, message = entry.get("key", "request"), entry.get("message", "not valid")
    if (key, entry.get("source")) == ("data", "body"):
        return "this request needs a body in JSON" if message == "'data'" else f"body: {message}"
    return f"{key}: {message}"

"""The phone's web application, put together.

Source: DOC §2.3, §3.1.
"""

import structlog
from litestar import Litestar, MediaType, Response, get
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from offhook.phone.web.active_uri import active_uri_route
from offhook.phone.web.answers import NOT_KEPT, SECURITY, static
from offhook.phone.web.face import face_routes
from offhook.phone.web.face_feed import feed_route
from offhook.phone.web.gate import Gate, WebRequest, wants_page
from offhook.phone.web.login import login_routes
from offhook.phone.web.pages import page_routes
from offhook.phone.web.phone_port import PhonePort
from offhook.phone.web.rendering import STATIC_FILES, render
from offhook.phone.web.request_log import with_log
from offhook.runtime.http_server import AsgiApp

__all__ = ["build_site"]

_MAX_FORM_BYTES = 256 * 1024
_TITLES = {
    404: "There is no such page",
    405: "This is not done that way",
    413: "This is too much",
    500: "Something is wrong with this phone; its log says what",
}

_log = structlog.get_logger("offhook.phone.web.site")


def build_site(phone: PhonePort, gate: Gate) -> AsgiApp:
    """Make the application for one listener of one phone."""
    site = Litestar(
        route_handlers=[
            active_uri_route(phone, gate),
            *page_routes(phone, gate),
            *login_routes(phone, gate),
            *face_routes(phone, gate),
            feed_route(phone, gate),
            *(_file_route(f"/{name}", text, kind) for name, (text, kind) in STATIC_FILES.items()),
        ],
        exception_handlers={HTTPException: _refuse, Exception: _fail},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=_MAX_FORM_BYTES,
    )
    return with_log(site, phone.received)


def _file_route(path: str, text: str, media_type: str) -> HTTPRouteHandler:
    @get(path, name=path)
    async def give(request: WebRequest) -> ASGIApp:
        return static(text, media_type, request.headers.get("if-none-match", ""))

    return give


def _refuse(request: WebRequest, error: HTTPException) -> Response[str]:
    """Answer what no handler takes, in the form that whoever asks can read."""
    return _answer(request, error.status_code, dict(error.headers or {}))


def _fail(request: WebRequest, error: Exception) -> Response[str]:
    """Answer what should not happen: the log gets the details, the peer does not."""
    _log.error("request failed", path=request.scope["path"], exc_info=error)
    return _answer(request, 500, {})


def _answer(request: WebRequest, status: int, headers: dict[str, str]) -> Response[str]:
    title = _TITLES.get(status, "This is not possible")
    is_page = wants_page(request)
    return Response(
        render("message.html", title=title, text="", back="/") if is_page else f"{title}\n",
        status_code=status,
        media_type=MediaType.HTML if is_page else MediaType.TEXT,
        headers={**dict([*SECURITY, NOT_KEPT]), **headers},
    )

"""The login page, and what happens after it: a command that came before the login runs then.

Which command that is, the page says: whoever follows a stranger's link sees what his password would do.
Source: DOC §3.3 ("whoever is not logged in is sent to a login page").
"""

from urllib.parse import unquote, urlsplit

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp

from offhook.phone.web.answers import html, see_other
from offhook.phone.web.gate import SET_A_PASSWORD, Admission, Gate, Ruling, WebRequest
from offhook.phone.web.pages import read_form
from offhook.phone.web.phone_port import PhonePort
from offhook.phone.web.rendering import render
from offhook.protocol.active_uri import ACTIVE_URI_PATH

__all__ = ["login_routes", "safe_target"]

_MAX_TARGET_CHARS = 2048


def login_routes(phone: PhonePort, gate: Gate) -> list[HTTPRouteHandler]:
    """Make the handlers of logging in and out."""

    @get("/login", name="show login")
    async def show(request: WebRequest) -> ASGIApp:
        target = safe_target(request.query_params.get("next", "/"))
        ruling = gate.rule(request)
        if ruling.session is not None:
            return see_other(target)
        text = SET_A_PASSWORD if ruling.admission is Admission.PASSWORD_UNSET else ""
        return _login_page(phone, 200, target, text)

    @post("/login", name="log in")
    async def log_in(request: WebRequest) -> ASGIApp:
        fields = await read_form(request)
        target = safe_target(fields.get("next", "/"))
        ruling, cookie = gate.log_in(request, fields.get("user", ""), fields.get("password", ""))
        if ruling.admission is Admission.GRANTED:
            return see_other(target, [("set-cookie", cookie)])
        status, text = _why_not(ruling)
        return _login_page(phone, status, target, text, user=fields.get("user", ""))

    @post("/logout", name="log out")
    async def log_out(request: WebRequest) -> ASGIApp:
        fields = await read_form(request)
        session = gate.rule(request).session
        if session is None or not session.accepts(fields.get("form_token", "")):
            return see_other("/")
        return see_other("/login", [("set-cookie", gate.log_out(request))])

    return [show, log_in, log_out]


def safe_target(target: str) -> str:
    """Give the path to go to after login, or the first page for anything that is not a path of this phone."""
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    is_clean = target.isascii() and target.isprintable() and "\\" not in target and " " not in target
    return target if is_path and is_clean and len(target) <= _MAX_TARGET_CHARS else "/"


def _why_not(ruling: Ruling) -> tuple[int, str]:
    match ruling.admission:
        case Admission.LOCKED:
            return 429, f"Too many wrong passwords. Wait {int(ruling.wait_s) + 1} s, then try again."
        case Admission.PASSWORD_UNSET:
            return 403, SET_A_PASSWORD
        case Admission.FOREIGN:
            return 403, "This form was sent by another site's page. Log in here."
        case _:
            return 401, "Wrong user or password."


def _login_page(phone: PhonePort, status: int, target: str, text: str, user: str = "") -> ASGIResponse:
    parts = urlsplit(target)
    command = unquote(parts.query) if parts.path == ACTIVE_URI_PATH else ""
    page = render("login.html", target=target, command=command, text=text, user=user, identity=phone.settings.identity)
    return html(status, page)

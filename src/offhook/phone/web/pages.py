"""The management page: what is shown, and what happens when a form is sent.

Every page is one entry of a table: its path, its name in the navigation, its template and, where it has a form, the
pure function that reads it. A form that was saved is answered with a redirect, so that reloading sends nothing twice.
Source: DOC §2.3 (log in, Phone → Action URL).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp

from offhook import __version__
from offhook.errors import ConfigError, PortTaken, ProtocolError
from offhook.phone.dss_keys import DSS_NAMES
from offhook.phone.keypad import DSS_KEYS
from offhook.phone.sessions import Session
from offhook.phone.settings import DEFAULT_PASSWORD, PhoneSettings
from offhook.phone.web.answers import html, see_other
from offhook.phone.web.forms import (
    FORWARDS,
    MAX_ACCOUNTS,
    Edited,
    Fields,
    edit_accounts,
    edit_action_urls,
    edit_features,
    edit_network,
    edit_password,
    edit_provisioning,
    edit_remote,
    fill_action_urls,
)
from offhook.phone.web.gate import Admission, Gate, WebRequest
from offhook.phone.web.key_forms import directory_text, edit_directory, edit_dss_keys
from offhook.phone.web.phone_port import PhonePort
from offhook.phone.web.rendering import render
from offhook.phone.web.request_log import MAX_SHOWN, log_entries
from offhook.phone.web.trial import Trial, try_action_url
from offhook.phone.whereabouts import bind_host
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.protocol.variables import VALIDITY, Variable
from offhook.runtime.loopback import is_loopback

__all__ = ["PAGES", "PASSWORD_PATH", "Page", "page_routes", "read_form"]

PASSWORD_PATH = "/system/password"
_MAX_FIELDS = 200

_MEANINGS = {
    Variable.MAC: "the phone's MAC address",
    Variable.IP: "the phone's IP address",
    Variable.MODEL: "the phone's model",
    Variable.FIRMWARE: "the phone's firmware version",
    Variable.ACTIVE_URL: "SIP address of the account in use",
    Variable.ACTIVE_USER: "its user part",
    Variable.ACTIVE_HOST: "its host part",
    Variable.LOCAL: "SIP address of the called party",
    Variable.REMOTE: "SIP address of the caller",
    Variable.DISPLAY_LOCAL: "name of the called party",
    Variable.DISPLAY_REMOTE: "name of the caller",
    Variable.CALL_ID: "call-id of the call",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the navigation."""

    path: str
    title: str
    template: str
    group: str = ""
    edit: Callable[[PhoneSettings, Fields], Edited] | None = None
    """Reads the page's form; None for a page without one."""


PAGES = (
    Page("/", "Status", "status.html"),
    Page("/phone/accounts", "Accounts", "accounts.html", "Phone", edit_accounts),
    Page("/phone/action-url", "Action URL", "action_url.html", "Phone", edit_action_urls),
    Page("/phone/features", "Features", "features.html", "Phone", edit_features),
    Page("/phone/keys", "Programmable keys", "keys.html", "Phone", edit_dss_keys),
    Page("/phone/directory", "Directory", "directory.html", "Phone", edit_directory),
    Page("/system/network", "Network", "network.html", "System", edit_network),
    Page("/system/remote-control", "Remote control", "remote.html", "System", edit_remote),
    Page("/system/provisioning", "Provisioning", "provisioning.html", "System", edit_provisioning),
    Page(PASSWORD_PATH, "Password", "password.html", "System", edit_password),
    Page("/system/log", "Log", "log.html", "System"),
)
"""In the order of the navigation."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a page shows besides the phone itself."""

    fields: Fields = field(default_factory=dict)
    """What was typed, kept after a mistake."""
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    status: int = 200
    trial: Trial | None = None
    """How trying out an Action URL went."""


def page_routes(phone: PhonePort, gate: Gate) -> list[HTTPRouteHandler]:
    """Make the handlers of every page and form."""
    routes: list[HTTPRouteHandler] = []
    for page in PAGES:
        routes.append(_show_route(page, phone, gate))
        if page.edit is not None:
            routes.append(_edit_route(page, page.edit, phone, gate))
    return [*routes, _restart_route(phone, gate)]


async def read_form(request: WebRequest) -> dict[str, str]:
    """Read a form; anything that is none is an empty one, which no page accepts."""
    body = await request.body()
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MAX_FIELDS))
    except ValueError:  # too many fields
        return {}


def _show_route(page: Page, phone: PhonePort, gate: Gate) -> HTTPRouteHandler:
    @get(page.path, name=f"show {page.path}")
    async def show(request: WebRequest) -> ASGIApp:
        ruling = gate.rule(request)
        if ruling.session is None:
            return see_other(_login_path(page), status=302)
        if gate.is_password_due and page.path != PASSWORD_PATH:
            return see_other(PASSWORD_PATH)
        notice = "Saved." if "saved" in request.query_params else ""
        return _page(request, page, phone, ruling.session, _Shown(notice=notice))

    return show


def _edit_route(
    page: Page, edit: Callable[[PhoneSettings, Fields], Edited], phone: PhonePort, gate: Gate
) -> HTTPRouteHandler:
    @post(page.path, name=f"edit {page.path}")
    async def save(request: WebRequest) -> ASGIApp:
        session, fields = await _accept_form(request, gate)
        if session is None:
            return _refused(gate, request, page)
        if gate.is_password_due and page.path != PASSWORD_PATH:
            return see_other(PASSWORD_PATH)
        if page.edit is edit_action_urls and (fields.get("do") == "fill" or "try" in fields):
            shown = await _try(phone, fields) if "try" in fields else _fill(phone, fields)
            return _page(request, page, phone, session, shown)
        errors = {}
        if page.edit is edit_password and not gate.is_login(phone.settings.login.user, fields.get("now", "")):
            errors["now"] = "not the current password"
        edited = edit(phone.settings, fields)
        if edited.settings is None or errors:
            return _page(request, page, phone, session, _Shown(fields, {**edited.errors, **errors}, status=422))
        try:
            moved_to = await phone.change_settings(edited.settings)
        except (ConfigError, PortTaken) as error:
            field_name = "http_port" if page.edit is edit_network else "form"
            return _page(request, page, phone, session, _Shown(fields, {field_name: str(error)}, status=422))
        if page.edit is edit_password:
            gate.log_others_out(request)
        if moved_to is not None:
            return html(200, render("moved.html", url=moved_to, **_frame(phone, page)))
        if page.edit is edit_provisioning and fields.get("do") == "check":
            await phone.provisioning.check()
        return see_other(f"{page.path}?saved")

    return save


def _fill(phone: PhonePort, fields: Fields) -> _Shown:
    """Write the 27 URLs of one console into the form."""
    filled, errors = fill_action_urls(phone.settings, fields)
    notice = "" if errors else "Filled in, not saved yet. Look through the addresses, then save."
    return _Shown(filled, errors, notice, 422 if errors else 200)


async def _try(phone: PhonePort, fields: Fields) -> _Shown:
    """Send one request to the URL that was typed for an event, saved or not."""
    name = fields["try"]
    if name not in {event.value for event in Event}:
        return _Shown(fields, {"form": "There is no such event."}, status=422)
    event = Event(name)
    try:
        trial = await try_action_url(phone, event, fields.get(f"url.{name}", "").strip())
    except ProtocolError as error:
        return _Shown(fields, {f"url.{name}": getattr(error, "reason", None) or str(error)}, status=422)
    return _Shown(fields, trial=trial)


def _restart_route(phone: PhonePort, gate: Gate) -> HTTPRouteHandler:
    @post("/restart", name="restart")
    async def restart(request: WebRequest) -> ASGIApp:
        session, _ = await _accept_form(request, gate)
        if session is None:
            return _refused(gate, request, PAGES[0])
        if gate.is_password_due:
            return see_other(PASSWORD_PATH)
        if not phone.is_restarting:
            phone.device.press(Key.REBOOT)
        return see_other("/")

    return restart


async def _accept_form(request: WebRequest, gate: Gate) -> tuple[Session | None, dict[str, str]]:
    """Read a form of a browser that is logged in; the session is None if it is not, or the form is not ours."""
    ruling = gate.rule(request)
    session = ruling.session
    if session is None or ruling.admission is not Admission.GRANTED:
        return None, {}
    fields = await read_form(request)
    if not session.accepts(fields.pop("form_token", "")):
        return None, {}
    return session, fields


def _refused(gate: Gate, request: WebRequest, page: Page) -> ASGIResponse:
    ruling = gate.rule(request)
    if ruling.admission is not Admission.FOREIGN and ruling.session is None:
        return see_other(_login_path(page))
    text = "This form did not come from a page of this phone that is open now. Load the page again, then send it."
    return html(403, render("message.html", title="Not accepted", text=text, back=page.path))


def _page(request: WebRequest, page: Page, phone: PhonePort, session: Session, shown: _Shown) -> ASGIResponse:
    settings = phone.settings
    return html(
        shown.status,
        render(
            page.template,
            session=session,
            visitor=request.client.host if request.client else "",
            fields=shown.fields,
            errors=shown.errors,
            notice=shown.notice,
            trial=shown.trial,
            settings=settings,
            status=phone.device.status,
            sender=phone.sender,
            log=log_entries(phone.sender.recent, phone.received) if page.template == "log.html" else (),
            events=list(Event),
            variables=[(v.value, _MEANINGS[v], VALIDITY[v].value) for v in Variable],
            forwards=FORWARDS,
            key_types=DSS_NAMES,
            key_numbers=DSS_KEYS.values(),
            contacts=directory_text(settings) if page.template == "directory.html" else "",
            provisioning=phone.provisioning.status,
            max_accounts=MAX_ACCOUNTS,
            max_log=MAX_SHOWN,
            version=__version__,
            **_frame(phone, page),
        ),
    )


def _frame(phone: PhonePort, page: Page) -> dict[str, object]:
    """What the layout around every page needs."""
    return {
        "page": page,
        "pages": PAGES,
        "ip": phone.ip,
        "authority": phone.url.partition("://")[2],
        "port": phone.url.rpartition(":")[2],
        "identity": phone.settings.identity,
        "phone_notice": phone.notice,
        "is_restarting": phone.is_restarting,
        "has_default_password": phone.settings.login.password == DEFAULT_PASSWORD,
        "is_exposed": not is_loopback(bind_host(phone.settings.network)),
    }


def _login_path(page: Page) -> str:
    return "/login" if page.path == "/" else f"/login?next={page.path}"

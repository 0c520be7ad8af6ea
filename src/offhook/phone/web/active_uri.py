"""Active URI over HTTP: who may send commands, and what is answered.

Source: DOC §3.1-3.4; "What the document leaves open": login, the answer to a command.
"""

from urllib.parse import quote

from litestar import HttpMethod, route
from litestar.handlers import HTTPRouteHandler
from litestar.response.base import ASGIResponse
from litestar.types import ASGIApp

from offhook.phone.obedience import obey
from offhook.phone.web.answers import plain, see_other
from offhook.phone.web.gate import SET_A_PASSWORD, Admission, Gate, WebRequest, target_of, wants_page
from offhook.phone.web.phone_port import PhonePort
from offhook.protocol.active_uri import ACTIVE_URI_PATH

__all__ = ["active_uri_route", "refusal_of"]

_ADDRESS_REFUSED = (
    "{address} may not control this phone; add it in the management page, Remote control, Allowed addresses"
)
_REMOTE_OFF = "remote control is off; turn it on in the management page, Remote control"


def active_uri_route(phone: PhonePort, gate: Gate) -> HTTPRouteHandler:
    """Make the handler of the document's path."""

    @route(ACTIVE_URI_PATH, http_method=[HttpMethod.GET, HttpMethod.POST])
    async def active_uri(request: WebRequest) -> ASGIApp:
        return refusal_of(phone, gate, request) or _obey(phone, request)

    return active_uri


def refusal_of(phone: PhonePort, gate: Gate, request: WebRequest) -> ASGIResponse | None:
    """Answer whoever may not work the phone; None for whoever may."""
    ruling = gate.rule_command(request)
    match ruling.admission:
        case Admission.GRANTED:
            pass
        case Admission.FOREIGN:
            return plain(403, "another site's page may not control this phone")
        case Admission.ADDRESS_REFUSED:
            address = request.client.host if request.client else "this address"
            return plain(403, _ADDRESS_REFUSED.format(address=address))
        case Admission.LOCKED:
            return _locked(ruling.wait_s)
        case Admission.PASSWORD_UNSET if ruling.session is not None:
            return plain(403, SET_A_PASSWORD)
        case Admission.LOGIN_NEEDED | Admission.STALE | Admission.PASSWORD_UNSET:
            if wants_page(request) and "authorization" not in request.headers:
                return see_other(f"/login?next={quote(target_of(request), safe='')}", status=302)
            if ruling.admission is Admission.PASSWORD_UNSET:
                return plain(403, SET_A_PASSWORD)
            is_stale = ruling.admission is Admission.STALE
            return plain(401, "user and password needed", gate.challenges(is_stale=is_stale))
    if not phone.settings.active_uri.is_enabled:
        return plain(403, _REMOTE_OFF)
    if phone.is_restarting:
        return plain(503, "the phone is restarting", [("retry-after", "1")])
    return None


def _locked(wait_s: float) -> ASGIResponse:
    seconds = int(wait_s) + 1
    text = f"too many wrong passwords from this address; wait {seconds} s"
    return plain(429, text, [("retry-after", str(seconds))])


def _obey(phone: PhonePort, request: WebRequest) -> ASGIResponse:
    outcome = obey(phone.device, _query(request))
    return plain(outcome.status, outcome.words)


def _query(request: WebRequest) -> str:
    raw: bytes = request.scope.get("query_string", b"")
    return raw.decode("latin-1")

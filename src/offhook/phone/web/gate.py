"""Who may come in: sessions for browsers, Digest and Basic for programs, and pages of other sites for nobody.

Commands are judged more strictly than pages: they come from addresses that are allowed, and not before the phone that
others can reach has a password of its own.
Source: DOC §3.3 (login, admin/admin); "What the document leaves open": login.
"""

import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State

from offhook.phone.allow_list import is_allowed
from offhook.phone.http_auth import AuthRequest, HttpAuth, Verdict
from offhook.phone.lockout import Lockout
from offhook.phone.sessions import Session, Sessions
from offhook.phone.settings import DEFAULT_PASSWORD, PhoneSettings
from offhook.phone.whereabouts import bind_host
from offhook.runtime.loopback import is_loopback

__all__ = [
    "SET_A_PASSWORD",
    "Admission",
    "Gate",
    "Ruling",
    "Visit",
    "WebRequest",
    "is_foreign",
    "is_local",
    "target_of",
    "wants_page",
]

WebRequest = Request[None, None, State]
Visit = ASGIConnection[Any, Any, Any, State]
"""A request, or the WebSocket of the phone's face."""

SET_A_PASSWORD = (
    "This phone still has its default password. Until it has another one, it opens on its own computer only, and takes "
    "no commands where other computers can reach it. Set one there (management page, Password) or in its settings file "
    "([login] password)."
)


class Admission(Enum):
    """What a request's credentials are worth."""

    GRANTED = auto()
    LOGIN_NEEDED = auto()
    STALE = auto()
    """Right, but made for an older or used challenge: ask again."""
    LOCKED = auto()
    """Too many failures from this address."""
    FOREIGN = auto()
    """Sent by another site's page, with credentials that the browser adds by itself: may look, not do."""
    PASSWORD_UNSET = auto()
    """The default password, from another computer, or where other computers could use it."""
    ADDRESS_REFUSED = auto()
    """A command from an address that is not on the list."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The gate's answer."""

    admission: Admission
    session: Session | None = None
    """Set for a browser that is logged in."""
    wait_s: float = 0.0
    """With LOCKED: seconds to wait."""


class Gate:
    """One phone's doorkeeper; outlives its listeners."""

    def __init__(
        self,
        settings: Callable[[], PhoneSettings],
        *,
        on_session_ended: Callable[[], None] = lambda: None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare.

        Args:
            settings: Gives the phone's settings as they are at the moment.
            on_session_ended: Somebody logged out, or was: what is open for him should look whether it may stay.
            now: Monotonic seconds.
        """
        self._settings = settings
        self._on_session_ended = on_session_ended
        self._now = now
        self._auth = HttpAuth()
        self._sessions = Sessions()
        self._lockout = Lockout()

    def challenges(self, *, is_stale: bool = False) -> list[tuple[str, str]]:
        """Write the headers of a 401."""
        values = self._auth.challenges(self._now(), is_stale=is_stale)
        return [("www-authenticate", value) for value in values]

    @property
    def is_password_due(self) -> bool:
        """Whether other computers can reach a phone that has its default password: it insists on another one."""
        settings = self._settings()
        return settings.login.password == DEFAULT_PASSWORD and not is_loopback(bind_host(settings.network))

    def rule_command(self, request: WebRequest) -> Ruling:
        """Judge who wants the phone to do something: `rule`, and more that commands need."""
        if not is_allowed(_address(request), self._settings().active_uri.allowed):
            return Ruling(Admission.ADDRESS_REFUSED)
        ruling = self.rule(request)
        if ruling.admission is Admission.GRANTED and self.is_password_due:
            return Ruling(Admission.PASSWORD_UNSET, ruling.session)
        return ruling

    def rule(self, request: Visit) -> Ruling:
        """Judge a request's session, or its Authorization header."""
        if not self._may_use_password(request):
            return Ruling(Admission.PASSWORD_UNSET)
        authorization = request.headers.get("authorization", "")
        session = self._sessions.find(_cookie(request), self._now())
        if session is None and not authorization:
            return Ruling(Admission.LOGIN_NEEDED)
        if session is None:
            admission = self._check(request, authorization)
            if admission is not Admission.GRANTED:
                return Ruling(admission, wait_s=self._wait_s(request))
        if is_foreign(request):
            return Ruling(Admission.FOREIGN, session)
        return Ruling(Admission.GRANTED, session)

    def log_in(self, request: WebRequest, user: str, password: str) -> tuple[Ruling, str]:
        """Judge what was typed into the login page; gives the ruling and the `Set-Cookie` value."""
        if is_foreign(request):
            return Ruling(Admission.FOREIGN), ""
        if not self._may_use_password(request):
            return Ruling(Admission.PASSWORD_UNSET), ""
        if self._wait_s(request):
            return Ruling(Admission.LOCKED, wait_s=self._wait_s(request)), ""
        if not self.is_login(user, password):
            self._lockout.failed(_address(request), self._now())
            return Ruling(Admission.LOGIN_NEEDED, wait_s=self._wait_s(request)), ""
        self._lockout.succeeded(_address(request))
        token = self._sessions.open(self._now())
        cookie = f"{_cookie_name(request)}={token}; Path=/; HttpOnly; SameSite=Strict"
        return Ruling(Admission.GRANTED, self._sessions.find(token, self._now())), cookie

    def is_login(self, user: str, password: str) -> bool:
        """Compare with user and password as set, in a time that does not depend on them."""
        login = self._settings().login
        return _is_same(user, login.user) & _is_same(password, login.password)

    def keep(self, session: Session) -> bool:
        """Keep the session of an open page alive; False once it is over."""
        return self._sessions.keep(session, self._now())

    def log_out(self, request: WebRequest) -> str:
        """End the browser's session; gives the `Set-Cookie` value."""
        self._sessions.close(_cookie(request))
        self._on_session_ended()
        return f"{_cookie_name(request)}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"

    def log_others_out(self, request: WebRequest) -> None:
        """End every session but this browser's."""
        self._sessions.close_others(_cookie(request))
        self._on_session_ended()

    def _check(self, request: Visit, authorization: str) -> Admission:
        address = _address(request)
        if self._wait_s(request):
            return Admission.LOCKED
        login = self._settings().login
        asked = AuthRequest(str(request.scope.get("method", "GET")), target_of(request), authorization)
        match self._auth.check(asked, login.user, login.password, self._now()):
            case Verdict.GOOD:
                self._lockout.succeeded(address)
                return Admission.GRANTED
            case Verdict.STALE | Verdict.REPLAYED:
                return Admission.STALE
            case Verdict.WRONG:
                self._lockout.failed(address, self._now())
                return Admission.LOGIN_NEEDED
            case Verdict.MISSING | Verdict.MALFORMED:
                return Admission.LOGIN_NEEDED

    def _wait_s(self, request: Visit) -> float:
        return self._lockout.wait_s(_address(request), self._now())

    def _may_use_password(self, request: Visit) -> bool:
        """The default password is known to everybody, so it opens the phone from its own computer only.

        The Host header counts too: a name that was made to resolve to 127.0.0.1 would lend a stranger's page this
        computer's address (DNS rebinding).
        """
        return self._settings().login.password != DEFAULT_PASSWORD or is_local(request)


def is_local(request: Visit) -> bool:
    """Whether the phone was reached on a loopback address, and was asked for by such a one."""
    server = request.scope.get("server")
    return server is not None and is_loopback(server[0]) and is_loopback(_host(request) or "")


def is_foreign(request: Visit) -> bool:
    """Whether the browser says that another site's page made this request. Programs say nothing of the kind.

    Another port of the same computer is another site too: cookies and cached passwords do not tell ports apart.
    """
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return True
    own = request.headers.get("host", "").lower()
    for header in ("origin", "referer"):
        claimed = request.headers.get(header)
        if claimed is not None and _authority(claimed) != own:
            return True
    return False


def wants_page(request: WebRequest) -> bool:
    """Whether a browser asks, so that a login page is of more use than a 401."""
    return "text/html" in request.headers.get("accept", "")


def target_of(request: Visit) -> str:
    """Give path and query exactly as they stood in the request line."""
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope.get("query_string", b"")
    return (path + (b"?" + query if query else b"")).decode("latin-1")


def _cookie_name(request: Visit) -> str:
    """Name the cookie after the port, as browsers share cookies among all ports of a computer."""
    server = request.scope.get("server")
    return f"offhook_phone_{server[1] if server else 0}"


def _cookie(request: Visit) -> str:
    """Find our cookie, whatever stands beside it: browsers send those of every program of this computer along, and the
    standard library reads none at all when one of them is not as it should be."""
    name = _cookie_name(request)
    for pair in request.headers.get("cookie", "").split(";"):
        found, _, value = pair.strip().partition("=")
        if found == name:
            return value
    return ""


def _address(request: Visit) -> str:
    return request.client.host if request.client else ""


def _host(request: Visit) -> str:
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def _authority(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def _is_same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))

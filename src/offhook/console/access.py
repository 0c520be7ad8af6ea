"""Who may use the API: browsers by a session cookie, programs by a bearer token; and from where.

Secrets are 256 random bits and are kept as SHA-256 only; there is nothing to guess, so nothing slow is needed to hash
them. Whoever opens the sign-in link, which holds a secret made at each start, gets a session that outlives the console.

Host and Origin are checked because the API listens where any web page the operator visits can send requests to:
the Host check stops DNS rebinding, the Origin check stops requests that ride on the cookie.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from ipaddress import ip_address

from offhook.console.store.people import Login
from offhook.console.store.port import Store
from offhook.errors import NotAllowed

__all__ = [
    "SESSION_COOKIE",
    "SESSION_IDLE_S",
    "SESSION_LIFE_S",
    "Access",
    "Principal",
    "is_allowed_host",
    "require_origin",
]

SESSION_COOKIE = "offhook_console"
"""Cookies do not tell ports apart, so the name keeps phones' management pages on the same host away."""
SESSION_LIFE_S = 30 * 24 * 3600.0
SESSION_IDLE_S = 7 * 24 * 3600.0

_SECRET_BYTES = 32
_MAX_SECRET_CHARS = 256
_REFRESH_S = 3600.0
"""A session in use has its idle time moved on at most this often: one write an hour, not one a request."""
_REMEMBER_S = 10.0
"""How long a login is believed without asking the store: what a sign-out at another console takes to arrive."""
_MAX_REMEMBERED = 1024
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
"""Host header, RFC 9110 §7.2: the form is checked too, because the text ends up in other headers."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks."""

    kind: str
    """`session` or `token`."""
    name: str
    hash: str
    """Tells principals apart, and names the login to remove."""


class Access:
    """Sessions and tokens, kept in the store."""

    def __init__(self, store: Store, *, now: Callable[[], float] = time.time) -> None:
        """Make a new sign-in secret.

        Args:
            now: Seconds since 1970.
        """
        self._store = store
        self._now = now
        self._sign_in_secret = secrets.token_urlsafe(_SECRET_BYTES)
        self._remembered: dict[str, tuple[float, Login]] = {}

    @property
    def sign_in_secret(self) -> str:
        """What the sign-in link holds; valid as long as this object lives."""
        return self._sign_in_secret

    async def open_session(self, sign_in_secret: str) -> str:
        """Sign a browser in.

        Returns:
            The cookie's value.
        Raises:
            NotAllowed: The secret is not, or no longer, the right one.
        """
        if not secrets.compare_digest(sign_in_secret.encode(), self._sign_in_secret.encode()):
            raise NotAllowed("sign-in-refused", "this sign-in link is not valid any more; use the newest one")
        await self._forget_expired()
        return await self._add("session", "operator", SESSION_IDLE_S)

    async def issue_token(self, name: str) -> str:
        """Make a bearer token for a program; it is valid until another is made for the same name.

        Args:
            name: Names the program.
        """
        for earlier in await self._store.logins("token"):
            if earlier.name == name:
                self._remembered.pop(earlier.hash, None)
                await self._store.remove_login(earlier.hash)
        return await self._add("token", name, None)

    async def principal(self, authorization: str, cookies: str) -> Principal | None:
        """Find who asks; None when nobody known does.

        Args:
            authorization: The Authorization header; a bearer token counts, and a cookie beside it does not.
            cookies: The Cookie header.
        Raises:
            StoreError: The store cannot be read.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return await self._find("token", token.strip())
        return await self._find("session", _cookie(cookies, SESSION_COOKIE))

    async def close_session(self, principal: Principal) -> None:
        """Sign out."""
        self._remembered.pop(principal.hash, None)
        await self._store.remove_login(principal.hash)

    async def _forget_expired(self) -> None:
        """Drop the sessions nobody came back to; one that is used again after its end is dropped then."""
        now = self._now()
        for login in await self._store.logins("session"):
            if login.expires is not None and login.expires <= now:
                await self._store.remove_login(login.hash)

    async def _add(self, kind: str, name: str, life_s: float | None) -> str:
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        now = self._now()
        expires = None if life_s is None else now + life_s
        await self._store.add_login(Login(hash=_hashed(secret), kind=kind, name=name, created=now, expires=expires))
        return secret

    async def _find(self, kind: str, secret: str) -> Principal | None:
        if not secret or len(secret) > _MAX_SECRET_CHARS:
            return None
        hash_ = _hashed(secret)
        login = await self._login(hash_)
        if login is None or login.kind != kind:
            return None
        now = self._now()
        if login.expires is not None:
            if login.expires <= now:
                self._remembered.pop(hash_, None)
                await self._store.remove_login(hash_)
                return None
            await self._move_on(login, now)
        return Principal(kind, login.name, hash_)

    async def _login(self, hash_: str) -> Login | None:
        now = self._now()
        known = self._remembered.get(hash_)
        if known is not None and 0 <= now - known[0] < _REMEMBER_S:
            return known[1]
        self._remembered.pop(hash_, None)
        login = await self._store.login(hash_)
        if login is not None:
            self._remember(login)
        return login

    async def _move_on(self, login: Login, now: float) -> None:
        """Push the end of a session's idle time out, up to the end of its life."""
        expires = min(login.created + SESSION_LIFE_S, now + SESSION_IDLE_S)
        if login.expires is not None and expires - login.expires >= _REFRESH_S:
            login = replace(login, expires=expires)
            await self._store.add_login(login)
            self._remember(login)

    def _remember(self, login: Login) -> None:
        self._remembered[login.hash] = (self._now(), login)
        if len(self._remembered) > _MAX_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]


def is_allowed_host(host: str, allowed: Collection[str], server_address: str) -> bool:
    """Say whether a request may be for this host.

    Args:
        host: The Host header.
        allowed: Names by which the console goes.
        server_address: Address the connection came in at: a browser that was sent there by number was not deceived
            by a name, so a console on every address needs no list of them.
    """
    form = _HOST.fullmatch(host)
    if form is None:
        return False
    name = form["name"].lower()
    if name in {entry.lower() for entry in allowed}:
        return True
    try:
        return ip_address(name.strip("[]")) == ip_address(server_address.partition("%")[0])
    except ValueError:
        return False


def require_origin(origin: str | None, scheme: str, host: str) -> None:
    """Insist that a request which rides on a cookie comes from our own page.

    Browsers name the origin with every request that changes something and every WebSocket; who does not is no
    browser, and may use a token.

    Raises:
        NotAllowed: Another origin, or none.
    """
    if origin is None:
        raise NotAllowed("origin-missing", "a request with a cookie needs an Origin; programs use a bearer token")
    if origin.lower() != f"{scheme}://{host}".lower():
        raise NotAllowed("origin-not-allowed", "another web page sent this request; it was not carried out")


def _cookie(header: str, name: str) -> str:
    """Read one cookie; a browser sends each as it was set, so there is nothing to decode."""
    for piece in header.split(";"):
        found, _, value = piece.strip().partition("=")
        if found == name:
            return value
    return ""


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()

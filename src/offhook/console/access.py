"""Who may use the API: browsers by a session cookie, programs by a bearer token; and from where.

Secrets are 256 random bits and are kept as SHA-256 only; there is nothing to guess, so nothing slow is needed to hash
them. A session belongs to a user, whose role decides what it may; a token carries its scopes. Whoever opens the sign-in
link, which holds a secret made at each start, is the first administrator.

Host and Origin are checked because the API listens where any web page the operator visits can send requests to:
the Host check stops DNS rebinding, the Origin check stops requests that ride on the cookie.

Source: OWASP Session Management.
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from ipaddress import ip_address

from offhook.console.principal import Principal, principal_of_token, principal_of_user
from offhook.console.store.people import Login, PeopleStore, UserRecord
from offhook.console.users import Users
from offhook.console_api.scopes import Scope
from offhook.errors import NotAllowed, NotFound, NotPossibleNow

__all__ = [
    "SESSION_COOKIE",
    "SESSION_IDLE_S",
    "SESSION_LIFE_S",
    "Access",
    "Visitor",
    "is_allowed_host",
    "require_origin",
]

SESSION_COOKIE = "offhook_console"
"""Cookies do not tell ports apart, so the name keeps phones' management pages on the same host away."""
SESSION_LIFE_S = 30 * 24 * 3600.0
SESSION_IDLE_S = 7 * 24 * 3600.0

_SECRET_BYTES = 32
_MAX_SECRET_CHARS = 256
_MAX_AGENT_CHARS = 256
_REFRESH_S = 3600.0
"""A session in use has its idle time moved on at most this often: one write an hour, not one a request."""
_REMEMBER_S = 10.0
"""How long a login is believed without asking the store: what a sign-out at another console takes to arrive."""
_MAX_REMEMBERED = 1024
_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?")
"""Host header, RFC 9110 §7.2: the form is checked too, because the text ends up in other headers."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that wants to sign in."""

    address: str = ""
    agent: str = ""
    """What it calls itself; hostile text."""


class Access:
    """Sessions and tokens, kept in the store."""

    def __init__(self, store: PeopleStore, users: Users, *, now: Callable[[], float] = time.time) -> None:
        """Make a new sign-in secret.

        Args:
            now: Seconds since 1970.
        """
        self.store = store
        self._now = now
        self._sign_in_secret = secrets.token_urlsafe(_SECRET_BYTES)
        self._remembered: dict[str, tuple[float, Login]] = {}
        self.users = users
        users.on_change = self._count_change
        self.on_change: Callable[[], None] = lambda: None
        """Called at each change of ``changes``."""
        self.changes = 0
        """Rises whenever somebody here may have lost, or gained, a right: who listens for long looks again then."""

    @property
    def sign_in_secret(self) -> str:
        """What the sign-in link holds; valid as long as this object lives."""
        return self._sign_in_secret

    # --- sessions --------------------------------------------------------------------------------------------------

    async def open_by_link(self, sign_in_secret: str, visitor: Visitor) -> tuple[str, UserRecord]:
        """Sign a browser in as the first administrator.

        Returns:
            The cookie's value, and the user.
        Raises:
            NotAllowed: The secret is not, or no longer, the right one.
        """
        if not secrets.compare_digest(sign_in_secret.encode("utf-8", "surrogatepass"), self._sign_in_secret.encode()):
            raise NotAllowed("sign-in-refused", "this sign-in link is not valid any more; use the newest one")
        user = await self.users.first_administrator()
        return await self.open_session(user, visitor), user

    async def open_by_password(self, name: str, password: str, visitor: Visitor) -> tuple[str, UserRecord]:
        """Sign a browser in by name and password.

        Returns:
            The cookie's value, and the user.
        Raises:
            NotAllowed: They are not right, or the visitor has to wait.
        """
        user = await self.users.authenticate(name, password, visitor.address)
        return await self.open_session(user, visitor), user

    async def sessions_of(self, user: str) -> list[Login]:
        """Give a user's sessions, the newest first."""
        now = self._now()
        kept = await self.store.logins("session")
        return [login for login in reversed(kept) if login.user == user and not _is_over(login, now)]

    async def close_session(self, principal: Principal) -> None:
        """Sign out."""
        await self._remove([principal.login])

    async def end_session(self, user: str, session: str) -> None:
        """End one session of a user.

        Raises:
            NotFound: The user has no such session.
        """
        found = [login for login in await self.sessions_of(user) if login.id == session]
        if not found:
            raise NotFound("session", session)
        await self._remove(found)

    async def end_sessions(self, user: str, *, but: str | None = None) -> None:
        """End a user's sessions.

        Args:
            but: Hash of the one that goes on.
        """
        await self._remove([login for login in await self.sessions_of(user) if login.hash != but])

    async def open_session(self, user: UserRecord, visitor: Visitor) -> str:
        """Sign a browser in as a user who has shown who they are; gives the cookie's value."""
        await self._forget_expired()
        now = self._now()
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        login = Login(
            hash=_hashed(secret),
            kind="session",
            name="",
            created=now,
            expires=now + SESSION_IDLE_S,
            user=user.id,
            seen=now,
            address=visitor.address,
            agent=visitor.agent[:_MAX_AGENT_CHARS],
        )
        await self.store.add_login(login)
        return secret

    async def _forget_expired(self) -> None:
        """Drop the sessions nobody came back to; one that is used again after its end is dropped then."""
        now = self._now()
        for login in await self.store.logins("session"):
            if _is_over(login, now) or self.users.find(login.user) is None:
                await self.store.remove_login(login.hash)

    # --- tokens ----------------------------------------------------------------------------------------------------

    async def issue_token(self, name: str, scopes: Collection[Scope] = tuple(Scope)) -> str:
        """Make a bearer token for a program of our own; it is valid until another is made for the same name.

        Args:
            name: Names the program.
            scopes: What it may do; without it everything.
        """
        await self._remove([token for token in await self.store.logins("token") if token.name == name])
        _, secret = await self.create_token(name, scopes)
        return secret

    async def create_token(
        self, name: str, scopes: Collection[Scope], *, maker: str = "", life_s: float | None = None
    ) -> tuple[Login, str]:
        """Make a bearer token.

        Args:
            maker: Who asks for it, as the audit writes it.
            life_s: None: it does not expire.
        Returns:
            The token, and its secret, which is kept nowhere.
        Raises:
            NotPossibleNow: There is one of this name.
        """
        if any(token.name == name for token in await self.tokens()):
            raise NotPossibleNow("name-taken", f"there is a token {name} already; choose another name, or remove it")
        now = self._now()
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        expires = None if life_s is None else now + life_s
        login = Login(_hashed(secret), "token", name, now, expires, scopes=tuple(sorted(scopes)), maker=maker)
        await self.store.add_login(login)
        return login, secret

    async def tokens(self) -> list[Login]:
        """Give the tokens that are valid, by name."""
        now = self._now()
        kept = await self.store.logins("token")
        return sorted((token for token in kept if not _is_over(token, now)), key=lambda token: token.name)

    async def remove_token(self, token: str) -> Login:
        """End a token, by its id.

        Raises:
            NotFound: There is none.
        """
        found = [each for each in await self.store.logins("token") if each.id == token]
        if not found:
            raise NotFound("token", token)
        await self._remove(found)
        return found[0]

    # --- who asks --------------------------------------------------------------------------------------------------

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
            login = await self._find("token", token.strip())
            return None if login is None else principal_of_token(login)
        login = await self._find("session", _cookie(cookies, SESSION_COOKIE))
        user = None if login is None else self.users.find(login.user)
        if login is None or user is None or not user.is_enabled:
            return None
        return principal_of_user(user, login)

    async def standing(self, owner: str) -> Principal | None:
        """Find what somebody may who is not asking now: on whose behalf the console does something later.

        Args:
            owner: `user:ID` or `token:NAME`.
        Returns:
            None when there is no such user or token, or no longer.
        Raises:
            StoreError: The store cannot be read.
        """
        kind, _, key = owner.partition(":")
        if kind == "token":
            return next((principal_of_token(token) for token in await self.tokens() if token.name == key), None)
        user = self.users.find(key)
        if user is None or not user.is_enabled:
            return None
        return principal_of_user(user, Login("", "session", "", self._now(), None, user=user.id))

    async def _find(self, kind: str, secret: str) -> Login | None:
        if not secret or len(secret) > _MAX_SECRET_CHARS:
            return None
        login = await self._login(_hashed(secret))
        if login is None or login.kind != kind:
            return None
        now = self._now()
        if _is_over(login, now):
            await self._remove([login])
            return None
        return await self._move_on(login, now) if kind == "session" else login

    async def _login(self, hash_: str) -> Login | None:
        now = self._now()
        known = self._remembered.get(hash_)
        if known is not None and 0 <= now - known[0] < _REMEMBER_S:
            return known[1]
        self._remembered.pop(hash_, None)
        changes = self.changes
        login = await self.store.login(hash_)
        if login is not None and changes == self.changes:  # else it may have been ended while it was read
            self._remember(login)
        return login

    async def _move_on(self, login: Login, now: float) -> Login:
        """Push the end of a session's idle time out, up to the end of its life."""
        expires = min(login.created + SESSION_LIFE_S, now + SESSION_IDLE_S)
        if login.expires is not None and expires - login.expires >= _REFRESH_S:
            changes = self.changes
            moved = replace(login, expires=expires, seen=now)
            if await self.store.login(login.hash) is not None and changes == self.changes:
                await self.store.add_login(moved)
                self._remember(moved)
            return moved
        return login

    async def _remove(self, logins: Iterable[Login]) -> None:
        for login in logins:
            self._remembered.pop(login.hash, None)
            await self.store.remove_login(login.hash)
            self._remembered.pop(login.hash, None)  # who asked meanwhile may have put it back
            self._count_change()

    def _count_change(self) -> None:
        self.changes += 1
        self.on_change()

    def _remember(self, login: Login) -> None:
        self._remembered[login.hash] = (self._now(), login)
        if len(self._remembered) > _MAX_REMEMBERED:
            del self._remembered[next(iter(self._remembered))]


def _is_over(login: Login, now: float) -> bool:
    return login.expires is not None and login.expires <= now


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

"""Who is logged in to the management page: sessions in memory, gone with the phone's program.

A session is a cookie with a random token; only its digest is kept. Each has its own token against forged forms.
Pure but for the random tokens: time comes in as ``now``.
Source: DOC §2.3, §3.3 (logging in).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

__all__ = ["IDLE_S", "LIFETIME_S", "Session", "Sessions"]

IDLE_S = 30 * 60.0
"""A session ends after so long without a request."""
LIFETIME_S = 12 * 3600.0
"""And after so long in any case."""
_MAX_SESSIONS = 64


@dataclass(slots=True)
class Session:
    """One browser that has logged in."""

    form_token: str
    """Goes into every form of this session and must come back with it."""
    began: float
    last_seen: float
    is_over: bool = False
    """Logged out, or thrown out; for whoever holds on to it."""

    def accepts(self, form_token: str) -> bool:
        """Whether a form was made by this session's own pages."""
        return hmac.compare_digest(self.form_token.encode(), form_token.encode("utf-8", "surrogatepass"))


class Sessions:
    """All browsers that have logged in."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def open(self, now: float) -> str:
        """Begin a session; gives the cookie's value. The oldest ends when there are too many."""
        token = secrets.token_urlsafe(32)
        self._sessions[_digest(token)] = Session(secrets.token_urlsafe(24), began=now, last_seen=now)
        while len(self._sessions) > _MAX_SESSIONS:
            self._end(next(iter(self._sessions)))
        return token

    def find(self, token: str, now: float) -> Session | None:
        """Find the session of a cookie, and keep it alive; None if it is unknown or over."""
        name = _digest(token)
        session = self._sessions.get(name)
        if session is None:
            return None
        if not self.keep(session, now):
            self._end(name)
            return None
        return session

    def keep(self, session: Session, now: float) -> bool:
        """Keep a session alive that is in use; False if it is over."""
        if session.is_over or now - session.last_seen > IDLE_S or now - session.began > LIFETIME_S:
            return False
        session.last_seen = now
        return True

    def close(self, token: str) -> None:
        """End one session."""
        self._end(_digest(token))

    def close_others(self, token: str) -> None:
        """End every session but one: what a changed password asks for."""
        name = _digest(token)
        for other in [key for key in self._sessions if key != name]:
            self._end(other)

    def _end(self, name: str) -> None:
        session = self._sessions.pop(name, None)
        if session is not None:
            session.is_over = True


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

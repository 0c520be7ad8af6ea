"""Checking the credentials of programs: Basic, and Digest with MD5 or SHA-256. No I/O; time comes in as ``now``.

A nonce is a time signed by this phone, so that nonces need not be remembered before they are used; of those in use, the
counts seen are remembered, so that a request that was overheard cannot be sent again.
Source: DOC §3.3 (login); RFC 7616 (Digest), RFC 7617 (Basic), RFC 9110 §11.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

__all__ = ["NONCE_LIFETIME_S", "REALM", "AuthRequest", "HttpAuth", "Verdict"]

REALM = "offhook phone"
NONCE_LIFETIME_S = 300.0
_MAX_NONCES = 256
_MAX_COUNTS = 4096

_HASHES: dict[str, Callable[[bytes], "hashlib._Hash"]] = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
# The first one must be MD5: common clients look at the first Digest challenge only, and some of those do not know
# SHA-256. RFC 7616 §3.7 would have the stronger first; beside Basic over plain HTTP the difference is small.
_PARAMETER = re.compile(r'\s*([A-Za-z0-9_*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))\s*(?:,|$)')
_COUNT = re.compile(r"[0-9a-fA-F]{8}")


class Verdict(Enum):
    """What the credentials are worth."""

    GOOD = auto()
    MISSING = auto()
    """None, or of a kind that was not offered."""
    WRONG = auto()
    STALE = auto()
    """The password is right, the nonce is too old: ask again with a new one."""
    REPLAYED = auto()
    """The password is right, but this very request came before."""
    MALFORMED = auto()


@dataclass(frozen=True, slots=True)
class AuthRequest:
    """What of a request matters here."""

    method: str
    target: str
    """Path and query exactly as in the request line."""
    authorization: str
    """The header's value; "" without one."""


class HttpAuth:
    """Challenges, and what comes back."""

    def __init__(self, *, secret: bytes | None = None) -> None:
        """Prepare.

        Args:
            secret: Signs nonces; random by default, so that those of an earlier run are stale.
        """
        self._secret = secret or secrets.token_bytes(32)
        self._counts: dict[str, set[int]] = {}
        self._forgotten_ms = -1
        """Nonces of this time and before are good only while their counts are remembered."""

    def challenges(self, now: float, *, is_stale: bool = False) -> list[str]:
        """Write the `WWW-Authenticate` values of a 401, in the order to send them, each as its own header.

        One nonce serves all of them, because some clients mix the challenges up.
        """
        nonce = self._nonce(now)
        stale = ", stale=true" if is_stale else ""
        digests = [
            f'Digest realm="{REALM}", qop="auth", algorithm={name}, nonce="{nonce}", charset=UTF-8{stale}'
            for name in _HASHES
        ]
        return [*digests, f'Basic realm="{REALM}", charset="UTF-8"']

    def check(self, request: AuthRequest, user: str, password: str, now: float) -> Verdict:
        """Compare a request's credentials with the right ones, in a time that does not depend on them."""
        scheme, _, rest = request.authorization.strip().partition(" ")
        match scheme.lower():
            case "basic":
                return _check_basic(rest, user, password)
            case "digest":
                return self._check_digest(request, _parameters(rest), (user, password), now)
            case _:
                return Verdict.MISSING

    def _check_digest(
        self,
        request: AuthRequest,
        given: dict[str, str] | None,
        right: tuple[str, str],
        now: float,
    ) -> Verdict:
        if given is None or not {"username", "nonce", "uri", "response", "nc", "cnonce"} <= given.keys():
            return Verdict.MALFORMED
        digest = _HASHES.get(given.get("algorithm", "MD5").upper())
        if digest is None or given.get("qop") != "auth" or not _COUNT.fullmatch(given["nc"]):
            return Verdict.MALFORMED
        if given["uri"] != request.target:
            # A digest for one command must not carry another one (RFC 7616 §3.4.6).
            return Verdict.MALFORMED
        user, password = right

        def h(text: str) -> str:
            return digest(text.encode("utf-8", "surrogatepass")).hexdigest()

        a1 = h(f"{user}:{REALM}:{password}")
        a2 = h(f"{request.method}:{given['uri']}")
        wanted = h(f"{a1}:{given['nonce']}:{given['nc']}:{given['cnonce']}:auth:{a2}")
        is_user = _is_same(given["username"], user) & _is_same(given.get("realm", ""), REALM)
        if not (_is_same(given["response"].lower(), wanted) & is_user):
            return Verdict.WRONG
        if not self._is_own_and_fresh(given["nonce"], now):
            return Verdict.STALE
        return self._count(given["nonce"], int(given["nc"], 16), now)

    def _count(self, nonce: str, count: int, now: float) -> Verdict:
        """Take a nonce's count once. Only requests with the right password get here, so it cannot be flooded."""
        seen = self._counts.get(nonce)
        if seen is None:
            if _issued_ms(nonce) <= self._forgotten_ms:
                return Verdict.STALE
            if len(self._counts) >= _MAX_NONCES:
                self._forget_old(now)
            seen = self._counts[nonce] = set()
        if count in seen:
            return Verdict.REPLAYED
        if len(seen) >= _MAX_COUNTS:
            return Verdict.STALE
        seen.add(count)
        return Verdict.GOOD

    def _forget_old(self, now: float) -> None:
        """Make room. Programs that ask anew for every command use up a nonce each, so the oldest must go while it is
        fresh; it counts as stale from then on, or a request that was overheard could be sent again."""
        self._counts = {n: seen for n, seen in self._counts.items() if self._is_own_and_fresh(n, now)}
        while len(self._counts) >= _MAX_NONCES:
            oldest = min(self._counts, key=_issued_ms)
            self._forgotten_ms = _issued_ms(oldest)
            del self._counts[oldest]

    def _nonce(self, now: float) -> str:
        body = int(now * 1000).to_bytes(8, "big") + secrets.token_bytes(8)
        return base64.urlsafe_b64encode(body + self._signature(body)).decode("ascii")

    def _is_own_and_fresh(self, nonce: str, now: float) -> bool:
        try:
            raw = base64.urlsafe_b64decode(nonce.encode("ascii"))
        except (ValueError, UnicodeError):
            return False
        body, signature = raw[:16], raw[16:]
        if len(body) != 16 or not hmac.compare_digest(signature, self._signature(body)):
            return False
        age_s = now - int.from_bytes(body[:8], "big") / 1000
        return -1.0 <= age_s <= NONCE_LIFETIME_S

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, "sha256")[:16]


def _issued_ms(nonce: str) -> int:
    """When a nonce of ours was made."""
    return int.from_bytes(base64.urlsafe_b64decode(nonce)[:8], "big")


def _check_basic(encoded: str, user: str, password: str) -> Verdict:
    try:
        pair = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return Verdict.MALFORMED
    given_user, colon, given_password = pair.partition(b":")
    if not colon:
        return Verdict.MALFORMED
    is_good = hmac.compare_digest(given_user, user.encode()) & hmac.compare_digest(given_password, password.encode())
    return Verdict.GOOD if is_good else Verdict.WRONG


def _parameters(text: str) -> dict[str, str] | None:
    """Read `name=value, name="quoted"`; None if it is anything else, or names something twice."""
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        matched = _PARAMETER.match(text, position)
        if matched is None:
            return None
        name = matched[1].lower()
        if name in found:
            return None
        quoted = matched[2]
        found[name] = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else matched[3]
        position = matched.end()
    return found


def _is_same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))

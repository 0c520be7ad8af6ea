"""The few SIP messages that the console writes and reads: a NOTIFY with a command, and what is answered to it. Pure.

Source: RFC 3261 §7 (messages, compact forms), §8.1.1 (what a request has), §19.1 (addresses), §22 (Digest),
RFC 8760; RFC 6665 §8.2.1 (Subscription-State); vendors.md §3.8 (``Event: ACTION-URI``).
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from offhook import __version__
from offhook.errors import NotValid

__all__ = ["Notify", "Response", "SipAddress", "answer_challenge", "goes_by_sip", "read_response", "read_sip_address"]

_ADDRESS = re.compile(
    r"sips?:(?P<user>[A-Za-z0-9_.!~*'()&=+$,%-]{1,64})@(?P<host>[A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(?::(?P<port>\d{1,5}))?",
    re.IGNORECASE,
)
_STANDARD_PORT = 5060
_USER_SAFE = "-_.!~*'()&=+$,"
_STATUS = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.*))?", re.IGNORECASE)
_BRANCH = re.compile(r";\s*branch\s*=\s*([^;,\s]+)", re.IGNORECASE)
_PARAMETER = re.compile(r'([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
_LONG = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
_HASHES: Mapping[str, Callable[[bytes], "hashlib._Hash"]] = {"md5": hashlib.md5, "sha-256": hashlib.sha256}
_MAX_REASON_CHARS = 200


@dataclass(frozen=True, slots=True)
class SipAddress:
    """Whom a command is for, and the exchange that it is sent to."""

    user: str
    host: str
    """Without the brackets of IPv6."""
    port: int

    @property
    def authority(self) -> str:
        """Host and port as addresses have them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _STANDARD_PORT else f"{host}:{self.port}"

    @property
    def uri(self) -> str:
        """``sip:user@host``, with the port where it is not the standard one."""
        return f"sip:{self.user}@{self.authority}"


def goes_by_sip(control_url: str) -> bool:
    """Say whether a phone is commanded over SIP."""
    return control_url[:4].lower() == "sip:"


def read_sip_address(text: str) -> SipAddress:
    """Read ``sip:user@host`` or ``sip:user@host:port``; UDP is the one transport.

    Raises:
        NotValid: It is none, or has parameters.
    """
    found = _ADDRESS.fullmatch(text)
    port = int(found["port"] or _STANDARD_PORT) if found else 0
    if found is None or not 0 < port < 65536 or text[:4].lower() == "sips":
        raise NotValid(
            "control-url-not-valid",
            "the SIP address is that of the phone at its exchange, such as sip:1001@192.0.2.10 (over UDP)",
        )
    return SipAddress(found["user"], found["host"].strip("[]"), port)


@dataclass(frozen=True, slots=True)
class Notify:
    """One request; sent again unchanged until it is answered."""

    to: SipAddress
    own: str
    """``host:port`` it is sent from."""
    user: str
    """Whom it is sent as, at the exchange."""
    body: str
    call_id: str
    tag: str
    branch: str
    number: int = 1
    """1, and 2 for the one that answers a challenge."""
    credentials: str = ""
    """A whole header line; "" for none."""

    def write(self) -> bytes:
        """Give the datagram."""
        body = self.body.encode()
        own = f"sip:{quote(self.user, safe=_USER_SAFE)}@{self.to.authority}"
        lines = [
            f"NOTIFY {self.to.uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.own};rport;branch={self.branch}",
            "Max-Forwards: 70",
            f"From: <{own}>;tag={self.tag}",
            f"To: <{self.to.uri}>",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.number} NOTIFY",
            f"Contact: <sip:{self.own}>",
            "Event: ACTION-URI",
            "Subscription-State: terminated",
            f"User-Agent: offhook/{__version__}",
            *([self.credentials] if self.credentials else []),
            "Content-Type: message/sipfrag",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True, slots=True)
class Response:
    """What was answered."""

    status: int
    reason: str
    """Printable, cut to a length."""
    branch: str
    cseq: str
    challenges: tuple[tuple[str, str], ...]
    """Header to answer with, and the challenge."""

    def answers(self, request: Notify) -> bool:
        """Say whether it belongs to this request and to no earlier one (RFC 3261 §17.1.3)."""
        return self.branch == request.branch and self.cseq.split() == [str(request.number), "NOTIFY"]


def read_response(datagram: bytes) -> Response | None:
    """Read a response; None for what is none."""
    head = re.sub(r"\r?\n[ \t]+", " ", datagram.decode("utf-8", "replace").partition("\r\n\r\n")[0])
    first, *lines = re.split(r"\r?\n", head)
    status = _STATUS.fullmatch(first)
    if status is None:
        return None
    branch = cseq = ""
    challenges = []
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        match _LONG.get(name, name) if colon else "":
            case "via" if not branch:  # the first is ours
                found = _BRANCH.search(value)
                branch = found[1] if found else "-"
            case "cseq":
                cseq = value.strip()
            case "www-authenticate":
                challenges.append(("Authorization", value.strip()))
            case "proxy-authenticate":
                challenges.append(("Proxy-Authorization", value.strip()))
    reason = "".join(each for each in (status[2] or "").strip() if each.isprintable())[:_MAX_REASON_CHARS]
    return Response(int(status[1]), reason, branch, cseq, tuple(challenges))


def answer_challenge(response: Response, uri: str, user: str, password: str, cnonce: str) -> str:
    """Answer the first challenge that can be answered.

    Args:
        cnonce: A random word.
    Returns:
        A header line; "" when none can be: another scheme, algorithm or quality of protection.
    Source: RFC 3261 §22.4; RFC 8760 §2.
    """
    for header, challenge in response.challenges:
        scheme, _, rest = challenge.partition(" ")
        given = {found[1].lower(): _unquoted(found) for found in _PARAMETER.finditer(rest)}
        algorithm = given.get("algorithm", "MD5")
        make = _HASHES.get(algorithm.lower())
        qops = [each.strip().lower() for each in given.get("qop", "").split(",") if each.strip()]
        if scheme.lower() == "digest" and make is not None and "nonce" in given and (not qops or "auth" in qops):
            credentials = _credentials(given, make, uri, user, password, cnonce if qops else "")
            return f"{header}: Digest {credentials}, algorithm={algorithm}"
    return ""


def _credentials(
    given: Mapping[str, str],
    make: Callable[[bytes], "hashlib._Hash"],
    uri: str,
    user: str,
    password: str,
    cnonce: str,
) -> str:
    def digest(*parts: str) -> str:
        return make(":".join(parts).encode()).hexdigest()

    realm, nonce = given.get("realm", ""), given["nonce"]
    who, what = digest(user, realm, password), digest("NOTIFY", uri)
    middle = (nonce, "00000001", cnonce, "auth") if cnonce else (nonce,)
    parts = {"username": user, "realm": realm, "nonce": nonce, "uri": uri, "response": digest(who, *middle, what)}
    if "opaque" in given:
        parts["opaque"] = given["opaque"]
    text = ", ".join(f"{name}={_quoted(value)}" for name, value in parts.items())
    return f'{text}, qop=auth, nc=00000001, cnonce="{cnonce}"' if cnonce else text


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(found: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]

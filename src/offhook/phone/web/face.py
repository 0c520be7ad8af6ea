"""The phone's face: a page with the phone drawn on it. A click on a key sends the same request as any program would.

What the page shows comes over the feed (`face_feed`); the page itself holds the keys only.
Source: DOC §3.2 (the 55 keys), §3.3 (login); `offhook.phone.screen`.
"""

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from offhook.phone.web.answers import face_html, see_other
from offhook.phone.web.gate import Gate, WebRequest
from offhook.phone.web.pages import PASSWORD_PATH
from offhook.phone.web.phone_port import PhonePort
from offhook.phone.web.rendering import render
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.protocol.keys import Key

__all__ = ["FACE_PATH", "KEYPAD_KEYS", "WORDED_KEYS", "face_route"]

FACE_PATH = "/face"

KEYPAD_KEYS = (
    *((Key("1"), "1", ""), (Key("2"), "2", "ABC"), (Key("3"), "3", "DEF")),
    *((Key("4"), "4", "GHI"), (Key("5"), "5", "JKL"), (Key("6"), "6", "MNO")),
    *((Key("7"), "7", "PQRS"), (Key("8"), "8", "TUV"), (Key("9"), "9", "WXYZ")),
    *((Key.STAR, "*", ""), (Key("0"), "0", "+"), (Key.POUND, "#", "")),
)
"""Key, what is printed on it, and the letters below."""
WORDED_KEYS = (
    (Key.F_HOLD, "Hold", "h"),
    (Key.F_TRANSFER, "Transfer", "t"),
    (Key.F_CONFERENCE, "Conference", "c"),
    (Key.RD, "Redial", "r"),
    (Key.MSG, "Messages", "v"),
    (Key.MUTE, "Mute", "m"),
    (Key.HEADSET, "Headset", "e"),
    (Key.SPEAKER, "Speaker", "s"),
)
"""Key, its name, and the letter that presses it on a keyboard."""


def face_route(phone: PhonePort, gate: Gate) -> HTTPRouteHandler:
    """Make the handler of the page."""

    @get(FACE_PATH, name="show face")
    async def face(request: WebRequest) -> ASGIApp:
        if gate.rule(request).session is None:
            return see_other(f"/login?next={FACE_PATH}", status=302)
        if gate.is_password_due:
            return see_other(PASSWORD_PATH)
        page = render(
            "face.html",
            identity=phone.settings.identity,
            keypad=KEYPAD_KEYS,
            worded=WORDED_KEYS,
            command_path=ACTIVE_URI_PATH,
        )
        return face_html(page)

    return face

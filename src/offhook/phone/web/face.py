"""The phone's face: a page with the phone drawn on it. A click on a key sends the same request as any program would.

Only the handset has no key token, so it has a path of its own, for whoever may send keys.

What the page shows comes over the feed (`face_feed`); the page itself holds the keys only.
Source: DOC §3.2 (the 55 keys), §3.3 (login); `offhook.phone.screen`.
"""

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from offhook.phone.web.active_uri import refusal_of
from offhook.phone.web.answers import face_html, plain, see_other
from offhook.phone.web.gate import Gate, WebRequest
from offhook.phone.web.pages import PASSWORD_PATH
from offhook.phone.web.phone_port import PhonePort
from offhook.phone.web.rendering import render
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.protocol.keys import Key

__all__ = ["FACE_PATH", "HANDSET_PATH", "KEYPAD_KEYS", "WORDED_KEYS", "face_routes"]

FACE_PATH = "/face"
HANDSET_PATH = "/face/handset"

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


def face_routes(phone: PhonePort, gate: Gate) -> list[HTTPRouteHandler]:
    """Make the handlers of the page and of the handset."""

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

    @post(HANDSET_PATH, name="move handset")
    async def handset(request: WebRequest) -> ASGIApp:
        if (refusal := refusal_of(phone, gate, request)) is not None:
            return refusal
        if request.query_params.get("up") == "1":
            phone.device.lift()
        else:
            phone.device.put_down()
        return plain(200, "OK")

    return [face, handset]

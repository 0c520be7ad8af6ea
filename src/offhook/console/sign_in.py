"""The browser's way in: name and password, the terminal's sign-in link, and the operator page behind both.

The session cookie is SameSite=Strict: no other site can make a browser send it. A browser that follows a link from
another site (a mail, a telephone number) does not send it along, so such a request is answered with a page of our own
that asks once more by itself; from there on the request is our own page's.

Source: RFC 6265bis §5.2 (same-site requests and redirects); Fetch Metadata (`Sec-Fetch-Site`).
"""

from typing import Annotated, Any
from urllib.parse import parse_qs, quote

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from offhook.console.access import SESSION_COOKIE, SESSION_LIFE_S, require_origin
from offhook.console.error_answers import answer_for
from offhook.console.page_files import PageFile
from offhook.console.rest.guard import find_principal, visitor_of
from offhook.console.rest.route_parts import ApiParts, Parts
from offhook.console.sign_in_page import SIGN_IN_STYLE, render_moving_on, render_sign_in
from offhook.console.store.people import UserRecord
from offhook.console.users import SlowDown
from offhook.errors import NotAllowed, NotFound

__all__ = [
    "DIAL_PATH",
    "SIGN_IN_PATH",
    "WEB_ROUTES",
    "asset",
    "operator_page",
    "safe_target",
    "sign_in",
    "sign_in_by_password",
    "sign_in_style",
]

SIGN_IN_PATH = "/sign-in"
DIAL_PATH = "/dial"
_STYLE_PATH = "/sign-in.css"
_MAX_TARGET_CHARS = 2048
_MAX_NAME_CHARS = 64
_MAX_PASSWORD_CHARS = 256
_AnyRequest = Request[Any, Any, Any]


@get(SIGN_IN_PATH, include_in_schema=False)
async def sign_in(
    parts: Parts,
    request: _AnyRequest,
    token: Annotated[str | None, QueryParameter(max_length=256)] = None,
    next_: Annotated[str, QueryParameter(name="next", max_length=_MAX_TARGET_CHARS)] = "/",
) -> Response[Any]:
    """Open a session by the link's token; without one, ask for name and password."""
    target = safe_target(next_)
    if token is None:
        if await find_principal(request) is not None:
            return Redirect(target, status_code=303)
        return _page(render_sign_in(link=_link(request), target=target))
    try:
        secret, user = await parts.access.open_by_link(token, visitor_of(request))
    except NotAllowed as refusal:
        await _audit(parts, request, "link?", refusal.error_id)
        problem = "This sign-in link is not valid any more: the console makes a new one each time it starts."
        page = render_sign_in(link=_link(request), target=target, problem=problem, is_link_old=True)
        return _page(page, status=403)
    await _enter(parts, request, user, by="link")
    return _with_cookie(_page(render_moving_on(target)), request, secret)


@post(SIGN_IN_PATH, include_in_schema=False)
async def sign_in_by_password(parts: Parts, request: _AnyRequest) -> Response[Any]:
    """Open a session by name and password, and go on to where the browser wanted to."""
    fields = await _fields(request)
    name, password, target = (fields.get(field, [""])[0] for field in ("name", "password", "next"))
    name, target = name.strip()[:_MAX_NAME_CHARS], safe_target(target)
    try:
        require_origin(request.headers.get("origin"), request.scope["scheme"], request.headers.get("host", ""))
        secret, user = await parts.access.open_by_password(name, password[:_MAX_PASSWORD_CHARS], visitor_of(request))
    except NotAllowed as refusal:
        await _audit(parts, request, f"user:{name}?", refusal.error_id)
        text = str(refusal)
        page = render_sign_in(link=_link(request), target=target, name=name, problem=text[:1].upper() + text[1:] + ".")
        status, _ = answer_for(refusal)
        headers = {"Retry-After": str(refusal.wait_s)} if isinstance(refusal, SlowDown) else {}
        return _page(page, status=status, headers=headers)
    await _enter(parts, request, user, by="password")
    return _with_cookie(Redirect(target, status_code=303), request, secret)


@get(_STYLE_PATH, include_in_schema=False, media_type=MediaType.CSS)
async def sign_in_style() -> str:
    """Dress the sign-in page, which may load nothing of the page behind it."""
    return SIGN_IN_STYLE


@get(["/", DIAL_PATH], include_in_schema=False)
async def operator_page(request: _AnyRequest) -> Response[Any]:
    """Serve the operator page to who is signed in, and show everybody else the way.

    Browsers open telephone links at `/dial?number=…`; the page then asks before it dials.
    """
    if await find_principal(request) is not None:
        return _file(request, "index.html")
    wanted = safe_target(request.url.path + (f"?{request.url.query}" if request.url.query else ""))
    if request.headers.get("sec-fetch-site") == "cross-site":
        return _page(render_moving_on(wanted))
    return Redirect(SIGN_IN_PATH if wanted == "/" else f"{SIGN_IN_PATH}?next={quote(wanted, safe='')}", status_code=303)


@get("/assets/{path:path}", include_in_schema=False)
async def asset(request: _AnyRequest, path: FromPath[str]) -> Response[Any]:
    """Serve a file of the operator page."""
    if await find_principal(request) is None:
        return Redirect(SIGN_IN_PATH, status_code=303)
    return _file(request, f"assets/{path.lstrip('/')}")


def safe_target(target: str) -> str:
    """Give the path to go to after signing in, or the first page for anything that is not a path of this console."""
    is_path = target.startswith("/") and not target.startswith(("//", "/\\"))
    is_clean = target.isascii() and target.isprintable() and "\\" not in target and " " not in target
    return target if is_path and is_clean and len(target) <= _MAX_TARGET_CHARS else "/"


async def _fields(request: _AnyRequest) -> dict[str, list[str]]:
    try:
        return parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=16)
    except ValueError:  # more fields than any form of ours
        return {}


async def _enter(parts: ApiParts, request: _AnyRequest, user: UserRecord, *, by: str) -> None:
    """End the session that this browser had, whose cookie is about to be replaced, and note who has come."""
    before = await find_principal(request)
    if before is not None and before.kind == "session":
        await parts.access.close_session(before)
    await _audit(parts, request, f"user:{user.name}", "done", by=by)


async def _audit(parts: ApiParts, request: _AnyRequest, who: str, outcome: str, **detail: str) -> None:
    address = visitor_of(request).address
    audit = parts.audit
    entry = audit.entry(who, "signIn", target=SIGN_IN_PATH, outcome=outcome, address=address, detail={**detail})
    await audit.note(entry)


def _link(request: _AnyRequest) -> str:
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}{SIGN_IN_PATH}?token=…"


def _with_cookie(response: Response[Any], request: _AnyRequest, session: str) -> Response[Any]:
    response.set_cookie(
        Cookie(
            key=SESSION_COOKIE,
            value=session,
            path="/",
            max_age=int(SESSION_LIFE_S),
            httponly=True,
            samesite="strict",
            secure=request.scope["scheme"] == "https",
        )
    )
    return response


def _file(request: _AnyRequest, name: str) -> Response[Any]:
    files: dict[str, PageFile] = request.app.state.page
    file = files.get(name)
    if file is None:
        raise NotFound("file", name)
    headers = {"ETag": file.etag, "Cache-Control": "no-cache"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def _page(content: str, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[str]:
    # With the policy of all other answers, `no-referrer`, a browser would send the form with the Origin `null`.
    every = {"Referrer-Policy": "same-origin", **(headers or {})}
    return Response(content, status_code=status, media_type=MediaType.HTML, headers=every)


WEB_ROUTES: list[BaseRouteHandler] = [sign_in, sign_in_by_password, sign_in_style, operator_page, asset]

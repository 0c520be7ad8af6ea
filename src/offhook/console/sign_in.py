"""The browser's way in: the sign-in link, the page that says where to find it, and the operator page behind it.

The session cookie is SameSite=Strict: no other site can make a browser send it. A browser that follows a link from
another site (a mail, a chat) would not send it along a redirect either, so the link answers with a page of our own that
moves on by itself; from there on the request is our own page's.

Source: RFC 6265bis §5.2 (same-site requests and redirects).
"""

from html import escape
from typing import Annotated, Any

from litestar import MediaType, Request, Response, get
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from offhook.console.access import SESSION_COOKIE, SESSION_LIFE_S
from offhook.console.page_files import PageFile
from offhook.console.rest.route_parts import Parts, find_principal
from offhook.errors import NotAllowed, NotFound

__all__ = [
    "SIGN_IN_PATH",
    "WEB_ROUTES",
    "asset",
    "operator_page",
    "sign_in",
    "sign_in_style",
]

SIGN_IN_PATH = "/sign-in"
_STYLE_PATH = "/sign-in.css"
_AnyRequest = Request[Any, Any, Any]

_STYLE = """
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif; }
body { display: grid; place-items: center; min-height: 90vh; margin: 0 1rem; }
main { max-width: 34rem; }
h1 { font-size: 1.5rem; }
code { background: color-mix(in srgb, currentColor 10%, transparent); padding: 0.1em 0.4em; border-radius: 0.3em; }
"""

_PAGE = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">{moves_on}
    <title>offhook: sign in</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/sign-in.css">
  </head>
  <body>
    <main>
      <h1>{title}</h1>
      {text}
    </main>
  </body>
</html>
"""
_WHERE = """<p>Open the sign-in link that the console printed when it started. It looks like
      <code>{link}</code> and is found in the terminal, or the log, of <code>offhook console</code> or
      <code>offhook demo</code>.</p>
      <p>Programs do not sign in here: they send a bearer token.</p>"""


@get(SIGN_IN_PATH, include_in_schema=False)
async def sign_in(
    parts: Parts, request: _AnyRequest, token: Annotated[str | None, QueryParameter(max_length=256)] = None
) -> Response[str]:
    """Open a session by the link's token; without one, say where the link is."""
    where = _WHERE.format(link=escape(f"http://{request.headers.get('host', '')}{SIGN_IN_PATH}?token=…"))
    if token is None:
        return _page("Sign in", where)
    try:
        session = await parts.access.open_session(token)
    except NotAllowed:
        text = "<p>The console makes a new link each time it starts, and this one is of an earlier time.</p>"
        return _page("This sign-in link is not valid any more", text + where, status=403)
    text = '<p>One moment… <a href="/">go on</a></p>'
    response = _page("Signed in", text, moves_on='\n    <meta http-equiv="refresh" content="0; url=/">')
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


@get(_STYLE_PATH, include_in_schema=False, media_type=MediaType.CSS)
async def sign_in_style() -> str:
    """Dress the sign-in page, which may load nothing of the page behind it."""
    return _STYLE


@get("/", include_in_schema=False)
async def operator_page(request: _AnyRequest) -> Response[Any]:
    """Serve the operator page to who is signed in, and show everybody else the way."""
    if await find_principal(request) is None:
        return Redirect(SIGN_IN_PATH, status_code=303)
    return _file(request, "index.html")


@get("/assets/{path:path}", include_in_schema=False)
async def asset(request: _AnyRequest, path: FromPath[str]) -> Response[Any]:
    """Serve a file of the operator page."""
    if await find_principal(request) is None:
        return Redirect(SIGN_IN_PATH, status_code=303)
    return _file(request, f"assets/{path.lstrip('/')}")


def _file(request: _AnyRequest, name: str) -> Response[Any]:
    files: dict[str, PageFile] = request.app.state.page
    file = files.get(name)
    if file is None:
        raise NotFound("file", name)
    headers = {"ETag": file.etag, "Cache-Control": "no-cache"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def _page(title: str, text: str, *, status: int = 200, moves_on: str = "") -> Response[str]:
    content = _PAGE.format(title=title, text=text, moves_on=moves_on)
    return Response(content, status_code=status, media_type=MediaType.HTML)


WEB_ROUTES: list[BaseRouteHandler] = [sign_in, sign_in_style, operator_page, asset]

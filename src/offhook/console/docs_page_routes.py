"""The API's description to browse, at `/docs`: a page of our own that draws the OpenAPI document, from files of ours.

It loads nothing from elsewhere and needs no login, like the document itself.

Source: OpenAPI 3.1.
"""

from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath

from offhook.console.page_files import PageFile, read_page
from offhook.errors import NotFound

__all__ = ["DOCS_ROUTES", "docs_file", "docs_page"]

_AnyRequest = Request[Any, Any, Any]


@get("/docs", include_in_schema=False, sync_to_thread=False)
def docs_page(request: _AnyRequest) -> Response[Any]:
    """Serve the page."""
    return _file(request, "index.html")


@get("/docs/{name:str}", include_in_schema=False, sync_to_thread=False)
def docs_file(request: _AnyRequest, name: FromPath[str]) -> Response[Any]:
    """Serve what the page loads."""
    return _file(request, name)


@cache
def _files() -> dict[str, PageFile]:
    return read_page(Path(__file__).with_name("docs_page"))


def _file(request: _AnyRequest, name: str) -> Response[Any]:
    file = _files().get(name)
    if file is None:
        raise NotFound("file", name)
    headers = {"ETag": file.etag, "Cache-Control": "no-cache"}
    if file.etag in request.headers.get("if-none-match", ""):
        return Response(None, status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


DOCS_ROUTES: list[BaseRouteHandler] = [docs_page, docs_file]

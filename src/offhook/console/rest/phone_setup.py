"""How phones are set up: the URLs to paste, the file to download, whether the console reaches them.

Source: docs/administration.md; vendors.md §2-4.
"""

from typing import Annotated
from urllib.parse import quote

from litestar import Response, get, post
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from offhook.console.rest.route_parts import READ_PROBLEMS, Parts, PathId, problems
from offhook.console_api.setup import DialectInfo, ReachTest, SetupSheet

__all__ = ["PHONE_SETUP_ROUTES", "get_setup", "get_setup_file", "list_dialects", "try_phone"]

_TAGS = ["phones"]


@get(
    "/dialects",
    operation_id="listDialects",
    summary="List the makes of phones that are known",
    tags=_TAGS,
    responses=problems(401, 500),
)
async def list_dialects(parts: Parts) -> list[DialectInfo]:
    """Show what can be chosen as a phone's dialect; the source document comes first."""
    return parts.setup.dialects()


@get(
    "/phones/{phone_id:str}/setup",
    operation_id="getPhoneSetup",
    summary="Show what to enter at a phone",
    tags=_TAGS,
    responses=problems(400, 401, 403, 404, 409, 500, 503),
)
async def get_setup(parts: Parts, phone_id: PathId) -> SetupSheet:
    """Show the phone's 27 Action URLs as its make writes them, what to switch on there, and its files."""
    return parts.setup.sheet(phone_id)


@get(
    "/phones/{phone_id:str}/setup/file",
    operation_id="getPhoneSetupFile",
    summary="Download a file that sets a phone up",
    tags=_TAGS,
    media_type="application/octet-stream",
    responses={
        **problems(400, 401, 403, 404, 409, 500, 503),
        200: ResponseSpec(
            bytes, generate_examples=False, description="The file.", media_type="application/octet-stream"
        ),
    },
)
async def get_setup_file(
    parts: Parts,
    phone_id: PathId,
    format_: Annotated[
        str | None,
        QueryParameter(name="format", max_length=32, description="As listed in the set-up; the first one if left out."),
    ] = None,
) -> Response[bytes]:
    """Give the file as the phone reads it. It holds no password; it holds the listener's secret, if there is one."""
    file = parts.setup.file(phone_id, format_)
    return Response(
        file.content,
        media_type="application/octet-stream",  # never anything a browser would show as a page of ours
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}"},
    )


@post(
    "/phones/{phone_id:str}/reach",
    operation_id="tryPhone",
    summary="Try to reach a phone",
    tags=_TAGS,
    status_code=200,
    responses={**READ_PROBLEMS, **problems(403, 409)},
)
async def try_phone(parts: Parts, phone_id: PathId) -> ReachTest:
    """Send the phone a request that presses no key, and say what came of it."""
    return await parts.commander.reach(phone_id)


PHONE_SETUP_ROUTES: list[BaseRouteHandler] = [list_dialects, get_setup, get_setup_file, try_phone]

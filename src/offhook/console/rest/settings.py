"""What an administrator chose for everybody.

Source: docs/administration.md.
"""

from typing import Any

import msgspec
from litestar import Request, get, put
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from offhook.console.rest.guard import audit_note
from offhook.console.rest.route_parts import Parts, problems
from offhook.console_api.preferences import SharedSettings, check_pop_url

__all__ = ["SETTINGS_ROUTES", "get_settings", "replace_settings"]

_TAGS = ["settings"]


@get(
    "/settings",
    operation_id="getSettings",
    summary="What was chosen for everybody",
    tags=_TAGS,
    responses=problems(401, 500, 503),
)
async def get_settings(parts: Parts) -> SharedSettings:
    """Show what holds for everybody who chose nothing else."""
    return await parts.journal.store.settings()


@put(
    "/settings",
    operation_id="replaceSettings",
    summary="Choose for everybody",
    tags=_TAGS,
    responses=problems(400, 401, 403, 500, 503),
)
async def replace_settings(
    parts: Parts, request: Request[Any, Any, Any], data: JSONBody[SharedSettings]
) -> SharedSettings:
    """Replace it all. Pages that are open follow when somebody comes back to them, or loads them anew."""
    settings = msgspec.structs.replace(data, pop_url=check_pop_url(data.pop_url))
    audit_note(request, pop_url=settings.pop_url)
    await parts.journal.store.save_settings(settings)
    return settings


SETTINGS_ROUTES: list[BaseRouteHandler] = [get_settings, replace_settings]

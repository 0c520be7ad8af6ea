"""Commands as resources: what was asked for and what became of it.

Source: console-api.md §4.
"""

from typing import Annotated, Any

from litestar import Request, get
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from offhook.console.rest.guard import principal_of
from offhook.console.rest.reach import commands_seen
from offhook.console.rest.route_parts import READ_PROBLEMS, Parts, PathId
from offhook.console_api.resources import Command

__all__ = [
    "COMMAND_ROUTES",
    "get_command",
    "list_commands",
]

_TAGS = ["commands"]


@get(
    "/commands/{command_id:str}",
    operation_id="getCommand",
    summary="Get one command",
    tags=_TAGS,
    responses=READ_PROBLEMS,
)
async def get_command(
    parts: Parts,
    command_id: PathId,
    wait_s: Annotated[
        float, QueryParameter(ge=0, le=60, description="Answer when the command has ended, or after so many seconds.")
    ] = 0.0,
) -> Command:
    """Show how far a command got; every change also arrives on the event feed."""
    return await parts.commander.finished(command_id, wait_s)


@get(
    "/commands",
    operation_id="listCommands",
    summary="List commands, newest first",
    tags=_TAGS,
    responses=READ_PROBLEMS,
)
async def list_commands(
    parts: Parts,
    request: Request[Any, Any, Any],
    phone: Annotated[str | None, QueryParameter(max_length=64, description="Only commands to this phone.")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500, description="At most so many.")] = 50,
) -> list[Command]:
    """Show commands; those that ended are kept. An operator sees those to the own phones."""
    phones = principal_of(request).sees if phone is None else [phone]
    return await commands_seen(parts.commander, phones, limit=limit)


COMMAND_ROUTES: list[BaseRouteHandler] = [get_command, list_commands]

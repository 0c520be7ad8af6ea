"""Phones: seen, set up, removed. What is done with them is in `phone_verbs`.

Source: console-api.md §3-4.
"""

import msgspec
from litestar import delete, get, put
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody

from offhook.console.phone_courier import read_address
from offhook.console.records import PhoneRemoved, PhoneSetupChanged
from offhook.console.rest.route_parts import (
    READ_PROBLEMS,
    ApiParts,
    Parts,
    PathId,
    problems,
)
from offhook.console.which_phone import valid_phone_id
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import Phone
from offhook.errors import NotFound, NotValid

__all__ = [
    "PHONE_ROUTES",
    "get_phone",
    "list_phones",
    "remove_phone",
    "set_up_phone",
]

_TAGS = ["phones"]
_EDIT_PROBLEMS = problems(400, 401, 403, 404, 500, 503)


@get("/phones", operation_id="listPhones", summary="List phones", tags=_TAGS, responses=problems(401, 500))
async def list_phones(parts: Parts) -> list[Phone]:
    """Show every phone that was set up or has reported."""
    return parts.journal.state.phones()


@get("/phones/{phone_id:str}", operation_id="getPhone", summary="Get one phone", tags=_TAGS, responses=READ_PROBLEMS)
async def get_phone(parts: Parts, phone_id: PathId) -> Phone:
    """Show one phone."""
    phone = parts.journal.state.phone(phone_id)
    if phone is None:
        raise NotFound("phone", phone_id)
    return phone


@put(
    "/phones/{phone_id:str}",
    operation_id="setUpPhone",
    summary="Set a phone up, or edit its set-up",
    tags=_TAGS,
    responses={**_EDIT_PROBLEMS, **problems(409)},
)
async def set_up_phone(parts: Parts, phone_id: PathId, data: JSONBody[PhoneSetup]) -> Phone:
    """Tell the console what it needs to command a phone; the id is its MAC or IP address."""
    events = await parts.journal.record(PhoneSetupChanged(phone_id, await _checked(parts, phone_id, data)))
    known_as = next((event.phone for event in events if event.phone is not None), phone_id)
    phone = parts.journal.state.phone(known_as)
    if phone is None:  # removed by somebody else in the same moment
        raise NotFound("phone", known_as)
    return phone


@delete(
    "/phones/{phone_id:str}",
    operation_id="removePhone",
    summary="Remove a phone",
    tags=_TAGS,
    status_code=204,
    responses=_EDIT_PROBLEMS,
)
async def remove_phone(parts: Parts, phone_id: PathId) -> None:
    """Forget a phone and its set-up; if it reports again it is one that nobody set up."""
    await parts.journal.record(PhoneRemoved(phone_id))


async def _checked(parts: ApiParts, phone_id: str, setup: PhoneSetup) -> PhoneSetup:
    """Refuse what could not be used, before it is kept."""
    if setup.control_url:
        setup = msgspec.structs.replace(setup, control_url=read_address(setup.control_url))
    for name, text in (("control_user", setup.control_user), ("control_password", setup.control_password or "")):
        if not text.isprintable():
            raise NotValid("control-login-not-valid", f"{name} holds a character that cannot be typed")
    if ":" in setup.control_user:
        raise NotValid("control-login-not-valid", "control_user cannot hold a colon (RFC 7617)")
    if setup.control_url and setup.control_password is None:
        await _require_same_address(parts, valid_phone_id(phone_id) or phone_id, setup.control_url)
    return setup


async def _require_same_address(parts: ApiParts, phone_id: str, control_url: str) -> None:
    """Keep a stored password from going to an address it was not entered for.

    Otherwise whoever may edit a phone could have its password sent to a machine of their own.
    """
    known = parts.journal.state.phone(phone_id)
    if known is None or known.control_url == control_url:
        return
    if await parts.journal.store.password(phone_id) is not None:
        raise NotValid("password-needed", "enter the password again when the phone's address changes")


PHONE_ROUTES: list[BaseRouteHandler] = [
    list_phones,
    get_phone,
    set_up_phone,
    remove_phone,
]

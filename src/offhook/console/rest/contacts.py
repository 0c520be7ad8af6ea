"""Contacts: who calls and is called, their import and export.

Source: docs/programs.md, "Contacts".
"""

import asyncio
from typing import Annotated, Any, Literal

from litestar import Request, Response, delete, get, post, put
from litestar.handlers import BaseRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody, QueryParameter

from offhook.console.contact_csv import read_csv, write_csv
from offhook.console.rest.guard import audit_note
from offhook.console.rest.route_parts import API, READ_PROBLEMS, Parts, PathId, problems
from offhook.console.vcard import read_vcards, write_vcard
from offhook.console_api.contacts import Contact, ImportReport, NewContact
from offhook.errors import NotValid

__all__ = [
    "CONTACT_ROUTES",
    "MAX_IMPORT_BYTES",
    "as_file",
    "create_contact",
    "export_contacts",
    "get_contact",
    "import_contacts",
    "list_contact_groups",
    "list_contacts",
    "remove_contact",
    "replace_contact",
]

MAX_IMPORT_BYTES = 8 * 1024 * 1024

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["contacts"]
_EDIT_PROBLEMS = problems(400, 401, 403, 404, 409, 500, 503)
_READERS = {"text/csv": read_csv, "text/vcard": read_vcards, "text/x-vcard": read_vcards}


@get("/contacts", operation_id="listContacts", summary="List contacts by name", tags=_TAGS, responses=READ_PROBLEMS)
async def list_contacts(
    parts: Parts,
    search: Annotated[
        str,
        QueryParameter(max_length=128, description="Beginnings of names, organisations, e-mail addresses or numbers."),
    ] = "",
    group: Annotated[str | None, QueryParameter(max_length=64, description="Only of this group.")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=500, description="At most so many.")] = 50,
    after: Annotated[
        str | None, QueryParameter(max_length=64, description="Id of a contact: only later ones, to page on.")
    ] = None,
) -> list[Contact]:
    """Show contacts that fit all that is looked for; case and accents do not matter."""
    return await parts.contacts.find(search, group=group, after=after, limit=limit)


@get(
    "/contacts/groups",
    operation_id="listContactGroups",
    summary="List the groups of contacts",
    tags=_TAGS,
    responses=problems(401, 500, 503),
)
async def list_contact_groups(parts: Parts) -> list[str]:
    """Show the groups that contacts are in."""
    return parts.contacts.groups()


@get(
    "/contacts/export",
    operation_id="exportContacts",
    summary="Get all contacts as a file",
    tags=_TAGS,
    responses={
        200: ResponseSpec(bytes, generate_examples=False, media_type="text/csv"),
        **problems(400, 401, 500, 503),
    },
)
async def export_contacts(
    parts: Parts,
    format: Annotated[Literal["csv", "vcard"], QueryParameter(description="What kind of file.")] = "csv",
) -> Response[bytes]:
    """Write every contact: as a table, made so that a spreadsheet runs nothing of it, or as vCards 4.0."""
    everybody = [contact async for contact in parts.contacts.everybody()]
    if format == "csv":
        return as_file(await asyncio.to_thread(write_csv, everybody), "text/csv", "contacts.csv")
    cards = await asyncio.to_thread(lambda: "".join(map(write_vcard, everybody)))
    return as_file(cards, "text/vcard", "contacts.vcf")


@post("/contacts", operation_id="createContact", summary="Add a contact", tags=_TAGS, responses=_EDIT_PROBLEMS)
async def create_contact(parts: Parts, request: _AnyRequest, data: JSONBody[NewContact]) -> Response[Contact]:
    """Add somebody; numbers are kept in E.164 where their country is known."""
    _check(data)
    contact = await parts.contacts.create(data)
    audit_note(request, contact=contact.id, name=contact.name)
    return Response(contact, status_code=201, headers={"Location": f"{API}/contacts/{contact.id}"})


@post(
    "/contacts/import",
    operation_id="importContacts",
    summary="Take contacts from a file",
    tags=_TAGS,
    status_code=200,
    request_max_body_size=MAX_IMPORT_BYTES,
    responses=problems(400, 401, 403, 409, 413, 500, 503),
)
async def import_contacts(
    parts: Parts,
    request: _AnyRequest,
    dry_run: Annotated[bool, QueryParameter(description="Only tell what would happen.")] = False,
) -> ImportReport:
    """Take a file, the body, of `Content-Type` `text/csv` or `text/vcard`, at most 8 MB.

    Contacts that are there already, by id or by name and organisation, are replaced. Rows that cannot be taken are
    told with their line and why, and keep nobody else out.
    """
    reader = _READERS.get(request.headers.get("content-type", "").partition(";")[0].strip().lower())
    if reader is None:
        raise NotValid("format-not-known", "send the file as text/csv or text/vcard, by its Content-Type")
    file = await asyncio.to_thread(reader, await request.body())
    report = await parts.contacts.take(file, is_dry_run=dry_run)
    audit_note(request, dry_run=dry_run, created=report.created, updated=report.updated)
    return report


@get(
    "/contacts/{contact_id:str}",
    operation_id="getContact",
    summary="Get one contact",
    tags=_TAGS,
    responses=READ_PROBLEMS,
)
async def get_contact(parts: Parts, contact_id: PathId) -> Contact:
    """Show one contact."""
    return await parts.contacts.get(contact_id)


@put(
    "/contacts/{contact_id:str}",
    operation_id="replaceContact",
    summary="Replace a contact",
    tags=_TAGS,
    responses=_EDIT_PROBLEMS,
)
async def replace_contact(
    parts: Parts, request: _AnyRequest, contact_id: PathId, data: JSONBody[NewContact]
) -> Contact:
    """Replace a contact whole: what the body leaves out is empty afterwards."""
    _check(data)
    audit_note(request, contact=contact_id, name=data.name)
    return await parts.contacts.replace(contact_id, data)


@delete(
    "/contacts/{contact_id:str}",
    operation_id="removeContact",
    summary="Remove a contact",
    tags=_TAGS,
    status_code=204,
    responses=_EDIT_PROBLEMS,
)
async def remove_contact(parts: Parts, request: _AnyRequest, contact_id: PathId) -> None:
    """Forget a contact; calls keep their numbers."""
    audit_note(request, contact=contact_id)
    await parts.contacts.remove(contact_id)


def as_file(text: str, media_type: str, name: str) -> Response[bytes]:
    """Answer with a file to be saved."""
    return Response(
        text.encode("utf-8", "replace"),
        media_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _check(contact: NewContact) -> None:
    unusable = [each.number for each in contact.numbers if not any(map(str.isalnum, each.number))]
    if unusable:
        raise NotValid("number-not-valid", f"{unusable[0]!r} is no number")


CONTACT_ROUTES: list[BaseRouteHandler] = [
    list_contacts,
    list_contact_groups,
    export_contacts,
    create_contact,
    import_contacts,
    get_contact,
    replace_contact,
    remove_contact,
]

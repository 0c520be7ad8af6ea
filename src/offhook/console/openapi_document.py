"""The OpenAPI document, `/api/v1/openapi.json`, and the list of routes it describes.

The framework would serve the document itself, together with an HTML page for every address beside it that does not
exist; here such an address gets a `Problem` like any other. So the document is made from the same routes, on the first
request for it, and kept.

Source: OpenAPI 3.1; console-api.md §4.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
from litestar import Litestar, MediaType, Request, Response, Router, get
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Tag

from offhook.console.access import SESSION_COOKIE
from offhook.console.api_examples import add_examples
from offhook.console.permissions import ROUTE_NEEDS, Need
from offhook.console.request_ids import HEADER
from offhook.console.rest.actions import ACTION_ROUTES
from offhook.console.rest.audit import AUDIT_ROUTES
from offhook.console.rest.calls import CALL_ROUTES
from offhook.console.rest.commands import COMMAND_ROUTES
from offhook.console.rest.contacts import CONTACT_ROUTES
from offhook.console.rest.history import HISTORY_ROUTES
from offhook.console.rest.me import ME_ROUTES
from offhook.console.rest.observing import METRICS_ROUTES, OBSERVING_ROUTES
from offhook.console.rest.phone_setup import PHONE_SETUP_ROUTES
from offhook.console.rest.phone_verbs import PHONE_VERB_ROUTES
from offhook.console.rest.phones import PHONE_ROUTES
from offhook.console.rest.route_parts import API, ApiParts
from offhook.console.rest.session import SESSION_ROUTES
from offhook.console.rest.settings import SETTINGS_ROUTES
from offhook.console.rest.statistics import STATISTICS_ROUTES
from offhook.console.rest.tokens import TOKEN_ROUTES
from offhook.console.rest.transfers import TRANSFER_ROUTES
from offhook.console.rest.users import USER_ROUTES
from offhook.console.rest.webhooks import WEBHOOK_ROUTES
from offhook.console_api.scopes import Scope

__all__ = ["GUARDED_ROUTES", "OPEN_ROUTES", "describe_api", "openapi_json"]

GUARDED_ROUTES: list[BaseRouteHandler] = [
    *CALL_ROUTES,
    *TRANSFER_ROUTES,
    *PHONE_ROUTES,
    *PHONE_SETUP_ROUTES,
    *PHONE_VERB_ROUTES,
    *COMMAND_ROUTES,
    *CONTACT_ROUTES,
    *HISTORY_ROUTES,
    *STATISTICS_ROUTES,
    *ME_ROUTES,
    *SESSION_ROUTES,
    *USER_ROUTES,
    *TOKEN_ROUTES,
    *AUDIT_ROUTES,
    *ACTION_ROUTES,
    *WEBHOOK_ROUTES,
    *SETTINGS_ROUTES,
    *METRICS_ROUTES,
]
"""Routes for whoever is signed in or has a token."""
OPEN_ROUTES: list[BaseRouteHandler] = [*OBSERVING_ROUTES]
"""Routes for everybody."""

_OTHER_FORMS = {"exportContacts": ("text/vcard",)}
"""What an answer may be beside the one media type that the framework knows of."""

_DESCRIPTION = """Shows and works desk phones that speak Action URL and Active URI.

Verbs answer 202 with a command. `GET /commands/{id}`, or the `command.*` events, tell what became of it: the
phone's own report confirms it. Every error is a `Problem` whose `error_id` is stable.

Every answer has an `X-Request-ID`: the one that came with the request, if it is up to 64 letters, digits and
`._~+/=:-`, else a new one. Problems, commands and audit entries have it as `request_id`, and so do the log's lines.

Everything that happens arrives on the WebSocket `GET /api/v1/events`: first `hello` with a snapshot, then one `event`
frame each. `?after_seq=N&epoch=E` resumes after an event, across lost connections and restarts; `resync_required`
brings a snapshot where that is not possible, or where more than `at_most` events were missed. `phones`, `groups` and
`types` (`call.` for all of a kind), each as often as needed, narrow feed and snapshot. Clients may send
`{"op":"subscribe","phones":[…],"types":["call."],"groups":[…]}`, and `{"op":"ping"}`, which is answered with the
position the feed has reached. Close codes: 1001 the console stops, 4001 no token, 4002 refused, 4003 rights have
changed, 4004 a frame makes no sense, 4008 too slow: resume."""

_TAGS = [
    Tag(name="calls", description="See calls; place, answer, hold and end them."),
    Tag(name="transfers", description="Send a call elsewhere, at once or after asking; join two calls."),
    Tag(name="phones", description="See phones, set them up, press their keys."),
    Tag(name="commands", description="What was asked for and what became of it."),
    Tag(name="events", description="The live picture, to go with the event feed."),
    Tag(name="contacts", description="Who calls and is called; import and export."),
    Tag(name="history", description="Calls that are over, searched and exported."),
    Tag(name="statistics", description="What was handled, counted."),
    Tag(name="me", description="Whoever asks: who they are and what they may, their phones and calls."),
    Tag(name="session", description="Being signed in, and whether the console is there."),
    Tag(name="users", description="Who may sign in, as what, with which phones."),
    Tag(name="tokens", description="What programs may do."),
    Tag(name="audit", description="Who did what."),
    Tag(name="settings", description="What an administrator chose for everybody."),
    Tag(name="webhooks", description="Who is told of events by HTTP; docs/webhooks.md tells how to check signatures."),
]


_REQUEST_ID = {
    "description": "By which the console's log has the lines about this request.",
    "required": True,
    "schema": {"type": "string", "minLength": 1, "maxLength": 64},
}


@get("/openapi.json", include_in_schema=False, sync_to_thread=True)
def openapi_json(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Serve the document; it holds nothing secret, so anybody may read it."""
    document = describe_api(request.app.state.version)
    return Response(document, media_type=MediaType.JSON, headers={"Cache-Control": "no-cache"})


@cache
def describe_api(version: str) -> bytes:
    """Make the document as JSON."""
    routes = Router(API, route_handlers=[*GUARDED_ROUTES, *OPEN_ROUTES])
    config = OpenAPIConfig(
        title="offhook console",
        version=version,
        description=_DESCRIPTION,
        use_handler_docstrings=True,
        tags=_TAGS,
        components=Components(
            security_schemes={
                "token": SecurityScheme(
                    type="http", scheme="bearer", description="For programs: a token that the console issued."
                ),
                "session": SecurityScheme(
                    type="apiKey",
                    name=SESSION_COOKIE,
                    security_scheme_in="cookie",
                    description="For browsers: opened by signing in.",
                ),
            }
        ),
        security=[{"token": []}, {"session": []}],
    )
    # Nothing is ever asked of this application; it only has to know that handlers get `parts` from elsewhere.
    provider = Provide(_no_parts, sync_to_thread=False)
    app = Litestar([routes], dependencies={"parts": provider}, openapi_config=config, logging_config=None)
    document = app.openapi_schema.to_schema()
    for item in document["paths"].values():
        for described in item.values():
            _say_what_it_needs(described)
            for response in described["responses"].values():
                response.setdefault("headers", {})[HEADER] = {"$ref": "#/components/headers/RequestId"}
    document["components"]["headers"] = {"RequestId": _REQUEST_ID}
    _describe_exactly(document["components"]["schemas"])
    return msgspec.json.encode(add_examples(document))


def _say_what_it_needs(described: dict[str, Any]) -> None:
    """Add to an operation's description the scope it takes, and the refusal when that is missing."""
    described["responses"].get("204", {}).pop("content", None)
    for media_type in _OTHER_FORMS.get(described["operationId"], ()):
        content = described["responses"]["200"]["content"]
        content[media_type] = next(iter(content.values()))
    for parameter in described.get("parameters", ()):
        _say_that_times_may_be_numbers(parameter["schema"])
    need = ROUTE_NEEDS.get(described["operationId"])
    if isinstance(need, Scope):
        described["security"] = [{"token": [need]}, {"session": [need]}]
        described["responses"].setdefault(
            "403", {**described["responses"]["401"], "description": "Whoever asks may not."}
        )
    elif need is Need.USER:
        described["security"] = [{"session": []}]


def _say_that_times_may_be_numbers(schema: dict[str, Any]) -> None:
    """Add seconds since 1970 to a parameter that takes a time: the framework reads them, too."""
    choices = schema.get("oneOf", ())
    if any(choice.get("format") == "date-time" for choice in choices):
        schema["oneOf"] = [*choices, {"type": "number"}]


def _describe_exactly(schemas: dict[str, Any]) -> None:
    """Replace what the framework says of our types, which leaves out what is refused in lists and what is unknown."""
    ours = [
        type_
        for type_ in _all_structs(msgspec.Struct)
        if type_.__name__ in schemas and type_.__module__.startswith("offhook.")
    ]
    _, exact = msgspec.json.schema_components(ours, ref_template="#/components/schemas/{name}")
    schemas.update(exact)


def _all_structs(of: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for each in of.__subclasses__():
        yield each
        yield from _all_structs(each)


def _no_parts() -> ApiParts:
    raise LookupError("the application that describes the API serves nobody")

"""The document describes every route, with its errors."""

from typing import Any

import msgspec

from offhook.console.openapi_document import GUARDED_ROUTES, OPEN_ROUTES, describe_api
from offhook.console_api.resources import Verb

WANTED = {
    ("GET", "/api/v1/settings"),
    ("PUT", "/api/v1/settings"),
    ("GET", "/api/v1/me/preferences"),
    ("PUT", "/api/v1/me/preferences"),
    ("GET", "/api/v1/phones"),
    ("GET", "/api/v1/phones/{phone_id}"),
    ("PUT", "/api/v1/phones/{phone_id}"),
    ("DELETE", "/api/v1/phones/{phone_id}"),
    ("PUT", "/api/v1/phones/{phone_id}/dnd"),
    ("POST", "/api/v1/phones/{phone_id}/keys"),
    ("POST", "/api/v1/phones/{phone_id}/restart"),
    ("GET", "/api/v1/calls"),
    ("POST", "/api/v1/calls"),
    ("GET", "/api/v1/calls/{call_id}"),
    ("POST", "/api/v1/calls/{call_id}/answer"),
    ("POST", "/api/v1/calls/{call_id}/reject"),
    ("DELETE", "/api/v1/calls/{call_id}/connections/{connection_id}"),
    ("PUT", "/api/v1/calls/{call_id}/hold"),
    ("POST", "/api/v1/calls/{call_id}/digits"),
    ("POST", "/api/v1/transfers"),
    ("GET", "/api/v1/transfers"),
    ("GET", "/api/v1/transfers/{transfer_id}"),
    ("POST", "/api/v1/transfers/{transfer_id}/complete"),
    ("DELETE", "/api/v1/transfers/{transfer_id}"),
    ("POST", "/api/v1/conferences"),
    ("PUT", "/api/v1/phones/{phone_id}/forwarding/{kind}"),
    ("PUT", "/api/v1/phones/{phone_id}/mic"),
    ("POST", "/api/v1/phones/{phone_id}/volume"),
    ("PUT", "/api/v1/phones/{phone_id}/audio-path"),
    ("POST", "/api/v1/phones/{phone_id}/redial"),
    ("POST", "/api/v1/phones/{phone_id}/voicemail"),
    ("POST", "/api/v1/phones/{phone_id}/lines/{number}/press"),
    ("POST", "/api/v1/phones/{phone_id}/keys/dss/{number}"),
    ("POST", "/api/v1/phones/{phone_id}/keys/soft/{number}"),
    ("POST", "/api/v1/phones/{phone_id}/keys/nav"),
    ("POST", "/api/v1/phones/{phone_id}/provision"),
    ("GET", "/api/v1/commands"),
    ("GET", "/api/v1/commands/{command_id}"),
    ("GET", "/api/v1/snapshot"),
    ("GET", "/api/v1/contacts"),
    ("GET", "/api/v1/contacts/groups"),
    ("GET", "/api/v1/contacts/export"),
    ("POST", "/api/v1/contacts"),
    ("POST", "/api/v1/contacts/import"),
    ("GET", "/api/v1/contacts/{contact_id}"),
    ("PUT", "/api/v1/contacts/{contact_id}"),
    ("DELETE", "/api/v1/contacts/{contact_id}"),
    ("GET", "/api/v1/history"),
    ("GET", "/api/v1/history/export"),
    ("GET", "/api/v1/history/outcomes"),
    ("PUT", "/api/v1/calls/{call_id}/note"),
    ("GET", "/api/v1/me/missed"),
    ("PUT", "/api/v1/me/missed-seen"),
    ("GET", "/api/v1/statistics"),
    ("GET", "/api/v1/statistics/export"),
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/me"),
    ("PATCH", "/api/v1/me"),
    ("PUT", "/api/v1/me/password"),
    ("GET", "/api/v1/me/phones"),
    ("GET", "/api/v1/me/calls"),
    ("DELETE", "/api/v1/session"),
    ("GET", "/api/v1/sessions"),
    ("DELETE", "/api/v1/sessions"),
    ("DELETE", "/api/v1/sessions/{session_id}"),
    ("GET", "/api/v1/users"),
    ("POST", "/api/v1/users"),
    ("GET", "/api/v1/users/{user_id}"),
    ("PATCH", "/api/v1/users/{user_id}"),
    ("DELETE", "/api/v1/users/{user_id}"),
    ("PUT", "/api/v1/users/{user_id}/password"),
    ("DELETE", "/api/v1/users/{user_id}/sessions"),
    ("GET", "/api/v1/tokens"),
    ("POST", "/api/v1/tokens"),
    ("DELETE", "/api/v1/tokens/{token_id}"),
    ("GET", "/api/v1/audit"),
    ("GET", "/api/v1/dialects"),
    ("GET", "/api/v1/phones/{phone_id}/setup"),
    ("GET", "/api/v1/phones/{phone_id}/setup/file"),
    ("POST", "/api/v1/phones/{phone_id}/reach"),
    ("GET", "/api/v1/actions"),
    ("GET", "/api/v1/ready"),
    ("GET", "/api/v1/metrics"),
    ("GET", "/api/v1/webhooks"),
    ("POST", "/api/v1/webhooks"),
    ("GET", "/api/v1/webhooks/{webhook_id}"),
    ("PATCH", "/api/v1/webhooks/{webhook_id}"),
    ("DELETE", "/api/v1/webhooks/{webhook_id}"),
    ("POST", "/api/v1/webhooks/{webhook_id}/secret"),
    ("POST", "/api/v1/webhooks/{webhook_id}/test"),
    ("GET", "/api/v1/webhooks/{webhook_id}/dead-letters"),
    ("POST", "/api/v1/webhooks/{webhook_id}/dead-letters/replay"),
}


def document() -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(describe_api("1"))
    return decoded


def operations() -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method.upper(), path): operation
        for path, item in document()["paths"].items()
        for method, operation in item.items()
    }


def test_every_route_is_there() -> None:
    assert set(operations()) == WANTED
    assert len(GUARDED_ROUTES) + len(OPEN_ROUTES) == len(WANTED)


def test_operations_have_ids_words_and_tags() -> None:
    found = operations()
    ids = [operation["operationId"] for operation in found.values()]
    assert len(set(ids)) == len(ids)
    tags = {tag["name"] for tag in document()["tags"]}
    for operation in found.values():
        assert operation["summary"] and operation["description"]
        assert set(operation["tags"]) <= tags


def test_every_error_is_a_problem() -> None:
    for (method, path), operation in operations().items():
        failures = {status: answer for status, answer in operation["responses"].items() if int(status) >= 400}
        assert "500" in failures, (method, path)
        if path not in ("/api/v1/health", "/api/v1/ready"):
            assert "401" in failures, (method, path)
        for status, answer in failures.items():
            if (path, status) == ("/api/v1/ready", "503"):
                continue  # says what is the matter
            schema = answer["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}, (method, path, status)


def test_commands_are_accepted_with_202() -> None:
    accepted = [key for key, operation in operations().items() if "202" in operation["responses"]]
    # Hold and retrieve share a route, and so do the two ways to start a transfer.
    assert len(accepted) == len(Verb) - 2
    for key in accepted:
        operation = operations()[key]
        assert "Idempotency-Key" in {parameter["name"] for parameter in operation["parameters"]}


def test_it_is_openapi_3_1_with_both_ways_to_sign_in() -> None:
    whole = document()
    assert whole["openapi"].startswith("3.1")
    assert whole["info"]["version"] == "1"
    assert set(whole["components"]["securitySchemes"]) == {"token", "session"}
    assert whole["security"] == [{"token": []}, {"session": []}]
    assert operations()["GET", "/api/v1/health"]["security"] == [{}]


def test_every_reference_leads_somewhere() -> None:
    whole = document()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "$ref" in node:
                kind, _, name = node["$ref"].removeprefix("#/components/").partition("/")
                assert name in whole["components"][kind]
            for inner in node.values():
                walk(inner)
        elif isinstance(node, list):
            for inner in node:
                walk(inner)

    walk(whole)


def test_each_operation_says_which_scope_it_takes() -> None:
    found = operations()
    assert found["GET", "/api/v1/phones"]["security"] == [{"token": ["phones:read"]}, {"session": ["phones:read"]}]
    assert found["GET", "/api/v1/sessions"]["security"] == [{"session": []}]
    for key, operation in found.items():
        for way in operation.get("security", []):
            assert not any(way.values()) or "403" in operation["responses"], key


def test_bodies_about_people_have_examples() -> None:
    schemas = document()["components"]["schemas"]
    for name in ("NewUser", "UserChange", "NewPassword", "OwnPassword", "MeChange", "NewToken", "User", "AuditEntry"):
        assert '"examples"' in msgspec.json.encode(schemas[name]).decode(), name


def test_bodies_in_which_unknown_fields_are_refused_say_so() -> None:
    schemas = document()["components"]["schemas"]
    for name in ("NewUser", "UserChange", "NewToken", "DialRequest", "PhoneSetup"):
        assert schemas[name]["additionalProperties"] is False, name
    assert "additionalProperties" not in schemas["User"]


def test_every_answer_has_a_request_id() -> None:
    described = document()
    assert described["components"]["headers"]["RequestId"]["required"] is True
    answers = [
        answer
        for item in described["paths"].values()
        for operation in item.values()
        for answer in operation["responses"].values()
    ]
    assert answers
    assert all(answer["headers"]["X-Request-ID"] == {"$ref": "#/components/headers/RequestId"} for answer in answers)

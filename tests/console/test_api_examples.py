"""The examples are in the document, for every body and every answer in JSON."""

from typing import Any

import msgspec
import pytest

from offhook.console.api_examples import EXAMPLES, add_examples
from offhook.console.openapi_document import describe_api

_TYPES = {type(example).__name__: type(example) for example in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: type(each).__name__)
def test_an_example_is_what_the_api_takes_or_gives(example: msgspec.Struct) -> None:
    assert msgspec.json.decode(msgspec.json.encode(example), type=type(example)) == example


def test_every_json_body_and_answer_has_an_example_that_is_one() -> None:
    document: dict[str, Any] = msgspec.json.decode(describe_api("1"))
    schemas = document["components"]["schemas"]
    messages = [
        (f"{operation['operationId']} {name}", message["content"]["application/json"]["schema"])
        for item in document["paths"].values()
        for operation in item.values()
        for name, message in {"body": operation.get("requestBody", {}), **operation["responses"]}.items()
        if "application/json" in message.get("content", {})
    ]
    assert {"listPhones 200", "answerCall body", "createWebhook 201", "listOutcomes 200"} <= {
        who for who, _ in messages
    }
    for who, schema in messages:
        shown = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        assert shown.get("examples"), who
        for example in shown["examples"]:
            assert example, who  # an empty one shows nothing
            msgspec.convert(example, type_of(schema))


def type_of(schema: dict[str, Any]) -> Any:
    """What a schema stands for; fails on one whose examples cannot be checked."""
    match schema:
        case {"$ref": str(path)}:
            return _TYPES[path.rpartition("/")[2]]
        case {"oneOf": [first, {"type": "null"}]}:
            return type_of(first) | None
        case {"type": "array", "items": items}:
            return list[type_of(items)]  # type: ignore[misc]
        case {"type": "string"}:
            return str
    raise AssertionError(f"what is {schema}?")


def test_a_type_that_no_route_uses_is_left_out() -> None:
    assert add_examples({"components": {"schemas": {}}}) == {"components": {"schemas": {}}}

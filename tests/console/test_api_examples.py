"""The examples are in the document, for every body and every answer of calls, phones, transfers and commands."""

from typing import Any

import msgspec
import pytest

from offhook.console.api_examples import EXAMPLES, add_examples
from offhook.console.openapi_document import describe_api

_TAGS = {"calls", "phones", "transfers", "commands"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: type(each).__name__)
def test_an_example_is_what_the_api_takes_or_gives(example: msgspec.Struct) -> None:
    assert msgspec.json.decode(msgspec.json.encode(example), type=type(example)) == example


def test_every_body_and_answer_has_its_example() -> None:
    document: dict[str, Any] = msgspec.json.decode(describe_api("1"))
    schemas = document["components"]["schemas"]
    named = {
        name
        for item in document["paths"].values()
        for operation in item.values()
        if _TAGS & set(operation["tags"])
        for name in schemas
        if f'"#/components/schemas/{name}"' in msgspec.json.encode(operation).decode()
    }
    assert {"Call", "Phone", "Command", "Transfer", "DialRequest", "Problem"} <= named
    assert {name for name in named if "examples" not in schemas[name]} - {"TransferState"} == set()


def test_a_type_that_no_route_uses_is_left_out() -> None:
    assert add_examples({"components": {"schemas": {}}}) == {"components": {"schemas": {}}}


def test_every_message_of_every_operation_has_an_example_in_itself_or_in_its_fields() -> None:
    document: dict[str, Any] = msgspec.json.decode(describe_api("1"))
    text = msgspec.json.encode(document["paths"]).decode()
    schemas = document["components"]["schemas"]
    named = {name for name in schemas if f'"#/components/schemas/{name}"' in text and "properties" in schemas[name]}
    assert len(named) > 40
    assert {name for name in named if '"examples"' not in msgspec.json.encode(schemas[name]).decode()} == set()

"""Requests whose bodies are taken as they are described: a number is no yes or no, and a text no number.

The framework converts what it can, which is right for a query, where all is text. In JSON a wrong type is a mistake,
and the sender is told.

Source: OpenAPI 3.1; RFC 8259.
"""

from typing import Any

import msgspec
from litestar import Request
from litestar.exceptions import ValidationException
from litestar.handlers import HTTPRouteHandler

__all__ = ["StrictRequest"]


class StrictRequest(Request[Any, Any, Any]):
    """As the framework's, but for `json`."""

    async def json(self) -> Any:
        """Give the decoded body.

        Raises:
            ValidationException: It has a value of a type that would have to be converted.
        """
        body = _with_whole_numbers(await super().json())
        handler = self.scope["route_handler"]
        field = handler.parsed_data_field if isinstance(handler, HTTPRouteHandler) else None
        if field is not None:
            _refuse_what_would_be_converted(body, field.annotation)
        return body


def _with_whole_numbers(body: Any) -> Any:
    """Write 7.0 as 7: to JSON Schema they are the same whole number."""
    match body:
        case float() if body.is_integer():
            return int(body)
        case list():
            return [_with_whole_numbers(each) for each in body]
        case dict():
            return {name: _with_whole_numbers(each) for name, each in body.items()}
        case _:
            return body


def _refuse_what_would_be_converted(body: Any, wanted: Any) -> None:
    try:
        msgspec.convert(body, wanted)
    except msgspec.ValidationError as strict:
        try:
            msgspec.convert(body, wanted, strict=False)
        except msgspec.ValidationError:
            return  # the framework finds this as well, and says more
        message, _, place = str(strict).partition(" - at `$")
        key = place.rstrip("`").lstrip(".") or "data"
        raise ValidationException(extra=[{"message": message, "key": key, "source": "body"}]) from strict

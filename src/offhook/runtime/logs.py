"""Logs: one set-up for our own lines and those of libraries, safe to read and to keep.

Every line passes two processors last: one makes secrets unreadable, one makes control characters visible, so
that nothing a phone sends can forge a line, colour a terminal or put a password into a file.
"""

import json as json_codec
import logging
import re
import sys
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

__all__ = ["REDACTED", "escape_control_characters", "redact_secrets", "redact_text", "set_up_logs"]

REDACTED = "***"
"""What stands in a log line where a secret would have stood."""

_SECRET_WORDS = frozenset({"password", "passwd", "token", "secret", "authorization", "cookie"})
_WORD = re.compile(r"[a-z0-9]+")

# The part between scheme and host: no slash or space, and the last @ before the host ends it.
_URL_CREDENTIALS = re.compile(r"(?i)\b([a-z][a-z0-9+.\-]*://)[^\s/?#]*@")
_QUERY_SECRET = re.compile(r"(?i)([?&](?:[\w\-]*[_\-])?(?:password|passwd|token|secret)=)[^\s&#\"']+")
# The console's Action URLs carry their secret as a path segment: /a/<secret>/<event>.
_PATH_SECRET = re.compile(r"((?:^|[\s\"']|://[^\s/]+)/a/)[^\s/?#]+(?=/)")

_KEEP_LINES = frozenset({"exception", "stack"})
"""Keys whose value is a traceback: its line breaks are ours and stay."""


def set_up_logs(*, json: bool = False, level: str = "info", stream: TextIO | None = None) -> None:
    """Send all logs of this process to one stream. A second call replaces the first.

    Args:
        json: One JSON object per line, for machines. Otherwise lines for people, coloured on a terminal.
        level: ``debug``, ``info``, ``warning`` or ``error``; libraries are held to ``warning`` at least.
        stream: Where to write; ``None`` means standard error.
    """
    out = stream if stream is not None else sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=json),
    ]
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact_secrets,
                escape_control_characters,
                _renderer(json=json, colors=out.isatty()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    logging.getLogger("offhook").setLevel(number)
    structlog.configure(
        processors=[*first, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,  # loggers made at import time must follow a later set-up
    )


def redact_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the values of keys that name a secret, at any depth, and credentials inside URLs.

    A key names a secret when one of its words is password, token, secret, authorization or cookie:
    ``api_token`` and ``Set-Cookie`` do, ``tokens_left`` does not.
    """
    return {key: REDACTED if _names_secret(key) else _redacted(value) for key, value in event.items()}


def redact_text(text: str) -> str:
    """Replace credentials in URLs: user and password, a query's secrets, the secret in a path of our Action URLs."""
    # A look for what each of them needs costs a tenth of the search, and most texts have none of it.
    if "@" in text:
        text = _URL_CREDENTIALS.sub(rf"\1{REDACTED}@", text)
    if "=" in text:
        text = _QUERY_SECRET.sub(rf"\1{REDACTED}", text)
    if "/a/" in text:
        text = _PATH_SECRET.sub(rf"\1{REDACTED}", text)
    return text


def escape_control_characters(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    r"""Write control and direction characters in keys and values as ``\x1b`` or ``\u202e``.

    Line breaks are escaped too, except in tracebacks.
    """
    return {
        _escaped(key, keep=""): _escaped_value(value, keep="\n\t" if key in _KEEP_LINES else "")
        for key, value in event.items()
    }


def _renderer(*, json: bool, colors: bool) -> Processor:
    if json:
        return structlog.processors.JSONRenderer(serializer=json_codec.dumps, ensure_ascii=False)
    return structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=0)


@lru_cache(maxsize=1024)  # the keys are those in our own source, but for what a library may log
def _names_secret(key: str) -> bool:
    return not _SECRET_WORDS.isdisjoint(_WORD.findall(key.lower().replace("_", " ")))


def _redacted(value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {str(key): REDACTED if _names_secret(str(key)) else _redacted(inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_redacted(inner) for inner in value]
        case _:
            return redact_text(value if isinstance(value, str) else str(value))


def _escaped_value(value: Any, *, keep: str) -> Any:
    match value:
        case str():
            return _escaped(value, keep=keep)
        case Mapping():
            return {_escaped(str(key), keep=""): _escaped_value(inner, keep=keep) for key, inner in value.items()}
        case list() | tuple():
            return [_escaped_value(inner, keep=keep) for inner in value]
        case _:
            return value


def _escaped(text: str, *, keep: str) -> str:
    if text.isprintable():  # the usual case; every character below is unprintable to Python
        return text
    return "".join(
        character if character in keep or not _is_control(character) else _escape(character) for character in text
    )


def _is_control(character: str) -> bool:
    # Cc: control; Cf: format, among them the direction marks; Cs: half a character; Zl, Zp: line breaks.
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")

"""Active URI over SIP: commands that came by NOTIFY, judged by where they came from, then obeyed like any other.

No password is asked: whoever is at the address of the registrar, at which the phone itself registered, is the exchange.
Source: vendors.md §3.8; DOC §3.1-3.4; RFC 3261 §21 (statuses).
"""

import time
from typing import Literal

from offhook.phone.allow_list import is_allowed
from offhook.phone.engine.port import CommandReceived
from offhook.phone.obedience import Outcome, obey
from offhook.phone.web.phone_port import PhonePort, ReceivedRequest
from offhook.runtime.logs import redact_text

__all__ = ["answer_notify", "may_command"]

_OFF = "Remote control is off"
_REFUSED = "Not from this address"
_MAX_LOGGED_CHARS = 160
_MAX_REASON_CHARS = 160
"""A reason phrase is one line of a datagram; the list of all keys is not."""
_NOT_NOW = 480
"""What 409 is in SIP: temporarily unavailable."""


def may_command(fact: CommandReceived, notify_from: Literal["registrar", "off"] | list[str]) -> bool:
    """Say whether who sent a command may.

    Args:
        notify_from: The setting: from where an account is registered, from nowhere, or from the addresses of a list.
    """
    if isinstance(notify_from, list):
        return is_allowed(fact.source, notify_from)
    return notify_from == "registrar" and fact.is_from_registrar


def answer_notify(phone: PhonePort, fact: CommandReceived) -> tuple[int, str]:
    """Obey, or refuse; and note it down with the other requests.

    Returns:
        SIP status and the words beside it.
    """
    began = time.monotonic()
    outcome = _outcome(phone, fact)
    status = _NOT_NOW if outcome.status == 409 else outcome.status
    words = outcome.words[:_MAX_REASON_CHARS]
    took_ms = (time.monotonic() - began) * 1000
    target = redact_text(fact.text[:_MAX_LOGGED_CHARS])
    phone.received.append(ReceivedRequest(time.time(), fact.source, "NOTIFY", target, status, words, took_ms))
    return status, words


def _outcome(phone: PhonePort, fact: CommandReceived) -> Outcome:
    settings = phone.settings.active_uri
    if not settings.is_enabled or settings.notify_from == "off":
        return Outcome(403, _OFF)
    if not may_command(fact, settings.notify_from):
        return Outcome(403, _REFUSED)
    if phone.is_restarting:
        return Outcome(503, "The phone is restarting")
    return obey(phone.device, fact.text.strip())

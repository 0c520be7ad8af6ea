"""Trying out one Action URL: one real request, sent at once, and what the console answered.

The values are the phone's own where it has them; a call and its other side are made up, as there need not be any. To
the console the request looks like any other: it takes it for true.
Source: DOC §2.2-2.5.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from offhook.phone.engine.port import CallRef
from offhook.phone.event_values import values_at
from offhook.phone.lines import Line
from offhook.phone.phone_call import PhoneCall
from offhook.phone.settings import Account
from offhook.phone.web.phone_port import PhonePort
from offhook.protocol.action_url import check_template
from offhook.protocol.events import Event
from offhook.protocol.sip_uri import PartyAddress
from offhook.protocol.variables import Variable

__all__ = ["Trial", "sample_values", "try_action_url"]

_OUTSIDE_CALLS = frozenset(
    {
        *(Event.DND_ON, Event.DND_OFF, Event.ALWAYS_FORWARD_ON, Event.ALWAYS_FORWARD_OFF),
        *(Event.BUSY_FORWARD_ON, Event.BUSY_FORWARD_OFF, Event.NO_ANSWER_FORWARD_ON, Event.NO_ANSWER_FORWARD_OFF),
        *(Event.SETUP_COMPLETED, Event.IP_CHANGED, Event.BUSY_TO_IDLE),
    }
)
_OF_ACCOUNTS = frozenset({Event.REGISTERED, Event.REGISTRATION_FAILED, Event.UNREGISTERED})
_PLACED = frozenset({Event.OFF_HOOK, Event.ON_HOOK, Event.OUTGOING})
_OTHER_SIDE = PartyAddress("5550100", "test.example", "Test caller")
_CALL_ID = "test-of-an-action-url"


@dataclass(frozen=True, slots=True)
class Trial:
    """What was sent and what came back, in words."""

    event: Event
    request: str
    """The request line and the host."""
    status: int | None
    error: str
    """Why there is no status; "" with one."""
    took_ms: float
    body: str
    """The start of the answer."""


async def try_action_url(phone: PhonePort, event: Event, template: str) -> Trial:
    """Send one request.

    Raises:
        ProtocolError: ``template`` is no URL that the phone could send.
    """
    check_template(template)
    sent, body = await phone.sender.try_out(event, template, sample_values(phone, event))
    parts = urlsplit(sent.url)
    target = sent.url.removeprefix(f"{parts.scheme}://{parts.netloc}") or "/"
    request = f"GET {target} HTTP/1.1\nHost: {parts.netloc}"
    return Trial(event, request, sent.status, sent.error, sent.took_ms, body)


def sample_values(phone: PhonePort, event: Event) -> dict[Variable, str]:
    """Give the variables as they could be with an event, those of the phone and its first account as they are."""
    settings = phone.settings
    account = settings.accounts[0] if settings.accounts else Account(user="1001")
    own = Line("", 1, account).party
    if event in _OF_ACCOUNTS:
        return values_at(settings.identity, phone.ip, None, account=own)
    if event in _OUTSIDE_CALLS:
        return values_at(settings.identity, phone.ip, None, settings.local_means)
    is_incoming = event not in _PLACED
    call = PhoneCall(CallRef(""), "", is_incoming=is_incoming, local=own, remote=_OTHER_SIDE, now=0.0, call_id=_CALL_ID)
    return values_at(settings.identity, phone.ip, call, settings.local_means)

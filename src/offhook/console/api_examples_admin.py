"""Examples of messages for administrators and for those who watch over the console; part of `api_examples`.

Source: OpenAPI 3.1 (`examples` of a schema, JSON Schema 2020-12 §9.5).
"""

import msgspec

from offhook.console.rest.observing import Health, Ready
from offhook.console_api.event_types import EventType
from offhook.console_api.preferences import Preferences, SharedSettings, Theme
from offhook.console_api.setup import DialectInfo, PhoneAction, ReachOutcome, ReachTest, SetupSheet, SetupUrl
from offhook.console_api.webhooks import (
    DeadLetter,
    NewWebhook,
    Replayed,
    ReplayRequest,
    Webhook,
    WebhookChange,
    WebhookTest,
    WebhookWithSecret,
)

__all__ = ["ADMIN_EXAMPLES"]

_PHONE, _TIME, _RECEIVER = "02000f001001", "2026-01-05T09:12:03.418Z", "https://crm.example.com/offhook"
_URL = "http://192.0.2.76:8801/incoming.xml?mac=$mac&call_id=$call_id"
_WEBHOOK = Webhook(
    id="wh_1f2e3d4c5b6a",
    name="CRM",
    url=_RECEIVER,
    types=["call."],
    phones=[],
    groups=["Sales"],
    is_enabled=True,
    created=_TIME,
    created_by="user:anna",
    problem=None,
    position=4711,
    waiting=0,
    failed_attempts=0,
    next_attempt=None,
    failing_since=None,
    last_success=_TIME,
    lost=0,
    dead_letters=1,
)
ADMIN_EXAMPLES: tuple[msgspec.Struct, ...] = (
    Health(status="ok", version="0.1.0"),
    Ready(is_ready=True, problems=[]),
    NewWebhook(url=_RECEIVER, name="CRM", types=["call.", "phone.dnd_changed"], groups=["Sales"]),
    WebhookChange(types=["call."], is_enabled=True),
    _WEBHOOK,
    WebhookWithSecret(webhook=_WEBHOOK, secret="whsec_(44 characters)"),
    DeadLetter(
        number=17,
        message="df39c207d387-67",
        type=EventType.PHONE_DND_CHANGED,
        time=_TIME,
        attempts=9,
        problem="it answered 503",
        is_waiting=False,
        event={"type": "phone.dnd_changed", "timestamp": _TIME, "data": {"phone": _PHONE}},
    ),
    ReplayRequest(numbers=[17]),
    Replayed(letters=1),
    Preferences(theme=Theme.DARK, pops_by_itself=True),
    SharedSettings(pop_url="https://crm.example.com/find?number={number}"),
    WebhookTest(is_delivered=False, status=503, problem="it answered 503", ms=12.3),
    DialectInfo(name="base", title="The source document", can_be_commanded=True),
    ReachTest(outcome=ReachOutcome.REACHED, message="the phone answered, and took user and password", ms=8.4),
    PhoneAction(
        number=67,
        received="2026-01-05T09:12:03.418Z",
        phone=_PHONE,
        source_address="192.0.2.134",
        event="incoming",
        request=f"/incoming.xml?mac={_PHONE}&call_id=3b7f%40192.0.2.22",
        vars={"mac": _PHONE, "call_id": "3b7f@192.0.2.22"},
        events=[],
    ),
    SetupSheet(
        phone=_PHONE,
        dialect="base",
        dialect_title="The source document",
        listener_url="http://192.0.2.76:8801",
        console_address="192.0.2.76",
        provisioning_url="",
        steps=["On the phone's management page, open Phone → Action URL, and enter the URLs."],
        urls=[SetupUrl(event="incoming", title="Incoming Call", setting="", url=_URL)],
        text=f"Incoming Call: {_URL}\n",
        files=[],
        warnings=[],
    ),
)
"""One of each."""

"""What is taken for a webhook."""

import msgspec
import pytest

from offhook.console_api.webhooks import NewWebhook, ReplayRequest, WebhookChange


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"types": ["call.", "phone.dnd_changed"], "phones": ["a1"], "groups": ["Sales"], "name": "CRM"},
        {"is_enabled": False},
    ],
)
def test_a_webhook(fields: dict[str, object]) -> None:
    assert msgspec.convert({"url": "https://x.example/", **fields}, NewWebhook).url == "https://x.example/"


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "ftp://x.example/"},
        {"url": "https://x.example/ y"},
        {"url": "https://x.example/\n"},
        {"url": "https://" + "x" * 2048},
        {"types": ["call"]},
        {"types": ["CALL."]},
        {"types": [".held"]},
        {"types": ["call.held\n"]},
        {"phones": [""]},
        {"groups": ["x" * 65]},
        {"name": "x" * 81},
        {"secret": "mine"},
    ],
)
def test_what_cannot_be_one(fields: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"url": "https://x.example/", **fields}, NewWebhook)


def test_a_change_holds_only_what_is_to_change() -> None:
    assert msgspec.to_builtins(msgspec.convert({"groups": []}, WebhookChange)) == {"groups": []}


def test_all_dead_letters_or_some() -> None:
    assert msgspec.convert({}, ReplayRequest).numbers == []
    for numbers in ([0], ["1"], [2**60], list(range(1, 1002))):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"numbers": numbers}, ReplayRequest)

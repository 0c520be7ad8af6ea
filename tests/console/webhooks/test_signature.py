"""Signatures, checked by the standard's own library."""

import base64
import time

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from offhook.console.webhooks.signature import SECRET_PREFIX, new_secret, signed_headers

BODY = '{"type":"call.delivered","detail":{"name":"Chloé"}}'.encode()


def test_a_secret_has_the_form_of_the_standard() -> None:
    secret = new_secret()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix(SECRET_PREFIX))) == 32
    assert new_secret() != secret


def test_the_standards_library_takes_it() -> None:
    secret = new_secret()
    headers = signed_headers("e1-7", time.time(), BODY, [secret])
    assert Webhook(secret).verify(BODY, headers)["type"] == "call.delivered"
    assert headers["webhook-id"] == "e1-7"


def test_while_a_secret_is_replaced_both_are_good() -> None:
    new, old = new_secret(), new_secret()
    headers = signed_headers("e1-7", time.time(), BODY, [new, old])
    for secret in (new, old):
        Webhook(secret).verify(BODY, headers)


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        (BODY + b" ", {}),
        (BODY, {"webhook-id": "e1-8"}),
        (BODY, {"webhook-timestamp": str(int(time.time()) - 1)}),
        (BODY, {"webhook-signature": "v1,AAAA"}),
    ],
)
def test_what_was_changed_on_the_way_is_noticed(body: bytes, changes: dict[str, str]) -> None:
    secret = new_secret()
    headers = {**signed_headers("e1-7", time.time() - 60, BODY, [secret]), **changes}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, headers)


def test_a_stranger_cannot_sign() -> None:
    headers = signed_headers("e1-7", time.time(), BODY, [new_secret()])
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)

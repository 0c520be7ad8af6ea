"""Secrets and signatures of webhooks. Pure, but for the dice.

Source: Standard Webhooks, "Webhook metadata", "Symmetric" (HMAC-SHA-256, `whsec_`, `v1`); RFC 2104.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

__all__ = ["SECRET_PREFIX", "new_secret", "signed_headers"]

SECRET_PREFIX = "whsec_"
_SECRET_BYTES = 32
"""The standard wants 24 to 64."""


def new_secret() -> str:
    """Make a secret as receivers are given it."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def signed_headers(message: str, at: float, body: bytes, with_secrets: Iterable[str]) -> dict[str, str]:
    """Write the three headers of a message.

    Args:
        message: Its id; the same at every attempt, so that a receiver knows a double.
        at: When it is sent, seconds since 1970; receivers refuse what is too old.
        body: As it is sent.
        with_secrets: One signature for each; two while a secret is being replaced.
    """
    second = int(at)
    signed = f"{message}.{second}.".encode("ascii") + body
    return {
        "webhook-id": message,
        "webhook-timestamp": str(second),
        "webhook-signature": " ".join(f"v1,{_signature(secret, signed)}" for secret in with_secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")

"""Settings as TOML text: reading it strictly, writing it, and laying a part over settings that exist. Pure.

What is wrong is said with its place, line or key, and without quoting values, which may be secrets.
Source: DOC §2.3 (a URL for each event); `offhook.phone.settings`.
"""

import ipaddress
import tomllib
from collections.abc import Mapping
from typing import Any

import msgspec
import tomli_w

from offhook.errors import ConfigError, ProtocolError
from offhook.phone.address_watch import AUTO
from offhook.phone.settings import PhoneSettings
from offhook.protocol.action_url import check_template, normalise_mac

__all__ = ["parse_settings", "print_settings"]

_HEAD = """\
# The settings of an offhook phone. The phone writes this file anew when a setting is changed at the phone, on its
# management page or by provisioning; comments that are put in are not kept then.

"""


def parse_settings(raw: bytes, source: str, *, onto: PhoneSettings | None = None) -> PhoneSettings:
    """Read TOML text.

    Args:
        raw: UTF-8; a byte order mark is no mistake.
        source: What errors call it.
        onto: Settings that hold for everything the text does not name. Tables are laid over key by key; a list, such
            as the accounts, is replaced as a whole. None means the defaults.
    Raises:
        ConfigError: It is no TOML, or has an unknown key, a wrong type or a value that cannot be used.
    Source: `PhoneSettings`.
    """
    try:
        document = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(source, "", f"is not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(source, "", f"is not TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(source, "", "is nested too deeply") from error
    if onto is not None:
        document = _laid_over(msgspec.to_builtins(onto), document)
    _plain_mac(document)
    try:
        settings = msgspec.convert(document, PhoneSettings)
    except msgspec.ValidationError as error:
        key, reason = _in_words(str(error))
        raise ConfigError(source, key, reason) from error
    _check_urls(settings, source)
    _check_address(settings, source)
    return settings


def _plain_mac(document: dict[str, Any]) -> None:
    """Take the MAC address as labels and pages show it too: with colons, in capitals."""
    identity = document.get("identity")
    if isinstance(identity, dict) and isinstance(identity.get("mac"), str):
        identity["mac"] = normalise_mac(identity["mac"]) or identity["mac"]


def print_settings(settings: PhoneSettings) -> bytes:
    """Write settings as TOML text, every one of them, that `parse_settings` reads as the same settings.

    Raises:
        ConfigError: A value cannot be used; whoever made the settings did not check it.
    """
    text = (_HEAD + tomli_w.dumps(msgspec.to_builtins(settings))).encode("utf-8", "replace")
    parse_settings(text, "settings")
    return text


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    laid = dict(below)
    for key, value in above.items():
        beneath = laid.get(key)
        laid[key] = _laid_over(beneath, value) if isinstance(value, dict) and isinstance(beneath, dict) else value
    return laid


def _check_urls(settings: PhoneSettings, source: str) -> None:
    for event, template in settings.action_urls.items():
        try:
            if template:
                check_template(template)
        except ProtocolError as error:
            # Without the URL itself, which may hold a secret.
            reason = getattr(error, "reason", None) or str(error)
            raise ConfigError(source, f"action_urls.{event.value}", reason) from error


def _check_address(settings: PhoneSettings, source: str) -> None:
    try:
        if settings.network.address != AUTO:
            ipaddress.ip_address(settings.network.address)
    except ValueError as error:
        reason = f"must be an IP address of this computer, or {AUTO!r}"
        raise ConfigError(source, "network.address", reason) from error


def _in_words(message: str) -> tuple[str, str]:
    """Split msgspec's "Expected `int` ... - at `$.network.http_port`" into key and reason."""
    reason, _, place = message.partition(" - at ")
    key = place.rpartition("in ")[2].strip("`").removeprefix("$").removeprefix(".")
    return key, reason[:1].lower() + reason[1:]

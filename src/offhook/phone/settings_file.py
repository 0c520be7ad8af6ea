"""Reading and writing the phone's TOML file.

Written by people and by the management page alike. A write replaces the file in one step, so that a phone that is
killed at any moment finds the old settings or the new ones, never half of them. The file holds passwords: it is for its
owner alone (0600), and what is wrong with it is said without quoting values.
Source: DOC §2.3 (a URL for each event); architecture, "Names at the edge" (form of the console's URLs).
"""

import contextlib
import ipaddress
import os
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import msgspec
import tomli_w

from offhook.errors import ConfigError, ProtocolError
from offhook.phone.address_watch import AUTO
from offhook.phone.settings import PhoneSettings
from offhook.protocol.action_url import check_template
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

__all__ = ["console_url", "read_settings", "with_console", "write_settings"]

_QUERY = "&".join(f"{variable.value}=${variable.value}" for variable in Variable)


def read_settings(path: Path) -> PhoneSettings:
    """Read the file.

    Raises:
        ConfigError: It cannot be read, is no TOML, or has an unknown key, a wrong type or a URL that cannot be used.
    Source: `PhoneSettings`.
    """
    try:
        document = tomllib.loads(path.read_text("utf-8-sig"))  # some editors begin a file with a mark
    except FileNotFoundError as error:
        raise ConfigError(str(path), "", "there is no such file") from error
    except OSError as error:
        raise ConfigError(str(path), "", f"cannot be read: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), "", f"is not UTF-8 (byte {error.start})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(str(path), "", f"is not TOML: {error}") from error
    except RecursionError as error:
        raise ConfigError(str(path), "", "is nested too deeply") from error
    try:
        settings = msgspec.convert(document, PhoneSettings)
    except msgspec.ValidationError as error:
        key, reason = _in_words(str(error))
        raise ConfigError(str(path), key, reason) from error
    for event, template in settings.action_urls.items():
        try:
            if template:
                check_template(template)
        except ProtocolError as error:
            # Without the URL itself, which may hold a secret.
            reason = getattr(error, "reason", None) or str(error)
            raise ConfigError(str(path), f"action_urls.{event.value}", reason) from error
    _check_address(path, settings.network.address)
    return settings


def write_settings(path: Path, settings: PhoneSettings) -> None:
    """Replace the file by these settings, whole or not at all; a link to it goes on being one.

    Raises:
        ConfigError: The folder does not exist, is read-only or is full; the old file is as it was.
    """
    document: dict[str, Any] = msgspec.to_builtins(settings)
    text = tomli_w.dumps(document).encode("utf-8")
    real = Path(os.path.realpath(path))
    try:
        # In the same folder, because only there a rename is atomic; mkstemp makes it 0600.
        handle, name = tempfile.mkstemp(prefix=f".{real.name}.", suffix=".new", dir=real.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, real)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(name)
            raise
        _sync_folder(real.parent)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(str(path), "", f"cannot be written: {reason}") from error


def console_url(base_url: str, event: Event) -> str:
    """Make the Action URL with which a phone reports one event to an offhook console, all 12 variables in it.

    Args:
        base_url: The console's phone listener, as ``http://192.0.2.76:8801``, with ``/a/<secret>`` where one is set.
    Source: DOC §2.2, §2.5; architecture, "Names at the edge".
    """
    return f"{base_url.rstrip('/')}/{event.value}.xml?{_QUERY}"


def with_console(settings: PhoneSettings, base_url: str) -> PhoneSettings:
    """Give the settings of a phone that reports all 27 events to one console.

    Raises:
        UnsupportedUrl: ``base_url`` is no ``http`` URL, or too long.
        UnknownVariable: ``base_url`` has a variable in it that is none.
    """
    urls = {event: console_url(base_url, event) for event in Event}
    for url in urls.values():
        check_template(url)
    return msgspec.structs.replace(settings, action_urls=urls)


def _check_address(path: Path, address: str) -> None:
    try:
        if address != AUTO:
            ipaddress.ip_address(address)
    except ValueError as error:
        reason = f"must be an IP address of this computer, or {AUTO!r}"
        raise ConfigError(str(path), "network.address", reason) from error


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _in_words(message: str) -> tuple[str, str]:
    """Split msgspec's "Expected `int` ... - at `$.network.http_port`" into key and reason."""
    reason, _, place = message.partition(" - at ")
    key = place.rpartition("in ")[2].strip("`").removeprefix("$").removeprefix(".")
    return key, reason[:1].lower() + reason[1:]

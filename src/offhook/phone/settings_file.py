"""The phone's TOML file: reading it, and replacing it in one step.

Written by people and by the phone alike, and by the phone in one place only, whoever changed a setting: key, management
page or provisioning. A phone that is killed at any moment finds the old settings or the new ones, never half of them.
The file holds passwords: it is for its owner alone (0600).
Source: DOC §2.3 (a URL for each event); architecture, "Names at the edge" (form of the console's URLs).
"""

import contextlib
import os
import re
import tempfile
from pathlib import Path

import msgspec

from offhook.errors import ConfigError
from offhook.phone.settings import PhoneSettings
from offhook.phone.settings_text import parse_settings, print_settings
from offhook.protocol.action_url import check_template
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

__all__ = ["console_url", "read_settings", "remove_leftovers", "with_console", "write_settings"]

_QUERY = "&".join(f"{variable.value}=${variable.value}" for variable in Variable)
_NEW = ".new"


def read_settings(path: Path) -> PhoneSettings:
    """Read the file.

    Raises:
        ConfigError: It cannot be read, is no TOML, or has an unknown key, a wrong type or a value that cannot be used.
    Source: `PhoneSettings`.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise ConfigError(str(path), "", "there is no such file; an empty one makes a phone with defaults") from error
    except OSError as error:
        raise ConfigError(str(path), "", f"cannot be read: {(error.strerror or str(error)).lower()}") from error
    return parse_settings(raw, str(path))


def write_settings(path: Path, settings: PhoneSettings) -> None:
    """Replace the file by these settings, whole or not at all; a link to it goes on being one.

    Raises:
        ConfigError: The folder does not exist, is read-only or is full, or a value is one that could not be read
            again; the old file is as it was.
    """
    text = print_settings(settings)
    real = Path(os.path.realpath(path))
    try:
        # In the same folder, because only there a rename is atomic; mkstemp makes it 0600.
        handle, name = tempfile.mkstemp(prefix=f".{real.name}.", suffix=_NEW, dir=real.parent)
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
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(str(path), "", f"cannot be written: {reason}") from error
    # The new file is there. A folder that cannot be synced (some network disks) does not undo that: saying that it
    # failed would leave the phone with other settings than its file.
    with contextlib.suppress(OSError):
        _sync_folder(real.parent)


def remove_leftovers(path: Path) -> None:
    """Remove what writes left beside the file when the phone was killed in the middle of them."""
    real = Path(os.path.realpath(path))
    leftover = re.compile(rf"\.{re.escape(real.name)}\.[a-z0-9_]{{8}}{re.escape(_NEW)}")
    with contextlib.suppress(OSError):  # a folder that cannot be read or written: nothing depends on it
        for name in os.listdir(real.parent):
            if leftover.fullmatch(name):
                os.unlink(real.parent / name)


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


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

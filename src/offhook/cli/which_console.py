"""Which console is meant, and with which token: flags, then the environment, then what ran on this machine.

Source: environment variables OFFHOOK_URL and OFFHOOK_TOKEN.
"""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

import platformdirs

from offhook.errors import ConfigError

__all__ = ["DEFAULT_URL", "console_of"]

DEFAULT_URL = "http://127.0.0.1:8800"
_TOKEN_FILES = ("api-token", "demo/api-token")


def console_of(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Give the console's address and a token for it.

    Raises:
        ConfigError: The address is none, or there is no token.
    """
    url = arguments.url or environment.get("OFFHOOK_URL") or DEFAULT_URL
    if not url.startswith(("http://", "https://")):
        raise ConfigError("--url", "", f"{url!r} is no address of a console; write it as in {DEFAULT_URL}")
    token = arguments.token or environment.get("OFFHOOK_TOKEN") or _token_here(arguments.data)
    if not token.isascii() or not token.isprintable():
        raise ConfigError("--token", "", "a token is one line of plain characters")
    return url, token


def _token_here(data: str | None) -> str:
    """Read the token file of whatever ran here last: a console, or a demo."""
    folder = Path(data).expanduser() if data else platformdirs.user_data_path("offhook", appauthor=False)
    found = [path for name in _TOKEN_FILES if (path := folder / name).is_file()]
    if not found:
        raise ConfigError(
            str(folder), "", "there is no token file; start a console here, or give --token or OFFHOOK_TOKEN"
        )
    newest = max(found, key=lambda path: path.stat().st_mtime)
    try:
        return newest.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(newest), "", f"cannot be read: {error}") from error

"""`offhook pbx-example`: settings with which an exchange and three phones know each other, ready to be pasted.

The passwords are made anew each time. The exchange's part goes to stdout, the phones' part to stderr or to files, so
that the first can be redirected as it is.
"""

import argparse
import re
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

import jinja2

from offhook.errors import ConfigError

__all__ = ["EXAMPLES", "run"]

EXAMPLES = ("3cx", "asterisk", "freeswitch", "kamailio")
_NUMBER = re.compile(r"[0-9]{1,12}")
_FIRST_HTTP_PORT = 8081


@dataclass(frozen=True, slots=True)
class _Account:
    user: str
    name: str
    password: str
    mac: str
    http_port: int


def run(arguments: argparse.Namespace) -> int:
    """Print the settings."""
    numbers = list(dict.fromkeys(arguments.numbers))
    for number in numbers:
        if not _NUMBER.fullmatch(number):
            raise ConfigError("offhook pbx-example", "--numbers", f"{number!r} is no number of 1 to 12 digits")
    accounts = [_account(number, index) for index, number in enumerate(numbers)]
    values = {"accounts": accounts, "address": arguments.address, "port": arguments.port}
    sys.stdout.write(_rendered(arguments.exchange, values))
    phones = _rendered("phone", values)
    if arguments.phones is None:
        sys.stderr.write(phones)
    else:
        _write_phones(Path(arguments.phones), phones)
    return 0


def _account(number: str, index: int) -> _Account:
    return _Account(
        user=number,
        name=f"Phone {number}",
        password=secrets.token_urlsafe(12),
        # Locally administered: nobody's.
        mac=f"02000f{int(number) % 0xFFFFFF:06x}",
        http_port=_FIRST_HTTP_PORT + index,
    )


def _rendered(name: str, values: dict[str, object]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("offhook.cli", "pbx_examples"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    return environment.get_template(f"{name}.txt").render(values)


def _write_phones(folder: Path, text: str) -> None:
    """Write each phone's part to its own file."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in text.split("# --- ")[1:]:
            name, _, settings = part.partition("\n")
            path = folder / name.strip()
            path.touch(mode=0o600)
            path.write_text(settings, "utf-8")
    except OSError as error:
        raise ConfigError(str(folder), "", f"cannot be written: {(error.strerror or str(error)).lower()}") from error

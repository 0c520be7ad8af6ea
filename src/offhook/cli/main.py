"""`offhook`: which command, with which arguments, and how it ended.

Exit codes: 0 done, 1 it failed (one line on stderr says why), 2 wrong usage, 3 no console answered.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from offhook import __version__
from offhook.cli.fleet_arguments import add_fleet
from offhook.cli.people_arguments import PEOPLE_COMMANDS, add_people_commands
from offhook.cli.remote_arguments import REMOTE_COMMANDS, add_remote_commands
from offhook.errors import ConsoleUnreachable, OffhookError
from offhook.runtime.garbage import kept_for_good

__all__ = ["build_parser", "main"]

_COMMANDS = {
    "demo": "offhook.cli.demo",
    "console": "offhook.cli.console",
    "phone": "offhook.cli.phone",
    "pbx-example": "offhook.cli.pbx_example",
    "fleet": "offhook.cli.fleet",
    "watch": "offhook.cli.watch",
    "completion": "offhook.cli.completion",
    **dict.fromkeys(REMOTE_COMMANDS, "offhook.cli.remote"),
    **dict.fromkeys(PEOPLE_COMMANDS, "offhook.cli.people"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; gives the exit code.

    Args:
        arguments: Without the program's name; None takes the process's own.
    """
    parsed = build_parser().parse_args(arguments)
    try:
        with kept_for_good():
            command = import_module(_COMMANDS[parsed.command])
        code: int = command.run(parsed)
    except ConsoleUnreachable as error:
        sys.stderr.write(f"offhook: {error}; is it running, and is --url or OFFHOOK_URL right?\n")
        return 3
    except OffhookError as error:
        sys.stderr.write(f"offhook: {error}\n")
        return 1
    except BrokenPipeError:  # whoever read our output has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:  # Ctrl-C before the loop has taken the signal over
        return 0
    return code


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="offhook", description="See and work the desk phone beside you, without touching the PBX."
    )
    parser.add_argument("--version", action="version", version=f"offhook {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_demo(commands.add_parser("demo", help="one console and three phones that talk to each other"))
    _add_console(commands.add_parser("console", help="the console: operator page, API, listener for phones"))
    _add_phone(commands.add_parser("phone", help="a software phone that reports and obeys"))
    _add_pbx_example(commands.add_parser("pbx-example", help="settings of an exchange for phones to register at"))
    add_fleet(commands.add_parser("fleet", help="thousands of virtual phones in one process, to try a console out"))
    add_remote_commands(commands)
    add_people_commands(commands)
    completion = commands.add_parser("completion", help="a script that lets your shell complete offhook's commands")
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"))
    return parser


def _add_pbx_example(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("exchange", choices=("3cx", "asterisk", "freeswitch", "kamailio"))
    parser.add_argument("--address", default="127.0.0.1", help="where the exchange is (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=5060, help="its port (default 5060)")
    parser.add_argument(
        "--numbers", nargs="+", default=["1001", "1002", "1003"], help="the phones (default 1001 1002 1003)"
    )
    parser.add_argument("--phones", metavar="FOLDER", help="write the phones' settings there instead of to stderr")


def _add_demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tour", action="store_true", help="tell the story by itself, print a timeline, and end")
    _add_data(parser)
    parser.add_argument("--api-port", type=int, default=8800, help="operator page and API (default 8800)")
    parser.add_argument("--listener-port", type=int, default=8801, help="Action URLs of phones (default 8801)")
    parser.add_argument(
        "--phones-port",
        type=int,
        default=8081,
        help="first of the three phones' ports (default 8081, so 8081 to 8083)",
    )
    _add_engine(parser)
    parser.add_argument(
        "--sip-port",
        type=int,
        default=5071,
        help="with --engine pjsip: first of the phones' ports for calls (default 5071, so 5071 to 5073)",
    )


def _add_console(parser: argparse.ArgumentParser) -> None:
    _add_data(parser)
    parser.add_argument("--api-host", default="127.0.0.1", help="address of page and API (default 127.0.0.1)")
    parser.add_argument("--api-port", type=int, default=8800, help="port of page and API (default 8800)")
    parser.add_argument("--listener-host", default="127.0.0.1", help="address phones report to (default 127.0.0.1)")
    parser.add_argument("--listener-port", type=int, default=8801, help="port phones report to (default 8801)")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="a name browsers may use for this console",
    )
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a reverse proxy that is believed where requests come from, and that they came by https",
    )
    parser.add_argument("--webhook-loopback", action="store_true", help="let webhooks go to this computer itself, too")
    parser.add_argument(
        "--public-listener-url",
        metavar="URL",
        help="what phones are told to report to, where they reach that port by another address",
    )
    parser.add_argument("--listener-secret-file", metavar="FILE", help="take only reports of /a/<secret>/<event>")
    parser.add_argument(
        "--region", default="", metavar="XX", help="country of numbers that do not say theirs, for example DE"
    )
    parser.add_argument("--json-logs", action="store_true", help="logs as JSON lines")
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="info",
        help="what is logged (default info; debug has requests that only read, too)",
    )
    for flag, kind, default, help_ in (
        ("--keep-events", int, 1_000_000, "events kept whatever their age"),
        ("--keep-events-hours", float, 24.0, "events of so many hours are kept whatever their number"),
        ("--keep-calls-days", float, 400.0, "calls of so many days stay in the history"),
        ("--keep-commands-days", float, 30.0, "commands of so many days are kept"),
    ):
        parser.add_argument(flag, type=kind, default=default, metavar="N", help=f"{help_} (default {default:,.0f})")


def _add_phone(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Software phones. On a terminal the phone's screen is shown live and the keyboard works it: ? lists the keys."
    )
    parser.epilog = (
        "To begin: an empty file is a phone with defaults, at http://127.0.0.1:8080 (user and password admin), without "
        "an account; its management page does the rest. docs/terminal.md and docs/provisioning.md say more."
    )
    parser.add_argument(
        "settings", nargs="+", metavar="FILE", help="settings of a phone (TOML); several share an exchange"
    )
    parser.add_argument(
        "--console", metavar="URL", help="point all 27 Action URLs at a console, e.g. http://127.0.0.1:8801"
    )
    parser.add_argument("--http-port", type=int, help="port of the management page, instead of the file's")
    _add_engine(parser)
    parser.add_argument("--sip-port", type=int, help="with --engine pjsip: port for calls, instead of the file's")
    parser.add_argument(
        "--headless",
        action="store_true",
        help="logs only, no screen; always so where the output is no terminal",
    )
    parser.add_argument("--json-logs", action="store_true", help="logs as JSON lines; implies --headless")


def _add_engine(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--engine",
        choices=("virtual", "pjsip"),
        default="virtual",
        help="who makes the calls: an exchange in the same process (default), or real SIP (needs offhook[sip])",
    )


def _add_data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", metavar="FOLDER", help="where to keep data (default: the user's data folder)")

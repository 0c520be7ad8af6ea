"""Arguments of `offhook user` and `offhook token`.

Kept apart from what carries them out, so that nothing of that is imported to show a version or a usage.
"""

import argparse
from typing import Any

from offhook.console_api.scopes import Role, Scope

__all__ = ["PEOPLE_COMMANDS", "add_people_commands"]

PEOPLE_COMMANDS = ("user", "token")
_Adder = Any
"""argparse's own type of `add_subparsers` is private."""


def add_people_commands(commands: _Adder) -> None:
    """Add them to `offhook`'s commands."""
    users = commands.add_parser("user", help="who may sign in, as what, with which phones")
    _add_users(users.add_subparsers(dest="action", required=True, metavar="ACTION"))
    tokens = commands.add_parser("token", help="what programs may do")
    _add_tokens(tokens.add_subparsers(dest="action", required=True, metavar="ACTION"))


def _add_users(actions: _Adder) -> None:
    add = _named(actions, "add", "add a user; asks for a password, or makes one")
    add.add_argument("--role", choices=[str(role) for role in Role], default="operator", help="default operator")
    add.add_argument("--phone", action="append", default=[], metavar="PHONE", help="one of the user's own phones")
    add.add_argument("--display-name", default="", metavar="TEXT", help="what people are shown")
    add.add_argument("--group", default="", metavar="TEXT", help="for wallboards")
    _password(add)
    _any(actions, "list", "list users")
    _named(actions, "remove", "remove a user and sign them out")
    _password(_named(actions, "password", "set a user's password and sign them out"))
    assign = _named(actions, "assign", "say which phones are the user's own; none takes them away")
    assign.add_argument("phones", nargs="*", metavar="PHONE", help="number, name or id")
    _named(actions, "disable", "let a user sign in no more")
    _named(actions, "enable", "let a user sign in again")


def _add_tokens(actions: _Adder) -> None:
    add = _named(actions, "add", "make a token; its secret is shown once")
    add.add_argument(
        "--scope",
        action="append",
        required=True,
        choices=[str(scope) for scope in Scope],
        metavar="SCOPE",
        help=f"what it may do, as often as needed: {', '.join(Scope)}",
    )
    add.add_argument("--expires", type=int, metavar="DAYS", help="end it after so many days (default: never)")
    _any(actions, "list", "list tokens")
    _named(actions, "remove", "end a token")


def _password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _named(actions: _Adder, name: str, words: str) -> argparse.ArgumentParser:
    parser = _any(actions, name, words)
    parser.add_argument("name", metavar="NAME")
    return parser


def _any(actions: _Adder, name: str, words: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}."
    )
    parser.add_argument("--data", metavar="FOLDER", help="the console's data folder (default: the user's data folder)")
    parser.add_argument("--url", help="a console that runs (default: OFFHOOK_URL, else http://127.0.0.1:8800)")
    parser.add_argument("--token", help="an API token with users:admin (default: OFFHOOK_TOKEN, else the token file)")
    parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    return parser

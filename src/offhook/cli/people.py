"""`offhook user` and `offhook token`: through the API of the console that runs, or of one that is run for the moment.

A running console has its data folder to itself, so it has to be asked. When none runs on the folder, one is started for
the length of the command, on loopback and on ports of nobody's: one way of doing things, with the same checks and the
same audit, instead of two.
"""

import argparse
import asyncio
import getpass
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from offhook.cli.foreground import run_in_foreground
from offhook.cli.printing import plain
from offhook.cli.which_console import console_of
from offhook.console.app import ConsoleApp
from offhook.console.settings import ConsoleSettings
from offhook.console.store.folder_lock import FolderLock
from offhook.console_api.people import NewUser, Token, User, UserChange
from offhook.console_api.scopes import Role, Scope
from offhook.errors import ConfigError, DataFolderError, NotFound
from offhook.runtime.data_folder import open_data_folder
from offhook.runtime.logs import set_up_logs
from offhook.sdk import ConsoleClient

__all__ = ["run"]

_OWN_TOKEN = "offhook command"
_MADE_BYTES = 12
_MIN_PASSWORD = 8

_Answer = tuple[Any, str | Table]
"""For programs, and for people."""


def run(arguments: argparse.Namespace) -> int:
    """Carry one command out; gives the exit code."""
    set_up_logs(level="warning")
    folder = open_data_folder(Path(arguments.data).expanduser() if arguments.data else None)
    password = _password(arguments) if arguments.action in ("add", "password") and arguments.command == "user" else ""

    async def body(_stop: asyncio.Event) -> int:
        async with _client(arguments, folder) as client:
            answer, text = await _ACTIONS[arguments.command, arguments.action](client, arguments, password)
        _print(answer, text, is_json=arguments.json)
        return 0

    return run_in_foreground(body)


@asynccontextmanager
async def _client(arguments: argparse.Namespace, folder: Path) -> AsyncIterator[ConsoleClient]:
    """Connect to the console that runs, or to one that runs for the moment."""
    is_named = any((arguments.url, arguments.token, os.environ.get("OFFHOOK_URL"), os.environ.get("OFFHOOK_TOKEN")))
    if is_named or _is_in_use(folder) or _is_in_use(folder / "demo"):
        async with ConsoleClient(*console_of(arguments)) as client:
            yield client
        return
    app = ConsoleApp(ConsoleSettings(data=folder, api_port=0, listener_port=0))
    await app.start()
    try:
        token = await app.issue_token(_OWN_TOKEN)
        try:
            async with ConsoleClient(app.api_url, token) as client:
                yield client
        finally:
            for login in await app.access.tokens():
                if login.name == _OWN_TOKEN:
                    await app.access.remove_token(login.id)
    finally:
        await app.stop()


def _is_in_use(folder: Path) -> bool:
    """Say whether a console runs on a data folder."""
    lock = FolderLock(folder)
    if not folder.is_dir():
        return False
    try:
        lock.take()
    except DataFolderError:
        return True
    lock.release()
    return False


# --- users -----------------------------------------------------------------------------------------------------------


async def _add_user(client: ConsoleClient, arguments: argparse.Namespace, password: str) -> _Answer:
    made = password or secrets.token_urlsafe(_MADE_BYTES)
    user = await client.people.add_user(
        NewUser(
            name=arguments.name,
            role=Role(arguments.role),
            password=made,
            phones=await _phone_ids(client, arguments.phone),
            display_name=arguments.display_name,
            group=arguments.group,
        )
    )
    return _with_password(user, f"{user.name} is {_a(user.role)} now", "" if password else made)


async def _list_users(client: ConsoleClient, _arguments: argparse.Namespace, _password: str) -> _Answer:
    users = await client.people.users()
    table = _table("Name", "Shown as", "Role", "Phones", "Group", "")
    for user in users:
        state = ", ".join(_notes(user))
        _row(table, user.name, user.display_name, user.role, " ".join(user.phones), user.group, state)
    return users, table if users else "There are no users."


async def _remove_user(client: ConsoleClient, arguments: argparse.Namespace, _password: str) -> _Answer:
    user = await _user(client, arguments.name)
    await client.people.remove_user(user.id)
    return user, f"{user.name} is removed, and signed out"


async def _set_password(client: ConsoleClient, arguments: argparse.Namespace, password: str) -> _Answer:
    user = await _user(client, arguments.name)
    made = password or secrets.token_urlsafe(_MADE_BYTES)
    await client.people.set_password(user.id, made)
    return _with_password(user, f"{user.name} has a new password, and is signed out", "" if password else made)


async def _assign(client: ConsoleClient, arguments: argparse.Namespace, _password: str) -> _Answer:
    user = await _user(client, arguments.name)
    phones = await _phone_ids(client, arguments.phones)
    user = await client.people.change_user(user.id, UserChange(phones=phones))
    return user, f"{user.name}'s own phones: {', '.join(user.phones) or 'none'}"


async def _enable(client: ConsoleClient, arguments: argparse.Namespace, _password: str) -> _Answer:
    user = await _user(client, arguments.name)
    user = await client.people.change_user(user.id, UserChange(is_enabled=arguments.action == "enable"))
    return user, f"{user.name} {'may sign in again' if user.is_enabled else 'is signed out, and may not sign in'}"


async def _user(client: ConsoleClient, name: str) -> User:
    for user in await client.people.users():
        if user.name == name.lower():
            return user
    raise NotFound("user", name)


async def _phone_ids(client: ConsoleClient, named: list[str]) -> list[str]:
    """Find phones by number or name; what is neither is taken for an id, also of a phone that is still to come."""
    if not named:
        return []
    phones = await client.phones()
    found = []
    for name in named:
        fits = {phone.id for phone in phones if name.casefold() in (phone.id, phone.extension, phone.name.casefold())}
        if len(fits) > 1:
            raise ConfigError("--phone", "", f"{name!r} means several phones; name one of {', '.join(sorted(fits))}")
        found.append(fits.pop() if fits else name)
    return found


# --- tokens ----------------------------------------------------------------------------------------------------------


async def _add_token(client: ConsoleClient, arguments: argparse.Namespace, _password: str) -> _Answer:
    scopes = [Scope(scope) for scope in dict.fromkeys(arguments.scope)]
    made = await client.people.add_token(arguments.name, scopes, expires_in_days=arguments.expires)
    return made, f"{made.secret}\n\nThis is the token {arguments.name}; it is not shown again."


async def _list_tokens(client: ConsoleClient, _arguments: argparse.Namespace, _password: str) -> _Answer:
    tokens = [token for token in await client.people.tokens() if token.name != _OWN_TOKEN]
    table = _table("Name", "Scopes", "Made (UTC)", "By", "Ends (UTC)")
    for token in tokens:
        scopes = "all" if set(token.scopes) == set(Scope) else " ".join(token.scopes)
        _row(table, token.name, scopes, token.created[:10], token.created_by, (token.expires or "")[:10])
    return tokens, table if tokens else "There are no tokens."


async def _remove_token(client: ConsoleClient, arguments: argparse.Namespace, _password: str) -> _Answer:
    found: list[Token] = [token for token in await client.people.tokens() if token.name == arguments.name]
    if not found:
        raise NotFound("token", arguments.name)
    await client.people.remove_token(found[0].id)
    return found[0], f"the token {arguments.name} is worth nothing any more"


# --- passwords and printing ------------------------------------------------------------------------------------------


def _password(arguments: argparse.Namespace) -> str:
    """Read a password; "" to have one made."""
    if arguments.password_stdin:
        return _checked(sys.stdin.readline().rstrip("\r\n"))
    if not sys.stdin.isatty():
        return ""
    password = getpass.getpass("Password (nothing: one is made): ")
    if not password:
        return ""
    if getpass.getpass("Once more: ") != password:
        raise ConfigError("password", "", "the two are not the same; nothing was changed")
    return _checked(password)


def _checked(password: str) -> str:
    if len(password) < _MIN_PASSWORD:
        raise ConfigError("password", "", f"at least {_MIN_PASSWORD} characters; nothing was changed")
    return password


def _with_password(user: User, text: str, made: str) -> _Answer:
    if not made:
        return user, text
    return {**msgspec.to_builtins(user), "password": made}, f"{text}. The password, shown this once: {made}"


def _notes(user: User) -> list[str]:
    return [
        note for note, is_so in (("disabled", not user.is_enabled), ("no password", not user.has_password)) if is_so
    ]


def _a(role: Role) -> str:
    return f"{'a' if role is Role.SUPERVISOR else 'an'} {role}"


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _row(table: Table, *cells: str) -> None:
    table.add_row(*(Text(plain(cell)) for cell in cells))


def _print(answer: Any, text: str | Table, *, is_json: bool) -> None:
    if is_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(answer), indent=2).decode() + "\n")
    elif isinstance(text, str):
        sys.stdout.write(text + "\n")
    else:
        Console(highlight=False).print(text)


_ACTIONS: dict[tuple[str, str], Callable[[ConsoleClient, argparse.Namespace, str], Awaitable[_Answer]]] = {
    ("user", "add"): _add_user,
    ("user", "list"): _list_users,
    ("user", "remove"): _remove_user,
    ("user", "password"): _set_password,
    ("user", "assign"): _assign,
    ("user", "enable"): _enable,
    ("user", "disable"): _enable,
    ("token", "add"): _add_token,
    ("token", "list"): _list_tokens,
    ("token", "remove"): _remove_token,
}

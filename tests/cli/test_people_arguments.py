"""The arguments of `offhook user` and `offhook token`."""

import argparse

import pytest

from offhook.cli.people_arguments import PEOPLE_COMMANDS, add_people_commands


def parse(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_people_commands(parser.add_subparsers(dest="command", required=True))
    return parser.parse_args(arguments)


def test_what_is_not_said() -> None:
    parsed = parse("user", "add", "anna")
    assert (parsed.role, parsed.phone, parsed.password_stdin, parsed.json) == ("operator", [], False, False)
    assert parse("user", "assign", "anna").phones == []
    assert parse("token", "add", "t", "--scope", "calls:read").expires is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["user"],
        ["user", "add"],
        ["user", "add", "anna", "--role", "king"],
        ["token", "add", "t"],
        ["token", "add", "t", "--scope", "everything"],
    ],
)
def test_wrong_usage(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as end:
        parse(*arguments)
    assert end.value.code == 2


def test_the_commands_are_those_that_are_carried_out() -> None:
    for command in PEOPLE_COMMANDS:
        assert parse(command, "list").command == command

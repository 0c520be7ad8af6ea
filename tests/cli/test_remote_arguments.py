"""The arguments of the remote commands: one set of flags everywhere, and usage errors before anything is asked."""

import pytest

from offhook.cli.main import build_parser, main
from offhook.cli.remote_arguments import REMOTE_COMMANDS

SMALLEST = {
    "phones": [],
    "calls": [],
    "history": [],
    "note": ["c_1"],
    "statistics": [],
    "contacts": ["list"],
    "dial": ["1001", "1002"],
    "digits": ["1001", "12#"],
    "transfer": ["blind", "1001", "1003"],
    "dnd": ["1001", "on"],
    "forward": ["1001", "busy", "off"],
    "mic": ["1001", "mute"],
    "volume": ["1001", "-3"],
    "audio": ["1001", "headset"],
    "line": ["1001", "8"],
    "dss": ["1001", "10"],
    "soft": ["1001", "4"],
    "nav": ["1001", "up"],
    "keys": ["1001", "OK"],
}


@pytest.mark.parametrize("command", [*REMOTE_COMMANDS, "watch"])
def test_every_command_can_answer_in_json_and_be_told_where_to_ask(command: str) -> None:
    words = SMALLEST.get(command, [] if command == "watch" else ["1001"])
    parsed = build_parser().parse_args([command, *words, "--json", "--url", "http://c", "--token", "t"])
    assert (parsed.command, parsed.json, parsed.url, parsed.token) == (command, True, "http://c", "t")


@pytest.mark.parametrize(
    "words",
    [
        ["dial", "1001"],
        ["dnd", "1001", "perhaps"],
        ["soft", "1001", "5"],
        ["transfer", "gently", "1001", "1003"],
        ["volume", "1001", "louder"],
        ["contacts"],
        ["statistics", "--by", "shoe"],
    ],
)
def test_wrong_usage_is_code_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: offhook" in capsys.readouterr().err

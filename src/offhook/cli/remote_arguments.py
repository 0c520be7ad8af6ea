"""Arguments of the commands that work a console which runs already, here or elsewhere.

Kept apart from what carries them out, so that nothing of that is imported to show a version or a usage.
"""

import argparse
from typing import Any

__all__ = ["REMOTE_COMMANDS", "add_remote_commands"]

_Adder = Any
"""argparse's own type of `add_subparsers` is private."""

_SHOW = ("phones", "calls", "history", "note", "statistics", "contacts")
REMOTE_COMMANDS = (
    *_SHOW,
    "dial",
    "answer",
    "reject",
    "hangup",
    "hold",
    "resume",
    "digits",
    "transfer",
    "conference",
    "dnd",
    "forward",
    "mic",
    "volume",
    "audio",
    "redial",
    "voicemail",
    "line",
    "dss",
    "soft",
    "nav",
    "keys",
    "restart",
    "provision",
)
"""Everything that `cli.remote` carries out; `watch` has a module of its own."""

_PHONE_HELP = "a phone: its number, name or id"


def add_remote_commands(commands: _Adder) -> None:
    """Add all of them to `offhook`'s commands."""
    _add_shows(commands)
    _add_calls(commands)
    _add_transfers(commands)
    _add_features(commands)
    _add_keys(commands)
    watch = _remote(commands, "watch", "show what happens, as it happens", is_verb=False)
    watch.add_argument("--phone", help="only what happens to this phone")
    watch.add_argument("--type", action="append", metavar="TYPE", help="only such events, e.g. call. or phone.started")
    watch.add_argument("--count", type=int, metavar="N", help="end after so many events")


def _add_shows(commands: _Adder) -> None:
    _remote(commands, "phones", "list the phones and what they are doing", is_verb=False)
    calls = _remote(commands, "calls", "list the calls that are going on", is_verb=False)
    _add_records(commands)
    calls.add_argument("--phone", help="only calls this phone is in")
    _limit(calls)


def _add_records(commands: _Adder) -> None:
    history = _remote(commands, "history", "list the calls that are over, newest first", is_verb=False)
    history.add_argument("--phone", help="only calls this phone was in")
    history.add_argument("--search", metavar="TEXT", help="in numbers, names, contacts and notes")
    history.add_argument("--missed", action="store_true", help="only those that were missed")
    history.add_argument("--group", help="only calls of this group's phones")
    history.add_argument("--csv", metavar="FILE", help="write all that is found as CSV; - is standard output")
    _limit(history)
    note = _remote(commands, "note", "write a note on a call; with neither text nor outcome remove it", is_verb=False)
    note.add_argument("call", metavar="CALL", help="id of the call")
    note.add_argument("--text", default="", help="what there is to say")
    note.add_argument("--outcome", default="", help="a word for how it went")
    statistics = _remote(commands, "statistics", "count what was handled today", is_verb=False)
    statistics.add_argument("--by", choices=("phone", "user", "group", "hour"), default="phone")
    statistics.add_argument("--zone", default="UTC", help="whose day and hours, as in Europe/Berlin")
    statistics.add_argument("--within", type=float, default=20.0, metavar="SECONDS", help="answered so soon is quick")
    statistics.add_argument("--csv", metavar="FILE", help="write it as CSV; - is standard output")
    parser = commands.add_parser("contacts", help="who calls and is called: list, import, export")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    found = _remote(actions, "list", "list contacts by name", is_verb=False)
    found.add_argument("search", nargs="?", default="", help="beginnings of names, organisations, numbers")
    _limit(found)
    add = _remote(actions, "add", "add a contact", is_verb=False)
    add.add_argument("name")
    add.add_argument("numbers", nargs="*", metavar="NUMBER")
    add.add_argument("--organisation", default="", metavar="TEXT")
    _remote(actions, "remove", "remove a contact", is_verb=False).add_argument("id", metavar="ID")
    take = _remote(actions, "import", "take the contacts of a file, .csv or .vcf", is_verb=False)
    take.add_argument("file", metavar="FILE")
    take.add_argument("--dry-run", action="store_true", help="only tell what would happen")
    give = _remote(actions, "export", "write all contacts to a file, .csv or .vcf", is_verb=False)
    give.add_argument("file", metavar="FILE")


def _limit(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (default 50)")


def _add_calls(commands: _Adder) -> None:
    dial = _phone(commands, "dial", "let a phone call a number")
    dial.add_argument(
        "number", help="digits, *, # and a leading +; spaces, dots, dashes and brackets are left out; or sip:…"
    )
    dial.add_argument("--account", metavar="USER@HOST", help="dial from this account of the phone")
    for name, words in (
        ("answer", "let a phone answer the call that rings"),
        ("reject", "let a phone refuse the call that rings"),
        ("hangup", "end a phone's call"),
        ("hold", "put a phone's call on hold"),
        ("resume", "take a call back from hold"),
    ):
        _call(_phone(commands, name, words))
    digits = _phone(commands, "digits", "send digits into a call")
    digits.add_argument("digits", help="out of 0123456789*#")
    _call(digits)
    _phone(commands, "conference", "join a phone's two calls")


def _add_transfers(commands: _Adder) -> None:
    parser = commands.add_parser("transfer", help="send the other party of a call elsewhere")
    flows = parser.add_subparsers(dest="flow", required=True, metavar="FLOW")
    for name, words in (("blind", "at once"), ("attended", "after asking there: call the target first")):
        flow = _phone(flows, name, words)
        flow.add_argument("target", metavar="NUMBER")
        _call(flow)
    _phone(flows, "complete", "join the two others; while the target still rings, where the phone does that")
    _phone(flows, "cancel", "go back to the call that was to be transferred")


def _add_features(commands: _Adder) -> None:
    dnd = _phone(commands, "dnd", "turn do-not-disturb on or off")
    dnd.add_argument("state", choices=("on", "off"))
    forward = _phone(commands, "forward", "turn a forward on or off")
    forward.add_argument("kind", choices=("always", "busy", "no-answer"))
    forward.add_argument("state", choices=("on", "off"))
    forward.add_argument("target", nargs="?", metavar="NUMBER", help="where to")
    mic = _phone(commands, "mic", "mute or unmute the microphone")
    mic.add_argument("state", choices=("mute", "unmute"))
    volume = _phone(commands, "volume", "make it so many steps louder, or softer when negative")
    volume.add_argument("delta", type=int, metavar="STEPS")
    audio = _phone(commands, "audio", "choose where the voice of a talk goes")
    audio.add_argument("path", choices=("speaker", "headset"))
    for name, words in (
        ("restart", "reboot a phone"),
        ("provision", "let a phone look for new settings"),
    ):
        parser = _phone(commands, name, words)
        parser.add_argument("--force", action="store_true", help="also while the phone has a call")


def _add_keys(commands: _Adder) -> None:
    _phone(commands, "redial", "let a phone call the last number again")
    _phone(commands, "voicemail", "let a phone call voicemail")
    for name, words, last in (("line", "a line key", 8), ("dss", "a DSS key", 10), ("soft", "a soft key", 4)):
        parser = _phone(commands, name, f"press {words}")
        parser.add_argument("position", type=int, choices=range(1, last + 1), metavar=f"1-{last}")
    nav = _phone(commands, "nav", "press a navigation key")
    nav.add_argument("direction", choices=("up", "down", "left", "right"))
    keys = _phone(commands, "keys", "press keys, as at the phone")
    keys.add_argument("keys", nargs="+", metavar="KEY", help="OK, X, F1, ... or a run of digits")
    keys.add_argument("--force", action="store_true", help="Reboot and AutoP also while the phone has a call")


def _phone(commands: _Adder, name: str, words: str) -> argparse.ArgumentParser:
    parser = _remote(commands, name, words, is_verb=True)
    parser.add_argument("phone", help=_PHONE_HELP)
    return parser


def _call(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--call",
        metavar="ID",
        help="which call, when the phone has several for which this works (`offhook calls` lists)",
    )


def _remote(commands: _Adder, name: str, words: str, *, is_verb: bool) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=words, description=f"{words[0].upper()}{words[1:]}."
    )
    parser.add_argument("--url", help="the console (default: OFFHOOK_URL, else http://127.0.0.1:8800)")
    parser.add_argument(
        "--token",
        help="its API token (default: OFFHOOK_TOKEN, else the token file of a console or demo that ran here); "
        "other users of this machine can see a command line",
    )
    parser.add_argument("--data", metavar="FOLDER", help="the data folder with the token file")
    parser.add_argument("--json", action="store_true", help="answer in JSON, for programs")
    if is_verb:
        parser.add_argument("--no-wait", action="store_true", help="do not wait for what becomes of it")
    return parser

"""What every key does in every situation, tried out: a phone is brought into the situation, and the key is pressed.

`SITUATIONS` says how each situation comes about, `PROMISES` what each action of the keypad must do at least.
docs/keys.md is made of what really happened (`scripts/key-effects`), and a test fails when they differ; so it does when
a situation or an action is new and nobody said what is to be expected of it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from offhook.callmodel.transfer import TransferState
from offhook.phone.engine.virtual import VirtualEngine, VirtualExchange
from offhook.phone.keypad import AUDIO_KEYS, LINE_KEYS, action_for
from offhook.phone.screen import Screen
from offhook.phone.settings import Contact, DssKey, FeatureSettings
from offhook.phone.soft_keys import Action, Situation
from offhook.phone.status import PhoneStatus
from offhook.protocol.events import Event
from offhook.protocol.keys import DIGIT_KEYS, Key
from tests.phone.bench import Bench, BenchPhone, settings_for

__all__ = ["DOCUMENT", "PROMISES", "SITUATIONS", "Seen", "document", "promise_is_kept", "try_key"]

DOCUMENT = Path(__file__).parents[2] / "docs" / "keys.md"
_S, _A, _E = Situation, Action, Event
_ORDERS = frozenset(
    "place ring answer reject redirect hang_up hold retrieve set_muted send_digits refer refer_replaces join".split()
)
_TELLING = frozenset({"place", "reject", "send_digits", "refer"})
"""Orders whose second argument says something: a number, a status, digits."""
VOICEMAIL = "7999"
PROGRAMMED = [
    DssKey(position=1, type="speed_dial", value="1002"),
    DssKey(position=2, type="line", value="Account2"),
    DssKey(position=3, type="dnd"),
    DssKey(position=4, type="forward", value="1003"),
    DssKey(position=5, type="transfer", value="1003"),
    DssKey(position=6, type="dtmf", value="42"),
    DssKey(position=7, type="action_url", value="http://192.0.2.76/key?ip=$ip"),
    DssKey(position=8, type="busy_lamp", value="1002"),
]


class NotingEngine(VirtualEngine):
    """Writes down the orders it gets."""

    def __init__(self, exchange: VirtualExchange, phone: str = "") -> None:
        super().__init__(exchange, phone)
        self.orders: list[str] = []

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in _ORDERS:
            return found

        def note(*given: Any) -> Any:
            self.orders.append(f"{name} {given[1]}" if name in _TELLING else name)
            return found(*given)

        return note


class NotingExchange(VirtualExchange):
    """Gives out such engines."""

    def engine_for(self, phone: str = "") -> NotingEngine:
        return NotingEngine(self, phone)


class Stage:
    """Ann, whose phone is looked at, with the accounts 1001 and 1004; Bob and Cleo."""

    def __init__(self) -> None:
        self.bench = Bench(NotingExchange)
        settings = settings_for("1001", "1004", features=FeatureSettings(voicemail=VOICEMAIL))
        contacts = [Contact(name="Bob", number="1002"), Contact(name="Cleo", number="1003")]
        self.ann = BenchPhone(self.bench, msgspec.structs.replace(settings, dss_keys=PROGRAMMED, directory=contacts))
        self.bench.phones.append(self.ann)
        self.ann.device.started()
        self.bench.exchange.run()
        self.bob, self.cleo = self.bench.phone("1002"), self.bench.phone("1003")
        for caller in (self.bob, self.cleo):
            caller.dial("1001")
            caller.press("X")

    def talk(self) -> None:
        """Ann called Bob, who answered."""
        self.ann.dial("1002")
        self.bob.press("OK")

    def talk_beside_a_held_call(self) -> None:
        self.ann.dial("1003")
        self.cleo.press("OK")
        self.talk()

    def keys(self, *keys: str) -> None:
        self.ann.press(*keys)


def _dialling(stage: Stage) -> None:
    stage.talk()
    stage.keys("F_HOLD", *"1003")


def _calling(stage: Stage) -> None:
    stage.ann.dial("1002")


def _ringing(stage: Stage) -> None:
    stage.bob.dial("1001")
    stage.cleo.dial("1001")


def _call_waiting(stage: Stage) -> None:
    stage.talk()
    stage.cleo.dial("1001")


def _held(stage: Stage) -> None:
    stage.talk_beside_a_held_call()
    stage.keys("F_HOLD")


def _conference(stage: Stage) -> None:
    stage.talk_beside_a_held_call()
    stage.keys("F_CONFERENCE")


def _collecting(stage: Stage) -> None:
    stage.talk()
    stage.keys("F_TRANSFER", *"1003")


def _consulting(stage: Stage) -> None:
    _collecting(stage)
    stage.keys("OK")
    stage.cleo.press("OK")


def _transferring(stage: Stage) -> None:
    _collecting(stage)
    stage.keys("F_TRANSFER")


def _ending(stage: Stage) -> None:
    stage.talk()
    stage.ann.device.press(Key.X)


SITUATIONS: dict[Situation, tuple[str, Callable[[Stage], None]]] = {
    _S.IDLE: ("Standby; two calls were missed.", lambda stage: None),
    _S.ENTERING: ("On hook, 1003 was typed.", lambda stage: stage.keys(*"1003")),
    _S.DIALLING: ("Off hook, 1003 was typed; a call with Bob is held.", _dialling),
    _S.CALLING: ("Bob was called and rings.", _calling),
    _S.RINGING: ("Bob and Cleo call.", _ringing),
    _S.CALL_WAITING: ("In a call with Bob, Cleo calls.", _call_waiting),
    _S.TALKING: ("In a call with Bob; one with Cleo is held.", Stage.talk_beside_a_held_call),
    _S.HELD: ("Calls with Bob and Cleo are held.", _held),
    _S.CONFERENCE: ("Three talk: Bob, Cleo, and this phone.", _conference),
    _S.TRANSFER_COLLECTING: ("Bob is to be transferred, and held; 1003 was typed.", _collecting),
    _S.CONSULTING: ("Bob is to be transferred, and held; Cleo was called and has answered.", _consulting),
    _S.TRANSFERRING: ("Bob was transferred to Cleo, whose phone rings.", _transferring),
    _S.BUSY_TONE: ("A number was called that does not exist.", lambda stage: stage.ann.dial("7777")),
    _S.ENDING: ("The call with Bob was hung up; the other side has not confirmed.", _ending),
    _S.MENU: ("The first page of the menu.", lambda stage: stage.keys("OK")),
    _S.CALL_LIST: ("The list of all calls.", lambda stage: stage.keys("UP")),
    _S.DIRECTORY: ("The directory, with Bob and Cleo.", lambda stage: stage.keys("DOWN")),
    _S.MENU_ENTRY: (
        "The target of the always forward is asked for; 10 was typed.",
        lambda stage: stage.keys("OK", "DOWN", "DOWN", "OK", "DOWN", "OK", "OK", "1", "0"),
    ),
    _S.MENU_QUESTION: ("The menu asks whether to restart.", lambda stage: stage.keys("OK", "UP", "OK")),
}
"""How each comes about, in words and in deed."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one key did."""

    key: Key
    action: Action
    before: PhoneStatus
    screen_before: Screen
    at_once: PhoneStatus
    """Before anybody else has reacted."""
    screen: Screen
    orders: tuple[str, ...]
    events: tuple[Event, ...]
    done: tuple[str, ...]
    """Asked of the phone as a whole: reboot, provision."""
    urls: tuple[str, ...]
    after: PhoneStatus
    """When all has happened that follows by itself."""

    @property
    def is_nothing(self) -> bool:
        """Whether the key did not matter."""
        is_same = (self.at_once, self.screen) == (self.before, self.screen_before)
        return is_same and not (self.orders or self.done or self.urls)


def try_key(situation: Situation, key: Key) -> Seen:
    """Bring a phone into a situation and press a key."""
    stage = Stage()
    SITUATIONS[situation][1](stage)
    ann, engine = stage.ann, stage.ann.engine
    assert isinstance(engine, NotingEngine)
    ann.device.panel.last_number = "1003"
    before, screen_before = ann.device.status, ann.device.screen
    assert before.situation is situation
    for notes in (ann.reports, engine.orders, ann.done, ann.urls):
        notes.clear()
    ann.device.press(key)
    at_once, screen = ann.device.status, ann.device.screen
    stage.bench.exchange.run()
    return Seen(
        key,
        action_for(key, situation),
        before,
        screen_before,
        at_once,
        screen,
        tuple(engine.orders),
        tuple(ann.take_events()),
        tuple(each for each in ann.done if each != "features"),
        tuple(template for template, _ in ann.urls),
        ann.device.status,
    )


# --- what each action must do --------------------------------------------------------------------------------------


def _orders(*wanted: str) -> Callable[[Seen], bool]:
    return lambda seen: all(order in seen.orders for order in wanted)


def _both(*checks: Callable[[Seen], bool]) -> Callable[[Seen], bool]:
    return lambda seen: all(check(seen) for check in checks)


def _reports(*wanted: Event) -> Callable[[Seen], bool]:
    return lambda seen: all(event in seen.events for event in wanted)


def _leads_to(*situations: Situation) -> Callable[[Seen], bool]:
    return lambda seen: seen.after.situation in situations


def _changes_only(**changes: Callable[[Seen], Any]) -> Callable[[Seen], bool]:
    """Nothing but these parts of what the phone shows."""

    def check(seen: Seen) -> bool:
        values: dict[str, Any] = {name: value(seen) for name, value in changes.items()}
        expected = replace(seen.before, **values)
        return seen.at_once == expected and not seen.orders

    return check


def _adds_digit(seen: Seen) -> bool:
    digit = DIGIT_KEYS[seen.key]
    return seen.after.entered == seen.before.entered + digit and not seen.orders


def _sends_dtmf(seen: Seen) -> bool:
    parties = 2 if seen.before.situation is _S.CONFERENCE else 1
    return seen.orders == (f"send_digits {DIGIT_KEYS[seen.key]}",) * parties


def _toggles_mute(seen: Seen) -> bool:
    def muted(status: PhoneStatus) -> list[bool]:
        return [call.is_muted for call in status.calls if call.state.value == "connected"]

    return muted(seen.after) == [not each for each in muted(seen.before)] != []


def _ends(seen: Seen) -> bool:
    if seen.before.situation is _S.CONFERENCE:
        return "refer_replaces" in seen.orders and seen.events.count(_E.TERMINATED) == 2
    return "hang_up" in seen.orders and _E.TERMINATED in seen.events


def _selects_line(seen: Seen) -> bool:
    position = LINE_KEYS[seen.key]
    if position > 2:
        return seen.after.notice == f"There is no account {position}" and not seen.orders and not seen.events
    return not seen.is_nothing


def _presses_dss(seen: Seen) -> bool:
    kind = {f"D{each.position}": each.type for each in PROGRAMMED}.get(seen.key.value)
    match kind:
        case None:
            return seen.is_nothing
        case "dnd":
            return seen.after.features.dnd and _E.DND_ON in seen.events
        case "forward":
            return seen.after.features.always.is_on and _E.ALWAYS_FORWARD_ON in seen.events
        case "action_url":
            return len(seen.urls) == 1 and not seen.orders
        case "line":
            return seen.is_nothing is (action_for(Key.L2, seen.before.situation) is _A.NO_EFFECT)
        case "dtmf":
            is_sent = "send_digits 42" in seen.orders
            return is_sent or seen.after.notice == "Digits can be sent in a call"
        case _:
            return not seen.is_nothing


def _goes_off_hook(seen: Seen) -> bool:
    return seen.after.is_off_hook and seen.after.situation is _S.DIALLING


def _joins(seen: Seen) -> bool:
    if len(seen.before.calls) == 2 and seen.before.situation is not _S.CALL_WAITING:
        return seen.after.situation is _S.CONFERENCE and "join" in seen.orders
    return seen.after.notice == "A conference needs a held call"


def _chooses_call(seen: Seen) -> bool:
    """With one call there is nothing to choose."""
    return seen.orders == () and (seen.screen != seen.screen_before or seen.before.situation is _S.CALL_WAITING)


def _moves_in_menu(seen: Seen) -> bool:
    return not seen.orders and not seen.events


def _is_seen(seen: Seen) -> bool:
    return not seen.is_nothing


_PLACES = _orders("place 1003")
PROMISES: Mapping[Action, Callable[[Seen], bool]] = {
    _A.NO_EFFECT: lambda seen: seen.is_nothing,
    _A.GO_OFF_HOOK: _goes_off_hook,
    _A.NEW_CALL: _goes_off_hook,
    _A.GO_ON_HOOK: lambda seen: (
        seen.after.entered == "" and seen.after.situation in (_S.IDLE, _S.HELD) and not seen.orders
    ),
    _A.ADD_DIGIT: _adds_digit,
    _A.DELETE_DIGIT: lambda seen: seen.after.entered == seen.before.entered[:-1] and not seen.orders,
    _A.CLEAR_ENTRY: _both(_leads_to(_S.IDLE), lambda seen: not seen.orders and not seen.events),
    _A.SEND_NUMBER: _PLACES,
    _A.SEND_OR_POUND: _PLACES,
    _A.ANSWER: _both(_orders("answer"), _reports(_E.ESTABLISHED)),
    _A.REJECT: _both(_orders("reject 603"), _reports(_E.TERMINATED)),
    _A.END_CALL: _ends,
    _A.HOLD: _both(_orders("hold"), _reports(_E.HOLD)),
    _A.RETRIEVE: _both(_orders("retrieve"), _reports(_E.UNHOLD)),
    _A.SEND_DTMF: _sends_dtmf,
    _A.TOGGLE_MUTE: _both(_orders("set_muted"), _toggles_mute),
    _A.VOLUME_UP: _changes_only(volume=lambda seen: seen.before.volume + 1),
    _A.VOLUME_DOWN: _changes_only(volume=lambda seen: seen.before.volume - 1),
    _A.CHOOSE_PATH: _changes_only(audio_path=lambda seen: AUDIO_KEYS[seen.key]),
    _A.REDIAL: _PLACES,
    _A.DIAL_VOICEMAIL: _orders(f"place {VOICEMAIL}"),
    _A.DND_ON: lambda seen: seen.after.features.dnd and _E.DND_ON in seen.events,
    _A.DND_OFF: lambda seen: seen.is_nothing,  # it is off already: no event without a change
    _A.TOGGLE_DND: lambda seen: seen.after.features.dnd and _E.DND_ON in seen.events,
    _A.START_TRANSFER: _both(_reports(_E.TRANSFER), lambda seen: seen.at_once.transfer is TransferState.COLLECTING),
    _A.TRANSFER_BLIND: _orders("refer 1003"),
    _A.CONSULT: _PLACES,
    _A.CONSULT_OR_POUND: _PLACES,
    _A.COMPLETE_TRANSFER: _both(_orders("refer_replaces"), _reports(_E.ATTENDED_TRANSFER)),
    _A.CANCEL_TRANSFER: _both(_reports(_E.UNHOLD), lambda seen: seen.after.transfer is TransferState.NONE),
    _A.JOIN_CONFERENCE: _joins,
    _A.SELECT_LINE: _selects_line,
    _A.REBOOT: lambda seen: seen.done == ("reboot",) and not seen.orders,
    _A.PROVISION: lambda seen: seen.done == ("provision",) and not seen.orders,
    _A.DISMISS: lambda seen: seen.before.missed == 2 and _changes_only(missed=lambda seen: 0)(seen),
    _A.PREVIOUS_ACCOUNT: _changes_only(next_account=lambda seen: 2),
    _A.NEXT_ACCOUNT: _changes_only(next_account=lambda seen: 2),
    _A.PREVIOUS_CALL: _chooses_call,
    _A.NEXT_CALL: _chooses_call,
    _A.PRESS_DSS: _presses_dss,
    _A.OPEN_MENU: _leads_to(_S.MENU),
    _A.OPEN_CALLS: _leads_to(_S.CALL_LIST),
    _A.OPEN_DIRECTORY: _leads_to(_S.DIRECTORY),
    _A.MENU_UP: _is_seen,
    _A.MENU_DOWN: _is_seen,
    _A.MENU_LEFT: _moves_in_menu,
    _A.MENU_RIGHT: _moves_in_menu,
    _A.MENU_CONFIRM: _is_seen,
    _A.MENU_BACK: _both(_is_seen, lambda seen: not seen.orders),
    _A.MENU_DELETE: _both(_is_seen, _moves_in_menu),
    _A.MENU_SAVE: _both(_is_seen, _moves_in_menu),
    _A.MENU_TYPE: _both(_is_seen, _moves_in_menu),
    _A.MENU_ERASE: _both(_is_seen, _moves_in_menu),
}
"""What has to be seen when a key does an action; docs/keys.md has the rest, to the last order."""


def promise_is_kept(seen: Seen) -> bool:
    """Say whether a key did what the keypad's table promises."""
    return PROMISES[seen.action](seen)


# --- the document --------------------------------------------------------------------------------------------------

_NAMES: Mapping[str, str] = {
    "entered": "the number",
    "audio_path": "where the voice goes",
    "volume": "the volume",
    "missed": "the missed calls",
    "next_account": "the account of the next call",
    "features": "the features",
}
"""What a key can change without a report or an order."""
_DIGITS = [key for key in DIGIT_KEYS if key is not Key.POUND]
_HEAD = """# What every key does

Made by `scripts/key-effects` from `tests/docs/key_effects.py`, which brings a phone into each situation and presses
each key; a test does it again. `-` is nothing: the key is accepted, and neither an order, a report nor a change of the
screen follows.

[phone.md](phone.md) tells how calls, transfers and conferences go."""
_BELOW = """
## What follows from each

For each situation: what the phone tells its call engine, what it reports, and what is in front of the user when
everybody else has reacted. Numbers: 1003 was typed, and was dialled last; `D1` to `D8` are programmed: speed dial,
line 2, do-not-disturb, forward to 1003, transfer to 1003, the digits 42, an Action URL, busy lamp."""


def document(everything: Sequence[Seen]) -> str:
    """Write docs/keys.md.

    Args:
        everything: What each key did in each situation.
    """
    cells = {(seen.key, seen.before.situation): seen for seen in everything}
    lines = [_HEAD, "", "| Key | " + " | ".join(map(_words, Situation)) + " |", "|---" * (len(Situation) + 1) + "|"]
    rows: dict[tuple[str, ...], list[Key]] = {}
    for key in Key:
        rows.setdefault(tuple(_cell(cells[key, situation]) for situation in Situation), []).append(key)
    lines += [f"| {_list(keys)} | " + " | ".join(row) + " |" for row, keys in rows.items()]
    lines.append(_BELOW)
    for situation in Situation:
        lines += ["", f"### {_words(situation).capitalize()}", "", SITUATIONS[situation][0], ""]
        lines += ["| Key | Does | Orders | Reports | Changes | Then |", "|---|---|---|---|---|---|"]
        effects: dict[tuple[str, ...], list[Key]] = {}
        for key in Key:
            if not (seen := cells[key, situation]).is_nothing:
                effects.setdefault(_effect(seen), []).append(key)
        lines += [f"| {_list(keys)} | " + " | ".join(effect) + " |" for effect, keys in effects.items()]
    return "\n".join(lines) + "\n"


def _words(name: Situation | Action) -> str:
    return name.value.replace("_", " ")


def _cell(seen: Seen) -> str:
    if seen.action is not _A.PRESS_DSS:
        return "-" if seen.action is _A.NO_EFFECT else _words(seen.action)
    return "as programmed"


def _effect(seen: Seen) -> tuple[str, ...]:
    digit = DIGIT_KEYS.get(seen.key)
    orders = [order.replace(f"send_digits {digit}", "send_digits, the key's own") for order in seen.orders]
    orders += [*seen.done, *("send the URL" for _ in seen.urls)]
    changes = [text for name, text in _NAMES.items() if getattr(seen.after, name) != getattr(seen.before, name)]
    if seen.after.situation is seen.before.situation and not (changes or orders or seen.events or seen.after.notice):
        changes = ["the screen"]
    then = _words(seen.after.situation) + (f'; "{seen.after.notice}"' if seen.after.notice else "")
    return (
        _cell(seen),
        ", ".join(orders),
        ", ".join(event.title for event in seen.events),
        ", ".join(changes),
        re.sub(r"account \d", "account N", then),
    )


def _list(keys: Sequence[Key]) -> str:
    """Name keys, with rows of neighbours in short."""
    names = [f"`{key.value}`" for key in keys if key not in _DIGITS]
    if set(_DIGITS) <= set(keys):
        names.append("`0`-`9`, `*`")
    else:
        names += [f"`{key.value}`" for key in keys if key in _DIGITS]
    text = ", ".join(names)
    for letter, first, last in (("L", 1, 8), ("L", 3, 8), ("D", 1, 10)):
        row = ", ".join(f"`{letter}{number}`" for number in range(first, last + 1))
        text = text.replace(row, f"`{letter}{first}`-`{letter}{last}`")
    return text

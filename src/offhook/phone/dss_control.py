"""What the programmable keys do when they are pressed.

Source: DOC §3.2 (`D1`-`D10`); `offhook.phone.settings.DssKey` for the types.
"""

from collections.abc import Callable
from dataclasses import dataclass

from offhook.callmodel.features import Feature, Features
from offhook.errors import NotValid
from offhook.phone.call_control import CallControl
from offhook.phone.dialler import Dialler
from offhook.phone.keypad import action_for
from offhook.phone.lines import Line, Lines
from offhook.phone.number_entry import NumberEntry
from offhook.phone.panel import Panel
from offhook.phone.settings import DssKey
from offhook.phone.soft_keys import Action, Situation
from offhook.phone.transfer_control import TransferControl
from offhook.protocol.keys import Key

__all__ = ["DssControl", "DssDoor"]

_S = Situation
_TO_TRANSFER = (_S.TALKING, _S.CALL_WAITING, _S.HELD)
_TO_SEND_DIGITS = (_S.TALKING, _S.CALL_WAITING, _S.CONFERENCE, _S.CONSULTING)


@dataclass(frozen=True, slots=True)
class DssDoor:
    """What programmable keys ask of the device as a whole."""

    key_at: Callable[[int], DssKey | None]
    features: Callable[[], Features]
    change_feature: Callable[[Feature, bool, str | None], None]
    select_line: Callable[[Line], None]
    send_url: Callable[[str], None]
    """A template of the user's own, to be filled with what holds now."""


class DssControl:
    """The programmable keys of one phone."""

    __slots__ = ("_calls", "_dialler", "_door", "_entry", "_lines", "_now", "_panel", "_transfer")

    def __init__(
        self,
        lines: Lines,
        calls: CallControl,
        transfer: TransferControl,
        dialler: Dialler,
        entry: NumberEntry,
        panel: Panel,
        door: DssDoor,
        now: Callable[[], float],
    ) -> None:
        self._lines = lines
        self._calls = calls
        self._transfer = transfer
        self._dialler = dialler
        self._entry = entry
        self._panel = panel
        self._door = door
        self._now = now

    def press(self, position: int, situation: Situation) -> None:
        """Press one; nothing happens where nothing is programmed."""
        key = self._door.key_at(position)
        if key is None:
            return
        match key.type:
            case "speed_dial" | "busy_lamp":
                self._call(key.value, situation)
            case "transfer":
                self._send_on(key.value, situation)
            case "line" if action_for(Key.L1, situation) is not Action.NO_EFFECT:
                self._select(key.value)
            case "dnd":
                self._door.change_feature(Feature.DND, not self._door.features().dnd, None)
            case "forward":
                self._toggle_forward(key.value)
            case "dtmf" if situation in _TO_SEND_DIGITS:
                self._calls.send_digits(key.value)
            case "dtmf":
                self._panel.notice = "Digits can be sent in a call"
            case "action_url":
                self._door.send_url(key.value)
            case "line" | "none":
                pass

    def _call(self, number: str, situation: Situation) -> None:
        """Call; where the phone asks whom to transfer to, the key is the answer, and the user says how."""
        if situation is _S.TRANSFER_COLLECTING:
            self._entry.clear()
            self._entry.add(number, self._now())
        else:
            self._dialler.call(number)

    def _send_on(self, number: str, situation: Situation) -> None:
        """Transfer the call in front at once; without one, call."""
        if situation in _TO_TRANSFER:
            self._transfer.start()
        elif situation is not _S.TRANSFER_COLLECTING:
            self._dialler.call(number)
            return
        self._entry.clear()
        self._entry.add(number, self._now())
        self._transfer.send_blind()

    def _select(self, account: str) -> None:
        line = self._lines.find(account)
        if line is None:
            self._panel.notice = f"There is no account {account}"
        else:
            self._door.select_line(line)

    def _toggle_forward(self, target: str) -> None:
        """Turn it on to the key's own target, or to the one that is set where the key has none."""
        is_on = self._door.features().always.is_on
        try:
            self._door.change_feature(Feature.ALWAYS_FORWARD, not is_on, target or None)
        except NotValid:
            self._panel.notice = "Say where to forward to first"

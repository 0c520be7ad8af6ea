"""Carries out what the keypad's table says: works out the situation, and does the action in it.

Source: DOC §3.2; `offhook.phone.keypad` for the table.
"""

from collections.abc import Callable
from dataclasses import dataclass

from offhook.callmodel.transfer import TransferState
from offhook.phone.call_control import CallControl
from offhook.phone.dialler import Dialler
from offhook.phone.keypad import AUDIO_KEYS, DSS_KEYS, LINE_KEYS, AudioPath, action_for
from offhook.phone.lines import Line, Lines
from offhook.phone.menu import MOVES
from offhook.phone.menu_control import MenuControl
from offhook.phone.menu_pages import Page
from offhook.phone.number_entry import NumberEntry
from offhook.phone.panel import Panel
from offhook.phone.soft_keys import Action, Situation
from offhook.phone.transfer_control import TransferControl
from offhook.protocol.keys import DIGIT_KEYS, Key

__all__ = ["DeviceActions", "KeyActions"]

_S, _A = Situation, Action
_PUT_DOWN = {
    _S.DIALLING: _A.GO_ON_HOOK,
    _S.CALLING: _A.END_CALL,
    _S.CALL_WAITING: _A.END_CALL,
    _S.TALKING: _A.END_CALL,
    _S.CONFERENCE: _A.END_CALL,
    _S.CONSULTING: _A.COMPLETE_TRANSFER,
    _S.TRANSFERRING: _A.END_CALL,
    _S.BUSY_TONE: _A.GO_ON_HOOK,
}
"""What putting the handset down does. In a consultation it connects the two others, as operators are used to."""


@dataclass(frozen=True, slots=True)
class DeviceActions:
    """What keys ask of the device as a whole."""

    set_dnd: Callable[[bool], None]
    is_dnd: Callable[[], bool]
    voicemail: Callable[[], str]
    """The number of the voicemail; "" for none."""
    reboot: Callable[[], None]
    provision: Callable[[], None]
    press_dss: Callable[[int, Situation], None]
    """A programmable key, by its position."""


class KeyActions:
    """The keys of one phone."""

    __slots__ = ("_calls", "_device", "_dialler", "_entry", "_lines", "_menu", "_now", "_panel", "_transfer")

    def __init__(  # noqa: PLR0913 - the parts of the phone that keys reach
        self,
        lines: Lines,
        calls: CallControl,
        transfer: TransferControl,
        dialler: Dialler,
        entry: NumberEntry,
        panel: Panel,
        menu: MenuControl,
        device: DeviceActions,
        now: Callable[[], float],
    ) -> None:
        self._lines = lines
        self._calls = calls
        self._transfer = transfer
        self._dialler = dialler
        self._entry = entry
        self._panel = panel
        self._menu = menu
        self._device = device
        self._now = now

    def situation(self) -> Situation:
        """Say what is in front of the user."""
        state = self._transfer.state
        if state is TransferState.COLLECTING:
            return _S.TRANSFER_COLLECTING
        if state is TransferState.CONSULTING:
            return _S.CONSULTING
        if self._calls.placing():
            return _S.CALLING
        if self._calls.ringing():
            return _S.CALL_WAITING if self._calls.active() else _S.RINGING
        if self._transfer.has_calls():
            return _S.TRANSFERRING
        if active := self._calls.active():
            return _S.CONFERENCE if active.is_in_conference else _S.TALKING
        return self._situation_without_voice()

    def _situation_without_voice(self) -> Situation:
        if self._entry.is_open:
            return _S.DIALLING
        if self._calls.held():
            return _S.HELD
        if self._calls.calls:
            return _S.ENDING
        if self._calls.has_busy_tone():
            return _S.BUSY_TONE
        if self._entry.text:
            return _S.ENTERING
        return self._menu.situation or _S.IDLE

    def press(self, key: Key, *, x_mutes: bool) -> None:
        """Do what ``key`` means now."""
        situation = self.situation()
        action = action_for(key, situation, x_mutes=x_mutes)
        if key in AUDIO_KEYS and action is not _A.NO_EFFECT:
            self._panel.audio_path = AUDIO_KEYS[key]
        self._do(action, key, situation)

    def lift(self) -> None:
        """Lift the handset: what `Speaker` does, with the voice in the handset."""
        if self._panel.is_handset_up:
            return
        self._panel.is_handset_up = True
        self._panel.audio_path = AudioPath.HANDSET
        situation = self.situation()
        self._do(action_for(Key.SPEAKER, situation), Key.SPEAKER, situation)

    def put_down(self) -> None:
        """Put the handset down; a voice that is elsewhere stays there."""
        if not self._panel.is_handset_up:
            return
        self._panel.is_handset_up = False
        if self._panel.audio_path is AudioPath.HANDSET:
            self._panel.audio_path = AudioPath.SPEAKER
            situation = self.situation()
            self._do(_PUT_DOWN.get(situation, _A.NO_EFFECT), Key.X, situation)

    def enter(self, digits: str) -> None:
        """Enter a run of digits as one number: here ``#`` is part of it, as in ``*21#``, and sends nothing."""
        action = action_for(Key.DIGIT_0, self.situation())
        if action is _A.ADD_DIGIT:
            self._add(digits)
        elif action is _A.SEND_DTMF:
            self._calls.send_digits(digits.lstrip("+"))
        elif action is _A.MENU_TYPE:
            self._menu.type_run(digits)

    def _do(self, action: Action, key: Key, situation: Situation) -> None:
        if simple := self._simple().get(action):
            simple()
            return
        if action in MOVES:
            self._menu.press(action)
            return
        if key in DIGIT_KEYS:
            self._do_digit(action, DIGIT_KEYS[key])
            return
        match action:
            case _A.SELECT_LINE:
                self._select_position(LINE_KEYS[key])
            case _A.PRESS_DSS:
                self._device.press_dss(DSS_KEYS[key], situation)
            case _A.END_CALL:
                self._end_call(situation)
            case _A.NO_EFFECT | _A.CHOOSE_PATH:
                pass

    def _do_digit(self, action: Action, digit: str) -> None:
        match action:
            case _A.ADD_DIGIT:
                self._add(digit)
            case _A.SEND_DTMF:
                self._calls.send_digits(digit)
            case _A.MENU_TYPE:
                self._menu.type_run(digit)
            case _A.SEND_OR_POUND | _A.CONSULT_OR_POUND if not self._entry.text:
                self._add(digit)
            case _A.SEND_OR_POUND:
                self._dialler.send_entry()
            case _A.CONSULT_OR_POUND:
                self._transfer.consult()

    def _simple(self) -> dict[Action, Callable[[], None]]:
        """Actions that need to know neither the key nor the situation."""
        return {
            _A.GO_OFF_HOOK: self._open_line,
            _A.NEW_CALL: self._open_line,
            _A.GO_ON_HOOK: self._go_on_hook,
            _A.DELETE_DIGIT: self._delete_digit,
            _A.CLEAR_ENTRY: self._entry.clear,
            _A.SEND_NUMBER: self._dialler.send_entry,
            _A.ANSWER: self._answer,
            _A.REJECT: self._reject,
            _A.HOLD: self._calls.hold_active,
            _A.RETRIEVE: self._retrieve,
            _A.TOGGLE_MUTE: self._calls.toggle_mute,
            _A.VOLUME_UP: lambda: self._panel.change_volume(1),
            _A.VOLUME_DOWN: lambda: self._panel.change_volume(-1),
            _A.REDIAL: self._dialler.redial,
            _A.DIAL_VOICEMAIL: lambda: self._dialler.call_voicemail(self._device.voicemail()),
            _A.DND_ON: lambda: self._device.set_dnd(True),
            _A.DND_OFF: lambda: self._device.set_dnd(False),
            _A.TOGGLE_DND: lambda: self._device.set_dnd(not self._device.is_dnd()),
            _A.START_TRANSFER: self._transfer.start,
            _A.TRANSFER_BLIND: self._transfer.send_blind,
            _A.CONSULT: self._transfer.consult,
            _A.COMPLETE_TRANSFER: self._transfer.complete,
            _A.CANCEL_TRANSFER: self._transfer.cancel,
            _A.JOIN_CONFERENCE: self._join_conference,
            _A.REBOOT: self._device.reboot,
            _A.PROVISION: self._device.provision,
            _A.DISMISS: self._dismiss,
            _A.PREVIOUS_ACCOUNT: lambda: self._dialler.choose_account(-1),
            _A.NEXT_ACCOUNT: lambda: self._dialler.choose_account(1),
            _A.PREVIOUS_CALL: lambda: self._calls.choose(-1),
            _A.NEXT_CALL: lambda: self._calls.choose(1),
            _A.OPEN_MENU: lambda: self._menu.open(Page.MAIN),
            _A.OPEN_CALLS: self._menu.open_calls,
            _A.OPEN_DIRECTORY: lambda: self._menu.open(Page.DIRECTORY),
        }

    def _add(self, digits: str) -> None:
        """Enter digits; with the busy tone or held calls in front, that begins a new call."""
        if self.situation() in (_S.BUSY_TONE, _S.HELD):
            self._open_line()
        self._menu.close()
        self._entry.add(digits, self._now())

    def _delete_digit(self) -> None:
        self._entry.delete_last(self._now())

    def _open_line(self, account: str | None = None) -> None:
        """Off hook with dial tone."""
        self._calls.go_off_hook()
        self._entry.open(self._now(), account)

    def _go_on_hook(self) -> None:
        """Put away the entry or the busy tone; without calls the phone then goes on hook by itself."""
        self._entry.clear()
        self._calls.stop_busy_tone()

    def _answer(self) -> None:
        if call := self._calls.ringing():
            self._calls.answer(call)

    def _reject(self) -> None:
        if call := self._calls.ringing():
            self._calls.reject(call)

    def _retrieve(self) -> None:
        if call := self._calls.held():
            self._calls.retrieve(call)

    def _join_conference(self) -> None:
        """Make three of two calls, those of a consultation too."""
        is_consulting = self._transfer.state is TransferState.CONSULTING
        active = self._calls.active()
        held = self._transfer.primary if is_consulting else self._calls.held()
        if active is None:
            self._panel.notice = "Nobody has answered yet"
        elif held is None:
            self._panel.notice = "A conference needs a held call"
        elif self._calls.conference():
            self._panel.notice = "A conference has room for three"
        else:
            self._transfer.give_way_to_conference()
            self._calls.join(active, held)

    def _end_call(self, situation: Situation) -> None:
        if self._transfer.state is TransferState.LEAVING:
            self._transfer.cancel()
            return
        primary = self._transfer.primary if situation is _S.TRANSFERRING else None
        call = primary or self._calls.placing() or self._calls.active() or self._calls.held()
        if call is not None and call.is_in_conference:
            self._transfer.leave(self._calls.conference())
        elif call is not None:
            self._calls.end(call)

    def _select_position(self, position: int) -> None:
        line = self._lines.at(position)
        if line is None:
            self._panel.notice = f"There is no account {position}"
        else:
            self.select_line(line)

    def select_line(self, line: Line) -> None:
        """A line key: answer there, switch there, or dial from there."""
        active = self._calls.active()
        if ringing := self._calls.ringing(line.id):
            self._calls.answer(ringing)
        elif held := self._calls.held(line.id):
            self._calls.retrieve(held)
        elif active is not None and active.account == line.id:
            return
        else:
            self._dial_from(line)

    def _dial_from(self, line: Line) -> None:
        if self._entry.text and not self._entry.is_open:
            self._entry.account = line.id
            self._dialler.send_entry()
            return
        self._calls.when_voice_is_free(lambda: self._open_line(line.id))

    def _dismiss(self) -> None:
        self._panel.notice = ""
        self._panel.missed = 0

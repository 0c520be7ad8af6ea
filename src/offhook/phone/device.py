"""The phone as a device: keys, numbers and engine facts in; orders to the engine and reports out. No I/O, no clock.

Theory of operation. Every input ends with `_settle`, so hook and busy are right before the next one, and whoever owns
the device is told when `next_deadline` has changed. The owner gives it the engine's facts, and calls `handle_deadline`
when the deadline has come. The parts: `lines` (accounts), `call_control` (calls and hook), `transfer_control`,
`dialler`, `keypad` (the table of keys) with `key_actions`, and `event_values` (what a report says).
Source: DOC §2.4 (events), §2.5 (variables), §3.2-3.4 (obedience).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from offhook.callmodel.features import Disposition, Feature, Features, Forward, change_feature, treat_incoming
from offhook.errors import NotValid
from offhook.phone.call_control import CallControl
from offhook.phone.dialler import Dialler
from offhook.phone.dss_control import DssControl, DssDoor
from offhook.phone.dss_keys import dss_lamps
from offhook.phone.engine.port import (
    AccountAccepted,
    AccountLost,
    AccountRefused,
    CallEngine,
    EngineFact,
    NumberState,
    TransferProgress,
)
from offhook.phone.event_values import values_at
from offhook.phone.key_actions import DeviceActions, KeyActions
from offhook.phone.lines import Line, Lines
from offhook.phone.menu_control import Edit, MenuControl, MenuDoor
from offhook.phone.menu_pages import MenuSource
from offhook.phone.number_entry import NumberEntry
from offhook.phone.panel import Panel
from offhook.phone.phone_call import PhoneCall
from offhook.phone.reports import Report
from offhook.phone.screen import Screen, line_lamp, show
from offhook.phone.settings import (
    MAX_NO_ANSWER_S,
    MIN_NO_ANSWER_S,
    DssKey,
    FeatureSettings,
    ForwardSettings,
    PhoneSettings,
)
from offhook.phone.soft_keys import SOFT_KEYS, Situation
from offhook.phone.status import AccountStatus, CallStatus, PhoneStatus
from offhook.phone.transfer_control import TransferControl
from offhook.phone.watches import Watches
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.protocol.variables import Variable

__all__ = ["PhoneDevice"]


def _nothing() -> None:
    """Stand in for a callback that nobody gave."""


class PhoneDevice:
    """One phone.

    Callbacks are called from inside the input that caused them; they must not give the device another input.
    """

    __slots__ = (
        "_address",
        "_calls",
        "_deadline_told",
        "_dialler",
        "_entry",
        "_features",
        "_is_up",
        "_keys",
        "_lines",
        "_menu",
        "_now",
        "_on_changed",
        "_on_deadline_changed",
        "_on_features_changed",
        "_on_report",
        "_on_settings_edited",
        "_on_url",
        "_programmed",
        "_settings",
        "_started_at",
        "_transfer",
        "_watches",
        "panel",
    )

    def __init__(  # noqa: PLR0913 - one optional callback for each thing that its owner may want to hear of
        self,
        settings: PhoneSettings,
        engine: CallEngine,
        on_report: Callable[[Report], None],
        now: Callable[[], float],
        *,
        on_reboot: Callable[[], None] = _nothing,
        on_provision: Callable[[], None] = _nothing,
        on_features_changed: Callable[[Features], None] = lambda features: None,
        on_deadline_changed: Callable[[], None] = _nothing,
        on_changed: Callable[[], None] = _nothing,
        on_settings_edited: Callable[[Edit], None] = lambda edit: None,
        on_url: Callable[[str, Mapping[Variable, str]], None] = lambda template, values: None,
    ) -> None:
        """Build a phone that is switched off; `started` switches it on.

        Args:
            on_report: Takes every event with its values, in order.
            now: Seconds, monotonic.
            on_reboot: The Reboot key was pressed; whoever runs the phone restarts it.
            on_provision: The AutoP key was pressed.
            on_features_changed: A feature was changed at the phone; to be kept.
            on_deadline_changed: `next_deadline` gives something else than before.
            on_changed: An input has ended that may have changed what the phone shows; read `status` again.
            on_settings_edited: Something was changed in the menu; to be applied to what is kept, and kept.
            on_url: A key wants this URL template sent, filled with these values.
        """
        self._settings = settings
        self._on_report = on_report
        self._on_features_changed = on_features_changed
        self._on_deadline_changed = on_deadline_changed
        self._on_changed = on_changed
        self._on_settings_edited = on_settings_edited
        self._on_url = on_url
        self._deadline_told: float | None = None
        self._now = now
        self._address = settings.network.address
        self._features = _features_of(settings.features)
        self._is_up = False
        self._started_at = now()
        self._entry = NumberEntry()
        self.panel = Panel()
        """What the phone remembers for its user beside the calls; whoever restarts it hands that on."""
        self._lines = Lines(engine, self._report_registration, now)
        self._calls = CallControl(engine, self._lines, self._entry, self.panel, self._report, self._treat, now)
        self._transfer = TransferControl(engine, self._lines, self._calls, self._entry, self.panel, self._report, now)
        self._calls.on_ended = self._transfer.ended
        self._dialler = Dialler(self._lines, self._calls, self._transfer, self._entry, self.panel)
        self._watches = Watches(engine, self._lines)
        self._menu = MenuControl(self._menu_door(on_reboot), self.panel, now)
        self._keys = self._wire_keys(on_reboot, on_provision)
        self._programmed = self._wire_programmed_keys()
        self._lines.apply(settings.accounts, is_live=False)

    def _menu_door(self, on_reboot: Callable[[], None]) -> MenuDoor:
        return MenuDoor(
            source=self._menu_source,
            call=self._call_from_menu,
            choose_account=lambda steps: self._dialler.choose_account(steps),
            change_feature=self._change_and_keep,
            set_no_answer=self._set_no_answer,
            edit_settings=self._edit_settings,
            reboot=on_reboot,
        )

    def _wire_keys(self, on_reboot: Callable[[], None], on_provision: Callable[[], None]) -> KeyActions:
        actions = DeviceActions(
            set_dnd=lambda is_on: self._change_and_keep(Feature.DND, is_on, None),
            is_dnd=lambda: self.is_dnd,
            voicemail=lambda: self._settings.features.voicemail,
            reboot=on_reboot,
            provision=on_provision,
            press_dss=lambda position, situation: self._programmed.press(position, situation),
        )
        return KeyActions(
            self._lines,
            self._calls,
            self._transfer,
            self._dialler,
            self._entry,
            self.panel,
            self._menu,
            actions,
            self._now,
        )

    def _wire_programmed_keys(self) -> DssControl:
        door = DssDoor(
            key_at=self._key_at,
            features=lambda: self._features,
            change_feature=self._change_and_keep,
            select_line=self._keys.select_line,
            send_url=self._send_url,
        )
        return DssControl(
            self._lines, self._calls, self._transfer, self._dialler, self._entry, self.panel, door, self._now
        )

    # --- life --------------------------------------------------------------------------------------------------

    def started(self) -> None:
        """The phone has started: Setup Completed, then every account registers."""
        if self._is_up:
            return
        self._is_up = True
        self._started_at = self._now()
        self._report(Event.SETUP_COMPLETED, None)
        self._lines.register_all()
        self._end_input()

    def shut_down(self) -> None:
        """End every call and log every account out (Terminated, On-hook, Busy to Idle, Unregistered).

        Nothing is waited for: the engine is about to stop. Facts that still come are ignored until `started`.
        """
        if not self._is_up:
            return
        self._menu.close()
        self._transfer.forget()
        self._calls.clear_all()
        self._lines.log_out_all()
        self._is_up = False
        self._end_input()

    def apply_settings(self, settings: PhoneSettings) -> None:
        """Take over edited settings: accounts, features, what `X` and `$local` mean. Calls go on.

        The address is not taken from here: `address_changed` says that the phone really moved.
        """
        self._settings = settings
        wanted = _features_of(settings.features)
        for feature, forward in _switches(wanted):
            self._change(feature, forward.is_on, forward.target)
        self._features = wanted
        self._lines.apply(settings.accounts, is_live=self._is_up)
        self._end_input()

    def address_changed(self, ip: str) -> None:
        """The phone has another IP address: IP Changed, on change only."""
        if ip != self._address:
            self._address = ip
            self._report(Event.IP_CHANGED, self._calls.current())
            self._end_input()

    def say(self, notice: str) -> None:
        """Show the user one line, until something else is worth saying."""
        self.panel.notice = notice
        self._on_changed()

    # --- obedience ---------------------------------------------------------------------------------------------

    def press(self, key: Key) -> None:
        """Press one key; a key that means nothing now is accepted and does nothing."""
        if not self._is_up:
            return
        self._keys.press(key, x_mutes=self._settings.active_uri.x_key == "mute")
        self._settle()

    def enter(self, digits: str) -> None:
        """Type a number as one run of digits, ``*``, ``#`` and ``+``."""
        if not self._is_up:
            return
        self._keys.enter(digits)
        self._settle()

    def lift(self) -> None:
        """Lift the handset: dial tone, or answer, or send the number that was entered; a talk moves to the handset."""
        if self._is_up:
            self._keys.lift()
            self._settle()

    def put_down(self) -> None:
        """Put the handset down: whatever it was used for ends; what was put on speaker or headset, or held, goes on."""
        if self._is_up:
            self._keys.put_down()
            self._settle()

    def dial(self, number: str, outgoing_uri: str | None = None) -> None:
        """Go off hook hands-free and call ``number``.

        Args:
            number: Digits or a SIP address.
            outgoing_uri: The account, in any form of DOC §3.4; None for the first that is registered.
        Raises:
            NotValid: No such account ("unknown-account", the reason lists those there are), or no number.
            NotPossibleNow: Not registered, no free line, or another call is being placed or transferred.
        Source: DOC §3.4.
        """
        self._dialler.dial(number, outgoing_uri)
        self._settle()

    def change_feature(
        self, feature: Feature, is_on: bool, target: str | None = None, *, after_s: float | None = None
    ) -> None:
        """Turn a feature on or off; reported on change only.

        Args:
            target: Where a forward goes; None keeps what is set.
            after_s: Seconds of ringing before the no answer forward takes a call; None keeps what is set.
        Raises:
            NotValid: A forward is turned on that has no target, or the seconds are none that the phone can count.
        """
        if after_s is not None and not MIN_NO_ANSWER_S <= after_s <= MAX_NO_ANSWER_S:
            raise NotValid("seconds-not-valid", f"a phone rings from {MIN_NO_ANSWER_S} to {MAX_NO_ANSWER_S} seconds")
        self._change_and_keep(feature, is_on, target)
        if after_s is not None:
            self._set_no_answer(after_s)
        self._end_input()

    def _change_and_keep(self, feature: Feature, is_on: bool, target: str | None) -> None:
        if self._change(feature, is_on, target):
            self._on_features_changed(self._features)

    def _change(self, feature: Feature, is_on: bool, target: str | None) -> bool:
        before = self._features
        self._features, event = change_feature(before, feature, is_on, target)
        if event is not None and self._is_up:
            self._report(event, self._calls.current())
        return self._features != before

    def _set_no_answer(self, seconds: float) -> None:
        self._features = replace(self._features, no_answer_s=seconds)
        self._on_features_changed(self._features)

    # --- menu and programmable keys ----------------------------------------------------------------------------

    def _edit_settings(self, edit: Edit) -> None:
        self._settings = edit(self._settings)
        self._on_settings_edited(edit)

    def _call_from_menu(self, number: str, account: str | None) -> None:
        self._dialler.call(number, self._lines.find(account) if account is not None else None)

    def _key_at(self, position: int) -> DssKey | None:
        return next((key for key in self._settings.dss_keys if key.position == position), None)

    def _send_url(self, template: str) -> None:
        call = self._calls.current()
        self._on_url(template, values_at(self._settings.identity, self._address, call, self._settings.local_means))

    def _menu_source(self) -> MenuSource:
        line = self._dialler.next_line()
        return MenuSource(
            settings=self._settings,
            features=self._features,
            accounts=self._accounts(),
            next_account=line.position if line is not None else 0,
            calls=self.panel.recent.of,
            volume=self.panel.volume,
            audio_path=self.panel.audio_path,
            address=self._address,
            seconds_up=int(self._now() - self._started_at),
            now=self._now(),
        )

    # --- facts and time ----------------------------------------------------------------------------------------

    def on_fact(self, fact: EngineFact) -> None:
        """Follow what the engine says; what comes late or twice, or after `shut_down`, changes nothing."""
        if not self._is_up:
            return
        match fact:
            case AccountAccepted():
                self._lines.accepted(fact.account)
            case AccountRefused():
                self._lines.refused(fact.account, fact.status, fact.reason)
            case AccountLost():
                self._lines.lost(fact.account)
            case NumberState():
                self._watches.take(fact)
            case TransferProgress():
                self._transfer.progressed(fact)
            case _:
                self._calls.take(fact)
        self._settle()

    def next_deadline(self) -> float | None:
        """When `handle_deadline` has something to do, in seconds of ``now``; None for never."""
        if not self._is_up:
            return None
        due = (
            self._lines.next_deadline(),
            self._calls.next_deadline(),
            self._transfer.next_deadline(),
            self._entry.deadline,
            self._menu.deadline,
        )
        return min([each for each in due if each is not None], default=None)

    def handle_deadline(self, now: float) -> None:
        """Do what is due by ``now``; too early a call does nothing."""
        if not self._is_up:
            return
        self._lines.handle_deadline(now)
        self._calls.handle_deadline(now)
        self._transfer.handle_deadline(now)
        if self._entry.deadline is not None and self._entry.deadline <= now:
            self._dialler.send_entry()
        self._menu.handle_deadline(now)
        self._settle()

    def _settle(self) -> None:
        """End an input that may have changed the calls."""
        self._calls.settle()
        if self._calls.is_off_hook:
            self._menu.close()
        self._end_input()

    def _end_input(self) -> None:
        """Watch what is to be watched; tell whoever waits on the phone's clock, and whoever looks at it."""
        if self._is_up:
            self._watches.settle(key.value for key in self._settings.dss_keys if key.type == "busy_lamp")
        deadline = self.next_deadline()
        if deadline != self._deadline_told:
            self._deadline_told = deadline
            self._on_deadline_changed()
        self._on_changed()

    # --- reports -----------------------------------------------------------------------------------------------

    def _report(self, event: Event, call: PhoneCall | None) -> None:
        settings = self._settings
        values = values_at(settings.identity, self._address, call, settings.local_means)
        self._on_report(Report(event, values))

    def _report_registration(self, event: Event, line: Line) -> None:
        values = values_at(self._settings.identity, self._address, None, account=line.party)
        self._on_report(Report(event, values))

    def _treat(self, has_free_line: bool) -> Disposition:
        return treat_incoming(self._features, has_free_line=has_free_line)

    # --- status ------------------------------------------------------------------------------------------------

    @property
    def situation(self) -> Situation:
        """What is in front of the user; part of `status`, and cheaper."""
        return self._keys.situation()

    @property
    def is_dnd(self) -> bool:
        """Whether do-not-disturb is on."""
        return self._features.dnd

    @property
    def status(self) -> PhoneStatus:
        """What the phone shows now."""
        situation = self.situation
        f1, f2, f3, f4 = SOFT_KEYS[situation]
        line = self._dialler.next_line()
        front = self._calls.placing() or self._calls.ringing() or self._calls.active() or self._calls.held()
        return PhoneStatus(
            title=self._title(situation),
            notice=self.panel.notice,
            situation=situation,
            soft_keys=(f1.label, f2.label, f3.label, f4.label),
            entered=self._entry.text,
            is_off_hook=self._calls.is_off_hook,
            audio_path=self.panel.audio_path,
            is_handset_up=self.panel.is_handset_up,
            volume=self.panel.volume,
            missed=self.panel.missed,
            calls=tuple(self._call_status(call, call is front) for call in self._calls.calls.values()),
            features=self._features,
            transfer=self._transfer.state,
            accounts=self._accounts(),
            next_account=line.position if line is not None else 0,
        )

    def _accounts(self) -> tuple[AccountStatus, ...]:
        return tuple(
            AccountStatus(
                line.position,
                line.uri,
                line.account.display_name,
                line.account.is_enabled,
                line.state,
                line.reason,
            )
            for line in self._lines
        )

    @property
    def screen(self) -> Screen:
        """What a face of the phone draws now."""
        status = self.status
        keys = self._settings.dss_keys
        named = {key.value: self._lines.find(key.value) for key in keys if key.type == "line"}
        positions = {value: line.position for value, line in named.items() if line is not None}
        lines = {
            value: line_lamp(account, status.calls)
            for value, position in positions.items()
            for account in status.accounts
            if account.position == position
        }
        return show(status, self._menu.view(), dss_lamps(keys, status.features, self._watches.states, lines))

    def _call_status(self, call: PhoneCall, is_in_front: bool) -> CallStatus:
        since = call.answered_at if call.answered_at is not None else call.began_at
        line = self._lines.by_id(call.account)
        return CallStatus(
            ref=call.ref,
            call_id=call.call_id,
            account=f"{call.local.user}@{call.local.host}",
            position=line.position if line is not None else 0,
            number=call.remote.user,
            name=call.remote.display,
            state=call.state,
            is_incoming=call.is_incoming,
            seconds=max(0, int(self._now() - since)),
            is_held_by_remote=call.is_held_by_remote,
            is_muted=call.is_muted,
            is_in_conference=call.is_in_conference,
            is_in_front=is_in_front,
        )

    def _title(self, situation: Situation) -> str:
        """The first line: who is in front, or the phone's own number."""
        call = self._calls.ringing() or self._calls.current()
        if call is not None and situation not in (Situation.DIALLING, Situation.TRANSFER_COLLECTING):
            return call.remote.display or call.remote.user or call.remote.host
        if self._entry.text:
            return self._entry.text
        line = self._lines.first_registered() or self._lines.at(1)
        return (line.account.display_name or line.account.user) if line is not None else "No account"


def _features_of(settings: FeatureSettings) -> Features:
    """Features as they were saved; a forward that has no target cannot be on."""
    return Features(
        settings.dnd,
        _forward_of(settings.always),
        _forward_of(settings.busy),
        _forward_of(settings.no_answer),
        settings.no_answer_s,
    )


def _forward_of(settings: ForwardSettings) -> Forward:
    return Forward(settings.is_on and bool(settings.target), settings.target)


def _switches(features: Features) -> list[tuple[Feature, Forward]]:
    return [
        (Feature.DND, Forward(features.dnd)),
        (Feature.ALWAYS_FORWARD, features.always),
        (Feature.BUSY_FORWARD, features.busy),
        (Feature.NO_ANSWER_FORWARD, features.no_answer),
    ]

"""The pages of the phone's menu: what each shows, and what its lines lead to. Pure.

The tree (docs/phone-menu.md draws it): Calls, Directory, Features with the three forwards, Status, Settings, Restart.
Source: DOC §3.2 (the menu that the confirm key opens); the menus of the phones of this family.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from offhook.callmodel.features import Feature, Features, Forward
from offhook.callmodel.registration import RegistrationState
from offhook.phone.keypad import AudioPath
from offhook.phone.menu_orders import (
    CallNumber,
    ChangeVolume,
    ChooseAccount,
    ChoosePath,
    ChooseXKey,
    MenuOrder,
    SetNoAnswer,
    SwitchFeature,
)
from offhook.phone.recent_calls import CallKind, RecentCall
from offhook.phone.settings import Contact, PhoneSettings
from offhook.phone.soft_keys import Situation
from offhook.phone.status import AccountStatus

__all__ = ["CALL_LISTS", "PAGES", "MenuSource", "Page", "PageKind", "Row", "ago", "rows_of"]


class Page(StrEnum):
    """Every page."""

    MAIN = "main"
    ALL_CALLS = "all_calls"
    MISSED_CALLS = "missed_calls"
    RECEIVED_CALLS = "received_calls"
    DIALLED_CALLS = "dialled_calls"
    DIRECTORY = "directory"
    CONTACT_NAME = "contact_name"
    CONTACT_NUMBER = "contact_number"
    DELETE_CONTACT = "delete_contact"
    FEATURES = "features"
    ALWAYS_FORWARD = "always_forward"
    BUSY_FORWARD = "busy_forward"
    NO_ANSWER_FORWARD = "no_answer_forward"
    ALWAYS_TARGET = "always_target"
    BUSY_TARGET = "busy_target"
    NO_ANSWER_TARGET = "no_answer_target"
    STATUS = "status"
    SETTINGS = "settings"
    VOICEMAIL_NUMBER = "voicemail_number"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class MenuSource:
    """The phone as the menu shows it, at one moment."""

    settings: PhoneSettings
    features: Features
    accounts: Sequence[AccountStatus]
    next_account: int
    """Position of the account that the next call is made from; 0 for none."""
    calls: Callable[[CallKind | None], Sequence[RecentCall]]
    """The calls of one kind, or all of them, newest first."""
    volume: int
    audio_path: AudioPath
    address: str
    seconds_up: int
    now: float
    """Seconds of the phone's clock."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a page."""

    text: str
    detail: str = ""
    confirm: Page | MenuOrder | None = None
    """What `OK` opens or asks for."""
    less: MenuOrder | None = None
    """What `LEFT` asks for."""
    more: MenuOrder | None = None
    subject: RecentCall | Contact | None = None
    """Whom `Delete` and `Save` are about."""


@dataclass(frozen=True, slots=True)
class PageKind:
    """What is fixed about a page."""

    title: str
    situation: Situation
    rows: Callable[[MenuSource], Sequence[Row]] = lambda source: ()
    """Its lines; none where something is typed or asked."""
    is_text: bool = False
    """Letters are typed, not a number."""


_STEP_S = 5
_LEAST_S, _MOST_S = 5, 120
_SHORT = {CallKind.MISSED: "missed", CallKind.RECEIVED: "received", CallKind.DIALLED: "dialled"}


def _main(source: MenuSource) -> Sequence[Row]:
    return (
        Row("Calls", confirm=Page.ALL_CALLS),
        Row("Directory", str(len(source.settings.directory) or ""), confirm=Page.DIRECTORY),
        Row("Features", confirm=Page.FEATURES),
        Row("Status", confirm=Page.STATUS),
        Row("Settings", confirm=Page.SETTINGS),
        Row("Restart", confirm=Page.RESTART),
    )


def _calls(kind: CallKind | None) -> Callable[[MenuSource], Sequence[Row]]:
    def rows(source: MenuSource) -> Sequence[Row]:
        return [_call_row(call, source.now, is_mixed=kind is None) for call in source.calls(kind)]

    return rows


def _call_row(call: RecentCall, now: float, *, is_mixed: bool) -> Row:
    count = f"{call.count} times" if call.count > 1 else ""
    detail = ", ".join(
        part for part in (_SHORT[call.kind] if is_mixed else "", count, ago(now - call.began_at)) if part
    )
    order = CallNumber(call.number, call.account) if call.number else None
    return Row(call.name or call.number or "Unknown", detail, confirm=order, subject=call)


def ago(seconds: float) -> str:
    """Say how long ago something was, as people do."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    if minutes < 48 * 60:
        return f"{minutes // 60} h ago"
    return f"{minutes // (24 * 60)} days ago"


def _directory(source: MenuSource) -> Sequence[Row]:
    return [
        Row(contact.name, contact.number, confirm=CallNumber(contact.number), subject=contact)
        for contact in source.settings.directory
    ]


def _features(source: MenuSource) -> Sequence[Row]:
    features = source.features
    return (
        _switch("Do not disturb", Feature.DND, features.dnd),
        Row("Always forward", _where(features.always), confirm=Page.ALWAYS_FORWARD),
        Row("Busy forward", _where(features.busy), confirm=Page.BUSY_FORWARD),
        Row("No answer forward", _where(features.no_answer), confirm=Page.NO_ANSWER_FORWARD),
    )


def _where(forward: Forward) -> str:
    return f"to {forward.target}" if forward.is_on else "off"


def _switch(text: str, feature: Feature, is_on: bool) -> Row:
    on, off = SwitchFeature(feature, True), SwitchFeature(feature, False)
    return Row(text, "on" if is_on else "off", confirm=off if is_on else on, less=off, more=on)


def _forward_rows(feature: Feature, forward: Forward, target: Page) -> list[Row]:
    """A forward that has nowhere to go is turned on by saying where."""
    state = _switch("Forward", feature, forward.is_on) if forward.target else Row("Forward", "off", confirm=target)
    return [state, Row("To", forward.target or "nowhere yet", confirm=target)]


def _always(source: MenuSource) -> Sequence[Row]:
    return _forward_rows(Feature.ALWAYS_FORWARD, source.features.always, Page.ALWAYS_TARGET)


def _busy(source: MenuSource) -> Sequence[Row]:
    return _forward_rows(Feature.BUSY_FORWARD, source.features.busy, Page.BUSY_TARGET)


def _no_answer(source: MenuSource) -> Sequence[Row]:
    rows = _forward_rows(Feature.NO_ANSWER_FORWARD, source.features.no_answer, Page.NO_ANSWER_TARGET)
    seconds = source.features.no_answer_s
    less, more = max(_LEAST_S, seconds - _STEP_S), min(_MOST_S, seconds + _STEP_S)
    return [*rows, Row("After", f"{seconds:g} s", less=SetNoAnswer(less), more=SetNoAnswer(more))]


def _status(source: MenuSource) -> Sequence[Row]:
    identity = source.settings.identity
    facts = [
        Row("Address", source.address),
        Row("MAC", ":".join(identity.mac[at : at + 2] for at in range(0, 12, 2))),
        Row("Model", identity.model),
        Row("Firmware", identity.firmware),
        Row("Running", _duration(source.seconds_up)),
    ]
    return [*facts, *(Row(f"L{each.position} {each.uri}", _registration(each)) for each in source.accounts)]


def _registration(account: AccountStatus) -> str:
    if not account.is_enabled:
        return "disabled"
    return account.reason or (
        "registered" if account.state is RegistrationState.REGISTERED else account.state.value.replace("_", " ")
    )


def _duration(seconds: int) -> str:
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    return f"{days} d {hours} h" if days else f"{hours} h {minutes} min"


def _settings(source: MenuSource) -> Sequence[Row]:
    is_headset = source.audio_path is AudioPath.HEADSET
    speaker, headset = ChoosePath(AudioPath.SPEAKER), ChoosePath(AudioPath.HEADSET)
    mutes = source.settings.active_uri.x_key == "mute"
    hang_up, mute = ChooseXKey("hang_up"), ChooseXKey("mute")
    chosen = next((each.uri for each in source.accounts if each.position == source.next_account), "none")
    return (
        Row("Volume", str(source.volume), less=ChangeVolume(-1), more=ChangeVolume(1)),
        Row("Voice", source.audio_path.value, confirm=speaker if is_headset else headset, less=speaker, more=headset),
        Row("Calls go out on", chosen, confirm=ChooseAccount(1), less=ChooseAccount(-1), more=ChooseAccount(1)),
        Row("Voicemail", source.settings.features.voicemail or "no number", confirm=Page.VOICEMAIL_NUMBER),
        Row(
            "X in a call",
            "mutes" if mutes else "hangs up",
            confirm=hang_up if mutes else mute,
            less=hang_up,
            more=mute,
        ),
    )


_S = Situation
PAGES: dict[Page, PageKind] = {
    Page.MAIN: PageKind("Menu", _S.MENU, _main),
    Page.ALL_CALLS: PageKind("All calls", _S.CALL_LIST, _calls(None)),
    Page.MISSED_CALLS: PageKind("Missed calls", _S.CALL_LIST, _calls(CallKind.MISSED)),
    Page.RECEIVED_CALLS: PageKind("Received calls", _S.CALL_LIST, _calls(CallKind.RECEIVED)),
    Page.DIALLED_CALLS: PageKind("Dialled calls", _S.CALL_LIST, _calls(CallKind.DIALLED)),
    Page.DIRECTORY: PageKind("Directory", _S.DIRECTORY, _directory),
    Page.CONTACT_NAME: PageKind("Name", _S.MENU_ENTRY, is_text=True),
    Page.CONTACT_NUMBER: PageKind("Number", _S.MENU_ENTRY),
    Page.DELETE_CONTACT: PageKind("Delete?", _S.MENU_QUESTION),
    Page.FEATURES: PageKind("Features", _S.MENU, _features),
    Page.ALWAYS_FORWARD: PageKind("Always forward", _S.MENU, _always),
    Page.BUSY_FORWARD: PageKind("Busy forward", _S.MENU, _busy),
    Page.NO_ANSWER_FORWARD: PageKind("No answer forward", _S.MENU, _no_answer),
    Page.ALWAYS_TARGET: PageKind("Always forward to", _S.MENU_ENTRY),
    Page.BUSY_TARGET: PageKind("Busy forward to", _S.MENU_ENTRY),
    Page.NO_ANSWER_TARGET: PageKind("No answer forward to", _S.MENU_ENTRY),
    Page.STATUS: PageKind("Status", _S.MENU, _status),
    Page.SETTINGS: PageKind("Settings", _S.MENU, _settings),
    Page.VOICEMAIL_NUMBER: PageKind("Voicemail number", _S.MENU_ENTRY),
    Page.RESTART: PageKind("Restart the phone?", _S.MENU_QUESTION),
}
"""Every page."""

CALL_LISTS: tuple[Page, ...] = (Page.ALL_CALLS, Page.MISSED_CALLS, Page.RECEIVED_CALLS, Page.DIALLED_CALLS)
"""In the order in which `LEFT` and `RIGHT` leaf through them."""


def rows_of(page: Page, source: MenuSource) -> tuple[Row, ...]:
    """Give the lines of a page as they are now."""
    return tuple(PAGES[page].rows(source))

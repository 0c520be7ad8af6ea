"""The menu at work: keeps the way through it, and carries out what is chosen there.

A menu that nobody touches closes by itself, and so does one whose user goes off hook; a call that only rings covers
it, and it is there again when the ringing ends.
Source: DOC §3.2 (the menu that the confirm key opens); `offhook.phone.menu` for the machine.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from offhook.callmodel.features import Feature
from offhook.phone.menu import PageView, Way, begin, step, type_run, view
from offhook.phone.menu_orders import (
    CallNumber,
    ChangeVolume,
    ChooseAccount,
    ChoosePath,
    ChooseXKey,
    DeleteContact,
    ForgetCall,
    MenuOrder,
    Restart,
    SaveContact,
    SetNoAnswer,
    SetVoicemail,
    SwitchFeature,
)
from offhook.phone.menu_pages import CALL_LISTS, PAGES, MenuSource, Page
from offhook.phone.panel import Panel
from offhook.phone.settings import MAX_CONTACTS, Contact, PhoneSettings
from offhook.phone.soft_keys import Action, Situation

__all__ = ["CLOSES_AFTER_S", "Edit", "MenuControl", "MenuDoor"]

CLOSES_AFTER_S = 60.0

Edit = Callable[[PhoneSettings], PhoneSettings]
"""A change of settings that can be applied to whatever they are by then."""


@dataclass(frozen=True, slots=True)
class MenuDoor:
    """What the menu asks of the phone."""

    source: Callable[[], MenuSource]
    call: Callable[[str, str | None], None]
    """A number, and the ``user@host`` to call it from."""
    choose_account: Callable[[int], None]
    """So many steps on from the one that was chosen."""
    change_feature: Callable[[Feature, bool, str | None], None]
    set_no_answer: Callable[[float], None]
    edit_settings: Callable[[Edit], None]
    reboot: Callable[[], None]


class MenuControl:
    """The menu of one phone."""

    __slots__ = ("_door", "_now", "_panel", "_way", "deadline")

    def __init__(self, door: MenuDoor, panel: Panel, now: Callable[[], float]) -> None:
        self._door = door
        self._panel = panel
        self._now = now
        self._way: Way = ()
        self.deadline: float | None = None
        """When it closes by itself; None while it is closed."""

    @property
    def situation(self) -> Situation | None:
        """What the keys are for on the page in front; None while the menu is closed."""
        return PAGES[self._way[-1].page].situation if self._way else None

    def view(self) -> PageView | None:
        """The page in front; None while the menu is closed."""
        return view(self._way, self._door.source()) if self._way else None

    def open(self, page: Page) -> None:
        """Open it at a page."""
        self._panel.notice = ""
        self._go(begin(page))

    def open_calls(self) -> None:
        """Open the missed calls if there are new ones, else all."""
        self.open(Page.MISSED_CALLS if self._panel.missed else Page.ALL_CALLS)

    def close(self) -> None:
        """Close it, whatever page is in front."""
        self._way = ()
        self.deadline = None

    def press(self, action: Action) -> None:
        """Do one action of the keypad."""
        self._panel.notice = ""
        chosen = step(self._way, action, self._door.source())
        self._go(chosen.way)
        if chosen.order is not None:
            self._carry_out(chosen.order)

    def type_run(self, digits: str) -> None:
        """Type into the field in front."""
        self._go(type_run(self._way, digits, self._now()))

    def handle_deadline(self, now: float) -> None:
        """Close it if its time has come."""
        if self.deadline is not None and self.deadline <= now:
            self.close()

    def _go(self, way: Way) -> None:
        self._way = way
        self.deadline = self._now() + CLOSES_AFTER_S if way else None
        if way and way[-1].page in CALL_LISTS:
            self._panel.missed = 0

    def _carry_out(self, order: MenuOrder) -> None:  # noqa: C901 - one line each
        match order:
            case CallNumber():
                self.close()
                self._door.call(order.number, order.account)
            case ForgetCall():
                self._panel.recent.remove(order.call)
            case SaveContact():
                self._door.edit_settings(lambda settings: self._with_contact(settings, order.contact))
            case DeleteContact():
                self._door.edit_settings(lambda settings: _without_contact(settings, order.contact))
            case SwitchFeature():
                self._door.change_feature(order.feature, order.is_on, order.target)
            case SetNoAnswer():
                self._door.set_no_answer(order.seconds)
            case SetVoicemail():
                self._door.edit_settings(lambda settings: _with_voicemail(settings, order.number))
            case ChangeVolume():
                self._panel.change_volume(order.steps)
            case ChoosePath():
                self._panel.audio_path = order.path
            case ChooseXKey():
                self._door.edit_settings(lambda settings: _with_x_key(settings, order))
            case ChooseAccount():
                self._door.choose_account(order.steps)
            case Restart():
                self._door.reboot()

    def _with_contact(self, settings: PhoneSettings, contact: Contact) -> PhoneSettings:
        others = [each for each in settings.directory if each.number != contact.number]
        if len(others) >= MAX_CONTACTS:
            self._panel.notice = "The directory is full"
            return settings
        people = sorted([*others, contact], key=lambda each: each.name.casefold())
        return msgspec.structs.replace(settings, directory=people)


def _without_contact(settings: PhoneSettings, contact: Contact) -> PhoneSettings:
    return msgspec.structs.replace(settings, directory=[each for each in settings.directory if each != contact])


def _with_voicemail(settings: PhoneSettings, number: str) -> PhoneSettings:
    features = msgspec.structs.replace(settings.features, voicemail=number)
    return msgspec.structs.replace(settings, features=features)


def _with_x_key(settings: PhoneSettings, order: ChooseXKey) -> PhoneSettings:
    return msgspec.structs.replace(
        settings, active_uri=msgspec.structs.replace(settings.active_uri, x_key=order.meaning)
    )

"""Where the user is in the menu, and what each key does there: a state machine of values. Pure.

Theory of operation. The state is the way from the first page to the one in front: a place for each page, with the line
that is selected there and what was typed. `MOVES` says for each action of the keypad what it does to that way;
what a page shows and where its lines lead is data (`menu_pages`). Nothing here changes the phone: what was chosen goes
out as orders. What a page shows may change under the user's hands, so a selection is looked up, never trusted.
Source: DOC §3.2 (`OK`, `X`, the navigation keys and soft keys).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from offhook.callmodel.features import Feature
from offhook.phone.letters import Tap, type_letter
from offhook.phone.menu_orders import DeleteContact, ForgetCall, MenuOrder, Restart, SaveContact, SetVoicemail
from offhook.phone.menu_orders import SwitchFeature as Switch
from offhook.phone.menu_pages import CALL_LISTS, PAGES, MenuSource, Page, Row, rows_of
from offhook.phone.recent_calls import RecentCall
from offhook.phone.settings import Contact
from offhook.phone.soft_keys import Action, Situation

__all__ = ["MAX_TYPED", "MOVES", "MenuStep", "PageView", "Place", "Way", "begin", "step", "type_run", "view"]

MAX_TYPED: dict[bool, int] = {False: 64, True: 40}
"""Characters of a number, and of a name; what comes after is dropped."""

_A, _P = Action, Page


@dataclass(frozen=True, slots=True)
class Place:
    """One page on the way."""

    page: Page
    selected: int = 0
    text: str = ""
    """What was typed."""
    tap: Tap | None = None
    """The key whose next press changes the last letter."""
    contact: Contact | None = None
    """Whom the page is about; without a number or without a name while that is still to be typed."""


Way = tuple[Place, ...]
"""From the first page to the one in front; empty when the menu is closed."""


@dataclass(frozen=True, slots=True)
class MenuStep:
    """The answer of the machine."""

    way: Way
    order: MenuOrder | None = None


@dataclass(frozen=True, slots=True)
class PageView:
    """The page in front, to be shown."""

    title: str
    lines: tuple[tuple[str, str], ...]
    """Text and what stands at the right end."""
    selected: int | None
    """None where nothing can be."""
    hint: str
    """What `OK` would do: "call", "open"; "" for nothing."""


def begin(page: Page) -> Way:
    """Open the menu at a page."""
    return (Place(page),)


def _select(way: Way, source: MenuSource, by: int) -> MenuStep:
    place = way[-1]
    count = len(rows_of(place.page, source))
    selected = (_selected(place, count) + by) % count if count else 0
    return MenuStep((*way[:-1], replace(place, selected=selected)))


def _selected(place: Place, count: int) -> int:
    return max(0, min(place.selected, count - 1))


def _row(way: Way, source: MenuSource) -> Row | None:
    rows = rows_of(way[-1].page, source)
    return rows[_selected(way[-1], len(rows))] if rows else None


def _up(way: Way, source: MenuSource) -> MenuStep:
    return _select(way, source, -1)


def _down(way: Way, source: MenuSource) -> MenuStep:
    return _select(way, source, 1)


def _left(way: Way, source: MenuSource) -> MenuStep:
    return _sideways(way, source, -1)


def _right(way: Way, source: MenuSource) -> MenuStep:
    if PAGES[way[-1].page].situation is Situation.MENU_ENTRY:
        return MenuStep((*way[:-1], replace(way[-1], tap=None)))
    return _sideways(way, source, 1)


def _sideways(way: Way, source: MenuSource, by: int) -> MenuStep:
    """Change the selected value, or go on to the call list beside this one."""
    page = way[-1].page
    if page in CALL_LISTS:
        return MenuStep((*way[:-1], Place(CALL_LISTS[(CALL_LISTS.index(page) + by) % len(CALL_LISTS)])))
    row = _row(way, source)
    return MenuStep(way, (row.less if by < 0 else row.more) if row is not None else None)


def _back(way: Way, source: MenuSource) -> MenuStep:
    return MenuStep(way[:-1])


def _delete(way: Way, source: MenuSource) -> MenuStep:
    match (row := _row(way, source)) and row.subject:
        case RecentCall() as call:
            return MenuStep(way, ForgetCall(call))
        case Contact() as contact:
            return MenuStep((*way, Place(_P.DELETE_CONTACT, contact=contact)))
        case _:
            return MenuStep(way)


def _save(way: Way, source: MenuSource) -> MenuStep:
    """Begin to add somebody: from a call list the caller, from the directory somebody new."""
    if way[-1].page is _P.DIRECTORY:
        return MenuStep((*way, Place(_P.CONTACT_NAME)))
    match (row := _row(way, source)) and row.subject:
        case RecentCall(number=number, name=name) if number:
            typed = name[: MAX_TYPED[True]]
            return MenuStep((*way, Place(_P.CONTACT_NAME, text=typed, contact=Contact(name=typed, number=number))))
        case _:
            return MenuStep(way)


def _erase(way: Way, source: MenuSource) -> MenuStep:
    return MenuStep((*way[:-1], replace(way[-1], text=way[-1].text[:-1], tap=None)))


def _confirm(way: Way, source: MenuSource) -> MenuStep:
    place = way[-1]
    match PAGES[place.page].situation:
        case Situation.MENU_ENTRY:
            return _confirm_entry(way)
        case Situation.MENU_QUESTION:
            return _confirm_question(way)
    row = _row(way, source)
    if row is None or row.confirm is None:
        return MenuStep(way)
    if isinstance(row.confirm, Page):
        return MenuStep((*way, Place(row.confirm, text=_typed_before(row.confirm, source))))
    return MenuStep(way, row.confirm)


def _typed_before(page: Page, source: MenuSource) -> str:
    """What a field holds when it is opened."""
    features = source.features
    held = {
        _P.ALWAYS_TARGET: features.always.target,
        _P.BUSY_TARGET: features.busy.target,
        _P.NO_ANSWER_TARGET: features.no_answer.target,
        _P.VOICEMAIL_NUMBER: source.settings.features.voicemail,
    }
    return held.get(page, "")


_FORWARDS = {
    _P.ALWAYS_TARGET: Feature.ALWAYS_FORWARD,
    _P.BUSY_TARGET: Feature.BUSY_FORWARD,
    _P.NO_ANSWER_TARGET: Feature.NO_ANSWER_FORWARD,
}


def _confirm_entry(way: Way) -> MenuStep:
    """Keep what was typed. A forward is turned on by saying where to, and off by saying nothing."""
    place = way[-1]
    text, back = place.text.strip(), way[:-1]
    if place.page is _P.VOICEMAIL_NUMBER:
        return MenuStep(back, SetVoicemail(text))
    if place.page in _FORWARDS:
        return MenuStep(back, Switch(_FORWARDS[place.page], bool(text), text))
    if not text:
        return MenuStep(way)
    if place.page is _P.CONTACT_NUMBER and place.contact is not None:
        return MenuStep(way[:-2], SaveContact(Contact(name=place.contact.name, number=text)))
    if place.contact is not None:
        return MenuStep(back, SaveContact(Contact(name=text, number=place.contact.number)))
    kept = replace(place, tap=None)
    return MenuStep((*back, kept, Place(_P.CONTACT_NUMBER, contact=Contact(name=text, number=""))))


def _confirm_question(way: Way) -> MenuStep:
    place = way[-1]
    if place.contact is not None:
        return MenuStep(way[:-1], DeleteContact(place.contact))
    return MenuStep((), Restart())


MOVES: dict[Action, Callable[[Way, MenuSource], MenuStep]] = {
    _A.MENU_UP: _up,
    _A.MENU_DOWN: _down,
    _A.MENU_LEFT: _left,
    _A.MENU_RIGHT: _right,
    _A.MENU_CONFIRM: _confirm,
    _A.MENU_BACK: _back,
    _A.MENU_DELETE: _delete,
    _A.MENU_SAVE: _save,
    _A.MENU_ERASE: _erase,
}
"""What each action does to the way; `MENU_TYPE` is `type_run`."""


def step(way: Way, action: Action, source: MenuSource) -> MenuStep:
    """Do one action in the menu; in a closed one nothing happens."""
    return MOVES[action](way, source) if way else MenuStep(())


def type_run(way: Way, digits: str, now: float) -> Way:
    """Type digits into the field in front; one digit into a name is a letter of that key."""
    place = way[-1]
    is_text = PAGES[place.page].is_text
    if is_text and len(digits) == 1:
        text, tap = type_letter(place.text, place.tap, digits, now)
    else:
        text, tap = place.text + digits, None
    if len(text) > MAX_TYPED[is_text]:
        return way
    return (*way[:-1], replace(place, text=text, tap=tap))


def view(way: Way, source: MenuSource) -> PageView:
    """Show the page in front; the way must not be empty."""
    place = way[-1]
    kind = PAGES[place.page]
    if kind.situation is Situation.MENU_ENTRY:
        return PageView(kind.title, ((f"{place.text}_", ""),), 0, "save")
    if kind.situation is Situation.MENU_QUESTION:
        about = ((place.contact.name, place.contact.number),) if place.contact is not None else ()
        return PageView(kind.title, about, None, "yes")
    rows = rows_of(place.page, source)
    if not rows:
        return PageView(kind.title, (("Nobody yet" if place.page is _P.DIRECTORY else "No calls", ""),), None, "")
    selected = _selected(place, len(rows))
    return PageView(
        kind.title, tuple((row.text, row.detail) for row in rows), selected, _hint(rows[selected], kind.situation)
    )


def _hint(row: Row, situation: Situation) -> str:
    if row.confirm is None:
        return ""
    if isinstance(row.confirm, Page):
        return "open"
    return "change" if situation is Situation.MENU else "call"

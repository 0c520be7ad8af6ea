"""The menu as a machine: every action on every page, and random walks."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.callmodel.features import Feature
from offhook.phone.keypad import KEYPAD
from offhook.phone.letters import PAUSE_S
from offhook.phone.menu import MAX_TYPED, MOVES, Place, Way, begin, step, type_run, view
from offhook.phone.menu_orders import (
    CallNumber,
    ChangeVolume,
    DeleteContact,
    ForgetCall,
    Restart,
    SaveContact,
    SetVoicemail,
    SwitchFeature,
)
from offhook.phone.menu_pages import PAGES, MenuSource, Page, rows_of
from offhook.phone.settings import Contact
from offhook.phone.soft_keys import Action, Situation
from tests.phone.menu_source import CALLS, PEOPLE, source

A, P = Action, Page
SOURCES = [source(), source(calls=[], people=[]), source(calls=CALLS[2:], people=PEOPLE[:1])]


def go(way: Way, *actions: Action, at: MenuSource = SOURCES[0]) -> Way:
    for action in actions:
        way = step(way, action, at).way
    return way


def pages(way: Way) -> list[Page]:
    return [place.page for place in way]


def test_every_menu_action_of_the_keypad_is_a_move_here() -> None:
    used = {action for row in KEYPAD.values() for action in row.values() if action.value.startswith("menu_")}
    assert used - {A.MENU_TYPE} == set(MOVES)


@pytest.mark.parametrize("page", Page)
@pytest.mark.parametrize("action", MOVES)
def test_every_action_is_possible_on_every_page(page: Page, action: Action) -> None:
    for at in SOURCES:
        way = step(begin(page), action, at).way
        for place in way:
            assert 0 <= place.selected <= max(0, len(rows_of(place.page, at)) - 1)
        assert way == () or view(way, at).title


def test_a_closed_menu_stays_closed() -> None:
    assert {step((), action, SOURCES[0]).way for action in MOVES} == {()}


def test_the_selection_goes_round() -> None:
    way = begin(P.MAIN)
    assert go(way, A.MENU_UP)[0].selected == 5
    assert go(way, A.MENU_UP, A.MENU_DOWN)[0].selected == 0
    assert go(way, *[A.MENU_DOWN] * 6)[0].selected == 0
    assert go(begin(P.ALL_CALLS), A.MENU_DOWN, at=SOURCES[1])[0].selected == 0


def test_a_page_that_is_opened_and_left_keeps_its_selection() -> None:
    way = go(begin(P.MAIN), A.MENU_DOWN, A.MENU_DOWN, A.MENU_CONFIRM)
    assert pages(way) == [P.MAIN, P.FEATURES]
    assert go(way, A.MENU_BACK) == (Place(P.MAIN, selected=2),)
    assert go(way, A.MENU_BACK, A.MENU_BACK) == ()


def test_left_and_right_change_the_selected_value_and_nothing_else() -> None:
    way = begin(P.SETTINGS)
    assert step(way, A.MENU_RIGHT, SOURCES[0]).order == ChangeVolume(1)
    assert step(way, A.MENU_LEFT, SOURCES[0]).order == ChangeVolume(-1)
    assert step(begin(P.STATUS), A.MENU_RIGHT, SOURCES[0]).order is None
    assert step(begin(P.DIRECTORY), A.MENU_LEFT, SOURCES[1]).order is None


def test_left_and_right_leaf_through_the_call_lists() -> None:
    way = begin(P.ALL_CALLS)
    assert pages(go(way, A.MENU_RIGHT)) == [P.MISSED_CALLS]
    assert pages(go(way, A.MENU_LEFT)) == [P.DIALLED_CALLS]
    assert pages(go(way, *[A.MENU_RIGHT] * 4)) == [P.ALL_CALLS]


def test_a_past_call_is_called_deleted_or_saved() -> None:
    way = begin(P.ALL_CALLS)
    assert step(way, A.MENU_CONFIRM, SOURCES[0]).order == CallNumber("1002", "1001@127.0.0.1")
    assert step(way, A.MENU_DELETE, SOURCES[0]).order == ForgetCall(CALLS[0])
    saving = go(way, A.MENU_SAVE)
    assert pages(saving) == [P.ALL_CALLS, P.CONTACT_NAME]
    kept = step(type_run(saving, "by", 0.0), A.MENU_CONFIRM, SOURCES[0])
    assert kept.order == SaveContact(Contact(name="Bobby", number="1002"))
    assert pages(kept.way) == [P.ALL_CALLS]


def test_a_caller_who_did_not_say_who_can_be_deleted_only() -> None:
    way = go(begin(P.ALL_CALLS), A.MENU_UP)
    for action in (A.MENU_CONFIRM, A.MENU_SAVE):
        assert step(way, action, SOURCES[0]) == replace(step(way, A.MENU_LEFT, SOURCES[0]), way=way)
    assert step(way, A.MENU_DELETE, SOURCES[0]).order == ForgetCall(CALLS[2])
    for action in (A.MENU_DELETE, A.MENU_SAVE, A.MENU_CONFIRM):
        assert step(begin(P.ALL_CALLS), action, SOURCES[1]).order is None


def test_somebody_new_has_a_name_and_a_number() -> None:
    way = go(begin(P.DIRECTORY), A.MENU_SAVE)
    assert go(way, A.MENU_CONFIRM) == way
    named = go(type_run(way, "2", 0.0), A.MENU_CONFIRM)
    assert pages(named) == [P.DIRECTORY, P.CONTACT_NAME, P.CONTACT_NUMBER]
    assert go(named, A.MENU_CONFIRM) == named
    assert view(go(named, A.MENU_BACK), SOURCES[0]).lines == (("A_", ""),)
    kept = step(type_run(named, "17", 0.0), A.MENU_CONFIRM, SOURCES[0])
    assert kept.order == SaveContact(Contact(name="A", number="17"))
    assert pages(kept.way) == [P.DIRECTORY]


def test_deleting_somebody_is_asked_about() -> None:
    way = go(begin(P.DIRECTORY), A.MENU_DOWN, A.MENU_DELETE)
    assert view(way, SOURCES[0]).lines == (("Cleo", "sip:1003@192.0.2.7"),)
    assert go(way, A.MENU_BACK) == go(begin(P.DIRECTORY), A.MENU_DOWN)
    # Whoever was asked about is deleted, whatever the list has become.
    assert step(way, A.MENU_CONFIRM, SOURCES[1]).order == DeleteContact(PEOPLE[1])


def test_restarting_is_asked_about() -> None:
    way = go(begin(P.MAIN), A.MENU_UP, A.MENU_CONFIRM)
    assert view(way, SOURCES[0]).title == "Restart the phone?"
    assert step(way, A.MENU_BACK, SOURCES[0]).order is None
    assert step(way, A.MENU_CONFIRM, SOURCES[0]).order == Restart()
    assert step(way, A.MENU_CONFIRM, SOURCES[0]).way == ()


@pytest.mark.parametrize(
    ("page", "feature", "before"),
    [
        (P.ALWAYS_FORWARD, Feature.ALWAYS_FORWARD, "1009"),
        (P.BUSY_FORWARD, Feature.BUSY_FORWARD, ""),
        (P.NO_ANSWER_FORWARD, Feature.NO_ANSWER_FORWARD, "1008"),
    ],
)
def test_a_forward_is_turned_on_by_its_target_and_off_without(page: Page, feature: Feature, before: str) -> None:
    way = go(begin(page), A.MENU_DOWN, A.MENU_CONFIRM)
    assert way[-1].text == before
    kept = step(type_run(way, "7", 0.0), A.MENU_CONFIRM, SOURCES[0])
    assert (kept.order, kept.way) == (SwitchFeature(feature, True, before + "7"), way[:-1])
    empty = go(way, *[A.MENU_ERASE] * 5)
    assert step(empty, A.MENU_CONFIRM, SOURCES[0]).order == SwitchFeature(feature, False, "")


def test_the_number_of_the_voicemail() -> None:
    way = go(begin(P.SETTINGS), A.MENU_DOWN, A.MENU_DOWN, A.MENU_DOWN, A.MENU_CONFIRM)
    assert step(go(way, A.MENU_ERASE), A.MENU_CONFIRM, SOURCES[0]).order == SetVoicemail("50")


def test_letters_into_a_name_digits_into_a_number() -> None:
    name, number = begin(P.CONTACT_NAME), begin(P.CONTACT_NUMBER)
    assert type_run(type_run(name, "2", 0.0), "2", 0.1)[0].text == "B"
    assert type_run(type_run(name, "2", 0.0), "2", PAUSE_S)[0].text == "Aa"
    assert type_run(go(type_run(name, "2", 0.0), A.MENU_RIGHT), "2", 0.1)[0].text == "Aa"
    assert type_run(go(type_run(name, "2", 0.0), A.MENU_ERASE), "2", 0.1)[0].text == "A"
    assert type_run(name, "22", 0.0)[0].text == "22"
    assert type_run(type_run(number, "2", 0.0), "2#", 0.1)[0].text == "22#"


def test_there_is_an_end_to_typing() -> None:
    name, number = begin(P.CONTACT_NAME), begin(P.CONTACT_NUMBER)
    assert type_run(number, "1" * MAX_TYPED[False], 0.0)[0].text == "1" * 64
    assert type_run(number, "1" * (MAX_TYPED[False] + 1), 0.0) == number
    full = type_run(name, "1" * MAX_TYPED[True], 0.0)
    assert type_run(full, "2", 0.0) == full


def test_what_the_pages_look_like() -> None:
    shown = view(go(begin(P.FEATURES), A.MENU_DOWN), SOURCES[0])
    assert (shown.title, shown.selected, shown.hint) == ("Features", 1, "open")
    assert view(begin(P.FEATURES), SOURCES[0]).hint == "change"
    assert view(begin(P.ALL_CALLS), SOURCES[0]).hint == "call"
    assert view(begin(P.STATUS), SOURCES[0]).hint == ""
    assert view(begin(P.ALWAYS_TARGET), SOURCES[0]).hint == "save"
    assert view(begin(P.RESTART), SOURCES[0]).hint == "yes"
    empty = view(begin(P.ALL_CALLS), SOURCES[1])
    assert (empty.lines, empty.selected, empty.hint) == ((("No calls", ""),), None, "")
    assert view(begin(P.DIRECTORY), SOURCES[1]).lines == (("Nobody yet", ""),)


def test_a_list_that_became_shorter_has_its_last_line_selected() -> None:
    way = go(begin(P.ALL_CALLS), A.MENU_DOWN, A.MENU_DOWN)
    shorter = source(calls=CALLS[:2])
    assert view(way, shorter).selected == 1
    assert step(way, A.MENU_DELETE, shorter).order == ForgetCall(CALLS[1])


_ACTIONS = st.one_of(st.sampled_from(sorted(MOVES)), st.sampled_from("0123456789*#"))


@given(st.sampled_from(sorted(Page)), st.lists(st.tuples(_ACTIONS, st.sampled_from(SOURCES)), max_size=60))
def test_a_random_walk_stays_on_the_map(page: Page, presses: list[tuple[Action | str, MenuSource]]) -> None:
    way = begin(page)
    for pressed, at in presses:
        if isinstance(pressed, Action):
            way = step(way, pressed, at).way
        elif way and PAGES[way[-1].page].situation is Situation.MENU_ENTRY:
            way = type_run(way, pressed, 0.0)
        if not way:
            return
        shown = view(way, at)
        assert shown.selected is None or 0 <= shown.selected < len(shown.lines)
        assert len(way) <= 6
    for _ in range(6):
        way = step(way, A.MENU_BACK, SOURCES[0]).way
    assert way == ()

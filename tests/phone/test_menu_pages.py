"""What the pages of the menu show."""

import pytest

from offhook.callmodel.features import Feature, Features, Forward
from offhook.phone.menu_orders import CallNumber, SetNoAnswer, SwitchFeature
from offhook.phone.menu_pages import CALL_LISTS, PAGES, Page, ago, rows_of
from offhook.phone.soft_keys import Situation
from tests.phone.menu_source import source

P = Page


def lines(page: Page) -> list[tuple[str, str]]:
    return [(row.text, row.detail) for row in rows_of(page, source())]


def test_every_page_is_there_and_says_what_its_keys_are_for() -> None:
    assert set(PAGES) == set(Page)
    for kind in PAGES.values():
        assert kind.title
        assert bool(kind.rows(source())) is (kind.situation not in (Situation.MENU_ENTRY, Situation.MENU_QUESTION))


def test_every_page_but_the_first_is_led_to() -> None:
    led_to = {row.confirm for page in Page for row in rows_of(page, source()) if isinstance(row.confirm, Page)}
    others = {P.CONTACT_NAME, P.CONTACT_NUMBER, P.DELETE_CONTACT}  # by the soft keys of the directory
    assert led_to | others | set(CALL_LISTS) == set(Page) - {P.MAIN}


def test_the_call_lists() -> None:
    assert lines(P.ALL_CALLS) == [
        ("Bob", "missed, 3 times, 1 min ago"),
        ("1003", "dialled, 5 min ago"),
        ("Unknown", "received, 16 min ago"),
    ]
    assert lines(P.MISSED_CALLS) == [("Bob", "3 times, 1 min ago")]
    assert [row.confirm for row in rows_of(P.ALL_CALLS, source())] == [
        CallNumber("1002", "1001@127.0.0.1"),
        CallNumber("1003", "1004@127.0.0.1"),
        None,
    ]


def test_the_directory() -> None:
    assert lines(P.DIRECTORY) == [("Anna", "1001"), ("Cleo", "sip:1003@192.0.2.7")]
    assert rows_of(P.DIRECTORY, source())[0].confirm == CallNumber("1001")
    assert rows_of(P.DIRECTORY, source(people=[])) == ()


def test_the_features() -> None:
    assert lines(P.FEATURES) == [
        ("Do not disturb", "off"),
        ("Always forward", "to 1009"),
        ("Busy forward", "off"),
        ("No answer forward", "off"),
    ]
    dnd = rows_of(P.FEATURES, source(features=Features(dnd=True)))[0]
    assert (dnd.detail, dnd.confirm) == ("on", SwitchFeature(Feature.DND, False))
    assert (dnd.less, dnd.more) == (SwitchFeature(Feature.DND, False), SwitchFeature(Feature.DND, True))


def test_a_forward_without_a_target_asks_for_one_first() -> None:
    assert [row.confirm for row in rows_of(P.BUSY_FORWARD, source())] == [P.BUSY_TARGET, P.BUSY_TARGET]
    assert rows_of(P.ALWAYS_FORWARD, source())[0].confirm == SwitchFeature(Feature.ALWAYS_FORWARD, False)
    assert lines(P.NO_ANSWER_FORWARD) == [("Forward", "off"), ("To", "1008"), ("After", "20 s")]


@pytest.mark.parametrize(("seconds", "less", "more"), [(20.0, 15, 25), (5.0, 5, 10), (120.0, 115, 120), (7.5, 5, 12.5)])
def test_the_seconds_of_the_no_answer_forward_stay_in_bounds(seconds: float, less: float, more: float) -> None:
    features = Features(no_answer=Forward(True, "1008"), no_answer_s=seconds)
    row = rows_of(P.NO_ANSWER_FORWARD, source(features=features))[2]
    assert (row.less, row.more) == (SetNoAnswer(less), SetNoAnswer(more))


def test_the_status() -> None:
    assert lines(P.STATUS) == [
        ("Address", "192.0.2.4"),
        ("MAC", "02:00:0f:00:10:01"),
        ("Model", "offhook"),
        ("Firmware", "0.1.0"),
        ("Running", "1 h 1 min"),
        ("L1 1001@127.0.0.1", "registered"),
        ("L2 1004@127.0.0.1", "403 Forbidden"),
        ("L3 1005@127.0.0.1", "disabled"),
        ("L4 1006@127.0.0.1", "registering"),
    ]


def test_the_settings() -> None:
    assert lines(P.SETTINGS) == [
        ("Volume", "8"),
        ("Voice", "speaker"),
        ("Calls go out on", "1001@127.0.0.1"),
        ("Voicemail", "500"),
        ("X in a call", "hangs up"),
    ]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (3599, "59 min ago"),
        (7200, "2 h ago"),
        (172800, "2 days ago"),
    ],
)
def test_how_long_ago(seconds: float, text: str) -> None:
    assert ago(seconds) == text

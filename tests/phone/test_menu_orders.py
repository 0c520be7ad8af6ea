"""Every order of the menu has a way to it."""

from typing import get_args

from offhook.phone.menu import begin, step, type_run
from offhook.phone.menu_orders import MenuOrder
from offhook.phone.menu_pages import Page, rows_of
from offhook.phone.soft_keys import Action
from tests.phone.menu_source import source


def test_each_order_can_be_given() -> None:
    given = {
        type(order) for page in Page for row in rows_of(page, source()) for order in (row.confirm, row.less, row.more)
    }
    for page, action in ((Page.ALL_CALLS, Action.MENU_DELETE), (Page.RESTART, Action.MENU_CONFIRM)):
        given.add(type(step(begin(page), action, source()).order))
    deleting = step(begin(Page.DIRECTORY), Action.MENU_DELETE, source()).way
    saving = step(begin(Page.ALL_CALLS), Action.MENU_SAVE, source()).way
    voicemail = type_run(begin(Page.VOICEMAIL_NUMBER), "5", 0.0)
    given |= {type(step(way, Action.MENU_CONFIRM, source()).order) for way in (deleting, saving, voicemail)}
    assert given - {type(None), Page} == set(get_args(MenuOrder))

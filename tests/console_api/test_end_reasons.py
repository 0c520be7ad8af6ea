"""The ids of a command's end are spelled like those of errors, and are none of them."""

import re

from offhook.console_api.end_reasons import EndReason
from tests.browser.test_reasons import every_code


def test_ids_are_words_with_dashes_and_no_errors() -> None:
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", reason) for reason in EndReason)
    assert {*EndReason}.isdisjoint(every_code()), "one id has one meaning"

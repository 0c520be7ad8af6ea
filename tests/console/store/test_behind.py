import math

from offhook.console.records import PhoneRecord
from offhook.console.store.behind import Behind
from offhook.console.store.segment import Changes
from tests.console.store.contract import A, B, a_call


def changed(*, phones: str = "", calls: str = "", gone: str = "") -> Changes:
    """A phone or call for each letter."""
    return Changes(
        [PhoneRecord(id=letter) for letter in phones],
        [letter for letter in gone if letter.islower()],
        [a_call(int(digit), A if int(digit) % 2 else B) for digit in calls],
        [f"c_00{digit}" for digit in gone if digit.isdigit()],
    )


def everything(behind: Behind, limit: int = 100, *, before: float = math.inf, most: int = 0) -> tuple[str, str]:
    due = behind.due(limit, before=before, most=most)
    return "".join(phone.id for phone in due.phones), "".join(call.id[-1] for call in due.calls)


def test_the_oldest_change_goes_first_and_as_it_is_now() -> None:
    behind = Behind()
    behind.note(changed(phones="ab", calls="1"), number=1, at=10.0)
    behind.note(changed(phones="c", calls="2"), number=2, at=11.0)
    newest = PhoneRecord(id="a", name="Anna")
    behind.note(Changes([newest], (), (), ()), number=3, at=12.0)
    assert everything(behind) == ("abc", "12")
    assert behind.due(1, before=math.inf, most=0).phones == [newest]
    assert everything(behind, 2, before=10.5, most=99) == ("ab", "1")
    assert everything(behind, before=0.0, most=2) == ("a", ""), "of too many those that wait longest"


def test_what_is_written_waits_no_longer_unless_it_changed_meanwhile() -> None:
    behind = Behind()
    behind.note(changed(phones="ab", calls="12"), number=1, at=0.0)
    chosen = behind.due(100, before=math.inf, most=0)
    behind.note(changed(phones="b", calls="2"), number=2, at=1.0)
    behind.written(chosen)
    assert everything(behind) == ("b", "2")
    assert behind.needed_from(9) == 1, "to be on the safe side"
    behind.written(behind.due(100, before=math.inf, most=0))
    assert (everything(behind), behind.needed_from(9), behind.lacks_calls) == (("", ""), 9, False)


def test_the_log_is_needed_from_the_oldest_change_on() -> None:
    behind = Behind()
    assert behind.needed_from(1) == 1
    behind.note(changed(phones="a"), number=1, at=0.0)
    behind.note(changed(calls="1"), number=2, at=0.0)
    assert behind.needed_from(3) == 1
    behind.written(behind.due(1, before=math.inf, most=0))
    assert behind.needed_from(3) == 3
    behind.note(changed(calls="1"), number=3, at=0.0)
    behind.note(changed(phones="a"), number=4, at=0.0)
    assert behind.needed_from(5) == 3


def test_what_is_gone_waits_no_longer() -> None:
    behind = Behind()
    behind.note(changed(phones="ab", calls="12"), number=1, at=0.0)
    behind.note(changed(gone="a1x9"), number=2, at=0.0)
    assert everything(behind) == ("b", "2")


def test_calls_are_chosen_by_phone_or_alone() -> None:
    behind = Behind()
    behind.note(changed(phones="a", calls="123"), number=1, at=0.0)
    assert [call.id for call in behind.calls(9, [A]).calls] == ["c_001", "c_003"]
    assert [call.id for call in behind.calls(1, [A]).calls] == ["c_001"]
    assert len(behind.calls(9).calls) == 3
    assert behind.calls(9).phones == ()
    assert [call.id for call in behind.call("c_002").calls] == ["c_002"]
    assert behind.call("c_009").is_empty
    assert behind.phones(["a", "z"]) == [PhoneRecord(id="a")]


def test_calls_are_chosen_by_their_end() -> None:
    behind = Behind()
    ended = [a_call(1, A, ended=5.0), a_call(2, A, ended=6.0), a_call(3, A), a_call(4, A, ended=7.0)]
    behind.note(Changes((), (), ended, ()), number=1, at=0.0)
    assert behind.ended(9, until=6.0).calls == ended[:2]
    assert behind.ended(1, until=6.0).calls == ended[:1]
    assert behind.ended(9, until=4.0).is_empty

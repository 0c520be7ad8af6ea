"""What was answered is remembered for as long as it may be asked for again."""

from offhook.phone.engine.pjsip.answered import KEPT_S, MAX_KEPT, Answered


def test_an_answer_is_found_until_nobody_asks_any_more() -> None:
    answered = Answered()
    assert answered.find("a", 100.0) is None
    answered.keep("a", 200, "OK", 100.0)
    answered.keep("b", 400, "unknown key", 101.0)
    assert answered.find("a", 100.0 + KEPT_S - 0.1) == (200, "OK")
    assert answered.find("a", 100.0 + KEPT_S) is None
    assert answered.find("b", 100.0 + KEPT_S) == (400, "unknown key")


def test_the_oldest_go_when_there_are_too_many() -> None:
    answered = Answered()
    for number in range(MAX_KEPT + 1):
        answered.keep(str(number), 200, "OK", 100.0)
    assert answered.find("0", 100.0) is None
    assert answered.find("1", 100.0) == answered.find(str(MAX_KEPT), 100.0) == (200, "OK")

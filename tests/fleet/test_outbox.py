import itertools

from offhook.fleet.outbox import DND, HOOK, Letter, Outbox, subject_of
from offhook.phone.action_url_sender import MAX_QUEUED
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

_moments = itertools.count(1)


def letter(event: Event, call: str = "") -> Letter:
    """One report, made after those before."""
    return Letter(event, subject_of(event, {Variable.CALL_ID: call}), b"", float(next(_moments)))


def test_what_each_report_is_about() -> None:
    values = {Variable.CALL_ID: "a1"}
    assert subject_of(Event.HOLD, values) == "a1"
    assert subject_of(Event.OUTGOING, {}) == ""
    assert subject_of(Event.DND_OFF, values) == DND
    assert subject_of(Event.ON_HOOK, values) == HOOK
    assert subject_of(Event.IDLE_TO_BUSY, values) == ""


def test_the_last_word_about_a_call_counts() -> None:
    outbox = Outbox("127.16.0.1")
    assert outbox.untold == frozenset()
    outbox.lost(letter(Event.OUTGOING, "a1"))
    outbox.lost(letter(Event.DND_ON))
    outbox.told(letter(Event.OUTGOING, "b2"))
    assert outbox.untold == {"a1", DND}
    outbox.told(letter(Event.ESTABLISHED, "a1"))
    assert outbox.untold == {DND}


def test_a_phone_that_says_it_is_idle_has_said_it_of_all_its_calls() -> None:
    outbox = Outbox("127.16.0.1")
    for lost in (letter(Event.TERMINATED, "a1"), letter(Event.ON_HOOK), letter(Event.DND_OFF)):
        outbox.lost(lost)
    outbox.told(letter(Event.BUSY_TO_IDLE))
    assert outbox.untold == {DND}


def test_what_is_about_nothing_in_particular_is_not_missed() -> None:
    outbox = Outbox("127.16.0.1")
    outbox.lost(letter(Event.REGISTERED))
    assert outbox.untold == frozenset()


def test_a_full_queue_throws_its_oldest_away_but_not_one_that_is_on_its_way() -> None:
    outbox = Outbox("127.16.0.1")
    letters = [letter(Event.HOLD, str(number)) for number in range(MAX_QUEUED + 2)]
    outbox.waiting = letters[:MAX_QUEUED]
    assert outbox.make_room() is None
    outbox.waiting.append(letters[MAX_QUEUED])
    assert outbox.make_room() is letters[0]
    outbox.is_sending = True
    outbox.waiting.append(letters[MAX_QUEUED + 1])
    assert outbox.make_room() is letters[2]
    assert outbox.waiting[0] is letters[1]


def test_what_still_waits_is_not_told_yet() -> None:
    outbox = Outbox("127.16.0.1")
    outbox.waiting = [letter(Event.HOLD, "a1"), letter(Event.REGISTERED)]
    assert outbox.untold == {"a1"}


def test_a_copy_is_the_same_report() -> None:
    original = Letter(Event.HOLD, "a1", b"GET", 1.0, number=7, pause_s=2.0)
    copied = original.copy()
    assert (copied.subject, copied.request, copied.number, copied.is_copy) == ("a1", b"GET", 7, True)
    assert copied.pause_s == 0.0 and not original.is_copy


def test_an_older_word_that_arrives_later_tells_nothing_new() -> None:
    outbox = Outbox("127.16.0.1")
    older, lost, newer = (letter(event, "a1") for event in (Event.OUTGOING, Event.ESTABLISHED, Event.HOLD))
    outbox.lost(lost)
    outbox.told(older)
    assert outbox.untold == {"a1"}
    outbox.told(newer)
    assert outbox.untold == frozenset()

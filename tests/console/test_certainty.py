"""Reports get lost, doubled and reordered: the end state is right, or marked uncertain; never wrong and sure.

Every scenario is a list of reports of one phone and what is true after them, written down by hand. Each is told in
every way the network can tell it, and what the console then shows is held against the truth.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.console.certainty import Patience, find_doubts
from offhook.console.live_state import LiveState
from offhook.console.outage import KEPT_S
from offhook.console_api.event_types import Origin
from offhook.console_api.resources import Connection, Doubt, PhoneState
from tests.console.kit import A, B, Scene, types

TOGETHER_S = -0.99
"""Added to the second that the scene lets pass with each report: at the same moment."""
LATER_S = 9.0
FIRST, SECOND = "first-4fa1c3@pbx", "second-9be07d@pbx"


class Told(NamedTuple):
    """One report."""

    event: str
    call_id: str
    moment: int


@dataclass(frozen=True)
class Story:
    """What a phone goes through."""

    name: str
    told: tuple[Told, ...]
    state: PhoneState = PhoneState.IDLE
    """What the phone is doing at the end."""
    live: dict[str, str] = field(default_factory=dict)
    """Connection state by Call-ID."""
    answered: frozenset[str] = frozenset()
    missed: frozenset[str] = frozenset()
    dnd: bool | None = None
    present: int = 0
    """Index of the first report that belongs to what is going on at the end; before it the phone was idle."""


_IDS = {"": "", "1": FIRST, "2": SECOND}


def _told(text: str) -> tuple[Told, ...]:
    """Read `event` or `event:1`, `event:2` for the first and second call; `|` parts what happens at one moment."""
    return tuple(
        Told(word.partition(":")[0], _IDS[word.partition(":")[2]], moment)
        for moment, words in enumerate(text.split("|"))
        for word in words.split()
    )


ONE = frozenset({FIRST})
BOTH = frozenset({FIRST, SECOND})
_S = PhoneState
STORIES = [
    Story("missed", _told("incoming:1 idle_to_busy | missed:1 busy_to_idle"), missed=ONE),
    Story(
        "answered",
        _told("incoming:1 idle_to_busy | off_hook:1 established:1 | terminated:1 on_hook busy_to_idle"),
        answered=ONE,
    ),
    Story("rings", _told("incoming:1 idle_to_busy"), _S.RINGING, {FIRST: "alerting"}),
    Story(
        "talks",
        _told("incoming:1 idle_to_busy | off_hook established:1"),
        _S.TALKING,
        {FIRST: "connected"},
        ONE,
    ),
    Story(
        "held",
        _told("outgoing:1 | established:1 | hold:1"),
        _S.ON_HOLD,
        {FIRST: "held"},
        ONE,
    ),
    Story(
        "held and resumed",
        _told("outgoing:1 | established:1 | hold:1 | unhold:1"),
        _S.TALKING,
        {FIRST: "connected"},
        ONE,
    ),
    Story(
        "held twice",
        _told("outgoing:1 | established:1 | hold:1 | unhold:1 | hold:1"),
        _S.ON_HOLD,
        {FIRST: "held"},
        ONE,
    ),
    Story("busy", _told("off_hook idle_to_busy | outgoing:1 | terminated:1 | on_hook busy_to_idle")),
    Story(
        "blind transfer",
        _told("established:1 | transfer:1 hold:1 | blind_transfer:1 terminated:1 on_hook busy_to_idle"),
        answered=ONE,
    ),
    Story(
        "waiting call answered",
        _told("established:1 | incoming:2 | hold:1 established:2"),
        _S.TALKING,
        {FIRST: "held", SECOND: "connected"},
        BOTH,
    ),
    Story(
        "waiting call, back to the first",
        _told("established:1 | incoming:2 | hold:1 established:2 | terminated:2 | unhold:1"),
        _S.TALKING,
        {FIRST: "connected"},
        BOTH,
    ),
    Story(
        "one call after another",
        _told("established:1 | terminated:1 busy_to_idle | incoming:2 idle_to_busy | established:2"),
        _S.TALKING,
        {SECOND: "connected"},
        BOTH,
        present=3,
    ),
    Story(
        "restarted in a call",
        _told("established:1 | setup_completed | registered | incoming:2"),
        _S.RINGING,
        {SECOND: "alerting"},
        ONE,
        present=3,
    ),
    Story("do not disturb", _told("dnd_on | dnd_off | dnd_on"), dnd=True),
    Story("do not disturb off", _told("dnd_on | dnd_off"), dnd=False),
]
SHORT = [story for story in STORIES if len(story.told) <= 6]


def tell(story: Story, order: Sequence[int], *, at_once: bool) -> Scene:
    """Report in this order, all at once or with the time between that there was."""
    scene = Scene()
    moment = 0
    for index in order:
        told = story.told[index]
        scene.later(TOGETHER_S if at_once or told.moment == moment else LATER_S)
        moment = told.moment
        scene.report(told.event, **({"call_id": told.call_id} if told.call_id else {}))
    return scene


def wait(scene: Scene, seconds: float) -> None:
    """Let time pass, and the console look at what is doubtful by then."""
    scene.later(seconds)
    for doubt in list(find_doubts(scene.state, scene.state.phone_records.values(), scene.clock.at, Patience())):
        scene.change(doubt)


def lies(story: Story, order: Sequence[int], scene: Scene) -> list[str]:
    """List what is wrong and not marked uncertain."""
    found = []
    phone = scene.phone()
    is_heard_of = any(_speaks_of_now(story, index) for index in order)
    if phone.state is not story.state and "calls" not in phone.doubts and is_heard_of:
        found.append(f"the phone is {phone.state}, truly {story.state}")
    # That do-not-disturb was changed once more, and nobody said so, nothing can tell: no other report depends on it.
    is_last_told = len(story.told) - 1 in order
    if is_last_told and phone.dnd is not None and phone.dnd is not story.dnd and "dnd" not in phone.doubts:
        found.append(f"dnd is {phone.dnd}, truly {story.dnd}")
    for call in scene.state.calls():
        assert call.call_id is not None or call.connections[0].state in ("initiated", "null")
        if call.call_id is not None:
            found += [f"{call.call_id}: {lie}" for lie in _lies_about(story, call.call_id, call.connections[0])]
        elif call.is_live and len(scene.live()) > 1 and not call.connections[0].is_uncertain:
            found.append("a dial tone beside a call")
    return found


def _speaks_of_now(story: Story, index: int) -> bool:
    """Say whether a report has to do with what the phone is doing at the end: of the rest it says nothing."""
    told = story.told[index]
    return index >= story.present and (not story.live or told.call_id in story.live or told.event == "idle_to_busy")


def _lies_about(story: Story, call_id: str, shown: Connection) -> Iterator[str]:
    if shown.is_uncertain or shown.confidence < 1:
        return
    truth = story.live.get(call_id, "null")
    if shown.state != truth:
        yield f"{shown.state}, truly {truth}"
    if shown.answered is not None and call_id not in story.answered:
        yield "answered, truly never"
    if shown.is_missed and call_id not in story.missed:
        yield "missed, truly not"
    if truth == "null" and not shown.is_missed and call_id in story.missed:
        yield "not missed, truly missed"


def by_name(story: Story) -> str:
    return story.name.replace(" ", "-")


@pytest.mark.parametrize("story", STORIES, ids=by_name)
def test_told_as_it_was_it_is_shown_as_it_is_and_for_sure(story: Story) -> None:
    order = range(len(story.told))
    scene = tell(story, order, at_once=False)
    wait(scene, 6.0)
    assert lies(story, order, scene) == []
    assert scene.phone().state is story.state
    assert scene.phone().doubts == []
    assert not any(call.connections[0].is_uncertain for call in scene.state.calls())
    assert {call.call_id: str(call.connections[0].state) for call in scene.live()} == story.live


@pytest.mark.parametrize("story", STORIES, ids=by_name)
def test_every_loss_is_in_the_end_right_or_uncertain(story: Story) -> None:
    whole = range(len(story.told))
    for size in range(1, len(whole)):
        for order in itertools.combinations(whole, size):
            scene = tell(story, order, at_once=False)
            wait(scene, 6.0)
            wait(scene, 3 * 3600.0)
            assert lies(story, order, scene) == [], [story.told[index] for index in order]


@pytest.mark.parametrize("story", SHORT, ids=by_name)
def test_every_order_is_right_or_uncertain_at_once(story: Story) -> None:
    for order in itertools.permutations(range(len(story.told))):
        scene = tell(story, order, at_once=True)
        wait(scene, 6.0)
        assert lies(story, order, scene) == [], [story.told[index] for index in order]


@pytest.mark.parametrize("story", [story for story in STORIES if len(story.told) <= 5], ids=by_name)
def test_every_order_of_every_loss_is_in_the_end_right_or_uncertain(story: Story) -> None:
    whole = range(len(story.told))
    for size in range(1, len(whole)):
        for order in itertools.permutations(whole, size):
            scene = tell(story, order, at_once=True)
            wait(scene, 6.0)
            wait(scene, 3 * 3600.0)
            assert lies(story, order, scene) == [], [story.told[index] for index in order]


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.data())
def test_any_order_loss_and_doubling_is_in_the_end_right_or_uncertain(data: st.DataObject) -> None:
    story = data.draw(st.sampled_from(STORIES))
    order = data.draw(st.lists(st.integers(0, len(story.told) - 1), min_size=1, max_size=12))
    scene = tell(story, order, at_once=True)
    wait(scene, 6.0)
    wait(scene, 3 * 3600.0)
    assert lies(story, order, scene) == [], [story.told[index] for index in order]


@pytest.mark.parametrize("story", STORIES, ids=by_name)
def test_doubled_reports_in_order_leave_it_right(story: Story) -> None:
    order = [index for index in range(len(story.told)) for _ in range(2)]
    scene = tell(story, order, at_once=False)
    wait(scene, 6.0)
    assert lies(story, order, scene) == []
    assert scene.phone().state is story.state


# --- single doubts ------------------------------------------------------------------------------------------------


def talking(scene: Scene, call_id: str = FIRST) -> Connection:
    scene.report("incoming", call_id=call_id)
    scene.report("established", call_id=call_id)
    return scene.only_connection()


def test_a_call_nothing_is_heard_of_becomes_uncertain_and_its_next_report_settles_it() -> None:
    scene = Scene()
    talking(scene)
    wait(scene, Patience().talking_s - 1)
    assert not scene.only_connection().is_uncertain
    wait(scene, 2.0)
    assert scene.only_connection().doubt is Doubt.SILENT
    assert scene.phone().doubts == ["calls"]
    assert scene.phone().state is PhoneState.TALKING, "a doubt changes no state"
    scene.report("hold", call_id=FIRST)
    assert not scene.only_connection().is_uncertain
    assert scene.phone().doubts == []


def test_a_phone_that_rings_for_ever_becomes_uncertain_sooner() -> None:
    scene = Scene()
    scene.report("incoming", call_id=FIRST)
    wait(scene, Patience().ringing_s + 1)
    assert scene.only_connection().doubt is Doubt.SILENT


def test_on_hook_without_an_end_is_odd_after_a_while() -> None:
    scene = Scene()
    talking(scene)
    scene.report("on_hook")
    wait(scene, 1.0)
    assert not scene.only_connection().is_uncertain
    wait(scene, Patience().settling_s)
    assert scene.only_connection().doubt is Doubt.ON_HOOK
    scene.report("terminated", call_id=FIRST)
    assert not scene.only_connection().is_uncertain


def test_the_phone_at_the_other_end_knows_that_a_call_is_over() -> None:
    scene = Scene()
    for event in ("outgoing", "established"):
        scene.report(event, mac=A, call_id=FIRST)
    for event in ("incoming", "established", "terminated"):
        scene.report(event, mac=B, call_id=FIRST)
    wait(scene, Patience().settling_s + 1)
    mine, theirs = scene.only_call().connections
    assert (mine.doubt, theirs.doubt) == (Doubt.FAR_END_GONE, None)


def test_a_phone_that_becomes_busy_was_idle() -> None:
    scene = Scene()
    talking(scene)
    scene.later(60)
    scene.report("incoming", call_id=SECOND)
    scene.report("idle_to_busy")
    newer, older = scene.state.calls()
    assert (older.call_id, older.connections[0].doubt) == (FIRST, Doubt.BUSY_ANEW)
    assert not newer.connections[0].is_uncertain


def test_a_phone_talks_on_one_call() -> None:
    scene = Scene()
    talking(scene)
    scene.later(60)
    scene.report("incoming", call_id=SECOND)
    told = scene.report("established", call_id=SECOND)
    assert [(str(each.type), each.origin) for each in told] == [
        ("call.certainty_changed", Origin.INFERRED),
        ("call.established", Origin.REPORTED),
    ]
    newer, older = scene.state.calls()
    assert (older.connections[0].doubt, newer.connections[0].doubt) == (Doubt.TWO_ACTIVE, None)


def test_an_end_that_nobody_reported_is_taken_back_by_a_sign_of_life() -> None:
    scene = Scene()
    talking(scene)
    scene.later(-1)
    (_, cleared) = scene.report("busy_to_idle")
    assert (cleared.origin, cleared.detail) == (Origin.INFERRED, {"doubt": "unreported"})
    assert scene.phone().doubts == ["calls"]
    (held,) = scene.report("hold", call_id=FIRST)
    assert (str(held.type), held.detail["discrepancy"]) == ("call.held", "late")
    assert scene.only_connection().state == "held"
    assert scene.only_connection().ended is None
    assert scene.only_call().is_live


def restarted(scene: Scene, away_s: float) -> Scene:
    """End the console and start it again, with what its store has of it."""
    scene.later(away_s)
    phones = [msgspec.structs.replace(phone, calls=(), ended=()) for phone in scene.state.phone_records.values()]
    scene.state = LiveState(phones, list(scene.state.call_records.values()), scene.registry)
    return scene


def test_what_a_phone_kept_while_the_console_was_away_may_be_older_than_what_it_told_before() -> None:
    scene = Scene()
    talking(scene)
    scene.later(LATER_S).report("on_hook")
    scene.later(TOGETHER_S).report("incoming", call_id=SECOND)
    restarted(scene, LATER_S).report("busy_to_idle")  # of the first call, held up on the way
    assert scene.phone().doubts == ["calls"]
    assert not any(call.connections[0].doubt is None for call in scene.state.calls() if call.call_id == SECOND)
    scene.later(LATER_S).report("established", call_id=SECOND)
    assert scene.phone().state is PhoneState.TALKING
    assert [call.call_id for call in scene.live()] == [SECOND]


@pytest.mark.parametrize("away_s", [LATER_S, 3600.0])
def test_hold_that_was_held_up_by_an_outage_may_be_older_than_unhold(away_s: float) -> None:
    scene = Scene()
    talking(scene)
    scene.later(LATER_S).report("unhold", call_id=FIRST)
    restarted(scene, away_s).report("hold", call_id=FIRST)
    assert scene.only_connection().doubt is Doubt.OUT_OF_ORDER


def test_long_after_an_outage_what_arrives_is_new() -> None:
    scene = Scene()
    talking(scene)
    restarted(scene, LATER_S).report("registered", mac=B)
    scene.later(KEPT_S).report("busy_to_idle")
    assert scene.phone().doubts == [] and scene.live() == []


def test_the_hook_goes_off_for_the_call_that_a_late_report_has_ended() -> None:
    scene = Scene()
    talking(scene)
    scene.report("terminated", call_id=FIRST)
    scene.report("on_hook")
    scene.report("incoming", call_id=SECOND)
    scene.later(TOGETHER_S).report("idle_to_busy")
    scene.later(TOGETHER_S).report("busy_to_idle")  # of the first call, and late
    assert scene.live() == [] and scene.phone().doubts == ["calls"]
    scene.later(LATER_S).report("off_hook")
    assert scene.phone().state is PhoneState.DIALLING
    scene.later(TOGETHER_S).report("established", call_id=SECOND)
    wait(scene, 6.0)
    assert [(call.call_id, call.connections[0].state) for call in scene.live()] == [(SECOND, "connected")]
    assert scene.phone().state is PhoneState.TALKING
    scene.report("hold", call_id=SECOND)
    assert (scene.phone().state, scene.phone().doubts) == (PhoneState.ON_HOLD, [])


def test_an_end_that_is_reported_late_is_certain() -> None:
    scene = Scene()
    talking(scene)
    scene.later(-1)
    scene.report("busy_to_idle")
    (settled,) = scene.report("terminated", call_id=FIRST)
    assert (str(settled.type), settled.detail) == ("call.certainty_changed", {"doubt": None})
    assert (scene.only_connection().cause, scene.phone().doubts) == ("normal", [])


def test_idle_said_again_later_settles_an_end_in_doubt() -> None:
    scene = Scene()
    talking(scene)
    scene.later(-1)
    scene.report("busy_to_idle")
    scene.later(10)
    scene.report("busy_to_idle")
    assert (scene.only_connection().is_uncertain, scene.phone().doubts) == (False, [])


def test_a_phone_that_is_busy_with_nothing_is_uncertain() -> None:
    scene = Scene()
    scene.report("idle_to_busy")
    wait(scene, Patience().settling_s + 1)
    assert (scene.phone().state, scene.phone().doubts) == (PhoneState.IDLE, ["calls"])
    scene.report("incoming", call_id=FIRST)
    assert scene.phone().doubts == []


def test_hold_and_unhold_in_one_moment_may_have_changed_places_until_the_next() -> None:
    scene = Scene()
    talking(scene)
    scene.report("hold", call_id=FIRST)
    scene.later(-0.9)
    (resumed,) = scene.report("unhold", call_id=FIRST)
    assert resumed.detail == {"doubt": "out_of_order"}
    assert scene.only_connection().doubt is Doubt.OUT_OF_ORDER
    scene.later(60)
    (settled,) = scene.report("unhold", call_id=FIRST)
    assert str(settled.type) == "call.certainty_changed"
    assert not scene.only_connection().is_uncertain


def test_features_told_both_ways_in_one_moment_are_uncertain_until_told_again() -> None:
    scene = Scene()
    scene.report("always_forward_on")
    scene.later(-0.9)
    scene.report("always_forward_off")
    assert scene.phone().doubts == ["forwarding.always"]
    scene.later(60)
    told = scene.report("always_forward_off")
    assert types(told) == ["phone.certainty_changed"]
    assert scene.phone().doubts == []


def test_a_phone_that_restarts_in_one_moment_is_registered_beyond_doubt() -> None:
    scene = Scene()
    line = {"active_user": "1001", "active_host": "pbx"}
    for event in ("registered", "unregistered", "setup_completed", "registered"):
        scene.report(event, **line)
        scene.later(-0.99)
    assert scene.phone().doubts == []
    assert [line.state for line in scene.phone().lines] == ["registered"]
    scene.report("unregistered", **line)
    assert scene.phone().doubts == ["line:1001@pbx"], "it may be the one of before the start, on a long way"


def test_a_line_that_logs_out_as_the_phone_starts_may_have_done_so_before() -> None:
    scene = Scene()
    scene.report("setup_completed")
    scene.later(-0.9)
    scene.report("unregistered", active_user="1001", active_host="pbx")
    assert scene.phone().doubts == ["line:1001@pbx"]
    scene.later(60)
    scene.report("registered", active_user="1001", active_host="pbx")
    assert scene.phone().doubts == []

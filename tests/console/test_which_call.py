import pytest

from offhook.callmodel.connection import Given
from offhook.console.live_state import ENDED_MEMORY_S, Draft
from offhook.console.reading import Reading
from offhook.console.which_call import (
    GUESSED,
    MAX_CALL_ID_CHARS,
    call_id_of,
    find_call,
    provisional_call,
    wire_key,
)
from offhook.console_api.envelope import Source
from offhook.dialects.dialect import CallIdScope
from offhook.protocol.variables import Variable
from tests.console.kit import A, B, Scene, counted_ids, types


def a_reading(scene: Scene, call_id: str = "", *, phone: str = A, scope: CallIdScope = CallIdScope.GLOBAL) -> Reading:
    return Reading(
        draft=Draft(scene.state),
        phone_id=phone,
        values={Variable.CALL_ID: call_id} if call_id else {},
        at=scene.clock.at,
        scope=scope,
        source_address="10.0.0.1",
        source=Source(action=1, dialect="base", event="x", vars={}, request="/x"),
        new_id=counted_ids(),
    )


@pytest.mark.parametrize(
    ("call_id", "scope", "expected"),
    [
        ("3b7f@pbx", CallIdScope.GLOBAL, "3b7f@pbx"),
        ("3b7f@pbx", CallIdScope.PHONE, f"{A}/3b7f@pbx"),
        ("33093", CallIdScope.GLOBAL, f"{A}/33093"),
        ("1234567890", CallIdScope.GLOBAL, "1234567890"),
        ("", CallIdScope.PHONE, ""),
    ],
)
def test_a_call_id_means_something_elsewhere_or_not(call_id: str, scope: CallIdScope, expected: str) -> None:
    assert wire_key(a_reading(Scene(), call_id, scope=scope)) == expected


def test_an_endless_call_id_is_cut() -> None:
    assert len(call_id_of(a_reading(Scene(), "x" * 8000))) == MAX_CALL_ID_CHARS


def test_by_call_id_the_connection_is_certain() -> None:
    scene = Scene()
    scene.report("incoming", call_id="one@h")
    scene.report("incoming", call_id="two@h")
    found = find_call(a_reading(scene, "two@h"), Given.ESTABLISHED, "")
    assert found.call is not None
    assert found.call.call_id == "two@h"
    assert found.connection is not None
    assert found.confidence == 1.0


def test_another_phones_call_is_found_without_a_connection() -> None:
    scene = Scene()
    scene.report("incoming", call_id="one@h")
    scene.report("dnd_on", mac=B)
    found = find_call(a_reading(scene, "one@h", phone=B), Given.ORIGINATED, "")
    assert found.call is not None
    assert found.connection is None
    assert found.ended is None


def test_an_ended_connection_is_recognised() -> None:
    scene = Scene()
    scene.report("incoming", call_id="one@h")
    scene.report("terminated", call_id="one@h")
    found = find_call(a_reading(scene, "one@h"), Given.ESTABLISHED, "")
    assert found.ended is not None
    assert found.ended.call == scene.only_call().id


@pytest.mark.parametrize(
    ("call_id", "later_s", "is_new"),
    [
        ("1", 10.0, False),
        ("1", 40.0, True),
        ("one@h", 40.0, False),
        ("one@h", ENDED_MEMORY_S - 10.0, False),
        ("one@h", ENDED_MEMORY_S, True),
    ],
)
def test_an_id_that_comes_again_is_another_call_in_the_end(call_id: str, later_s: float, is_new: bool) -> None:
    scene = Scene()
    scene.report("incoming", call_id=call_id, remote="sip:1@h")
    scene.report("terminated", call_id=call_id)
    begun = scene.later(later_s).report("incoming", call_id=call_id, remote="sip:2@h")
    assert types(begun) == (["call.delivered"] if is_new else ["phone.report_ignored"])
    scene.report("established", call_id=call_id)
    assert [call.connections[0].state for call in scene.live()] == (["connected"] if is_new else [])
    scene.report("terminated", call_id=call_id)
    assert scene.live() == []


def test_a_counter_that_never_moves_hides_no_late_report() -> None:
    scene = Scene()
    scene.report("incoming", call_id="1")
    scene.report("terminated", call_id="1")
    assert types(scene.later(60.0).report("established", call_id="1")) == ["phone.report_ignored"]


def test_a_connection_without_an_id_is_adopted_by_the_first_report_that_has_one() -> None:
    scene = Scene()
    scene.report("incoming", remote="sip:9@h")
    scene.report("established", call_id="one@h")
    assert scene.only_call().call_id == "one@h"
    assert scene.only_connection().state == "connected"


def test_a_known_id_is_never_given_another() -> None:
    scene = Scene()
    scene.report("incoming", call_id="one@h")
    assert find_call(a_reading(scene, "two@h"), Given.ESTABLISHED, "").call is None


def test_nothing_known_is_a_guess() -> None:
    scene = Scene()
    scene.report("dnd_on")
    found = find_call(a_reading(scene), Given.ESTABLISHED, "")
    assert (found.call, found.confidence) == (None, GUESSED)


def test_the_provisional_call() -> None:
    scene = Scene()
    scene.report("dnd_on")
    assert provisional_call(a_reading(scene)) is None
    scene.report("off_hook")
    call = provisional_call(a_reading(scene))
    assert call is not None
    assert call.id == scene.only_call().id


def test_a_transfer_goes_by_the_call_whose_transfer_was_started() -> None:
    scene = Scene()
    for number in ("one", "two"):
        scene.report("incoming", call_id=f"{number}@h")
        scene.report("established", call_id=f"{number}@h")
        scene.report("hold", call_id=f"{number}@h")
    scene.report("transfer", call_id="two@h")
    found = find_call(a_reading(scene), Given.TRANSFERRED, "")
    assert found.call is not None
    assert found.call.call_id == "two@h"
    assert found.confidence == 1.0

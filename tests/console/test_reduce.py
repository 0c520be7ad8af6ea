import pytest

from offhook.console.live_state import Draft
from offhook.protocol.events import Event
from tests.console.kit import A, Scene, a_report, types


def test_a_phone_becomes_known_by_its_first_report() -> None:
    scene = Scene()
    added, registered = scene.report("registered", model="FIP16", firmware="0.7.4", ip="10.0.0.1")
    assert (added.type, added.phone, registered.type) == ("phone.added", A, "line.registered")
    phone = scene.phone()
    assert not phone.is_set_up
    assert (phone.model, phone.firmware, phone.address, phone.name) == ("FIP16", "0.7.4", "10.0.0.1", A)
    assert phone.verbs == []


@pytest.mark.parametrize("event", Event)
def test_every_report_leads_to_an_event_with_its_source(event: Event) -> None:
    happenings = Scene().report(event, call_id="abc@h")
    assert types(happenings)
    for happening in happenings:
        assert happening.source is not None
        assert happening.source.event == event
        assert happening.source.dialect == "base"
        assert happening.source.vars["call_id"] == "abc@h"
        assert happening.source.action == 1


def test_an_unknown_word_is_kept_as_it_came() -> None:
    scene = Scene()
    happening = scene.report("Headset<b>", peripheral="x")[-1]
    assert (happening.type, happening.detail) == ("phone.vendor_event", {"word": "headset<b>"})
    assert happening.source is not None
    assert happening.source.vars["peripheral"] == "x"


def test_a_word_that_no_database_takes_is_made_harmless() -> None:
    scene = Scene()
    draft = Draft(scene.state)
    report = a_report("a%00b" + "c" * 100)
    reduced = scene.reducer.report(draft, report, 1)
    assert "\x00" not in reduced.event
    assert len(reduced.event) == 64


def test_beyond_the_limit_reports_are_kept_and_phones_are_not() -> None:
    scene = Scene(max_phones=1)
    scene.report("registered")
    (ignored,) = scene.report("registered", mac="0000000000cc")
    assert ignored.type == "phone.report_ignored"
    assert ignored.phone == "0000000000cc"
    assert ignored.detail == {"discrepancy": "too_many_phones"}
    assert scene.state.phone("0000000000cc") is None
    assert types(scene.report("unregistered")) == ["line.unregistered"], "who is known is served"


def test_somebody_may_set_a_phone_up_beyond_the_limit() -> None:
    scene = Scene(max_phones=1)
    scene.report("registered")
    scene.set_up("0000000000cc")
    assert types(scene.report("registered", mac="0000000000cc")) == ["line.registered"]


def test_a_report_that_cannot_be_used_touches_nothing() -> None:
    scene = Scene()
    reduced = scene.reducer.unusable(a_report("incoming"), 7)
    (ignored,) = reduced.happenings
    assert ignored.detail == {"discrepancy": "unusable"}
    assert ignored.source is not None
    assert ignored.source.action == 7


def test_what_a_phone_says_of_itself_is_kept_until_it_says_otherwise() -> None:
    scene = Scene()
    scene.report("registered", model="FIP16", firmware="1")
    scene.report("unregistered", firmware="2")
    assert (scene.phone().model, scene.phone().firmware) == ("FIP16", "2")
    assert scene.phone().last_report is not None

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


ADDRESS, MAC = "10.0.0.7", "00a859112233"


def test_a_phone_keeps_its_set_up_when_it_tells_its_mac() -> None:
    scene = Scene()
    scene.report("registered", mac="", ip=ADDRESS, source=ADDRESS)
    scene.set_up(ADDRESS, name="Anna", extension="1001", control_url=f"http://{ADDRESS}")
    changed, online = scene.report("registered", mac=MAC, ip=ADDRESS, source=ADDRESS, active_user="1001")
    assert (changed.type, changed.phone, changed.detail) == ("phone.changed", ADDRESS, {"mac": MAC})
    assert (online.type, online.phone) == ("line.registered", ADDRESS)
    phone = scene.phone(ADDRESS)
    assert (phone.name, phone.extension, phone.mac, phone.is_mac_approved) == ("Anna", "1001", MAC, False)
    assert scene.state.phone(MAC) is None
    assert types(scene.report("dnd_on", mac=MAC, ip=ADDRESS, source=ADDRESS)) == ["phone.dnd_changed"]


def test_a_mac_told_during_a_call_parts_it_from_nothing() -> None:
    scene = Scene()
    scene.set_up(ADDRESS, name="Anna")
    scene.report("incoming", mac="", ip=ADDRESS, source=ADDRESS, call_id="one")
    scene.report("established", mac=MAC, ip=ADDRESS, source=ADDRESS, call_id="one")
    assert (scene.only_connection().phone, scene.only_connection().state) == (ADDRESS, "connected")
    scene.report("terminated", mac="", ip=ADDRESS, source=ADDRESS, call_id="one")
    assert (scene.live(), scene.phone(ADDRESS).mac) == ([], "")
    scene.report("on_hook", mac=MAC, ip=ADDRESS, source=ADDRESS)
    assert scene.phone(ADDRESS).mac == MAC


def test_a_mac_tells_the_make_as_it_does_of_any_phone() -> None:
    scene = Scene()
    scene.report("registered", mac="00a859000001")
    scene.set_up(ADDRESS)
    scene.set_up("10.0.0.8", dialect="base")
    for last in (7, 8):
        scene.report("registered", mac=f"00a85900000{last}", ip=f"10.0.0.{last}", source=f"10.0.0.{last}")
    recognised = scene.phone("00a859000001").dialect
    assert (scene.phone(ADDRESS).dialect, scene.phone("10.0.0.8").dialect) == (recognised, "base")
    assert recognised != "base"


def test_a_hostile_report_takes_no_phone_over() -> None:
    scene = Scene()
    scene.set_up(ADDRESS, name="Anna")
    scene.set_up(A, name="Ben", control_url="http://10.0.0.8")
    scene.report("dnd_on", mac=MAC, ip=ADDRESS, source="10.0.0.66")
    assert scene.phone(ADDRESS).mac == ""
    assert (scene.phone(MAC).is_set_up, scene.phone(MAC).dnd) == (False, True)
    scene.report("dnd_on", mac=A, ip=ADDRESS, source=ADDRESS)
    assert (scene.phone(ADDRESS).mac, scene.phone(A).name) == ("", "Ben"), "that one is known already"
    scene.report("dnd_on", mac=MAC, ip=ADDRESS, source=ADDRESS)
    assert scene.phone(ADDRESS).mac == MAC, "it comes from there itself"

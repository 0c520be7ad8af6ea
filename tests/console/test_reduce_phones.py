import pytest

from offhook.console.reduce_phones import MAX_LINES
from offhook.console_api.event_types import Origin
from offhook.console_api.resources import Line
from tests.console.kit import A, B, Scene, types

ME = {"active_url": "sip:1001@pbx"}


def test_the_hookswitch() -> None:
    scene = Scene()
    off = scene.report("off_hook")[1]
    assert (off.type, off.detail) == ("phone.hookswitch_changed", {"hook": "off"})
    assert scene.phone().hook == "off"
    assert types(scene.report("off_hook")) == ["phone.report_ignored"]
    assert scene.report("on_hook")[0].detail == {"hook": "on"}
    assert types(scene.report("on_hook")) == ["phone.report_ignored"]


def test_busy_and_idle() -> None:
    scene = Scene()
    (_, busy) = scene.report("idle_to_busy")
    assert (busy.type, busy.detail) == ("phone.busy_changed", {"busy": True})
    assert scene.phone().is_busy is True
    assert types(scene.report("idle_to_busy")) == ["phone.report_ignored"]
    assert scene.report("busy_to_idle")[0].detail == {"busy": False}
    assert types(scene.report("busy_to_idle")) == ["phone.report_ignored"]


def test_idle_heals_calls_whose_end_was_lost() -> None:
    scene = Scene()
    scene.report("idle_to_busy")
    scene.report("incoming", call_id="one@h")
    scene.report("outgoing", call_id="two@h")
    scene.report("incoming", mac=B, call_id="one@h")
    idle, *cleared = scene.report("busy_to_idle")
    assert idle.type == "phone.busy_changed"
    assert [(each.type, each.origin) for each in cleared] == [("call.connection_cleared", Origin.INFERRED)] * 2
    assert [connection.phone for call in scene.live() for connection in call.connections if not connection.ended] == [B]


@pytest.mark.parametrize(
    ("on", "off", "type_", "detail"),
    [
        ("dnd_on", "dnd_off", "phone.dnd_changed", {}),
        ("always_forward_on", "always_forward_off", "phone.forwarding_changed", {"type": "immediate"}),
        ("busy_forward_on", "busy_forward_off", "phone.forwarding_changed", {"type": "busy"}),
        ("no_answer_forward_on", "no_answer_forward_off", "phone.forwarding_changed", {"type": "no_answer"}),
    ],
)
def test_features(on: str, off: str, type_: str, detail: dict[str, str]) -> None:
    scene = Scene()
    for event, is_on in ((on, True), (off, False)):
        changed = scene.report(event)[-1]
        assert (changed.type, changed.detail) == (type_, detail | {"on": is_on})
        assert types(scene.report(event)) == ["phone.report_ignored"]
        phone = scene.phone()
        forwarding = phone.forwarding
        assert is_on in (phone.dnd, forwarding.always, forwarding.busy, forwarding.no_answer)


def test_forwards_are_kept_apart() -> None:
    scene = Scene()
    scene.report("always_forward_on")
    scene.report("busy_forward_off")
    forwarding = scene.phone().forwarding
    assert (forwarding.always, forwarding.busy, forwarding.no_answer) == (True, False, None)


def test_registrations_by_account() -> None:
    scene = Scene()
    registered = scene.report("registered", **ME)[-1]
    assert (registered.type, registered.line) == ("line.registered", "1001@pbx")
    assert types(scene.report("registered", **ME)) == ["phone.report_ignored"]
    assert types(scene.report("registration_failed", active_url="sip:1009@pbx")) == ["line.registration_failed"]
    assert types(scene.report("unregistered", **ME)) == ["line.unregistered"]
    assert scene.phone().lines == [
        Line(uri="1001@pbx", state="unregistered"),
        Line(uri="1009@pbx", state="failed"),
    ]


def test_a_registration_that_names_no_account_is_kept_under_none() -> None:
    scene = Scene()
    assert scene.report("registered")[-1].line is None
    assert scene.phone().lines == [Line(uri="", state="registered")]


def test_made_up_accounts_do_not_fill_the_memory() -> None:
    scene = Scene()
    for number in range(MAX_LINES + 3):
        scene.report("registered", active_url=f"sip:{number}@h")
    assert len(scene.phone().lines) == MAX_LINES
    assert scene.phone().lines[-1].uri == f"{MAX_LINES + 2}@h"


def test_a_start_clears_what_did_not_survive_it() -> None:
    scene = Scene()
    scene.report("dnd_on")
    scene.report("registered", **ME)
    scene.report("off_hook")
    scene.report("idle_to_busy")
    scene.report("outgoing", call_id="one@h")
    *cleared, started = scene.report("setup_completed", model="FIP16", firmware="0.7")
    assert types(cleared) == ["call.connection_cleared"]
    assert cleared[0].origin is Origin.INFERRED
    assert started.type == "phone.started"
    assert started.detail == {"model": "FIP16", "firmware": "0.7"}
    phone = scene.phone()
    assert (phone.hook, phone.is_busy, phone.lines, phone.dnd) == ("unknown", False, [], True)
    assert scene.live() == []


def test_a_new_address_moves_the_control_url_that_had_the_old_one() -> None:
    scene = Scene()
    scene.set_up(A, control_url="http://10.0.0.1:8081")
    (changed,) = scene.report("ip_changed", ip="10.0.0.2", source="10.0.0.2")
    assert changed.type == "phone.address_changed"
    assert changed.detail == {
        "address": "10.0.0.2",
        "before": "10.0.0.1",
        "control_url": "http://10.0.0.2:8081",
    }
    assert scene.phone().address == "10.0.0.2"
    assert scene.phone().control_url == "http://10.0.0.2:8081"
    assert types(scene.report("ip_changed", ip="10.0.0.2")) == ["phone.report_ignored"]


def test_an_ipv6_address_is_bracketed() -> None:
    scene = Scene()
    scene.set_up(A, control_url="http://10.0.0.1")
    scene.report("ip_changed", ip="2001:db8::7")
    assert scene.phone().control_url == "http://[2001:db8::7]"
    scene.report("ip_changed", ip="10.0.0.3")
    assert scene.phone().control_url == "http://10.0.0.3"


@pytest.mark.parametrize("ip", ["evil.example", "10.0.0.1@evil", "", "$ip"])
def test_what_is_no_address_moves_nothing(ip: str) -> None:
    scene = Scene()
    scene.set_up(A, control_url="http://10.0.0.1")
    scene.report("ip_changed", ip=ip)
    assert scene.phone().control_url == "http://10.0.0.1"


def test_a_control_url_by_name_was_somebodys_choice() -> None:
    scene = Scene()
    scene.set_up(A, control_url="http://desk.example:80")
    scene.report("ip_changed", ip="10.0.0.2")
    assert scene.phone().control_url == "http://desk.example:80"


def test_an_ordinary_report_does_not_move_where_a_phone_is_commanded() -> None:
    scene = Scene()
    scene.set_up(A, control_url="http://10.0.0.1")
    scene.report("dnd_on", ip="10.0.0.66")
    assert scene.phone().address == "10.0.0.1"
    scene.report("ip_changed", ip="10.0.0.2")
    assert scene.phone().control_url == "http://10.0.0.2"


def test_a_phone_that_nobody_set_up_is_where_it_last_said() -> None:
    scene = Scene()
    scene.report("dnd_on", ip="10.0.0.5")
    scene.report("dnd_off", ip="10.0.0.6")
    assert scene.phone().address == "10.0.0.6"

import msgspec
import pytest

from offhook.console.records import CommandProgress, PhoneRemoved
from offhook.console.reduce_setup import dialect_name
from offhook.console_api.event_types import Origin
from offhook.console_api.resources import Command, CommandState, PhoneState, Verb
from offhook.dialects.registry import Registry
from offhook.errors import NotFound, NotPossibleNow, NotValid, UnknownDialect
from tests.console.kit import A, B, Scene, types


def a_command(state: CommandState) -> Command:
    return Command(
        id="k_1",
        phone=A,
        verb=Verb.DIAL,
        arguments={"number": "1002"},
        state=state,
        reason=None,
        call=None,
        connection=None,
        created="2026-01-05T09:12:03.418Z",
        changed="2026-01-05T09:12:03.418Z",
        requests=[],
        proof=None,
        round_trip_ms=None,
    )


def test_setting_a_phone_up_and_editing_it() -> None:
    scene = Scene()
    (added,) = scene.set_up(A, name="Anna", extension="1001", control_url="http://10.0.0.1:80/")
    assert (added.type, added.origin, added.phone) == ("phone.added", Origin.OPERATOR, A)
    (changed,) = scene.set_up("00:00:00:00:00:A1", name="Anna B", control_url="http://10.0.0.1")
    assert (changed.type, changed.phone) == ("phone.changed", A)
    phone = scene.phone()
    assert (phone.name, phone.extension, phone.control_url) == ("Anna B", "", "http://10.0.0.1")
    assert phone.address == "10.0.0.1"
    assert phone.state is PhoneState.UNKNOWN
    assert Verb.DIAL in phone.verbs


def test_a_phone_that_reported_is_added_when_somebody_sets_it_up() -> None:
    scene = Scene()
    scene.report("dnd_on")
    assert types(scene.set_up(A)) == []
    assert [str(each.type) for each in scene.set_up(A, name="x")] == ["phone.changed"]
    assert scene.phone().dnd is True


def test_a_phone_without_a_control_url_can_be_seen_not_commanded() -> None:
    scene = Scene()
    scene.set_up(A, name="Anna")
    assert scene.phone().verbs == []


def test_a_phone_that_is_commanded_through_its_exchange() -> None:
    scene = Scene()
    scene.report("dnd_on", ip="10.0.0.1")
    scene.set_up(A, control_url="sip:1001@10.0.0.1:5070")
    phone = scene.phone()
    assert (phone.control_url, phone.address) == ("sip:1001@10.0.0.1:5070", "10.0.0.1")
    assert Verb.DIAL in phone.verbs
    scene.report("ip_changed", ip="10.0.0.2")
    assert (scene.phone().control_url, scene.phone().address) == ("sip:1001@10.0.0.1:5070", "10.0.0.2")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://10.0.0.1",
        "10.0.0.1",
        "http://",
        "http://10.0.0.1:0",
        "http://10.0.0.1:99999",
        "http://10.0.0.1/cgi-bin",
        "http://admin:admin@10.0.0.1",
        "http://10.0.0.1?x=1",
        "http://[::1",
    ],
)
def test_a_control_url_that_cannot_be_used(url: str) -> None:
    scene = Scene()
    with pytest.raises(NotValid) as caught:
        scene.set_up(A, control_url=url)
    assert caught.value.error_id == "control-url"
    assert scene.state.phones() == []


def test_an_id_that_is_neither_mac_nor_address() -> None:
    with pytest.raises(NotValid) as caught:
        Scene().set_up("reception")
    assert caught.value.error_id == "phone-id"


ADDRESS, MAC = "10.0.0.7", "00a859112233"


def test_somebody_enters_the_mac_of_a_phone_that_is_known_by_its_address() -> None:
    scene = Scene()
    scene.set_up(ADDRESS, name="Anna", mac="00-A8-59-11-22-33")
    phone = scene.phone(ADDRESS)
    assert (phone.mac, phone.is_mac_approved) == (MAC, True)
    scene.report("ip_changed", mac=MAC, ip="10.0.0.9", source="10.0.0.9")
    assert (scene.phone(ADDRESS).name, scene.phone(ADDRESS).address) == ("Anna", "10.0.0.9")
    scene.set_up(ADDRESS, name="Anna B")
    assert scene.phone(ADDRESS).is_mac_approved, "what is not named stays"
    scene.set_up(ADDRESS, mac="")
    assert (scene.phone(ADDRESS).mac, scene.phone(ADDRESS).is_mac_approved) == ("", False)


def test_a_phone_that_was_seen_by_its_mac_meanwhile_becomes_the_one_that_is_set_up() -> None:
    scene = Scene()
    scene.set_up(ADDRESS, name="Anna")
    scene.report("incoming", mac=MAC, ip="10.0.0.9", source="10.0.0.9", call_id="one@h")
    changed, cleared, removed = scene.set_up(ADDRESS, name="Anna", mac=MAC)
    assert [(str(each.type), each.phone) for each in (changed, cleared, removed)] == [
        ("phone.changed", ADDRESS),
        ("call.connection_cleared", MAC),
        ("phone.removed", MAC),
    ]
    assert [phone.id for phone in scene.state.phones()] == [ADDRESS]
    scene.report("dnd_on", mac=MAC, ip="10.0.0.9", source="10.0.0.9")
    assert scene.phone(ADDRESS).dnd is True


def test_one_mac_is_one_phone() -> None:
    scene = Scene()
    scene.set_up(A, name="Ben")
    scene.set_up(ADDRESS, mac=MAC)
    for phone, mac in ((ADDRESS, A), ("10.0.0.8", MAC)):
        with pytest.raises(NotPossibleNow) as taken:
            scene.set_up(phone, mac=mac)
        assert taken.value.error_id == "mac-taken"
    scene.set_up(A, mac=A)
    assert (scene.phone(A).mac, scene.phone(A).is_mac_approved) == (A, True)
    for phone, mac in ((A, MAC), (ADDRESS, "reception"), (ADDRESS, "10.0.0.1")):
        with pytest.raises(NotValid) as wrong:
            scene.set_up(phone, mac=mac)
        assert wrong.value.error_id == "mac-not-valid"
    scene.change(PhoneRemoved(ADDRESS))
    scene.set_up("10.0.0.8", mac=MAC)
    assert scene.phone("10.0.0.8").is_mac_approved


def test_a_dialect_that_does_not_exist() -> None:
    with pytest.raises(NotValid) as caught:
        Scene().set_up(A, dialect="klingon")
    assert caught.value.error_id == "unknown-dialect"
    with pytest.raises(UnknownDialect):
        dialect_name(Registry(), A, "", "klingon")
    assert dialect_name(Registry(), A, "", "") == "base"


def test_removing_a_phone_ends_its_calls() -> None:
    scene = Scene()
    scene.report("incoming", mac=A, call_id="one@h")
    scene.report("outgoing", mac=B, call_id="one@h")
    cleared, removed = scene.change(PhoneRemoved(A))
    assert (cleared.type, cleared.origin) == ("call.connection_cleared", Origin.INFERRED)
    assert removed.type == "phone.removed"
    assert scene.state.phone(A) is None
    assert scene.only_call().is_live, "the other phone is still in it"
    scene.change(PhoneRemoved(B))
    assert scene.live() == []


def test_removing_a_phone_that_is_not_there() -> None:
    with pytest.raises(NotFound):
        Scene().change(PhoneRemoved(A))


def test_a_removed_phone_that_reports_again_is_a_new_one() -> None:
    scene = Scene()
    scene.set_up(A, name="Anna", control_url="http://10.0.0.1")
    scene.change(PhoneRemoved(A))
    assert scene.report("dnd_on")[0].type == "phone.added"
    assert not scene.phone().is_set_up


@pytest.mark.parametrize("state", CommandState)
def test_every_state_of_a_command_has_its_event(state: CommandState) -> None:
    (happening,) = Scene().change(CommandProgress(a_command(state)))
    assert happening.type == f"command.{state}"
    assert (happening.command, happening.phone, happening.origin) == ("k_1", A, Origin.OPERATOR)
    assert happening.detail["state"] == state
    assert happening.detail["arguments"] == {"number": "1002"}


def test_forward_keys_are_kept_until_others_are_given() -> None:
    scene = Scene()
    scene.set_up(A, forward_keys={"busy_on": "SPEAKER *67{target} OK"})
    scene.set_up(A, name="Anna")
    assert scene.phone().forward_keys == {"busy_on": "SPEAKER *67{target} OK"}
    scene.set_up(A, forward_keys={})
    assert scene.phone().forward_keys == {}


def test_forward_keys_that_no_phone_has() -> None:
    with pytest.raises(NotValid) as caught:
        Scene().set_up(A, forward_keys={"busy_on": "PARK {target}"})
    assert caught.value.error_id == "unknown-key"


@pytest.mark.parametrize(
    ("state", "phone", "is_muted"),
    [(CommandState.SENT, A, False), (CommandState.ACKNOWLEDGED, A, True), (CommandState.ACKNOWLEDGED, B, False)],
)
def test_a_mute_that_the_phone_took_is_remembered(state: CommandState, phone: str, is_muted: bool) -> None:
    scene = Scene()
    scene.report("incoming", mac=A, call_id="held@h")
    scene.report("established", mac=A, call_id="held@h")
    scene.report("hold", mac=A, call_id="held@h")
    scene.report("incoming", mac=A, call_id="one@h")
    scene.report("established", mac=A, call_id="one@h")
    command = msgspec.structs.replace(a_command(state), phone=phone, verb=Verb.SET_MIC, arguments={"muted": True})
    scene.change(CommandProgress(command))
    muted = {call.call_id: call.connections[0].is_muted for call in scene.live()}
    assert muted == {"held@h": False, "one@h": is_muted}

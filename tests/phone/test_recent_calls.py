from offhook.phone.engine.port import CallRef
from offhook.phone.phone_call import PhoneCall
from offhook.phone.recent_calls import CALLS_KEPT, CallKind, RecentCall, RecentCalls
from offhook.phone.settings import FeatureSettings, ForwardSettings
from offhook.protocol.sip_uri import PartyAddress
from tests.phone.bench import Bench

K = CallKind
OWN = PartyAddress("1001", "pbx", "Ann")


def a_call(number: str, *, at: float = 0.0, host: str = "pbx", name: str = "") -> PhoneCall:
    return PhoneCall(CallRef("1"), "a", is_incoming=True, local=OWN, remote=PartyAddress(number, host, name), now=at)


def test_each_kind_in_its_list_newest_first() -> None:
    calls = RecentCalls()
    for number, kind in (("1", K.MISSED), ("2", K.DIALLED), ("3", K.RECEIVED), ("4", K.MISSED)):
        calls.add(a_call(number), kind)
    assert [call.number for call in calls.of()] == ["4", "3", "2", "1"]
    assert [call.number for call in calls.of(K.MISSED)] == ["4", "1"]


def test_calls_of_one_party_in_a_row_share_an_entry() -> None:
    calls = RecentCalls()
    calls.add(a_call("1", at=1.0, name="Bob"), K.MISSED)
    calls.add(a_call("9"), K.DIALLED)
    calls.add(a_call("1", at=5.0), K.MISSED)
    assert calls.of(K.MISSED) == (RecentCall(K.MISSED, "1", "Bob", "1001@pbx", 5.0, count=2),)
    calls.add(a_call("2"), K.MISSED)
    calls.add(a_call("1"), K.MISSED)
    assert [(call.number, call.count) for call in calls.of(K.MISSED)] == [("1", 1), ("2", 1), ("1", 2)]


def test_the_number_is_one_that_can_be_called_back() -> None:
    calls = RecentCalls()
    for number, host in (("1", "PBX"), ("1", ""), ("1", "192.0.2.7:5070"), ("", "192.0.2.7"), ("", "")):
        calls.add(a_call(number, host=host), K.RECEIVED)
    assert [call.number for call in calls.of()] == ["", "192.0.2.7", "1@192.0.2.7:5070", "1"]


def test_only_so_many_are_kept_of_each_kind() -> None:
    calls = RecentCalls()
    calls.add(a_call("first"), K.DIALLED)
    for number in range(2 * CALLS_KEPT):
        calls.add(a_call(str(number)), K.MISSED)
    assert [call.number for call in calls.of(K.MISSED)] == [str(2 * CALLS_KEPT - 1 - i) for i in range(CALLS_KEPT)]
    assert [call.number for call in calls.of(K.DIALLED)] == ["first"]


def test_a_list_can_be_emptied() -> None:
    calls = RecentCalls()
    calls.add(a_call("1"), K.DIALLED)
    calls.add(a_call("2"), K.MISSED)
    calls.forget(K.MISSED)
    assert [call.kind for call in calls.of()] == [K.DIALLED]
    calls.forget()
    assert calls.of() == ()


def listed(features: FeatureSettings, *keys: str) -> list[tuple[CallKind, str, str]]:
    """What Bob's lists say after Ann called, Bob pressed keys, and Ann gave up."""
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002", features=features)
    ann.dial("1002")
    bob.press(*keys)
    ann.press("X")
    assert [(call.kind, call.number) for call in ann.device.panel.recent.of()] == [(K.DIALLED, "1002")]
    return [(call.kind, call.number, call.name) for call in bob.device.panel.recent.of()]


def test_what_becomes_of_a_call() -> None:
    none = FeatureSettings()
    assert listed(none) == [(K.MISSED, "1001", "Ann")]
    assert listed(none, "X") == listed(none, "OK") == [(K.RECEIVED, "1001", "Ann")]
    assert listed(FeatureSettings(dnd=True)) == []
    assert listed(FeatureSettings(always=ForwardSettings(is_on=True, target="7777"))) == []


def test_a_call_that_a_transfer_brought_about_is_in_no_list() -> None:
    bench = Bench()
    ann, bob, cleo = bench.phone("1001"), bench.phone("1002"), bench.phone("1003")
    bench.talk(ann, bob)
    ann.press("F_TRANSFER", *"1003", "F_TRANSFER")
    cleo.press("OK", "X")
    assert [(call.kind, call.number) for call in bob.device.panel.recent.of()] == [(K.RECEIVED, "1001")]
    assert [(call.kind, call.number) for call in cleo.device.panel.recent.of()] == [(K.RECEIVED, "1002")]


def test_the_lists_survive_a_restart() -> None:
    bench = Bench()
    ann, bob = bench.phone("1001"), bench.phone("1002")
    ann.dial("1002")
    ann.press("X")
    again = bench.phone("1002")
    again.device.panel.inherit(bob.device.panel)
    assert again.device.status.missed == 1
    assert [call.number for call in again.device.panel.recent.of(K.MISSED)] == ["1001"]


def test_one_entry_can_be_taken_off_once() -> None:
    calls = RecentCalls()
    calls.add(a_call("1"), K.MISSED)
    calls.add(a_call("2"), K.MISSED)
    entry = calls.of()[0]
    calls.remove(entry)
    calls.remove(entry)
    assert [call.number for call in calls.of()] == ["1"]

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.records import CallRecord, ConnectionRecord, PhoneRecord
from offhook.console.views import call_view, connection_id, phone_state, phone_view
from offhook.console_api.resources import Party, PhoneState, Verb
from tests.console.kit import START, A, B
from tests.console.planning import BASE

PHONE = PhoneRecord(id=A, reported=START, is_set_up=True, control_url="http://10.0.0.1")
S = ConnectionState


def calls(*states: ConnectionState, is_provisional: bool = False) -> list[CallRecord]:
    return [
        CallRecord(
            id=f"c_{number}",
            began=START,
            connections=(ConnectionRecord(phone=A, state=state, began=START, is_provisional=is_provisional),),
        )
        for number, state in enumerate(states)
    ]


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([], PhoneState.IDLE),
        ([S.NULL], PhoneState.IDLE),
        ([S.INITIATED], PhoneState.CALLING),
        ([S.FAILED], PhoneState.CALLING),
        ([S.ALERTING], PhoneState.RINGING),
        ([S.CONNECTED], PhoneState.TALKING),
        ([S.HELD], PhoneState.ON_HOLD),
        ([S.HELD, S.ALERTING], PhoneState.RINGING),
        ([S.HELD, S.INITIATED], PhoneState.CALLING),
        ([S.ALERTING, S.CONNECTED], PhoneState.TALKING),
    ],
)
def test_the_liveliest_connection_decides(states: list[ConnectionState], expected: PhoneState) -> None:
    assert phone_state(PHONE, calls(*states)) is expected


def test_off_hook_with_nothing_dialled() -> None:
    assert phone_state(PHONE, calls(S.INITIATED, is_provisional=True)) is PhoneState.DIALLING


def test_a_phone_that_never_reported_is_unknown() -> None:
    assert phone_state(PhoneRecord(id=A), []) is PhoneState.UNKNOWN


def test_a_phone() -> None:
    shown = phone_view(PHONE, calls(S.CONNECTED), BASE)
    assert (shown.id, shown.name, shown.hook, shown.last_report) == (A, A, "unknown", "2027-01-15T08:00:00.000Z")
    assert Verb.SET_MIC in shown.verbs and Verb.RESTART not in shown.verbs
    assert phone_view(PhoneRecord(id=A), [], BASE).verbs == [], "nobody set it up"
    assert phone_view(PhoneRecord(id=A, name="Anna", is_off_hook=True), [], BASE).hook == "off"


def test_a_phone_of_ours_at_the_other_end_lends_its_name() -> None:
    other = PhoneRecord(id=B, name="Berta", extension="1002")
    call = two_ended(Party())
    shown = call_view(call, {A: PHONE, B: other}.get, lambda _phone: [call], lambda _name: BASE)
    assert shown.connections[0].remote == Party(number="1002", name="Berta", phone=B)
    assert shown.connections[0].id == connection_id("c_1", A) == f"c_1:{A}"


def test_what_was_reported_comes_before_what_was_set_up() -> None:
    other = PhoneRecord(id=B, name="Berta", extension="1002")
    call = two_ended(Party(number="0391", name="Front desk"))
    shown = call_view(call, {B: other}.get, lambda _phone: [], lambda _name: BASE)
    assert shown.connections[0].remote == Party(number="0391", name="Front desk", phone=B)


def test_a_phone_that_was_removed_is_still_named_by_its_id() -> None:
    shown = call_view(two_ended(Party(number="1")), lambda _id: None, lambda _phone: [], lambda _name: BASE)
    assert shown.connections[0].remote == Party(number="1", phone=B)


def test_verbs_depend_on_the_phones_other_calls_and_its_set_up() -> None:
    both = calls(S.CONNECTED, S.ALERTING)
    shown = call_view(both[0], {A: PHONE}.get, lambda _phone: both, lambda _name: BASE)
    assert Verb.HANG_UP not in shown.connections[0].verbs
    assert Verb.HOLD in shown.connections[0].verbs
    not_set_up = call_view(both[0], {A: PhoneRecord(id=A)}.get, lambda _phone: both, lambda _name: BASE)
    assert not_set_up.connections[0].verbs == []


def test_after_a_transfer_the_party_is_whoever_has_the_call_now() -> None:
    third = PhoneRecord(id="0000000000c3", name="Carl", extension="1003")
    call = CallRecord(
        id="c_1",
        began=START,
        connections=(
            ConnectionRecord(phone=A, state=S.CONNECTED, began=START, remote=Party(number="1002", name="Berta")),
            ConnectionRecord(phone=B, state=S.NULL, began=START, ended=START, was_transferred=True),
            ConnectionRecord(phone=third.id, state=S.CONNECTED, began=START, remote=Party(number="1001")),
        ),
    )
    shown = call_view(call, {A: PHONE, third.id: third}.get, lambda _phone: [call], lambda _name: BASE)
    assert shown.connections[0].remote == Party(number="1003", name="Carl", phone=third.id)
    assert shown.connections[1].remote == Party()
    assert shown.connections[2].remote.phone == A


def two_ended(remote: Party) -> CallRecord:
    return CallRecord(
        id="c_1",
        began=START,
        connections=(
            ConnectionRecord(phone=A, state=S.CONNECTED, began=START, remote=remote),
            ConnectionRecord(phone=B, state=S.CONNECTED, began=START),
        ),
    )


def test_a_transfer_that_runs_and_a_muted_microphone_are_shown() -> None:
    record = ConnectionRecord(phone=A, state=S.HELD, began=START, is_transferring=True)
    held = CallRecord(id="c_1", began=START, connections=(record,))
    talked_on = calls(S.CONNECTED)[0]
    shown = call_view(held, {A: PHONE}.get, lambda _phone: [held, talked_on], lambda _name: BASE)
    assert shown.connections[0].verbs == [Verb.COMPLETE_TRANSFER, Verb.CANCEL_TRANSFER, Verb.CONFERENCE]
    muted = CallRecord(
        id="c_1",
        began=START,
        connections=(ConnectionRecord(phone=A, state=S.CONNECTED, began=START, is_muted=True, was_transferred=True),),
    )
    (connection,) = call_view(muted, {A: PHONE}.get, lambda _phone: [muted], lambda _name: BASE).connections
    assert connection.is_muted and connection.was_transferred

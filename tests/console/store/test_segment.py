import msgspec
import pytest

from offhook.console.records import ActionRecord, Batch, PhoneRecord
from offhook.console.store.segment import Changes, pack, pack_changes, read_actions, unpack, unpack_changes
from tests.console.store.contract import A, a_call, an_envelope

REQUEST = b"/incoming?remote=%00\xff&mac=" + A.encode()
ACTION = ActionRecord(7, "2026-01-05T09:12:03.418Z", A, "10.0.0.1", "incoming", REQUEST)


def test_events_and_requests_come_back_as_they_were() -> None:
    of_one = [an_envelope(3, of=ACTION), an_envelope(4, of=ACTION)]
    of_another, of_none = an_envelope(5), msgspec.structs.replace(an_envelope(6), source=None)
    envelopes = [*of_one, of_another, of_none]
    body = pack(Batch(actions=[ACTION], envelopes=envelopes))
    read = unpack(body, "e")
    assert read.actions == read_actions(body) == [ACTION]
    assert read.envelopes == envelopes


def test_a_request_is_written_once_however_many_events_it_led_to() -> None:
    body = pack(Batch(actions=[ACTION], envelopes=[an_envelope(seq, of=ACTION) for seq in range(9)]))
    assert body.count(ACTION.request) == 1
    assert b"\xff" in body


def test_changes_come_back_as_they_were() -> None:
    changes = Changes([PhoneRecord(id=A, name="Zoë\x00")], ["x"], [a_call(1, A)], ["y"])
    assert unpack_changes(pack_changes(changes)) == changes
    assert not changes.is_empty
    assert Changes((), (), (), ()).is_empty


@pytest.mark.parametrize("body", [b"", b"nonsense", b"\x92\x90"])
def test_what_is_no_segment_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        unpack(body, "e")

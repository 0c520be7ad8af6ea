"""The child's words in the port's."""

import pytest

from offhook.callmodel.connection import Cause
from offhook.phone.engine import port
from offhook.phone.engine.pjsip import protocol
from offhook.phone.engine.pjsip.fact_words import cause_of, in_port_words
from offhook.protocol.sip_uri import PartyAddress

CALL, NEW = port.CallRef("1-1"), port.CallRef("1-2")
BOB, BOB_THERE = protocol.Party("1002", "h", "Bob"), PartyAddress("1002", "h", "Bob")


@pytest.mark.parametrize(
    ("said", "fact"),
    [
        (protocol.Ready(5060), None),
        (protocol.NotReady("no"), None),
        (protocol.Accepted("a"), port.AccountAccepted("a")),
        (protocol.Refused("a", 401, "no"), port.AccountRefused("a", 401, "no")),
        (
            protocol.Commanded("1-n1", "abc", "key=OK", "192.0.2.1", True),
            port.CommandReceived(port.CommandRef("1-n1"), "key=OK", "192.0.2.1", True),
        ),
        (
            protocol.Offered("1-1", "a", "id", protocol.Party("1"), BOB),
            port.IncomingCall(CALL, "a", "id", PartyAddress("1"), BOB_THERE),
        ),
        (protocol.Watched("a", "1002", "ringing"), port.NumberState("a", "1002", port.NumberStatus.RINGING)),
        (protocol.Placed("1-1", "id", BOB), port.CallPlaced(CALL, "id", BOB_THERE)),
        (protocol.Ringing("1-1"), port.CallRinging(CALL)),
        (protocol.Answered("1-1", BOB), port.CallAnswered(CALL, BOB_THERE)),
        (protocol.Ended("1-1", "failed", 486, True), port.CallEnded(CALL, Cause.BUSY, 486, True)),
        (protocol.Held("1-1"), port.CallHeld(CALL)),
        (protocol.Retrieved("1-1"), port.CallRetrieved(CALL)),
        (protocol.RemoteHold("1-1", True), port.RemoteHeld(CALL, True)),
        (protocol.Digit("1-1", "#"), port.DigitReceived(CALL, "#")),
        (protocol.Progress("1-1", 180), port.TransferProgress(CALL, 180)),
        (protocol.Transferred("1-1", "1-2", "id", BOB), port.TransferAsked(CALL, NEW, "id", BOB_THERE)),
        (protocol.Replaced("1-1", "1-2", "id", BOB), port.CallReplaced(CALL, NEW, "id", BOB_THERE)),
    ],
)
def test_every_fact_has_its_word(said: protocol.Fact, fact: port.EngineFact | None) -> None:
    assert in_port_words(said) == fact


@pytest.mark.parametrize(
    ("how", "status", "cause"),
    [
        ("normal", 486, Cause.NORMAL),
        ("failed", 404, Cause.DEST_NOT_OBTAINABLE),
        ("failed", 408, Cause.CALL_NOT_ANSWERED),
        ("elsewhere", 487, Cause.NORMAL),
        ("forwarded", 487, Cause.CALL_FORWARD),
        ("lost", 408, Cause.UNKNOWN),
    ],
)
def test_why_a_call_ended(how: protocol.How, status: int, cause: Cause) -> None:
    assert cause_of(how, status) is cause

"""Calls with SIPp at the other end, by scenario, and what comes over the wire that no phone sends."""

import socket
from pathlib import Path

import pytest

from offhook.callmodel.connection import Cause
from offhook.phone.engine.port import (
    CallAnswered,
    CallEnded,
    CallHeld,
    CallRetrieved,
    CallRinging,
    DigitReceived,
    IncomingCall,
    RemoteHeld,
)
from tests.peers.sipp import ACK, BYE, CANCEL, INVITE, answer, expect, say, sipp
from tests.phone.engine.pjsip.conftest import MakeSip, SipEndpoint

RINGS = (expect("100", optional=True), expect("180", optional=True))
ANSWERED = (*RINGS, expect("200"), ACK())
TAKES = (expect("INVITE"), answer("180 Ringing"), answer("200 OK", with_sound=True, again=True), expect("ACK"))


async def take(phone: SipEndpoint) -> IncomingCall:
    offered = await phone.heard(IncomingCall)
    phone.engine.ring(offered.call)
    phone.engine.answer(offered.call)
    await phone.heard(CallAnswered)
    return offered


async def test_a_caller_who_hangs_up(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip("1002")
    async with sipp(tmp_path, INVITE(), *ANSWERED, BYE(), expect("200"), to=phone.address) as caller:
        offered = await take(phone)
        assert (offered.local.user, offered.remote.user, offered.remote.display) == ("1002", "4711", "Sipp")
        assert await phone.heard(CallEnded) == CallEnded(offered.call, Cause.NORMAL, 200, by_remote=True)
        await caller.succeeded()


async def test_the_built_in_caller(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip("1002")
    async with sipp(tmp_path, "uac", to=phone.address) as caller:
        await take(phone)
        assert (await phone.heard(CallEnded)).cause is Cause.NORMAL
        await caller.succeeded()


async def test_a_caller_is_hung_up_on(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip("1002")
    async with sipp(tmp_path, INVITE(), *ANSWERED, expect("BYE"), answer("200 OK"), to=phone.address) as caller:
        offered = await take(phone)
        phone.engine.hang_up(offered.call)
        assert await phone.heard(CallEnded) == CallEnded(offered.call, Cause.NORMAL, 200, by_remote=False)
        await caller.succeeded()


async def test_a_caller_who_holds_and_takes_back(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip("1002")
    hold = (INVITE(2, "sendonly"), expect("100", optional=True), expect("200"), ACK(2))
    back = (INVITE(3), expect("100", optional=True), expect("200"), ACK(3))
    async with sipp(tmp_path, INVITE(), *ANSWERED, *hold, *back, BYE(4), expect("200"), to=phone.address) as caller:
        offered = await take(phone)
        assert await phone.heard(RemoteHeld) == RemoteHeld(offered.call, is_held=True)
        assert await phone.heard(RemoteHeld) == RemoteHeld(offered.call, is_held=False)
        await phone.heard(CallEnded)
        await caller.succeeded()


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("", Cause.CALL_CANCELLED),
        ('SIP;cause=200;text="Call completed elsewhere"', Cause.NORMAL),
        ("SIP;cause=302", Cause.CALL_FORWARD),
    ],
    ids=["given up", "answered elsewhere", "forwarded"],
)
async def test_a_caller_who_takes_the_call_back(sip: MakeSip, tmp_path: Path, reason: str, cause: Cause) -> None:
    phone = await sip("1002")
    steps = (INVITE(), expect("100", optional=True), expect("180"), CANCEL(reason), expect("200"), expect("487"))
    async with sipp(tmp_path, *steps, ACK(), to=phone.address) as caller:
        offered = await phone.heard(IncomingCall)
        phone.engine.ring(offered.call)
        assert await phone.heard(CallEnded) == CallEnded(offered.call, cause, 487, by_remote=True)
        await caller.succeeded()


@pytest.mark.parametrize("status", [486, 603, 480])
async def test_a_caller_who_is_refused(sip: MakeSip, tmp_path: Path, status: int) -> None:
    phone = await sip("1002")
    steps = (INVITE(), expect("100", optional=True), expect(str(status)), ACK())
    async with sipp(tmp_path, *steps, to=phone.address) as caller:
        phone.engine.reject((await phone.heard(IncomingCall)).call, status)
        await caller.succeeded()


async def test_a_caller_who_is_sent_on(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip("1002")
    moved = (
        '<recv response="302"><action><ereg regexp="sip:7@10.0.0.7:5062" search_in="hdr" header="Contact:"'
        ' check_it="true" assign_to="1"/><log message="[$1]"/></action></recv>'
    )
    async with sipp(tmp_path, INVITE(), expect("100", optional=True), moved, ACK(), to=phone.address) as caller:
        phone.engine.redirect((await phone.heard(IncomingCall)).call, "sip:7@10.0.0.7:5062")
        await caller.succeeded()


async def test_digits_that_come_as_messages(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip("1002")
    digit = say(
        """
      INFO sip:[service]@[remote_ip]:[remote_port] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: "Sipp" <sip:4711@[local_ip]:[local_port]>;tag=[call_number]
      To: <sip:[service]@[remote_ip]:[remote_port]>[peer_tag_param]
      Call-ID: [call_id]
      CSeq: 2 INFO
      Max-Forwards: 70
      Content-Type: application/dtmf-relay
      Content-Length: [len]

      Signal=7
      Duration=160
"""
    )
    steps = (INVITE(), *ANSWERED, digit, expect("200"), BYE(3), expect("200"))
    async with sipp(tmp_path, *steps, to=phone.address) as caller:
        offered = await take(phone)
        assert await phone.heard(DigitReceived) == DigitReceived(offered.call, "7")
        await caller.succeeded()


async def test_digits_are_sent_as_messages_where_the_sound_takes_none(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip("1001")
    plain = answer("200 OK", with_sound=True, again=True).replace("RTP/AVP 0 101", "RTP/AVP 0")
    plain = plain.replace("a=rtpmap:101 telephone-event/8000", "a=ptime:20")
    digit = (
        '<recv request="INFO"><action><ereg regexp="Signal= *7" search_in="body" check_it="true" assign_to="1"/>'
        '<log message="[$1]"/></action></recv>'
    )
    takes = (expect("INVITE"), plain, expect("ACK"), digit, answer("200 OK"))
    async with sipp(tmp_path, *takes) as callee:
        here = phone.engine.place("own", f"sip:5@{callee.address}")
        await phone.heard(CallAnswered)
        phone.engine.send_digits(here, "7")
        await callee.succeeded()


async def test_calling_hold_and_hanging_up(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip("1001")
    again = (expect("INVITE"), answer("200 OK", with_sound=True, again=True), expect("ACK"))
    async with sipp(tmp_path, *TAKES, *again, *again, expect("BYE"), answer("200 OK")) as callee:
        here = phone.engine.place("own", f"sip:5@{callee.address}")
        assert await phone.heard(CallRinging) == CallRinging(here)
        assert (await phone.heard(CallAnswered)).remote.user == "5"
        phone.engine.hold(here)
        await phone.heard(CallHeld)
        phone.engine.retrieve(here)
        await phone.heard(CallRetrieved)
        phone.engine.hang_up(here)
        await phone.heard(CallEnded)
        await callee.succeeded()


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("486 Busy Here", Cause.BUSY),
        ("603 Decline", Cause.CALL_CANCELLED),
        ("404 Not Found", Cause.DEST_NOT_OBTAINABLE),
        ("503 Overloaded", Cause.DEST_NOT_OBTAINABLE),
        ("408 Nobody", Cause.CALL_NOT_ANSWERED),
    ],
)
async def test_a_callee_who_refuses(sip: MakeSip, tmp_path: Path, line: str, cause: Cause) -> None:
    phone = await sip("1001")
    async with sipp(tmp_path, expect("INVITE"), answer(line), expect("ACK")) as callee:
        here = phone.engine.place("own", callee.address)
        assert await phone.heard(CallEnded) == CallEnded(here, cause, int(line[:3]), by_remote=True)
        await callee.succeeded()


async def test_a_callee_who_never_answers_is_given_up(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip("1001", ring_wait_s=0.5)
    gone = (expect("CANCEL"), answer("200 OK"))
    async with sipp(tmp_path, expect("INVITE"), answer("180 Ringing"), *gone) as callee:
        here = phone.engine.place("own", callee.address)
        assert await phone.heard(CallEnded) == CallEnded(here, Cause.CALL_NOT_ANSWERED, 480, by_remote=True)
        await callee.succeeded()


async def test_a_callee_who_sends_us_round_and_round(sip: MakeSip) -> None:
    one, two, three = await sip("1001"), await sip("1002"), await sip("1003")
    here = one.engine.place("own", two.address)
    for turn in range(8):
        here_now, there = (two, three) if turn % 2 == 0 else (three, two)
        ended = [fact for fact in one.facts if isinstance(fact, CallEnded)]
        if ended:
            break
        offered = await here_now.heard(IncomingCall)
        here_now.engine.redirect(offered.call, f"sip:{turn}@{there.address}")
        await here_now.heard(CallEnded)
        if turn >= 5:
            assert await one.heard(CallEnded) == CallEnded(here, Cause.DEST_NOT_OBTAINABLE, 482, by_remote=True)
            return
    raise AssertionError("it went on and on")


MALFORMED = {
    "no sip": b"\x00\xff\xfe rubbish \r\n\r\n",
    "empty": b"\r\n\r\n",
    "no headers": b"INVITE sip:1@h SIP/2.0\r\n\r\n",
    "half a head": b"INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP",
    "length that lies": b"INVITE sip:1@h SIP/2.0\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "unknown method": b"DANCE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKd\r\n"
    b"From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: d\r\nCSeq: 1 DANCE\r\nContent-Length: 0\r\n\r\n",
    "answer to nothing": b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKn\r\nFrom: <sip:a@h>;tag=1\r\n"
    b"To: <sip:b@h>;tag=2\r\nCall-ID: n\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
    "bad sound": b"INVITE sip:1@h SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKs\r\nFrom: <sip:a@h>;tag=1\r\n"
    b"To: <sip:b@h>\r\nCall-ID: s\r\nCSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:9>\r\n"
    b"Content-Type: application/sdp\r\nContent-Length: 12\r\n\r\nv=0\r\nm=audio\r",
    "very long": b"INVITE sip:" + b"a" * 60_000 + b"@h SIP/2.0\r\n\r\n",
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
async def test_rubbish_from_the_network_does_no_harm(sip: MakeSip, raw: bytes) -> None:
    phone, other = await sip("1001"), await sip("1002")
    child = phone.engine.child_id
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(3):
            sender.sendto(raw, ("127.0.0.1", phone.engine.port))
    here, there = await other.call(phone, user="1001")
    other.engine.hang_up(here)
    assert (await phone.heard(CallEnded)).call == there
    assert phone.engine.child_id == child


@pytest.mark.parametrize(
    ("from_header", "user", "display"),
    [
        ('"Z\\"o\\"\\\\ \xc3\xab" <sip:1001@h>;tag=1', "1001", 'Z"o"\\ ë'),
        ("Anonymous <sip:anonymous@anonymous.invalid>;tag=1", "anonymous", "Anonymous"),
        ("<tel:+3906123>;tag=1", "+3906123", ""),
        ("sip:1001@h;tag=1", "1001", ""),
        ('"M\xfcller" <sip:1001@h>;tag=1', "1001", "Müller"),
        ('"<script>" <sip:%3Cb%3E@h>;tag=1', "<b>", "<script>"),
    ],
)
async def test_who_calls_is_read_from_the_real_header(sip: MakeSip, from_header: str, user: str, display: str) -> None:
    phone = await sip("1002")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
        caller.bind(("127.0.0.1", 0))
        own = f"127.0.0.1:{caller.getsockname()[1]}"
        head = (
            f"INVITE sip:1002@{phone.address} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKx\r\n"
            f"From: {from_header}\r\nTo: <sip:1002@h>\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContact: <sip:{own}>\r\n"
            "Max-Forwards: 9\r\nContent-Length: 0\r\n\r\n"
        )
        caller.sendto(head.encode("latin-1"), ("127.0.0.1", phone.engine.port))
        offered = await phone.heard(IncomingCall)
    assert (offered.call_id, offered.remote.user, offered.remote.display) == ("x", user, display)


async def test_a_call_id_that_is_no_text_ends_nothing(sip: MakeSip) -> None:
    phone = await sip("1002")
    child = phone.engine.child_id
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
        caller.bind(("127.0.0.1", 0))
        own = f"127.0.0.1:{caller.getsockname()[1]}"
        head = (
            f"INVITE sip:1002@{phone.address} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKx\r\n"
            f"From: <sip:1@h>;tag=1\r\nTo: <sip:1002@h>\r\nCall-ID: x\xff\x1b\xfe@h\r\nCSeq: 1 INVITE\r\n"
            f"Contact: <sip:{own}>\r\nMax-Forwards: 9\r\nContent-Length: 0\r\n\r\n"
        )
        caller.sendto(head.encode("latin-1"), ("127.0.0.1", phone.engine.port))
        assert (await phone.heard(IncomingCall)).call_id == "xÿþ@h"
    assert phone.engine.child_id == child

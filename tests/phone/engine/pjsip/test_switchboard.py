"""Limits, names and abuse."""

import asyncio
import re
import socket

import pytest

from offhook.callmodel.connection import Cause
from offhook.phone.engine.port import (
    AccountAccepted,
    AccountSettings,
    CallAnswered,
    CallEnded,
    CallPlaced,
    EngineFact,
    IncomingCall,
)
from tests.phone.engine.pjsip.conftest import MakeSip


async def test_a_number_that_is_called_straight(sip: MakeSip) -> None:
    ann, bob = await sip("1001"), await sip("1002")
    known = AccountSettings("book", "1001", "127.0.0.1", is_registering=False, peers={"1002": bob.address})
    ann.engine.register(known)
    await ann.heard(AccountAccepted)
    ann.engine.place("book", "1002")
    assert (await bob.heard(IncomingCall)).local.user == "1002"


@pytest.mark.parametrize(
    "name", ['Zoë "Z" \\', "日本 太郎", "a" * 80, "<script>alert(1)</script>", "'; DROP TABLE calls; --"]
)
async def test_names_arrive_as_they_are(sip: MakeSip, name: str) -> None:
    ann, bob = await sip("1001", name=name), await sip("1002")
    ann.engine.place("own", bob.address)
    assert (await bob.heard(IncomingCall)).remote.display == name


async def test_more_calls_than_the_library_has_are_busy(sip: MakeSip) -> None:
    ann, bob = await sip("1001"), await sip("1002")
    for _ in range(4):
        ann.engine.place("own", bob.address)
        await bob.heard(IncomingCall)
    fifth = ann.engine.place("own", bob.address)
    assert await ann.heard(CallEnded) == CallEnded(fifth, Cause.DEST_NOT_OBTAINABLE, 503, by_remote=True)
    cleo = await sip("1003")
    refused = cleo.engine.place("own", bob.address)
    assert await cleo.heard(CallEnded) == CallEnded(refused, Cause.BUSY, 486, by_remote=True)


async def test_a_call_that_is_taken_back_before_it_was_placed(sip: MakeSip) -> None:
    ann, bob = await sip("1001"), await sip("1002")
    first = ann.engine.place("own", bob.address)
    second = ann.engine.place("own", bob.address)
    ann.engine.hang_up(second)
    assert await ann.heard(CallEnded) == CallEnded(second, Cause.CALL_CANCELLED, 487, by_remote=False)
    assert (await bob.heard(IncomingCall)).call_id != ""
    ann.engine.hang_up(first)
    assert (await bob.heard(CallEnded)).cause is Cause.CALL_CANCELLED


@pytest.mark.parametrize("is_over", [False, True], ids=["while it rings", "after its end"])
async def test_an_invitation_that_comes_again_is_no_second_call(sip: MakeSip, is_over: bool) -> None:
    phone = await sip("1002")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as caller:
        caller.bind(("127.0.0.1", 0))
        caller.settimeout(5.0)
        own = f"127.0.0.1:{caller.getsockname()[1]}"
        invite = _invite(own, phone.address, 1)
        at = ("127.0.0.1", phone.engine.port)
        caller.sendto(invite, at)
        offered = await phone.heard(IncomingCall)
        phone.engine.answer(offered.call)
        answered = await asyncio.to_thread(_receive, caller, b"SIP/2.0 200")
        tag = re.search(rb"\r\nTo: .*;tag=([^\r;]+)", answered)
        assert tag is not None
        caller.sendto(_within(b"ACK", 1, invite, tag.group(1)), at)
        await phone.heard(CallAnswered)
        if is_over:
            caller.sendto(_within(b"BYE", 2, invite, tag.group(1)), at)
            await phone.heard(CallEnded)
        for _ in range(3):
            caller.sendto(invite, at)
        if is_over:
            assert b"482" in await asyncio.to_thread(_receive, caller, b"SIP/2.0 4")
        caller.sendto(_invite(own, phone.address, 2), at)
        second = await phone.heard(IncomingCall)
    assert second.call_id == "flood2", "the replayed ones said nothing"
    assert not [fact for fact in phone.facts if isinstance(fact, IncomingCall)]


def _receive(caller: socket.socket, start: bytes) -> bytes:
    while not (message := caller.recv(65536)).startswith(start):
        pass
    return message


def _within(method: bytes, number: int, invite: bytes, tag: bytes) -> bytes:
    """A request in the call that an invitation began."""
    head = invite.partition(b"Content-Type")[0].replace(b"INVITE sip", method + b" sip")
    head = head.replace(b"CSeq: 1 INVITE", b"CSeq: %d %s" % (number, method)).replace(
        b"branch=z9hG4bK", b"branch=z9hG4bK" + method
    )
    return re.sub(rb"(\r\nTo: [^\r]*)", rb"\1;tag=" + tag, head) + b"Content-Length: 0\r\n\r\n"


async def test_nobody_there(sip: MakeSip) -> None:
    ann = await sip("1001", answer_wait_s=0.5)
    here = ann.engine.place("own", "127.0.0.1:9")
    await ann.heard(CallPlaced)
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.CALL_NOT_ANSWERED, 408, by_remote=True)


async def test_a_phone_that_rings_for_too_long(sip: MakeSip) -> None:
    ann, bob = await sip("1001", ring_wait_s=0.5), await sip("1002")
    here = ann.engine.place("own", bob.address)
    bob.engine.ring((await bob.heard(IncomingCall)).call)
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.CALL_NOT_ANSWERED, 480, by_remote=True)
    assert (await bob.heard(CallEnded)).cause is Cause.CALL_CANCELLED


@pytest.mark.parametrize("target", ["", " ", "sip:", "sip:@", "@", "x y z", "sip:1@h:99999999", "\x00", "ü" * 400])
async def test_targets_that_are_none_end_and_do_no_harm(sip: MakeSip, target: str) -> None:
    ann = await sip("1001", answer_wait_s=0.5)
    here = ann.engine.place("own", target)
    assert (await ann.heard(CallEnded)).call == here
    bob = await sip("1002")
    ann.engine.place("own", bob.address)
    await bob.heard(IncomingCall)


@pytest.mark.slow
async def test_a_burst_of_calls_that_ends_the_library_is_survived(sip: MakeSip) -> None:
    ann, bob = await sip("1001", answer_wait_s=0.5), await sip("1002")
    take = bob.take

    def take_and_refuse(fact: EngineFact) -> None:
        take(fact)
        if isinstance(fact, IncomingCall):
            bob.engine.reject(fact.call, 480)

    await bob.engine.stop()
    await bob.engine.start(take_and_refuse)
    bob.engine.register(AccountSettings("own", "1002", "127.0.0.1", is_registering=False))
    await bob.heard(AccountAccepted)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as attacker:
        attacker.bind(("127.0.0.1", 0))
        own = f"127.0.0.1:{attacker.getsockname()[1]}"
        for number in range(200):
            attacker.sendto(_invite(own, bob.address, number), ("127.0.0.1", bob.engine.port))
    # Whether it died or not: soon it takes calls again, and the phone itself refuses them.
    status = 0
    while status != 480:
        ann.engine.place("own", bob.address)
        status = (await ann.heard(CallEnded)).status
    assert any(isinstance(fact, IncomingCall) and fact.remote.user == "1001" for fact in bob.facts)


def _invite(own: str, target: str, number: int) -> bytes:
    sound = (
        f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {20000 + number * 2} RTP/AVP 0\r\n"
    )
    return (
        f"INVITE sip:1002@{target} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{number}\r\n"
        f"From: <sip:flood@{own}>;tag={number}\r\nTo: <sip:1002@{target}>\r\nCall-ID: flood{number}\r\n"
        f"CSeq: 1 INVITE\r\nContact: <sip:{own}>\r\nMax-Forwards: 9\r\nContent-Type: application/sdp\r\n"
        f"Content-Length: {len(sound)}\r\n\r\n{sound}"
    ).encode()

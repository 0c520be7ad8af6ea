"""Transfers between phones that call each other straight."""

from offhook.callmodel.connection import Cause
from offhook.phone.engine.port import (
    CallAnswered,
    CallEnded,
    CallHeld,
    CallReplaced,
    IncomingCall,
    TransferAsked,
    TransferProgress,
)
from tests.phone.engine.pjsip.conftest import MakeSip


async def test_a_blind_transfer_ends_the_call_at_both_sides(sip: MakeSip) -> None:
    ann, bob, cleo = await sip("1001"), await sip("1002", name="Bob"), await sip("1003")
    here, there = await ann.call(bob)
    ann.engine.hold(here)
    ann.engine.refer(here, f"sip:1003@{cleo.address}")
    asked = await bob.heard(TransferAsked)
    assert (asked.call, asked.remote.user) == (there, "1003")
    offered = await cleo.heard(IncomingCall)
    assert (offered.call_id, offered.remote.display) == (asked.call_id, "Bob")
    cleo.engine.answer(offered.call)
    assert await ann.heard(TransferProgress, lambda fact: fact.status >= 200) == TransferProgress(here, 200)
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.TRANSFER, 200, by_remote=False)
    assert (await bob.heard(CallAnswered)).call == asked.new_call
    assert (await bob.heard(CallEnded)).cause is Cause.TRANSFER


async def test_an_attended_transfer_between_phones(sip: MakeSip) -> None:
    ann, bob, cleo = await sip("1001"), await sip("1002"), await sip("1003")
    first, there = await ann.call(bob)
    ann.engine.hold(first)
    await ann.heard(CallHeld)
    second, target = await ann.call(cleo, user="1003")
    ann.engine.refer_replaces(first, second)
    replaced = await cleo.heard(CallReplaced)
    assert (replaced.call, replaced.remote.user) == (target, "1002")
    assert await ann.heard(TransferProgress, lambda fact: fact.status >= 200) == TransferProgress(first, 200)
    await ann.heard_the_end_of(first, second)
    await bob.heard_the_end_of(there)
    await cleo.heard_the_end_of(target)
    cleo.engine.hang_up(replaced.new_call)
    ended = await bob.heard(CallEnded, lambda fact: fact.call != there)
    assert (ended.cause, ended.by_remote) == (Cause.NORMAL, True)


async def test_what_cannot_be_transferred_is_said(sip: MakeSip) -> None:
    ann, bob = await sip("1001"), await sip("1002")
    here = ann.engine.place("own", f"sip:1002@{bob.address}")
    await bob.heard(IncomingCall)
    ann.engine.refer(here, "1003")
    assert await ann.heard(TransferProgress) == TransferProgress(here, 481)
    ann.engine.refer_replaces(here, here)
    assert await ann.heard(TransferProgress) == TransferProgress(here, 481)

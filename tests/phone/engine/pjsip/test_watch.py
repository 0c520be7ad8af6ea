"""Sound that does not flow: a peer that vanishes in mid-call, and sound of ours that does not go out."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

from offhook.callmodel.connection import Cause
from offhook.phone.engine.port import CallEnded, DigitReceived, IncomingCall
from tests.peers.hasty_caller import hasty_caller
from tests.peers.sip_library import need_sip_library
from tests.phone.engine.pjsip.conftest import MakeSip

if TYPE_CHECKING:
    from offhook.phone.engine.pjsip.calls import SipCall


async def test_a_peer_that_vanishes_is_noticed(sip: MakeSip) -> None:
    ann = await sip("1001", silence_s=1.0, answer_wait_s=2.5)
    bob = await sip("1002")
    here, _ = await ann.call(bob)
    child = bob.engine.child_id
    assert child is not None
    os.kill(child, signal.SIGSTOP)
    try:
        assert await ann.heard(CallEnded) == CallEnded(here, Cause.UNKNOWN, 408, by_remote=True)
    finally:
        with contextlib.suppress(ProcessLookupError):  # its own phone may have found out that it hangs
            os.kill(child, signal.SIGCONT)


async def test_a_peer_on_hold_is_not_taken_for_gone(sip: MakeSip) -> None:
    ann = await sip("1001", silence_s=0.5, answer_wait_s=2.0)
    bob = await sip("1002")
    here, there = await ann.call(bob)
    bob.engine.hold(there)
    # Digits take their time: 12 of them are a second more than the patience with silence and with the answer.
    bob.engine.send_digits(there, "1" * 12)
    for _ in range(12):
        await ann.heard(DigitReceived)
    assert not [fact for fact in ann.facts if isinstance(fact, CallEnded)]
    ann.engine.hang_up(here)
    assert (await bob.heard(CallEnded)).cause is Cause.NORMAL


async def test_a_caller_who_changes_its_mind_at_once_is_still_sent_sound(sip: MakeSip) -> None:
    phone = await sip("1002")
    async with hasty_caller(phone.address) as caller:
        calling = asyncio.create_task(caller.agree(0))
        phone.engine.answer((await phone.heard(IncomingCall)).call)
        await calling
        await caller.agree(1)
        await caller.agree(0)
        await caller.counted(0, 50)


class FakeCall:
    """A call whose sound does not go out until `packets` is set."""

    is_gone = False

    def __init__(self) -> None:
        self.packets = 0
        self.renewed = 0

    def getStreamStat(self, index: int) -> SimpleNamespace:
        return SimpleNamespace(rtcp=SimpleNamespace(txStat=SimpleNamespace(pkt=self.packets)))

    def in_line(self, step: Callable[[], None]) -> None:
        step()

    def renew_sound(self) -> None:
        self.renewed += 1


def test_orders_wait_for_the_first_packet_and_where_there_is_none_new_keys_are_agreed_once() -> None:
    need_sip_library()
    from offhook.phone.engine.pjsip.watch import SendingWatch

    call = FakeCall()
    watch = SendingWatch(cast("SipCall", call))
    assert not watch.is_waiting(time.monotonic()), "there is no stream yet"
    for renewed in (1, 1):
        watch.begin(is_sending=True)
        begun = time.monotonic()
        assert watch.is_waiting(begun)
        assert not watch.is_waiting(begun + 1)
        assert call.renewed == renewed
    call.packets = 1
    watch.begin(is_sending=True)
    assert not watch.is_waiting(time.monotonic())
    call.packets = 0
    watch.begin(is_sending=False)
    assert not watch.is_waiting(time.monotonic() + 1)
    watch.begin(is_sending=True)
    assert not watch.is_waiting(time.monotonic() + 1)
    assert call.renewed == 2, "it had worked in between"

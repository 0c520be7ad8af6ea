"""A peer that vanishes in mid-call."""

import contextlib
import os
import signal

from offhook.callmodel.connection import Cause
from offhook.phone.engine.port import CallEnded, DigitReceived
from tests.phone.engine.pjsip.conftest import MakeSip


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

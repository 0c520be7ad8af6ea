"""The contract of `CallEngine`: one suite for every engine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from offhook.callmodel.connection import Cause
from offhook.phone.engine.port import (
    AccountAccepted,
    AccountRefused,
    CallAnswered,
    CallEnded,
    CallHeld,
    CallPlaced,
    CallRef,
    CallReplaced,
    CallRetrieved,
    CallRinging,
    CommandReceived,
    CommandRef,
    DigitReceived,
    IncomingCall,
    NumberState,
    NumberStatus,
    RemoteHeld,
    TransferAsked,
    TransferProgress,
)
from tests.phone.engine.laboratory import LABORATORIES, Endpoint, Laboratory, account

MakeEndpoint = Callable[..., Awaitable[Endpoint]]


@pytest.fixture(params=LABORATORIES)
def laboratory(request: pytest.FixtureRequest) -> Iterator[Laboratory]:
    opened = LABORATORIES[request.param]()
    yield opened
    opened.close()


@pytest.fixture
async def endpoint(laboratory: Laboratory) -> AsyncIterator[MakeEndpoint]:
    made: list[Endpoint] = []

    async def make(*users: str) -> Endpoint:
        one = Endpoint(laboratory.make_engine())
        made.append(one)
        await one.engine.start(one.take)
        for user in users:
            one.engine.register(account(user, laboratory.host))
            await one.heard(AccountAccepted)
        return one

    yield make
    for one in made:
        await one.engine.stop()


async def talk(caller: Endpoint, callee: Endpoint, target: str = "1002") -> tuple[CallRef, CallRef]:
    here = caller.engine.place("1001-id", target)
    there = (await callee.heard(IncomingCall)).call
    callee.engine.answer(there)
    await caller.heard(CallAnswered)
    await callee.heard(CallAnswered)
    return here, there


async def test_registration_is_accepted(endpoint: MakeEndpoint, laboratory: Laboratory) -> None:
    one = await endpoint()
    one.engine.register(account("1001", laboratory.host))
    assert await one.heard(AccountAccepted) == AccountAccepted("1001-id")


@pytest.mark.parametrize(("user", "password", "status"), [("1001", "wrong", 401), ("9999", "x", 404)])
async def test_registration_is_refused(
    endpoint: MakeEndpoint, laboratory: Laboratory, user: str, password: str, status: int
) -> None:
    one = await endpoint()
    one.engine.register(account(user, laboratory.host, password=password))
    refused = await one.heard(AccountRefused)
    assert (refused.account, refused.status) == (f"{user}-id", status)


async def test_an_order_says_nothing_before_it_returns(endpoint: MakeEndpoint, laboratory: Laboratory) -> None:
    one = await endpoint("1001")
    one.engine.place("1001-id", "1002")
    one.engine.register(account("1001", laboratory.host))
    assert one.facts == []
    await one.heard(AccountAccepted)


async def test_a_call_from_ring_to_end_carries_one_call_id(endpoint: MakeEndpoint) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    here = ann.engine.place("1001-id", "1002")
    placed = await ann.heard(CallPlaced)
    offered = await bob.heard(IncomingCall)
    assert placed.call == here
    assert placed.call_id == offered.call_id != ""
    assert placed.remote.user == "1002"
    assert (offered.account, offered.local.user) == ("1002-id", "1002")
    assert (offered.remote.user, offered.remote.display) == ("1001", "Ann")
    bob.engine.ring(offered.call)
    assert await ann.heard(CallRinging) == CallRinging(here)
    bob.engine.answer(offered.call)
    answered = await ann.heard(CallAnswered)
    assert (answered.call, answered.remote.user, answered.remote.display) == (here, "1002", "Bob")
    assert (await bob.heard(CallAnswered)).remote.user == "1001"
    ann.engine.hang_up(here)
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.NORMAL, 200, by_remote=False)
    assert await bob.heard(CallEnded) == CallEnded(offered.call, Cause.NORMAL, 200, by_remote=True)


@pytest.mark.parametrize("form", ["1002", "1002@{host}", "sip:1002@{host}", "tel:1002"])
async def test_a_target_in_every_form(endpoint: MakeEndpoint, laboratory: Laboratory, form: str) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    ann.engine.place("1001-id", form.format(host=laboratory.host))
    assert (await bob.heard(IncomingCall)).local.user == "1002"


@pytest.mark.parametrize(("target", "status"), [("1003", 480), ("7777", 404)], ids=["not registered", "unknown number"])
async def test_a_number_that_cannot_be_reached(endpoint: MakeEndpoint, target: str, status: int) -> None:
    ann = await endpoint("1001")
    here = ann.engine.place("1001-id", target)
    assert (await ann.heard(CallPlaced)).call == here
    ended = await ann.heard(CallEnded)
    assert ended == CallEnded(here, Cause.DEST_NOT_OBTAINABLE, status, by_remote=True)


async def test_an_account_that_is_not_registered_places_nothing(endpoint: MakeEndpoint) -> None:
    one = await endpoint()
    here = one.engine.place("1001-id", "1002")
    ended = await one.heard(CallEnded)
    assert (ended.call, ended.status) == (here, 403)
    assert one.facts == []


@pytest.mark.parametrize(("status", "cause"), [(486, Cause.BUSY), (603, Cause.CALL_CANCELLED)])
async def test_a_call_that_is_refused(endpoint: MakeEndpoint, status: int, cause: Cause) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    here = ann.engine.place("1001-id", "1002")
    there = (await bob.heard(IncomingCall)).call
    bob.engine.reject(there, status)
    assert await bob.heard(CallEnded) == CallEnded(there, Cause.NORMAL, status, by_remote=False)
    assert await ann.heard(CallEnded) == CallEnded(here, cause, status, by_remote=True)


async def test_a_caller_who_gives_up(endpoint: MakeEndpoint) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    here = ann.engine.place("1001-id", "1002")
    there = (await bob.heard(IncomingCall)).call
    ann.engine.hang_up(here)
    assert await ann.heard(CallEnded) == CallEnded(here, Cause.CALL_CANCELLED, 487, by_remote=False)
    assert await bob.heard(CallEnded) == CallEnded(there, Cause.CALL_CANCELLED, 487, by_remote=True)


async def test_a_redirected_call_rings_elsewhere(endpoint: MakeEndpoint) -> None:
    ann, bob, cleo = await endpoint("1001"), await endpoint("1002"), await endpoint("1003")
    here = ann.engine.place("1001-id", "1002")
    there = (await bob.heard(IncomingCall)).call
    bob.engine.redirect(there, "1003")
    assert await bob.heard(CallEnded) == CallEnded(there, Cause.REDIRECTED, 302, by_remote=False)
    offered = await cleo.heard(IncomingCall)
    assert offered.remote.user == "1001"
    cleo.engine.answer(offered.call)
    answered = await ann.heard(CallAnswered)
    assert (answered.call, answered.remote.user) == (here, "1003")


async def test_hold_and_retrieve(endpoint: MakeEndpoint) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    here, there = await talk(ann, bob)
    ann.engine.hold(here)
    assert await ann.heard(CallHeld) == CallHeld(here)
    assert await bob.heard(RemoteHeld) == RemoteHeld(there, is_held=True)
    ann.engine.retrieve(here)
    assert await ann.heard(CallRetrieved) == CallRetrieved(here)
    assert await bob.heard(RemoteHeld) == RemoteHeld(there, is_held=False)


async def test_digits_arrive_in_order(endpoint: MakeEndpoint) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    here, there = await talk(ann, bob)
    ann.engine.send_digits(here, "1#*0")
    assert [await bob.heard(DigitReceived) for _ in range(4)] == [DigitReceived(there, each) for each in "1#*0"]


async def test_muting_and_mixing_say_nothing(endpoint: MakeEndpoint) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    here, _ = await talk(ann, bob)
    ann.engine.set_muted(here, True)
    ann.engine.join([here])
    ann.engine.join([])
    ann.engine.hold(here)
    await ann.heard(CallHeld)
    assert ann.facts == []


async def test_a_blind_transfer(endpoint: MakeEndpoint) -> None:
    ann, bob, cleo = await endpoint("1001"), await endpoint("1002"), await endpoint("1003")
    here, there = await talk(ann, bob)
    ann.engine.refer(here, "1003")
    assert (await ann.heard(TransferProgress)).status == 100
    asked = await bob.heard(TransferAsked)
    assert (asked.call, asked.remote.user) == (there, "1003")
    offered = await cleo.heard(IncomingCall)
    assert offered.call_id == asked.call_id
    assert offered.remote.user == "1002"
    cleo.engine.ring(offered.call)
    assert await ann.heard(TransferProgress) == TransferProgress(here, 180)
    cleo.engine.answer(offered.call)
    assert await ann.heard(TransferProgress) == TransferProgress(here, 200)
    assert (await bob.heard(CallAnswered)).call == asked.new_call
    assert (await bob.heard(CallEnded)).call == there
    ann.engine.hang_up(here)
    assert (await ann.heard(CallEnded)).call == here
    bob.engine.hang_up(asked.new_call)
    assert (await cleo.heard(CallEnded)).call == offered.call


async def test_a_blind_transfer_that_is_refused_leaves_the_call(endpoint: MakeEndpoint) -> None:
    ann, bob, cleo = await endpoint("1001"), await endpoint("1002"), await endpoint("1003")
    here, there = await talk(ann, bob)
    ann.engine.refer(here, "1003")
    cleo.engine.reject((await cleo.heard(IncomingCall)).call, 486)
    assert await ann.heard(TransferProgress, lambda fact: fact.status >= 200) == TransferProgress(here, 486)
    asked = await bob.heard(TransferAsked)
    assert (await bob.heard(CallEnded)).call == asked.new_call
    ann.engine.hang_up(here)
    assert (await bob.heard(CallEnded)).call == there


async def test_an_attended_transfer(endpoint: MakeEndpoint) -> None:
    ann, bob, cleo = await endpoint("1001"), await endpoint("1002"), await endpoint("1003")
    first, there = await talk(ann, bob)
    ann.engine.hold(first)
    second, target = await talk(ann, cleo, "1003")
    ann.engine.refer_replaces(first, second)
    asked = await bob.heard(TransferAsked)
    assert asked.call == there
    assert (await bob.heard(CallAnswered)).call == asked.new_call
    replaced = await cleo.heard(CallReplaced)
    assert (replaced.call, replaced.call_id, replaced.remote.user) == (target, asked.call_id, "1002")
    assert await ann.heard(TransferProgress, lambda fact: fact.status >= 200) == TransferProgress(first, 200)
    ann.engine.hang_up(first)
    ann.engine.hang_up(second)
    await ann.heard_the_end_of(first, second)
    cleo.engine.hang_up(replaced.new_call)
    assert (await bob.heard(CallEnded, lambda fact: fact.call == asked.new_call)).by_remote


async def test_leaving_a_conference_lets_the_others_go_on(endpoint: MakeEndpoint) -> None:
    ann, bob, cleo = await endpoint("1001"), await endpoint("1002"), await endpoint("1003")
    first, _ = await talk(ann, bob)
    ann.engine.hold(first)
    await ann.heard(CallHeld)
    second, _ = await talk(ann, cleo, "1003")
    ann.engine.retrieve(first)
    await ann.heard(CallRetrieved)
    ann.engine.join([first, second])
    for call in (first, second):
        ann.engine.set_muted(call, True)
    ann.engine.refer_replaces(first, second)
    assert await ann.heard(TransferProgress, lambda fact: fact.status >= 200) == TransferProgress(first, 200)
    ann.engine.hang_up(first)
    ann.engine.hang_up(second)
    await ann.heard_the_end_of(first, second)
    asked = await bob.heard(TransferAsked)
    replaced = await cleo.heard(CallReplaced)
    assert replaced.call_id == asked.call_id
    bob.engine.hang_up(asked.new_call)
    assert (await cleo.heard(CallEnded, lambda fact: fact.call == replaced.new_call)).by_remote


async def test_an_attended_transfer_while_the_target_rings(endpoint: MakeEndpoint) -> None:
    ann, bob, cleo = await endpoint("1001"), await endpoint("1002"), await endpoint("1003")
    first, _ = await talk(ann, bob)
    second = ann.engine.place("1001-id", "1003")
    cleo.engine.ring((await cleo.heard(IncomingCall)).call)
    ann.engine.refer_replaces(first, second)
    again = await cleo.heard(IncomingCall)
    assert again.remote.user == "1002"
    cleo.engine.answer(again.call)
    assert await ann.heard(TransferProgress, lambda fact: fact.status >= 200) == TransferProgress(first, 200)
    assert (await bob.heard(CallAnswered)).remote.user == "1003"


async def test_logging_out_keeps_calls_and_takes_no_new_ones(endpoint: MakeEndpoint) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    here, _ = await talk(ann, bob)
    bob.engine.unregister("1002-id")
    ann.engine.send_digits(here, "5")
    await bob.heard(DigitReceived)
    ann.engine.place("1001-id", "1002")
    assert (await ann.heard(CallEnded)).status == 480


async def test_stopping_ends_calls_and_says_nothing(endpoint: MakeEndpoint) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    here, _ = await talk(ann, bob)
    bob.facts.clear()
    await bob.engine.stop()
    assert (await ann.heard(CallEnded)).call == here
    assert bob.facts == []


@pytest.mark.parametrize(
    ("status", "reason"), [(200, "OK"), (400, "unknown key 'BREW'"), (403, "No"), (480, "Not now")]
)
async def test_a_command_gets_the_answer_that_the_phone_gives(
    endpoint: MakeEndpoint, laboratory: Laboratory, status: int, reason: str
) -> None:
    ann = await endpoint("1001")
    answer = asyncio.create_task(laboratory.command("1001", "number=1002&outgoing_uri=1001@pbx"))
    command = await ann.heard(CommandReceived)
    assert (command.text, command.source) == ("number=1002&outgoing_uri=1001@pbx", "127.0.0.1")
    assert command.is_from_registrar
    ann.engine.reply(command.command, status, reason)
    ann.engine.reply(command.command, 500, "said twice")
    ann.engine.reply(CommandRef("no such command"), 200, "OK")
    assert await answer == (status, reason)
    assert ann.facts == []


async def test_a_command_to_somebody_who_is_not_there(endpoint: MakeEndpoint, laboratory: Laboratory) -> None:
    await endpoint("1001")
    assert (await laboratory.command("1002", "key=OK"))[0] == 480


async def test_orders_about_unknown_calls_do_no_harm(endpoint: MakeEndpoint) -> None:
    ann = await endpoint("1001")
    nothing = CallRef("no such call")
    ann.engine.ring(nothing)
    ann.engine.answer(nothing)
    ann.engine.reject(nothing, 486)
    ann.engine.redirect(nothing, "1002")
    ann.engine.hang_up(nothing)
    ann.engine.hold(nothing)
    ann.engine.retrieve(nothing)
    ann.engine.set_muted(nothing, True)
    ann.engine.send_digits(nothing, "1")
    ann.engine.refer(nothing, "1002")
    ann.engine.refer_replaces(nothing, nothing)
    ann.engine.join([nothing])
    ann.engine.unregister("no such account")
    ann.engine.place("1001-id", "7777")
    assert (await ann.heard(CallEnded)).status == 404


async def test_a_number_that_nobody_has_is_unknown_and_calls_go_on(endpoint: MakeEndpoint) -> None:
    ann, bob = await endpoint("1001"), await endpoint("1002")
    ann.engine.watch("1001-id", "4711")
    assert await ann.heard(NumberState) == NumberState("1001-id", "4711", NumberStatus.UNKNOWN)
    ann.engine.unwatch("1001-id", "4711")
    ann.engine.unwatch("1001-id", "4711")
    here, there = await talk(ann, bob)
    ann.engine.hang_up(here)
    await bob.heard_the_end_of(there)


async def test_from_an_account_that_is_not_registered_nothing_is_seen(endpoint: MakeEndpoint) -> None:
    ann = await endpoint("1001")
    ann.engine.watch("nobody", "1001")
    assert await ann.heard(NumberState) == NumberState("nobody", "1001", NumberStatus.UNKNOWN)

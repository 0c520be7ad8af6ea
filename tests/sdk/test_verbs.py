"""Every verb once on phones of ours over real HTTP, with its end and its proof: the whole of console-api.md §4."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Literal

import pytest

from offhook.console_api.resources import Command, CommandState, TransferState, Verb
from offhook.demo.cast import CAST
from offhook.demo.scene import DemoPorts, DemoScene
from offhook.errors import ConsoleConflict, ConsoleDidNotFind
from offhook.sdk import ConsoleClient

ANNA, BEN, CHLOE = (role.mac for role in CAST)
KINDS: tuple[Literal["always", "busy", "no_answer"], ...] = ("always", "busy", "no_answer")


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[ConsoleClient]:
    scene = DemoScene(tmp_path, DemoPorts(0, 0, 0))
    await scene.start()
    try:
        async with ConsoleClient(scene.console.api_url, scene.token) as client:
            yield client
    finally:
        await scene.stop()


def confirmed(command: Command) -> Command:
    assert (command.state, command.reason) == (CommandState.CONFIRMED, None)
    assert command.proof is not None and command.round_trip_ms is not None
    return command


def accepted(command: Command) -> None:
    """The phone took every key, and no report exists that could prove them."""
    assert command.state is CommandState.UNCONFIRMED
    assert {request.status for request in command.requests} == {200}
    assert command.reason is not None and "report" in command.reason


async def ringing(console: ConsoleClient, caller: str, number: str, callee: str) -> str:
    """Dial, and wait until the other phone rings; gives the call."""
    async with console.events(types=["call.delivered"], phones=[callee]) as feed:
        confirmed(await console.dial(caller, number, wait=True))
        return (await anext(aiter(feed))).call or ""


async def talking(console: ConsoleClient, caller: str = ANNA, number: str = "1002", callee: str = BEN) -> str:
    async with console.events(types=["call.established"], phones=[caller]) as feed:
        call = await ringing(console, caller, number, callee)
        confirmed(await console.answer(call, phone=callee, wait=True))
        await anext(aiter(feed))
    return call


async def test_the_verbs_of_a_call(console: ConsoleClient) -> None:
    call = await talking(console)
    confirmed(await console.hold(call, held=True, phone=ANNA, wait=True))
    already = await console.hold(call, held=True, phone=ANNA, wait=True)
    assert (already.state, already.requests, already.proof) == (CommandState.CONFIRMED, [], None)
    confirmed(await console.hold(call, held=False, phone=ANNA, wait=True))
    accepted(await console.send_digits(call, "1#", phone=ANNA, wait=True))
    confirmed(await console.hang_up(call, ANNA, wait=True))
    again = await console.hang_up(call, ANNA, wait=True)
    assert (again.state, again.requests) == (CommandState.CONFIRMED, [])


async def test_refusing_a_call(console: ConsoleClient) -> None:
    call = await ringing(console, ANNA, "1002", BEN)
    confirmed(await console.reject(call, phone=BEN, wait=True))


async def test_an_attended_transfer_is_completed(console: ConsoleClient) -> None:
    call = await talking(console)
    async with console.events(types=["call.delivered"], phones=[CHLOE]) as feed:
        transfer = await console.transfer(call, "1003", attended=True, phone=ANNA, wait=True)
        assert (transfer.state, transfer.call) == (TransferState.RINGBACK, call)
        confirmed(transfer.command)
        consultation = (await anext(aiter(feed))).call or ""
    assert transfer.consultation == consultation
    with pytest.raises(ConsoleConflict, match="under way"):
        await console.transfer(call, "1002", phone=ANNA)
    confirmed(await console.answer(consultation, phone=CHLOE, wait=True))
    transfer = await console.transfer_reached(transfer.id, TransferState.ANSWERED)
    assert transfer.verbs == [Verb.COMPLETE_TRANSFER, Verb.CANCEL_TRANSFER]
    confirmed(await console.complete_transfer(transfer.id, wait=True))
    assert (await console.transfer_reached(transfer.id)).state is TransferState.COMPLETED
    async with console.events() as feed:
        news = aiter(feed)
        while {(await console.phone(phone)).state for phone in (ANNA, BEN, CHLOE)} != {"idle", "talking"}:
            await anext(news)
    assert (await console.phone(ANNA)).state == "idle"
    assert [each.id for each in await console.transfers(phone=ANNA)] == [transfer.id]


@pytest.mark.parametrize("is_answered", [False, True])
async def test_an_attended_transfer_is_cancelled(console: ConsoleClient, is_answered: bool) -> None:
    call = await talking(console)
    async with console.events(types=["call.delivered"], phones=[CHLOE]) as feed:
        transfer = await console.transfer(call, "1003", attended=True, phone=ANNA, wait=True)
        consultation = (await anext(aiter(feed))).call or ""
    if is_answered:
        confirmed(await console.answer(consultation, phone=CHLOE, wait=True))
        await console.transfer_reached(transfer.id, TransferState.ANSWERED)
    confirmed(await console.cancel_transfer(transfer.id, wait=True))
    assert (await console.transfer_reached(transfer.id)).state is TransferState.ABANDONED
    confirmed(await console.hold(call, held=True, phone=ANNA, wait=True))


async def test_an_attended_transfer_is_completed_while_its_target_rings(console: ConsoleClient) -> None:
    call = await talking(console)
    async with console.events(types=["call.delivered"], phones=[CHLOE]) as feed:
        rings = aiter(feed)
        transfer = await console.transfer(call, "1003", attended=True, phone=ANNA, wait=True)
        await anext(rings)
        complete = await console.complete_transfer(transfer.id)
        placed_anew = (await anext(rings)).call or ""
    assert (await console.get_transfer(transfer.id)).state is TransferState.RINGBACK
    confirmed(await console.answer(placed_anew, phone=CHLOE, wait=True))
    confirmed(await console.finished(complete))
    assert (await console.transfer_reached(transfer.id)).state is TransferState.COMPLETED


async def test_a_conference_is_left_by_hanging_up_either_call(console: ConsoleClient) -> None:
    first = await talking(console)
    confirmed(await console.hold(first, held=True, phone=ANNA, wait=True))
    second = await talking(console, ANNA, "1003", CHLOE)
    confirmed(await console.conference(first, second, wait=True))
    confirmed(await console.hang_up(first, ANNA, wait=True))
    over = await console.hang_up(second, ANNA, wait=True)
    assert over.state is CommandState.CONFIRMED, "it ended with the other"


async def test_a_conference_of_two_calls(console: ConsoleClient) -> None:
    first = await talking(console)
    confirmed(await console.hold(first, held=True, phone=ANNA, wait=True))
    second = await talking(console, ANNA, "1003", CHLOE)
    confirmed(await console.conference(first, second, wait=True))
    again = await console.conference(second, first, wait=True)
    assert (again.state, again.requests) == (CommandState.CONFIRMED, [])


async def test_several_calls_refuse_what_would_be_a_guess(console: ConsoleClient) -> None:
    first = await talking(console)
    await ringing(console, CHLOE, "1001", ANNA)
    with pytest.raises(ConsoleConflict) as refusal:
        await console.hang_up(first, ANNA)
    assert refusal.value.error_id == "several-calls"
    connection = next(each for each in (await console.call(first)).connections if each.phone == ANNA)
    assert Verb.HANG_UP not in connection.verbs and Verb.HOLD in connection.verbs


async def test_the_features_of_a_phone(console: ConsoleClient) -> None:
    confirmed(await console.set_dnd(ANNA, on=True, wait=True))
    confirmed(await console.set_dnd(ANNA, on=False, wait=True))
    for kind in KINDS:
        confirmed(await console.set_forwarding(ANNA, kind, on=True, target="1003", wait=True))
        confirmed(await console.set_forwarding(ANNA, kind, on=False, wait=True))
    with pytest.raises(ConsoleConflict):
        await console.set_mic(ANNA, muted=True)
    call = await talking(console)
    accepted(await console.set_mic(ANNA, muted=True, wait=True))
    assert (await console.set_mic(ANNA, muted=True, wait=True)).requests == []
    accepted(await console.set_audio_path(ANNA, "headset", wait=True))
    accepted(await console.change_volume(ANNA, 2, wait=True))
    with pytest.raises(ConsoleConflict):
        await console.restart(ANNA)
    confirmed(await console.hang_up(call, ANNA, wait=True))
    async with console.events(phones=[ANNA]) as feed:
        news = aiter(feed)
        while Verb.REDIAL not in (await console.phone(ANNA)).verbs:
            await anext(news)
    redialled = confirmed(await console.redial(ANNA, wait=True))
    assert redialled.call is not None
    confirmed(await console.restart(ANNA, force=True, wait=True))


Press = Callable[[ConsoleClient], Awaitable[Command]]
KEYS: list[Press] = [
    lambda console: console.press_line(ANNA, 8, wait=True),
    lambda console: console.press_dss(ANNA, 10, wait=True),
    lambda console: console.press_soft(ANNA, 4, wait=True),
    lambda console: console.navigate(ANNA, "left", wait=True),
    lambda console: console.press_keys(ANNA, ["VOLUME_UP", "X"], wait=True),
    lambda console: console.press_keys(ANNA, ["AutoP"], force=True, wait=True),
    lambda console: console.provision(ANNA, wait=True),
]


async def test_the_keys_of_a_phone(console: ConsoleClient) -> None:
    for press in KEYS:
        accepted(await press(console))


async def test_the_same_wish_twice_is_one_command(console: ConsoleClient) -> None:
    first = await console.dial(ANNA, "1002", idempotency_key="k")
    again = await console.dial(ANNA, "1002", idempotency_key="k", wait=True)
    assert again.id == first.id
    with pytest.raises(ConsoleConflict) as refusal:
        await console.dial(ANNA, "1003", idempotency_key="k")
    assert refusal.value.error_id == "idempotency-key-reused"


async def test_what_is_not_there(console: ConsoleClient) -> None:
    with pytest.raises(ConsoleDidNotFind):
        await console.get_transfer("nothing")
    with pytest.raises(ConsoleDidNotFind):
        await console.answer("nothing")


async def test_a_key_without_effect_is_not_taken_for_one(console: ConsoleClient) -> None:
    command = await console.voicemail(ANNA, wait=True)
    assert command.state is CommandState.UNCONFIRMED, "no voicemail number is set"
    assert command.reason is not None and "no effect" in command.reason

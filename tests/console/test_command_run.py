"""One command with everything around it made by hand: each way it can end, and what is recorded on the way."""

from collections.abc import Awaitable, Callable

import pytest

from offhook.console.command_run import CommandRun, RunTools
from offhook.console.phone_client import PhoneAddress, PhoneAnswer
from offhook.console.plan_parts import Situation
from offhook.console.records import CommandProgress
from offhook.console_api.event_types import EventType
from offhook.console_api.resources import Command, CommandState, Verb
from offhook.dialects.dialect import Dialect
from offhook.errors import (
    NotFound,
    PhoneBrokeOff,
    PhoneRefused,
    PhoneRequestError,
    PhoneTimeout,
    PhoneUnauthorized,
    PhoneUnreachable,
)
from tests.console.planning import S, situation
from tests.console.test_proof_watch import FakeJournal, watching

C = CommandState


class Bench:
    """Tools whose phone is `send`, and what was recorded."""

    def __init__(self, journal: FakeJournal) -> None:
        self.journal = journal
        self.recorded: list[CommandState] = []
        self.situation: Situation | NotFound = situation(S.CONNECTED)
        self.send: Callable[[str], Awaitable[PhoneAnswer]] = self.take
        self.tools: RunTools

    async def take(self, _target: str) -> PhoneAnswer:
        return PhoneAnswer(200, 1.0)

    def fail(self, error: PhoneRequestError) -> None:
        async def raise_it(_target: str) -> PhoneAnswer:
            raise error

        self.send = raise_it

    async def carry_out(self, verb: Verb, **arguments: str | bool) -> Command:
        run = CommandRun(_command(verb, arguments), self.tools)
        await run.carry_out()
        return run.command


@pytest.fixture
async def bench() -> Bench:
    journal = FakeJournal()
    made = Bench(journal)

    async def look(_command: Command) -> Situation:
        if isinstance(made.situation, NotFound):
            raise made.situation
        return made.situation

    async def address(phone: str) -> PhoneAddress:
        return PhoneAddress(phone, "http://127.0.0.1:1", "u", "p")

    async def send(_address: PhoneAddress, target: str, _dialect: Dialect) -> PhoneAnswer:
        return await made.send(target)

    async def record(progress: CommandProgress) -> None:
        made.recorded.append(progress.command.state)

    made.tools = RunTools(
        situation=look,
        address=address,
        send=send,
        watch=watching(journal),
        progress=CommandProgress,
        record=record,
        confirm_timeout_s=0.05,
    )
    return made


def _command(verb: Verb, arguments: dict[str, str | bool]) -> Command:
    return Command(
        id="c",
        phone="p",
        verb=verb,
        arguments={**arguments},
        state=C.QUEUED,
        reason=None,
        call=None,
        connection=None,
        created="",
        changed="",
        requests=[],
        proof=None,
        round_trip_ms=None,
    )


async def test_confirmed(bench: Bench) -> None:
    async def act(_target: str) -> PhoneAnswer:
        await bench.journal.happen(EventType.CALL_ORIGINATED)
        return PhoneAnswer(200, 1.0)

    bench.send = act
    ended = await bench.carry_out(Verb.DIAL, number="1")
    assert bench.recorded == [C.SENT, C.ACKNOWLEDGED, C.CONFIRMED]
    assert (ended.proof, ended.reason, ended.reason_id) == ("e1", None, None)
    assert ended.round_trip_ms is not None


async def test_unconfirmed(bench: Bench) -> None:
    ended = await bench.carry_out(Verb.DIAL, number="1")
    assert bench.recorded == [C.SENT, C.ACKNOWLEDGED, C.UNCONFIRMED]
    assert ended.round_trip_ms is None


async def test_already_so_and_refused_are_not_sent(bench: Bench) -> None:
    bench.situation = situation(S.HELD)
    await bench.carry_out(Verb.HOLD)
    await bench.carry_out(Verb.SEND_DIGITS, digits="1")
    bench.situation = NotFound("phone", "p")
    ended = await bench.carry_out(Verb.RESTART)
    assert bench.recorded == [C.CONFIRMED, C.REJECTED, C.REJECTED]
    assert (ended.reason, ended.reason_id) == ("there is no phone 'p'", "phone-not-found")


@pytest.mark.parametrize(
    ("error", "state", "status"),
    [
        (PhoneUnreachable("p", "/", "no route"), C.UNREACHABLE, None),
        (PhoneTimeout("p", "/", 1.0), C.TIMED_OUT, None),
        (PhoneUnauthorized("p", "/"), C.REJECTED, None),
        (PhoneRefused("p", "/", 409, "no line"), C.REJECTED, 409),
        (PhoneBrokeOff("p", "/"), C.TIMED_OUT, None),
    ],
)
async def test_each_failure_has_its_end(
    bench: Bench, error: PhoneRequestError, state: CommandState, status: int | None
) -> None:
    bench.fail(error)
    ended = await bench.carry_out(Verb.DIAL, number="1")
    assert bench.recorded == [C.SENT, state]
    assert ended.reason == str(error)
    assert ended.reason_id is not None and ended.reason_id.startswith("phone-")
    assert [log.status for log in ended.requests] == [status]


async def test_the_rest_is_not_sent_after_a_failure(bench: Bench) -> None:
    targets = []

    async def refuse_the_second(target: str) -> PhoneAnswer:
        targets.append(target)
        if len(targets) == 2:
            raise PhoneUnreachable("p", target, "gone")
        return PhoneAnswer(200, 1.0)

    bench.send = refuse_the_second
    ended = await bench.carry_out(Verb.SEND_DIGITS, digits="1234")
    assert len(targets) == 2
    assert ended.state is C.UNREACHABLE
    assert ended.reason is not None and "taken 1 of 4 keys" in ended.reason


async def test_a_refutation_rejects(bench: Bench) -> None:
    async def end_the_call(_target: str) -> PhoneAnswer:
        event = await bench.journal.happen(EventType.CALL_CONNECTION_CLEARED)
        assert event.phone == "p"
        return PhoneAnswer(200, 1.0)

    bench.send = end_the_call
    ended = await bench.carry_out(Verb.DIAL, number="1")
    assert ended.state is C.UNCONFIRMED, "another call's end says nothing about this one"

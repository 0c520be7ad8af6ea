"""One command on its way: planned, sent, and waited for until its end is known.

Every step is recorded before the next is taken, so that a console that is killed knows at its next start which
commands may have reached a phone.

Source: architecture decision 5; console-api.md §4 (a 200 is delivery, not effect).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec
import structlog

from offhook.console.command_plan import plan_command
from offhook.console.phone_client import PhoneAddress, PhoneAnswer
from offhook.console.phone_courier import request_text
from offhook.console.plan_parts import AlreadySo, Patience, Plan, Situation
from offhook.console.proof_watch import ProofWatch, Watch
from offhook.console.records import CommandProgress
from offhook.console_api.end_reasons import EndReason
from offhook.console_api.envelope import Envelope
from offhook.console_api.resources import Command, CommandState, PhoneRequestLog
from offhook.dialects.dialect import Dialect
from offhook.errors import (
    CommandError,
    OffhookError,
    PhoneBrokeOff,
    PhoneMoved,
    PhoneRefused,
    PhoneRequestError,
    PhoneTimeout,
    PhoneUnauthorized,
    PhoneUnreachable,
)

__all__ = ["PEOPLE_S", "RESTART_S", "CommandRun", "RunTools", "state_of"]

PEOPLE_S = 60.0
"""For somebody to do their part, e.g. to answer a transferred call."""
RESTART_S = 60.0
"""For a phone to start."""
_log = structlog.get_logger("offhook.console.command")

_SOON_S = 0.05
"""A report that comes so soon after the phone's answer is written together with it: one wait for the disk less."""


@dataclass(frozen=True, slots=True)
class RunTools:
    """What a command needs to be carried out."""

    situation: Callable[[Command], Awaitable[Situation]]
    """What is known now; raises `CommandError` when the phone is gone."""
    address: Callable[[str], Awaitable[PhoneAddress]]
    """Where and as whom to command a phone."""
    send: Callable[[PhoneAddress, str, Dialect], Awaitable[PhoneAnswer]]
    """Send one request, as `PhoneSender.send`."""
    watch: ProofWatch
    progress: Callable[[Command], CommandProgress]
    """Make a record of the command as it is now, with the time of the change."""
    record: Callable[[CommandProgress], Awaitable[None]]
    """Write it."""
    confirm_timeout_s: float


class CommandRun:
    """Carries one command out."""

    def __init__(self, command: Command, tools: RunTools) -> None:
        self.command = command
        self.turn_over = asyncio.Event()
        """Set when the phone's next command may go."""
        self.is_over = asyncio.Event()
        """Set by whoever carries it out, when its end is recorded."""
        self.is_ending = False
        """Whether its good end was given to the journal, which keeps what it was given."""
        self._tools = tools
        self._began: float | None = None

    @property
    def has_begun(self) -> bool:
        """Whether the phone may have seen a request."""
        return self._began is not None

    async def carry_out(self) -> None:
        """Take the command to its end.

        Raises:
            StoreError: Its progress could not be recorded.
        """
        try:
            situation = await self._tools.situation(self.command)
            plan = plan_command(self.command.verb, self.command.arguments, situation)
            if isinstance(plan, AlreadySo):
                await self._record(state_of(plan), plan.reason_id, plan.reason)
                return
            address = await self._tools.address(self.command.phone)
        except CommandError as refusal:
            await self._record(CommandState.REJECTED, refusal.error_id, str(refusal))
            return
        with self._tools.watch.open(self.command.phone, plan) as watch:
            if self.command.state is not CommandState.SENT:
                await self._record(CommandState.SENT)
            failure = await self._send_all(plan, address, situation.dialect)
            if failure is None:
                await self._acknowledge(plan, watch)
            elif plan.proof is not None and not isinstance(failure, PhoneUnreachable):
                # The phone may have acted before the answer was lost; only its own report can tell.
                if isinstance(failure, PhoneTimeout | PhoneBrokeOff):
                    await watch.wait(self._tools.confirm_timeout_s, self._tools.confirm_timeout_s)
            await self._conclude(plan, watch, failure)

    async def end(self, state: CommandState, reason_id: EndReason, reason: str) -> None:
        """Record an end that was not reached by carrying it out."""
        await self._record(state, reason_id, reason)

    async def _send_all(self, plan: Plan, address: PhoneAddress, dialect: Dialect) -> PhoneRequestError | None:
        """Send the requests in order; stop at the first that the phone did not take."""
        self._began = time.monotonic()
        for request in plan.requests:
            target = request_text(request, dialect, address.control_url)
            began = time.monotonic()
            failure: PhoneRequestError | None = None
            try:
                answer = await self._tools.send(address, target, dialect)
                status: int | None = answer.status
            except PhoneRequestError as error:
                failure = error
                status = error.status if isinstance(error, PhoneRefused) else None
            log = PhoneRequestLog(request=target, status=status, ms=round((time.monotonic() - began) * 1000, 1))
            self._change(requests=[*self.command.requests, log])
            if failure is not None:
                _log.warning("the phone did not take a request", **self._progress(plan, log), reason=str(failure))
                return failure
            _log.info("the phone took a request", **self._progress(plan, log))
        return None

    def _progress(self, plan: Plan, log: PhoneRequestLog) -> dict[str, int | float | None]:
        """Say which request it was, and not what it said: keys may be somebody's PIN."""
        return {"request": len(self.command.requests), "of": len(plan.requests), "status": log.status, "ms": log.ms}

    async def _acknowledge(self, plan: Plan, watch: Watch) -> None:
        """Record that the phone took it, unless the proof follows at once, and wait for that."""
        if plan.proof is not None:
            await watch.wait(_SOON_S, _SOON_S, self._ending)
        if watch.proof is None:
            await self._record(CommandState.ACKNOWLEDGED)
            await self._wait(plan, watch)

    async def _wait(self, plan: Plan, watch: Watch) -> None:
        if plan.proof is None:
            return
        if plan.patience is Patience.PEOPLE:
            self.turn_over.set()
        await watch.wait(self._patience_s(plan), self._tools.confirm_timeout_s, self._ending)

    def _patience_s(self, plan: Plan) -> float:
        match plan.patience:
            case Patience.PEOPLE:
                return PEOPLE_S
            case Patience.RESTART:
                return RESTART_S
            case Patience.REPORT:
                return self._tools.confirm_timeout_s

    async def _conclude(self, plan: Plan, watch: Watch, failure: PhoneRequestError | None) -> None:
        if watch.written is not None:
            self._has_ended(watch.written)
        elif watch.proof is not None and watch.proved_at is not None:
            progress = self._confirmation(watch.proof, watch.proved_at, is_acknowledged=failure is None)
            await asyncio.gather(*map(self._tools.record, progress))
            self._has_ended(progress[-1].command)
        elif failure is not None:
            state, reason_id = _end_after(failure)
            await self._record(state, reason_id, self._words_after(failure, len(plan.requests)))
        elif watch.refutation is not None:
            state = CommandState.REJECTED if watch.refutation.is_final else CommandState.UNCONFIRMED
            await self._record(state, watch.refutation.reason_id, watch.refutation.reason)
        elif plan.proof is None:
            await self._record(CommandState.UNCONFIRMED, EndReason.NOT_PROVABLE, plan.unproved)
        else:
            reason = f"the phone accepted the keys, and reported no effect within {self._patience_s(plan):g} s"
            await self._record(CommandState.UNCONFIRMED, EndReason.NO_REPORT, reason)

    def _ending(self, proof: Envelope, now: float) -> list[CommandProgress]:
        return self._confirmation(proof, now, is_acknowledged=True)

    def _confirmation(self, proof: Envelope, at: float, *, is_acknowledged: bool) -> list[CommandProgress]:
        """Make the good end and, if that is not known yet, that the phone took it before; for one transaction.

        Args:
            at: When the proof was seen, in monotonic seconds.
        """
        self.is_ending = True
        steps = [CommandState.CONFIRMED]
        if is_acknowledged and self.command.state is CommandState.SENT:
            steps.insert(0, CommandState.ACKNOWLEDGED)
        proved = msgspec.structs.replace(
            self.command,
            reason=None,
            proof=proof.id,
            round_trip_ms=None if self._began is None else round((at - self._began) * 1000, 1),
            call=self.command.call or proof.call,
            connection=self.command.connection or proof.connection,
        )
        return [self._tools.progress(msgspec.structs.replace(proved, state=state)) for state in steps]

    def _has_ended(self, command: Command) -> None:
        self.command = command
        _log.info("command ended", state=command.state.value, proof=command.proof, round_trip_ms=command.round_trip_ms)

    def _words_after(self, failure: OffhookError, wanted: int) -> str:
        """Say what went wrong, and how far it got: keys that were pressed stay pressed."""
        taken = len(self.command.requests) - 1
        if taken <= 0:
            return str(failure)
        return f"{failure}; it had taken {taken} of {wanted} keys by then, so look at its screen"

    async def _record(self, state: CommandState, reason_id: str | None = None, reason: str | None = None) -> None:
        self._change(state=state, reason_id=reason_id, reason=reason)
        progress = self._tools.progress(self.command)
        await self._tools.record(progress)
        self.command = progress.command
        if state.is_final:
            _log.info("command ended", state=state.value, reason=reason)

    def _change(self, **fields: object) -> None:
        self.command = msgspec.structs.replace(self.command, **fields)


def state_of(plan: AlreadySo) -> CommandState:
    """Say how a wish ends that was true already: unconfirmed where no report could tell."""
    return CommandState.CONFIRMED if plan.is_sure else CommandState.UNCONFIRMED


_ENDS: dict[type[PhoneRequestError], tuple[CommandState, EndReason]] = {
    PhoneUnreachable: (CommandState.UNREACHABLE, EndReason.PHONE_UNREACHABLE),
    PhoneTimeout: (CommandState.TIMED_OUT, EndReason.PHONE_TIMED_OUT),
    PhoneBrokeOff: (CommandState.TIMED_OUT, EndReason.PHONE_BROKE_OFF),
    PhoneUnauthorized: (CommandState.REJECTED, EndReason.PHONE_LOGIN_REFUSED),
    PhoneMoved: (CommandState.REJECTED, EndReason.PHONE_MOVED),
}


def _end_after(failure: PhoneRequestError) -> tuple[CommandState, EndReason]:
    return _ENDS.get(type(failure), (CommandState.REJECTED, EndReason.PHONE_REFUSED))

"""Carries the plan out: has the phones call each other, by the keys that people would press.

Theory of operation. Each call has a script, which is the plan for it: the ringing ends somehow, a talk is held, passed
on, ended. Every step looks at the phone first and does nothing where somebody else, at the console or by a transfer,
has changed what is going on. A call that was not planned gets a script as soon as it rings. A call ends in the end
whatever happens: what the keys cannot end, because the phone does something else for ever, the exchange ends.
Source: DOC §3.2 (keys); `offhook.fleet.plan`.
"""

from collections.abc import Iterator, Sequence
from random import Random

from offhook.errors import CommandError
from offhook.fleet.plan import CallCentreHabits, Fate, PlannedCall, TransferKind, plan_calls, plan_unexpected
from offhook.fleet.tally import Tally
from offhook.fleet.timetable import Timetable
from offhook.fleet.virtual_phone import VirtualPhone
from offhook.phone.engine.exchange import Exchange, ExchangeCall, Leg, Phase
from offhook.phone.reports import Report
from offhook.phone.soft_keys import Situation
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from offhook.protocol.variables import Variable

__all__ = ["CallCentre"]

_TRY_AGAIN_S = 1.0
_TRIES = 10
"""Tries to end a call by its phones' keys."""
_LOOKED_AT = 64
"""Phones asked whether they are free before a call is given up: more would make a full house slow."""
_RINGS = (Situation.RINGING, Situation.CALL_WAITING)
_ENDS_WITH_X = (Situation.TALKING, Situation.CALLING, Situation.HELD)


class _Script:
    """One call and what is planned for it."""

    __slots__ = ("call", "plan", "tries")

    def __init__(self, call: ExchangeCall, plan: PlannedCall) -> None:
        self.call = call
        self.plan = plan
        self.tries = 0

    @property
    def is_over(self) -> bool:
        return self.call.phase is Phase.OVER

    @property
    def is_up(self) -> bool:
        return self.call.phase is Phase.UP


class CallCentre:
    """Works by the timetable's clock; synchronous throughout."""

    def __init__(
        self,
        phones: Sequence[VirtualPhone],
        exchange: Exchange,
        timetable: Timetable,
        habits: CallCentreHabits,
        seed: int,
        tally: Tally,
    ) -> None:
        """Prepare; the first call is placed after `start`."""
        self._phones = phones
        self._by_number = {phone.number: phone for phone in phones}
        self._exchange = exchange
        self._timetable = timetable
        self._habits = habits
        self._plan: Iterator[PlannedCall] = plan_calls(habits, seed)
        self._dice = Random(f"unexpected {seed}")
        self._tally = tally
        self._began = 0.0
        self._scripts: dict[str, _Script] = {}
        """By Call-ID."""
        self.behind_s = 0.0
        """How late the last call was placed: more than a little means that this machine is too slow."""

    @property
    def calls_up(self) -> int:
        """Calls that are talked on or held."""
        return sum(script.is_up for script in self._scripts.values())

    def start(self) -> None:
        """Begin."""
        self._began = self._timetable.now()
        self._plan_next()

    def rang(self, phone: VirtualPhone, report: Report) -> None:
        """Take note that a phone rings; it is not given another input now."""
        if report.event is Event.INCOMING and report.values.get(Variable.CALL_ID, "") not in self._scripts:
            self._timetable.after(0.0, self._adopt, phone)

    def _plan_next(self) -> None:
        planned = next(self._plan, None)
        if planned is not None:
            self._timetable.at(self._began + planned.at_s, self._place, planned)

    def _place(self, planned: PlannedCall) -> None:
        self._plan_next()
        self.behind_s = self._timetable.now() - self._began - planned.at_s
        caller = self._free_from(planned.caller)
        callee = self._phones[planned.callee] if planned.to_busy else self._free_from(planned.callee, caller)
        if caller is None or callee is None or caller is callee:
            self._tally.calls_not_placed += 1
            return
        try:
            caller.device.dial(callee.number)
        except CommandError:
            self._tally.calls_not_placed += 1
            return
        self._tally.calls_placed += 1
        for leg in caller.engine.legs.values():
            self._follow(_Script(leg.call, planned))
        if planned.dnd_s is not None:
            over_s = planned.ring_s + planned.talk_s + _TRY_AGAIN_S
            self._timetable.after(over_s, self._turn_dnd_on, caller, planned.dnd_s)

    def _free_from(self, first: int, but: VirtualPhone | None = None) -> VirtualPhone | None:
        """Find the next phone that is free and takes calls."""
        count = len(self._phones)
        for step in range(min(_LOOKED_AT, count)):
            phone = self._phones[(first + step) % count]
            if phone.is_free and phone is not but and not phone.device.is_dnd:
                return phone
        return None

    def _follow(self, script: _Script) -> None:
        self._scripts[script.call.call_id] = script
        self._timetable.after(script.plan.ring_s, self._end_ringing, script)

    def _adopt(self, phone: VirtualPhone) -> None:
        """Give the calls of a phone a script that have none."""
        for leg in list(phone.engine.legs.values()):
            if leg.call.call_id not in self._scripts:
                self._follow(_Script(leg.call, plan_unexpected(self._habits, self._dice)))

    def _forget(self, script: _Script) -> None:
        self._scripts.pop(script.call.call_id, None)

    def _phone_of(self, leg: Leg | None) -> VirtualPhone | None:
        return self._by_number.get(leg.party.user) if leg is not None else None

    # --- the script --------------------------------------------------------------------------------------------

    def _end_ringing(self, script: _Script) -> None:
        if script.call.phase is Phase.PLACING:
            self._decide(script)
        if script.is_up:
            self._talk(script)
        elif script.is_over:
            self._forget(script)
        else:  # somebody is busy with something else; the exchange ends what rings for too long
            self._timetable.after(_TRY_AGAIN_S, self._end_ringing, script)

    def _decide(self, script: _Script) -> None:
        if script.plan.fate is Fate.NOT_ANSWERED:
            caller = self._phone_of(script.call.caller)
            if caller is not None and caller.device.situation is Situation.CALLING:
                caller.device.press(Key.X)
            return
        callee = self._phone_of(script.call.callee)
        if callee is not None and callee.device.situation in _RINGS:
            callee.device.press(Key.OK if script.plan.fate is Fate.ANSWERED else Key.X)

    def _talk(self, script: _Script) -> None:
        plan = script.plan
        self._timetable.after(plan.talk_s, self._end, script)
        if plan.hold_after_s is not None:
            self._timetable.after(plan.hold_after_s, self._hold, script)
        if plan.transfer is not TransferKind.NONE:
            self._timetable.after(min(plan.transfer_after_s, plan.talk_s), self._transfer, script)

    def _agent(self, script: _Script, situation: Situation) -> VirtualPhone | None:
        """The phone that was called, if this call is its only one and it is in this situation."""
        phone = self._phone_of(script.call.callee) if script.is_up else None
        if phone is None or len(phone.engine.legs) != 1 or phone.device.situation is not situation:
            return None
        return phone

    def _hold(self, script: _Script) -> None:
        agent = self._agent(script, Situation.TALKING)
        if agent is not None:
            agent.device.press(Key.F_HOLD)
            self._timetable.after(script.plan.hold_s, self._retrieve, script)

    def _retrieve(self, script: _Script) -> None:
        agent = self._agent(script, Situation.HELD)
        if agent is not None:
            agent.device.press(Key.F_HOLD)

    def _transfer(self, script: _Script) -> None:
        agent = self._agent(script, Situation.TALKING)
        target = self._free_from(script.plan.target)
        if agent is None or target is None:
            return
        agent.device.press(Key.F_TRANSFER)
        agent.device.enter(target.number)
        if script.plan.transfer is TransferKind.BLIND:
            agent.device.press(Key.F_TRANSFER)
            return
        agent.device.press(Key.OK)
        # After the target has answered, or, if it lets ring for long, while it still rings.
        self._timetable.after(self._habits.ring_s[1] * 1.5, self._complete, agent)

    def _complete(self, agent: VirtualPhone) -> None:
        if agent.device.situation is Situation.CONSULTING:
            agent.device.press(Key.F_TRANSFER)

    def _end(self, script: _Script) -> None:
        """Have one of the two hang up."""
        for leg in (script.call.callee, script.call.caller):
            phone = self._phone_of(leg)
            if script.is_over or phone is None:
                continue
            if phone.device.situation in _ENDS_WITH_X and self._is_in_front(phone, script.call.call_id):
                phone.device.press(Key.X)
        script.tries += 1
        if not script.is_over and script.tries >= _TRIES and script.call.caller is not None:
            self._exchange.hang_up(script.call.caller)
        if script.is_over:
            self._forget(script)
        else:
            self._timetable.after(_TRY_AGAIN_S, self._end, script)

    def _is_in_front(self, phone: VirtualPhone, call_id: str) -> bool:
        if len(phone.engine.legs) == 1:
            return True
        return any(call.is_in_front and call.call_id == call_id for call in phone.device.status.calls)

    # --- do not disturb ----------------------------------------------------------------------------------------

    def _turn_dnd_on(self, phone: VirtualPhone, seconds: float) -> None:
        if phone.is_free:
            phone.device.press(Key.DND_ON)
            self._timetable.after(seconds, phone.device.press, Key.DND_OFF)

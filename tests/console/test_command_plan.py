"""From the verb to its plan, and what stands before every plan."""

from dataclasses import replace

import pytest

from offhook.console.command_plan import CALL_VERBS, plan_command
from offhook.console.plan_parts import Plan
from offhook.console_api.resources import Verb
from offhook.errors import NotPossibleNow
from offhook.protocol.keys import Key
from tests.console.planning import ARGUMENTS, BASE, S, keys_of, phone, planned, refused, situation


@pytest.mark.parametrize("verb", list(Verb))
@pytest.mark.parametrize("changes", [{"is_set_up": False}, {"control_url": ""}])
def test_a_phone_that_nobody_set_up_is_not_commanded(verb: Verb, changes: dict[str, object]) -> None:
    seen = replace(situation(S.CONNECTED), phone=phone(**changes))
    with pytest.raises(NotPossibleNow) as refusal:
        plan_command(verb, ARGUMENTS.get(verb, {}), seen)
    assert refusal.value.error_id == "phone-not-set-up"


def test_a_make_whose_commands_nobody_knows_is_seen_only() -> None:
    seen = situation(S.CONNECTED)
    silent = replace(seen, dialect=replace(seen.dialect, control=replace(seen.dialect.control, path="")))
    with pytest.raises(NotPossibleNow) as refusal:
        plan_command(Verb.HANG_UP, {}, silent)
    assert refusal.value.error_id == "make-not-commanded"
    by_sip = replace(silent, phone=phone(control_url="sip:1001@192.0.2.1"))
    assert isinstance(plan_command(Verb.HANG_UP, {}, by_sip), Plan)


def test_verbs_of_a_call_need_one() -> None:
    assert all(refused(verb, situation()) == "call-not-at-phone" for verb in CALL_VERBS)


@pytest.mark.parametrize(
    ("verb", "keys"),
    [(Verb.PRESS_LINE, "L2"), (Verb.PRESS_DSS, "D10"), (Verb.PRESS_SOFT, "F4"), (Verb.NAVIGATE, "LEFT")],
)
def test_keys_with_a_verb_of_their_own(verb: Verb, keys: str) -> None:
    plan = planned(verb, situation())
    assert (keys_of(plan), plan.proof) == (keys, None)


def test_a_key_the_phone_does_not_have() -> None:
    without_hold: dict[Key, str] = dict(BASE.key_spellings)
    del without_hold[Key.F_HOLD]
    seen = replace(situation(S.CONNECTED), dialect=replace(BASE, key_spellings=without_hold))
    assert refused(Verb.HOLD, seen) == "key-not-on-phone"
    assert keys_of(planned(Verb.SEND_DIGITS, seen)) == "1 POUND"

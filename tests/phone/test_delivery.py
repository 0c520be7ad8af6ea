import itertools

import pytest

from offhook.phone.delivery import (
    DELIVERY,
    MAX_BACK_OFF_S,
    MIN_BACK_OFF_S,
    AnswerHabit,
    NextStep,
    Outcome,
    back_off_s,
    decide,
)

every_pair = pytest.mark.parametrize(("habit", "outcome"), list(itertools.product(AnswerHabit, Outcome)))


@every_pair
def test_every_habit_and_outcome_is_decided(habit: AnswerHabit, outcome: Outcome) -> None:
    assert decide(habit, outcome) is DELIVERY[habit][outcome]


@pytest.mark.parametrize("habit", AnswerHabit)
def test_an_answer_delivers_and_proves_that_the_console_answers(habit: AnswerHabit) -> None:
    step = decide(habit, Outcome.ANSWERED)
    assert (step.habit, step.next_step) == (AnswerHabit.ANSWERS, NextStep.DELIVERED)


@pytest.mark.parametrize("habit", AnswerHabit)
@pytest.mark.parametrize("outcome", [Outcome.NOT_TAKEN, Outcome.UNREACHABLE, Outcome.TIMED_OUT])
def test_a_console_that_is_away_is_asked_again_later_and_nothing_is_remembered_of_it(
    habit: AnswerHabit, outcome: Outcome
) -> None:
    step = decide(habit, outcome)
    assert (step.habit, step.next_step) == (AnswerHabit.ANSWERS, NextStep.RETRY_LATER)


def test_a_close_is_doubted_twice_after_a_pause_then_believed_and_then_remembered() -> None:
    habit, steps = AnswerHabit.ANSWERS, []
    for _ in range(4):
        step = decide(habit, Outcome.CLOSED)
        habit = step.habit
        steps.append(step.next_step)
    # At once it would meet the same dying listener (its port goes last) and be dropped as delivered.
    assert steps == [NextStep.RETRY_LATER, NextStep.RETRY_LATER, NextStep.DELIVERED, NextStep.DELIVERED]
    assert habit is AnswerHabit.CLOSES


@pytest.mark.parametrize("closed_before", [AnswerHabit.CLOSED_ONCE, AnswerHabit.CLOSED_TWICE])
def test_a_console_found_gone_between_two_closes_was_no_console_that_closes(closed_before: AnswerHabit) -> None:
    gone = decide(closed_before, Outcome.UNREACHABLE)
    assert (gone.habit, gone.next_step) == (AnswerHabit.ANSWERS, NextStep.RETRY_LATER)
    assert decide(gone.habit, Outcome.CLOSED).next_step is NextStep.RETRY_LATER


@pytest.mark.parametrize("habit", AnswerHabit)
def test_a_kept_connection_that_was_closed_says_nothing_about_the_console(habit: AnswerHabit) -> None:
    step = decide(habit, Outcome.STALE)
    assert (step.habit, step.next_step) == (habit, NextStep.RETRY_NOW)


@pytest.mark.parametrize(
    "habit", [AnswerHabit.ANSWERS, AnswerHabit.CLOSES, AnswerHabit.CLOSED_ONCE, AnswerHabit.CLOSED_TWICE]
)
def test_a_report_that_is_never_answered_is_sent_three_times_and_gives_way(habit: AnswerHabit) -> None:
    steps = []
    for _ in range(3):
        step = decide(habit, Outcome.UNANSWERED)
        habit = step.habit
        steps.append(step.next_step)
    assert steps == [NextStep.RETRY_LATER, NextStep.RETRY_LATER, NextStep.DELIVERED]
    assert habit is AnswerHabit.ANSWERS


def test_back_off_doubles_up_to_its_limit() -> None:
    waits = [back_off_s(failures, 0.0) for failures in range(1, 10)]
    assert waits[:6] == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4])
    assert waits[6:] == [MAX_BACK_OFF_S] * 3
    assert back_off_s(10_000, 0.0) == MAX_BACK_OFF_S


@pytest.mark.parametrize("failures", [1, 4, 40])
def test_dice_shorten_the_wait_by_a_quarter_at_most(failures: int) -> None:
    longest, shortest = back_off_s(failures, 0.0), back_off_s(failures, 1.0)
    assert shortest == pytest.approx(longest * 0.75)
    assert MIN_BACK_OFF_S * 0.75 <= shortest < longest

"""Who guesses waits; who does not, does not."""

import itertools

from offhook.console.sign_in_throttle import (
    FREE_FOR_ADDRESS,
    FREE_FOR_PAIR,
    MAX_WAIT_S,
    UNDER_ATTACK,
    SignInThrottle,
)

HERE, THERE = "192.0.2.1", "192.0.2.2"


def fail(throttle: SignInThrottle, times: int, address: str = HERE, name: str = "anna", now: float = 0.0) -> None:
    for _ in range(times):
        throttle.attempted(address, name, now)


def test_mistyping_costs_nothing_and_guessing_more_each_time() -> None:
    throttle = SignInThrottle()
    fail(throttle, FREE_FOR_PAIR - 1)
    assert throttle.wait_s(HERE, "anna", 0.0) == 0
    waits = []
    for _ in range(12):
        fail(throttle, 1)
        waits.append(throttle.wait_s(HERE, "anna", 0.0))
    assert waits[0] > 0
    assert all(later == min(2 * earlier, MAX_WAIT_S) for earlier, later in itertools.pairwise(waits))
    assert throttle.wait_s(HERE, "anna", waits[-1]) == 0, "the wait ends"
    assert throttle.wait_s(HERE, "ben", 0.0) == 0, "a colleague at the same address is not held up"
    assert throttle.wait_s(THERE, "anna", 0.0) == 0, "nor is the user at another address"


def test_success_is_forgotten_and_so_is_what_was_long_ago() -> None:
    throttle = SignInThrottle()
    fail(throttle, FREE_FOR_PAIR + 3)
    throttle.succeeded(HERE, "anna")
    assert throttle.wait_s(HERE, "anna", 0.0) == 0
    fail(throttle, FREE_FOR_PAIR)
    fail(throttle, 1, now=1e6)
    assert throttle.wait_s(HERE, "anna", 1e6) == 0


def test_trying_many_names_from_one_place_waits_too() -> None:
    throttle = SignInThrottle()
    for number in range(FREE_FOR_ADDRESS):
        fail(throttle, 1, name=f"user{number}")
    assert throttle.wait_s(HERE, "anybody", 0.0) > 0
    assert throttle.wait_s(THERE, "anybody", 0.0) == 0


def test_a_name_that_is_guessed_at_from_everywhere_is_not_locked() -> None:
    throttle = SignInThrottle()
    for number in range(UNDER_ATTACK + 5):
        fail(throttle, 1, address=f"198.51.100.{number}")
    assert throttle.wait_s(HERE, "anna", 0.0) == 0, "the right password works at once from a place that did not guess"
    fail(throttle, 1)
    assert throttle.wait_s(HERE, "anna", 0.0) > 0, "and a second guess does not"


def test_addresses_that_one_household_may_choose_from_are_one_place() -> None:
    throttle = SignInThrottle()
    for number in range(FREE_FOR_PAIR):
        fail(throttle, 1, address=f"2001:db8::{number:x}")
    assert throttle.wait_s("2001:db8::ffff", "anna", 0.0) > 0
    assert throttle.wait_s("2001:db8:0:1::1", "anna", 0.0) == 0
    fail(throttle, FREE_FOR_PAIR, address="::ffff:192.0.2.9")
    assert throttle.wait_s("192.0.2.9", "anna", 0.0) > 0
    fail(throttle, FREE_FOR_PAIR, address="a socket")
    assert throttle.wait_s("a socket", "anna", 0.0) > 0


def test_memory_is_bounded() -> None:
    throttle = SignInThrottle()
    for number in range(9_000):
        fail(throttle, 1, address=str(number))
    assert len(throttle.records) <= 8192
    throttle.succeeded("0", "nobody")

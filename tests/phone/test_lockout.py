from offhook.phone.lockout import FREE_FAILURES, MAX_WAIT_S, Lockout


def fail(lockout: Lockout, times: int, *, address: str = "192.0.2.1", now: float = 0.0) -> None:
    for _ in range(times):
        lockout.failed(address, now)


def test_people_may_mistype() -> None:
    lockout = Lockout()
    fail(lockout, FREE_FAILURES - 1)
    assert lockout.wait_s("192.0.2.1", 0.0) == 0


def test_each_further_failure_costs_twice_as_much_up_to_a_limit() -> None:
    lockout = Lockout()
    fail(lockout, FREE_FAILURES)
    waits = []
    for _ in range(12):
        waits.append(lockout.wait_s("192.0.2.1", 0.0))
        lockout.failed("192.0.2.1", 0.0)
    assert waits[:4] == [2.0, 4.0, 8.0, 16.0]
    assert waits[-1] == MAX_WAIT_S


def test_the_wait_passes() -> None:
    lockout = Lockout()
    fail(lockout, FREE_FAILURES, now=100.0)
    assert lockout.wait_s("192.0.2.1", 101.5) == 0.5
    assert lockout.wait_s("192.0.2.1", 102.0) == 0


def test_another_address_is_not_held_up() -> None:
    lockout = Lockout()
    fail(lockout, 50)
    assert lockout.wait_s("192.0.2.2", 0.0) == 0


def test_the_right_password_clears_the_slate() -> None:
    lockout = Lockout()
    fail(lockout, FREE_FAILURES - 1)
    lockout.succeeded("192.0.2.1")
    fail(lockout, FREE_FAILURES - 1)
    assert lockout.wait_s("192.0.2.1", 0.0) == 0


def test_old_failures_are_forgotten() -> None:
    lockout = Lockout()
    fail(lockout, FREE_FAILURES - 1, now=0.0)
    fail(lockout, 1, now=1000.0)
    assert lockout.wait_s("192.0.2.1", 1000.0) == 0


def test_made_up_addresses_cannot_fill_the_memory() -> None:
    lockout = Lockout()
    for number in range(5000):
        fail(lockout, FREE_FAILURES, address=f"2001:db8::{number:x}")
    assert lockout.wait_s("2001:db8::0", 0.0) == 0  # the oldest one is forgotten
    assert lockout.wait_s(f"2001:db8::{4999:x}", 0.0) > 0

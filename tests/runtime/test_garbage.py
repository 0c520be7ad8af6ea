import gc
import weakref
from collections.abc import Iterator

import pytest

from offhook.runtime.garbage import kept_for_good


class Part:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _collected_as_before() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_nothing_is_collected_meanwhile_and_what_was_built_is_not_looked_at_afterwards() -> None:
    before = gc.get_freeze_count()
    with kept_for_good():
        assert not gc.isenabled()
        parts = [Part() for _ in range(1_000)]
    assert gc.isenabled()
    assert gc.get_freeze_count() >= before + len(parts)


def test_what_comes_later_is_collected() -> None:
    with kept_for_good():
        pass
    part = weakref.ref(Part())
    gc.collect()
    assert part() is None


def test_a_start_that_fails_leaves_the_collector_on() -> None:
    with pytest.raises(ValueError, match="no"), kept_for_good():
        raise ValueError("no")
    assert gc.isenabled()


def test_who_has_turned_the_collector_off_finds_it_off() -> None:
    gc.disable()
    with kept_for_good():
        pass
    assert not gc.isenabled()

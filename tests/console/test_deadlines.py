from offhook.console.deadlines import DeadlineWheel


class Item:
    def __init__(self, deadline: float | None) -> None:
        self.deadline = deadline


def test_what_is_due_is_given_once() -> None:
    wheel: DeadlineWheel[Item] = DeadlineWheel()
    soon, later = Item(1.5), Item(9.0)
    wheel.add(soon)
    wheel.add(later)
    assert wheel.overdue(1.0) == []
    assert wheel.overdue(2.0) == [soon]
    assert wheel.overdue(3.0) == []
    assert len(wheel) == 1


def test_a_deadline_moved_later_is_noticed_without_adding_again() -> None:
    wheel: DeadlineWheel[Item] = DeadlineWheel()
    item = Item(1.0)
    wheel.add(item)
    item.deadline = 5.0
    assert wheel.overdue(1.0) == []
    assert wheel.overdue(4.9) == []
    assert wheel.overdue(5.0) == [item]


def test_a_deadline_moved_earlier_counts_once_it_is_added() -> None:
    wheel: DeadlineWheel[Item] = DeadlineWheel()
    item = Item(30.0)
    wheel.add(item)
    item.deadline = 2.0
    wheel.add(item)
    assert wheel.overdue(2.0) == [item]


def test_a_deadline_taken_away_is_dropped() -> None:
    wheel: DeadlineWheel[Item] = DeadlineWheel()
    item = Item(1.0)
    wheel.add(item)
    item.deadline = None
    assert wheel.overdue(1.0) == []
    assert len(wheel) == 0
    wheel.add(item)
    assert len(wheel) == 0


def test_what_is_discarded_never_comes() -> None:
    wheel: DeadlineWheel[Item] = DeadlineWheel(slot_s=0.1)
    item = Item(1.0)
    wheel.add(item)
    wheel.discard(item)
    wheel.discard(item)
    assert wheel.overdue(100.0) == []

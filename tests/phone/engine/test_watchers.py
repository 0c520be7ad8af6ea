from offhook.phone.engine.port import NumberState, NumberStatus
from offhook.phone.engine.watchers import Watchers


def test_everybody_is_told_what_is_new_to_them() -> None:
    told: list[tuple[str, NumberState]] = []
    state = NumberStatus.IDLE
    watchers: Watchers[str] = Watchers()

    def tell() -> list[tuple[str, NumberState]]:
        told.clear()
        watchers.tell(lambda number: state, lambda station, fact: told.append((station, fact)))
        return list(told)

    watchers.add("ann", "a", "1002")
    assert tell() == [("ann", NumberState("a", "1002", NumberStatus.IDLE))]
    assert tell() == []
    watchers.add("bob", "b", "1002")
    assert tell() == [("bob", NumberState("b", "1002", NumberStatus.IDLE))]
    state = NumberStatus.BUSY
    assert tell() == [
        ("ann", NumberState("a", "1002", NumberStatus.BUSY)),
        ("bob", NumberState("b", "1002", NumberStatus.BUSY)),
    ]
    watchers.remove("ann", "a", "1002")
    watchers.add("bob", "b", "1003")
    state = NumberStatus.IDLE
    assert [fact.number for _, fact in tell()] == ["1002", "1003"]
    watchers.remove("bob", "b")
    state = NumberStatus.RINGING
    assert tell() == []


def test_who_asks_again_is_told_again() -> None:
    told: list[NumberState] = []
    watchers: Watchers[str] = Watchers()
    for _ in range(2):
        watchers.add("ann", "a", "1002")
        watchers.tell(lambda number: NumberStatus.IDLE, lambda station, fact: told.append(fact))
    assert len(told) == 2

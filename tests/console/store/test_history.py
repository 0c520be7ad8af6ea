from offhook.console.store.history import Position, Tally


def test_tallies_add_up_and_the_longest_stays() -> None:
    one = Tally(incoming=1, talks=1, talk_s=5.0, talk_longest_s=5.0, ring_longest_s=1.0)
    two = Tally(incoming=2, missed=1, talks=1, talk_s=3.0, talk_longest_s=3.0, ring_longest_s=2.0)
    assert one + two == Tally(incoming=3, missed=1, talks=2, talk_s=8.0, talk_longest_s=5.0, ring_longest_s=2.0)
    assert one + Tally() == one


def test_the_newest_is_the_greatest() -> None:
    positions = [Position(2.0, "c_1", "a"), Position(1.0, "c_9", "b"), Position(2.0, "c_1", "b")]
    assert sorted(positions)[-1] == Position(2.0, "c_1", "b")

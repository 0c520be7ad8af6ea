from offhook.phone.number_entry import INTER_DIGIT_S, MAX_ENTRY_CHARS, NumberEntry


def test_on_hook_digits_wait_for_as_long_as_the_user_likes() -> None:
    entry = NumberEntry()
    entry.add("12", 10.0)
    assert (entry.text, entry.deadline, entry.is_open) == ("12", None, False)


def test_off_hook_the_pause_after_the_last_digit_counts() -> None:
    entry = NumberEntry()
    entry.open(10.0)
    assert entry.deadline is None
    entry.add("1", 11.0)
    entry.add("2", 12.0)
    assert entry.deadline == 12.0 + INTER_DIGIT_S


def test_going_off_hook_keeps_the_digits_and_starts_the_pause() -> None:
    entry = NumberEntry()
    entry.add("12", 10.0)
    entry.open(20.0, "line 2")
    assert (entry.text, entry.account, entry.deadline) == ("12", "line 2", 20.0 + INTER_DIGIT_S)


def test_taking_the_last_digit_back_stops_the_pause() -> None:
    entry = NumberEntry()
    entry.open(10.0)
    entry.add("1", 11.0)
    entry.delete_last(12.0)
    assert (entry.text, entry.deadline) == ("", None)
    entry.delete_last(13.0)
    assert entry.text == ""


def test_what_is_too_long_is_cut() -> None:
    entry = NumberEntry()
    entry.add("1" * 1000, 0.0)
    assert len(entry.text) == MAX_ENTRY_CHARS


def test_clearing_forgets_everything() -> None:
    entry = NumberEntry()
    entry.open(10.0, "line 2")
    entry.add("1", 11.0)
    entry.clear()
    assert (entry.text, entry.is_open, entry.account, entry.deadline) == ("", False, None, None)

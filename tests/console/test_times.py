from offhook.console.times import rfc3339, rfc3339_or_none


def test_a_time_is_written_in_utc_with_milliseconds() -> None:
    assert rfc3339(1_767_604_323.418) == "2026-01-05T09:12:03.418Z"


def test_a_whole_second_has_milliseconds_too() -> None:
    assert rfc3339(0) == "1970-01-01T00:00:00.000Z"


def test_a_missing_time_stays_missing() -> None:
    assert rfc3339_or_none(None) is None
    assert rfc3339_or_none(0.0) == "1970-01-01T00:00:00.000Z"

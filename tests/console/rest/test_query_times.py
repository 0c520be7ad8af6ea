from datetime import datetime

import pytest

from offhook.console.rest.query_times import seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:01:00Z", 60.0),
        ("1970-01-01T00:01:00", 60.0),
        ("1970-01-01T01:01:00+01:00", 60.0),
        ("0001-01-01T00:00:00", -62135596800.0),
        ("9999-12-31T23:59:59-14:00", 253402351199.0),
    ],
)
def test_any_time_there_is(text: str, seconds: float) -> None:
    assert seconds_of(datetime.fromisoformat(text)) == seconds


def test_no_time() -> None:
    assert seconds_of(None) is None

"""Statistics go by the names that the API promises."""

import msgspec

from offhook.console_api.statistics import NowCounts, Statistics, StatisticsRow


def test_from_is_called_from() -> None:
    row = StatisticsRow(
        key="",
        name="",
        incoming=2,
        answered=1,
        missed=1,
        answered_within=1,
        service_level=0.5,
        outgoing=0,
        outgoing_answered=0,
        talk_average_s=None,
        talk_longest_s=None,
        ring_average_s=1.0,
        ring_longest_s=1.0,
        now=NowCounts(idle=1),
    )
    told = Statistics(from_="a", to="b", by="hour", zone="UTC", within_s=20, rows=[row], total=row)
    written = msgspec.json.decode(msgspec.json.encode(told))
    assert (written["from"], written["total"]["now"]["idle"]) == ("a", 1)
    assert msgspec.json.decode(msgspec.json.encode(told), type=Statistics) == told

"""Statistics by phone, user, group and hour, in any time zone."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from offhook.console.handled_calls import HandledCalls, StatisticsQuery, statistics_csv
from offhook.console.journal import Journal
from offhook.console.records import PhoneSetupChanged
from offhook.console.store.history import Tally, TallySearch
from offhook.console.store.memory import MemoryStore
from offhook.console.users import Users
from offhook.console_api.people import NewUser
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.scopes import Role
from offhook.console_api.statistics import NowCounts, Statistics
from offhook.errors import NotValid
from tests.console.kit import START, A, B, Clock, a_journal, a_report
from tests.console.people_kit import some_users


class CountingStore(MemoryStore):
    asked = 0

    async def tallies_by_phone(self, search: TallySearch) -> dict[str, Tally]:
        self.asked += 1
        return await super().tallies_by_phone(search)


class Centre:
    """Two phones and their users; the clock is the console's."""

    def __init__(self, journal: Journal, users: Users, clock: Clock) -> None:
        self.journal, self.users, self.clock = journal, users, clock
        self.waited = Clock()
        self.handled = HandledCalls(journal, users, now=clock, monotonic=self.waited)

    async def report(self, event: str, after_s: float, mac: str = A, **values: str) -> None:
        self.clock.pass_(after_s)
        await self.journal.report(a_report(event, at=self.clock.at, mac=mac, **values))

    async def count(self, by: str, **query: Any) -> Statistics:
        return await self.handled.count(StatisticsQuery(by=by, **query))  # type: ignore[arg-type]


@pytest.fixture
async def centre() -> AsyncIterator[Centre]:
    clock = Clock()
    async with a_journal(CountingStore(), clock=clock) as journal:
        users = some_users(journal.store)
        await users.create(NewUser(name="anna", role=Role.OPERATOR, phones=[A], group="Sales"))
        await users.create(NewUser(name="zoe", role=Role.OPERATOR, phones=[A], group="Sales"))
        await journal.record(PhoneSetupChanged(A, PhoneSetup(name="Desk A")))
        made = Centre(journal, users, clock)
        await made.report("incoming", 0.0, call_id="1", remote="sip:1@pbx")
        await made.report("established", 4.0, call_id="1")
        await made.report("terminated", 10.0, call_id="1")
        await made.report("incoming", 1.0, call_id="2", remote="sip:1@pbx")
        await made.report("missed", 30.0, call_id="2")
        await made.report("dnd_on", 1.0)
        await made.report("outgoing", 3600.0, mac=B, call_id="3", remote="sip:2@pbx")
        yield made


async def test_by_phone(centre: Centre) -> None:
    told = await centre.count("phone")
    a, b = sorted(told.rows, key=lambda row: row.key)
    assert (a.key, a.name, a.incoming, a.answered, a.missed, a.answered_within, a.service_level) == (
        *(A, "Desk A", 2, 1, 1, 1, 0.5),
    )
    assert (a.talk_average_s, a.talk_longest_s, a.ring_average_s, a.ring_longest_s) == (10.0, 10.0, 17.0, 30.0)
    assert (b.key, b.outgoing, b.incoming, b.service_level, b.talk_average_s) == (B, 1, 0, None, None)
    assert (told.total.incoming, told.total.outgoing) == (2, 1)
    assert (a.now, b.now) == (NowCounts(away=1), NowCounts(calling=1))
    assert told.total.now == NowCounts(away=1, calling=1)
    quick = await centre.count("phone", within_s=3.9)
    assert quick.total.answered_within == 0


async def test_by_user_and_group(centre: Centre) -> None:
    users = await centre.count("user")
    assert [(row.name, row.incoming) for row in users.rows] == [("anna", 2), ("zoe", 2), ("", 0)]
    assert users.total.incoming == 2, "a phone of two users counts once in all"
    groups = await centre.count("group")
    assert [(row.key, row.incoming, row.outgoing) for row in groups.rows] == [("Sales", 2, 0), ("", 0, 1)]
    only = await centre.count("phone", group="Sales")
    assert [row.key for row in only.rows] == [A]
    assert only.total.outgoing == 0
    assert (await centre.count("phone", group="Nobody")).rows == []


async def test_by_hour(centre: Centre) -> None:
    told = await centre.count("hour", zone="Asia/Kolkata")
    local = datetime.fromtimestamp(START, UTC) + timedelta(hours=5, minutes=30)
    assert len(told.rows) == local.hour + 2, "every hour of the day up to now"
    assert [(row.incoming, row.outgoing) for row in told.rows[-2:]] == [(2, 0), (0, 1)]
    assert told.rows[0].name == f"{local:%Y-%m-%d} 00:00"
    assert told.rows[0].key.endswith(":30:00.000Z")
    assert (told.total.incoming, told.total.outgoing, told.total.now) == (2, 1, None)


async def test_the_day_the_clocks_change_has_25_hours(centre: Centre) -> None:
    day = datetime(2026, 10, 25)
    told = await centre.count("hour", zone="Europe/Berlin", after=day, until=day + timedelta(days=1))
    assert [row.name[-5:] for row in told.rows].count("02:00") == 2
    assert (len(told.rows), told.from_, told.to) == (25, "2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z")
    assert (await centre.count("hour", zone="Europe/Berlin", after=day)).to == told.to


@pytest.mark.parametrize(
    "query",
    [
        {"zone": "Mars/Base"},
        {"zone": "../../etc/passwd"},
        {"zone": ""},
        {"after": datetime(2026, 1, 2, tzinfo=UTC), "until": datetime(2026, 1, 1, tzinfo=UTC)},
        {"after": datetime(2026, 1, 1, tzinfo=UTC), "until": datetime(2026, 3, 1, tzinfo=UTC)},
        {"after": datetime(1, 1, 1, tzinfo=UTC), "until": datetime(9999, 1, 1, tzinfo=UTC)},
        {"after": datetime(9999, 12, 31, 12, tzinfo=UTC)},
        {"until": datetime(1, 1, 1)},
    ],
)
async def test_what_makes_no_sense_is_refused(query: dict[str, Any], centre: Centre) -> None:
    with pytest.raises(NotValid):
        await centre.count("hour", **query)


async def test_a_hundred_wallboards_ask_the_store_once(centre: Centre) -> None:
    store = centre.journal.store
    assert isinstance(store, CountingStore)
    for _ in range(100):
        await centre.count("phone")
    assert store.asked == 1
    centre.waited.pass_(4.0)
    await centre.count("phone")
    assert store.asked == 2
    for seconds in range(100):
        await centre.count("phone", within_s=float(seconds))
    assert store.asked == 101


async def test_as_a_table(centre: Centre) -> None:
    text = statistics_csv(await centre.count("group"), has_bom=True)
    lines = text.split("\r\n")
    assert lines[0].startswith("\ufeffKey,Name,Incoming")
    assert lines[1].startswith("Sales,Sales,2,1,1,1,0.5,0")
    assert lines[3].startswith(",Total,2,")
    assert not statistics_csv(await centre.count("group"), has_bom=False).startswith("\ufeff")

from pathlib import Path

import pytest

from bench.soak import growth, lost_numbers, main
from offhook.console.records import ActionRecord, Batch
from offhook.console.store.sql import SqlStore
from offhook.console.store.sqlite_engine import DATABASE_FILE


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_small_fleet_loses_nothing_while_its_console_is_killed(capfd: pytest.CaptureFixture[str]) -> None:
    brisk = ["--phones=30", "--calls-per-second=2", "--talk=4s", "--ring=1s", "--kill-every=5", "--minutes=0.3"]
    code = main(brisk)
    out = capfd.readouterr().out
    assert code == 0, out
    assert "ok      kills" in out
    assert " answered 200, 0 of them lost" in out and "soak passed" in out


async def test_a_report_that_is_not_in_the_database_is_found_missing(tmp_path: Path) -> None:
    requests = [b"/hold.xml?mac=1&n=1", b"/hold.xml?n=3&mac=1", b"/hold.xml"]
    store = SqlStore(tmp_path)
    await store.open(epoch="e", ended_after=0.0)
    for number, request in enumerate(requests):
        await store.commit(Batch(actions=[ActionRecord(number, "", "1", "127.0.0.1", "hold", request)]))
    assert lost_numbers({1, 2, 3}, tmp_path / DATABASE_FILE) == {2}
    await store.close()


def test_growth_is_the_last_third_over_the_first() -> None:
    assert growth([10.0] * 100) == 1.0
    assert growth([10.0] * 60 + [99.0] * 20 + [12.0] * 40) == pytest.approx(1.2)
    assert growth([10.0] * 60 + [99.0] * 39 + [5.0], min) == 0.5
    assert growth([10.0] * 20) is None

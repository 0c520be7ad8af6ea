import json
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import text

from offhook.console.records import ActionRecord
from offhook.console.store.migration import migrate, migration_config
from offhook.console.store.segment import unpack
from offhook.console.store.sqlite_engine import open_writer

TIME = "2026-01-05T09:12:03.418Z"


def an_event(seq: int, action: int | None) -> dict[str, Any]:
    source = {
        "action": action,
        "dialect": "base",
        "event": "dnd_on",
        "vars": {"n": str(action)},
        "request": f"/dnd_on?n={action}",
    }
    event = {"id": f"e-{seq}", "seq": seq, "epoch": "e", "type": "phone.dnd_changed", "time": TIME, "received": TIME}
    return {**event, "origin": "reported", "phone": "a1", "detail": {"on": True}} | (
        {"source": source} if action is not None else {}
    )


def test_what_was_in_rows_of_its_own_is_there_in_batches(tmp_path: Path) -> None:
    # Two events a request, some of none; the requests before the first event went with their events.
    events = [an_event(seq, None if seq % 5 == 0 else 1_000 + seq // 2) for seq in range(11, 700)]
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        command.upgrade(migration_config(connection), "0006")
        for event in events:
            connection.execute(
                text("INSERT INTO events (seq, type, time, envelope) VALUES (:seq, :type, :time, :envelope)"),
                {**event, "envelope": json.dumps(event).encode()},
            )
        for number in range(990, 1_340):
            connection.execute(
                text("INSERT INTO actions VALUES (:number, :time, 'a1', '10.0.0.1', 'dnd_on', :request)"),
                {"number": number, "time": TIME, "request": f"/dnd_on?n={number}".encode()},
            )
        migrate(connection)
        rows = connection.execute(text("SELECT * FROM journal ORDER BY number")).mappings().all()
        tables = {name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))}
    engine.dispose()
    assert not {"events", "actions"} & tables
    segments = [unpack(row["body"], "e") for row in rows]
    found = [envelope for segment in segments for envelope in segment.envelopes]
    assert [(each.id, each.seq, each.type, each.detail) for each in found] == [
        (event["id"], event["seq"], event["type"], event["detail"]) for event in events
    ]
    assert [each.source.vars if each.source else None for each in found] == [
        event["source"]["vars"] if "source" in event else None for event in events
    ]
    actions = [action for segment in segments for action in segment.actions]
    numbers = [action.number for action in actions]
    assert numbers == sorted({event["source"]["action"] for event in events if "source" in event})
    assert actions[0] == ActionRecord(1_005, TIME, "a1", "10.0.0.1", "dnd_on", b"/dnd_on?n=1005")
    assert actions[-1].source_address == "", "made of what its event says"
    for row, segment in zip(rows, segments, strict=True):
        assert (row["events"], row["actions"]) == (len(segment.envelopes), len(segment.actions))
        assert (row["last_seq"], row["time"]) == (segment.envelopes[-1].seq, TIME)
    assert [row["last_action"] for row in rows] == sorted(row["last_action"] for row in rows)
    assert len(rows) > 3


def test_an_empty_one_stays_empty(tmp_path: Path) -> None:
    engine = open_writer(tmp_path / "x.db")
    with engine.begin() as connection:
        migrate(connection)
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar() == 0
    engine.dispose()

"""Runs the measurements, prints the table and writes `bench/results.json`."""

import asyncio
import json
import platform
import sys
from pathlib import Path

from bench.event_to_wire import event_to_wire
from bench.phone_cost import phone_cost
from bench.row import Row, table
from bench.sip_calls import call_set_up

__all__: list[str] = []


async def _measure() -> list[Row]:
    rows = []
    sys.stderr.write("event to wire ...\n")
    rows.append(await event_to_wire())
    sys.stderr.write("call set-up, ours and baresip's ...\n")
    rows.append(await call_set_up())
    sys.stderr.write("cost of a phone ...\n")
    rows += await phone_cost()
    return rows


def _main() -> int:
    rows = asyncio.run(_measure())
    results = {
        "machine": {"python": platform.python_version(), "system": platform.platform()},
        "rows": [row.as_json() for row in rows],
        "all_reached": all(row.reached for row in rows),
    }
    (Path(__file__).parent / "results.json").write_text(
        json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8"
    )
    sys.stdout.write(table(rows) + "\n")
    return 0


sys.exit(_main())

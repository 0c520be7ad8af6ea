"""Runs the measurements, prints the table and writes `bench/results.json`."""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.children import BenchError
from bench.disk import at_rest
from bench.effort import FULL, QUICK, Effort
from bench.installed import versions
from bench.plan import MEASUREMENTS, Measurement
from bench.results import results_of
from bench.row import Row, table, unmeasured
from bench.steadiness import look

__all__: list[str] = []

_RESULTS = Path(__file__).parent / "results.json"
_MOST_S = 420.0
"""What one measurement may take; all of them together stay within a quarter of an hour."""


def _main() -> int:
    keys = [each.key for each in MEASUREMENTS]
    parser = argparse.ArgumentParser(prog="python -m bench", description="Figures beside a floor or a peer.")
    parser.add_argument("--only", action="append", choices=keys, help="measure this one; may be given several times")
    parser.add_argument("--quick", action="store_true", help="so little that one sees only whether it works")
    parser.add_argument("--out", type=Path, help="where to write the results (a full run: bench/results.json)")
    parsed = parser.parse_args()
    chosen = [each for each in MEASUREMENTS if parsed.only is None or each.key in parsed.only]
    is_whole = parsed.only is None and not parsed.quick
    rows, steadiness = asyncio.run(_measure(chosen, QUICK if parsed.quick else FULL))
    out = parsed.out or (_RESULTS if is_whole else None)
    if out is None:
        sys.stderr.write("not the whole run: nothing is written without --out FILE\n")
    else:
        results = results_of(rows, asyncio.run(versions()), steadiness, is_whole=is_whole)
        out.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")
    sys.stdout.write(table(rows) + "\n")
    return 0 if all(row.rounds for row in rows) else 1


async def _measure(
    chosen: Sequence[Measurement], effort: Effort
) -> tuple[list[Row], Mapping[str, Mapping[str, float]]]:
    """Measure one after the other; gives the rows, and how fast the machine was before each measurement."""
    rows: dict[str, list[Row]] = {}
    steadiness = {}
    for each in sorted(chosen, key=lambda each: each.fills_disk):
        sys.stderr.write(f"{each.key} ...\n")
        await at_rest()
        steadiness[each.key] = look()
        began = time.monotonic()
        try:
            async with asyncio.timeout(_MOST_S):
                found = await each.measure(effort)
        except (BenchError, OSError, TimeoutError) as error:
            reason = str(error) or f"something did not come in time, or it took more than {_MOST_S:g} s"
            sys.stderr.write(f"  could not be measured: {reason}\n")
            found = [unmeasured(name, reason.splitlines()[0], how=each.how) for name in each.names]
        if tuple(row.name for row in found) != each.names:
            raise AssertionError(f"{each.key} gave other rows than its own: {[row.name for row in found]}")
        rows[each.key] = found
        sys.stderr.write(f"  {time.monotonic() - began:.0f} s\n")
    return [row for each in chosen for row in rows[each.key]], steadiness


sys.exit(_main())

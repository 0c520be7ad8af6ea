"""The form of `bench/results.json`."""

import platform
from collections.abc import Mapping, Sequence

from bench.cores import LOAD, SERVER
from bench.row import Row

__all__ = ["results_of"]


def results_of(
    rows: Sequence[Row],
    programs: Mapping[str, str],
    steadiness: Mapping[str, Mapping[str, float]],
    *,
    is_whole: bool,
) -> dict[str, object]:
    """Make what is written.

    Args:
        programs: Versions of the floors and peers.
        steadiness: By measurement, how long the same work took before it: see `bench.steadiness`.
        is_whole: Every row was measured, with all its rounds.
    """
    return {
        "machine": {
            "python": platform.python_version(),
            "system": platform.platform(),
            "server_core": SERVER,
            "load_core": LOAD,
            **programs,
        },
        "steadiness": steadiness,
        "is_whole": is_whole,
        "rows": [row.as_json() for row in rows],
        "all_reached": all(row.reached for row in rows),
    }

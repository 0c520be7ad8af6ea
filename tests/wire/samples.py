"""The wire samples as typed records."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["SAMPLES", "WireSample"]


@dataclass(frozen=True)
class WireSample:
    """One connection of a phone, and what the console must make of it."""

    name: str
    raw: bytes
    event: str
    values: dict[str, str | None]

    @property
    def id(self) -> str:
        """Name of the test case."""
        return self.name.replace(" ", "-")


def _read(entry: dict[str, Any]) -> WireSample:
    return WireSample(entry["name"], entry["raw"].encode("latin-1"), entry["event"], entry["values"])


SAMPLES: tuple[WireSample, ...] = tuple(
    _read(entry) for entry in json.loads(Path(__file__).with_name("action-url-requests.json").read_text("utf-8"))
)

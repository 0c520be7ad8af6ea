"""A data folder with a long history, made by the store's own code and kept for the next run.

10,000 phones that ended as many calls, and one event of each call, over the last days; the newest ended an hour ago.
"""

import hashlib
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import quote, urlencode

from bench.installed import CACHE
from offhook.callmodel.connection import ConnectionState
from offhook.console.records import Batch, CallRecord, ConnectionRecord, PhoneRecord
from offhook.console.store.schema import METADATA
from offhook.console.store.sql import SqlStore
from offhook.console.times import rfc3339
from offhook.console_api.envelope import Envelope, Source
from offhook.console_api.event_types import EventType, Origin
from offhook.console_api.resources import Direction, Party

__all__ = ["PHONES", "history_folder", "phone_id"]

PHONES = 10_000
_AT_ONCE = 5_000
_OVER_S = 20 * 3600.0
"""Shorter than what is kept by default, so that nothing is thrown away meanwhile."""
_FRESH_S = 12 * 3600.0
_EPOCH = "bench0000000"
_MADE = 1
"""To be raised when what is made changes."""


def phone_id(number: int) -> str:
    """Give the MAC address of a phone; the same as in the intake's load."""
    return f"02000f{number:06x}"


async def history_folder(size: int) -> Path:
    """Give a data folder with so many calls and events; makes it unless there is one of today.

    Args:
        size: Calls, and events.
    """
    folder = _folder(size)
    done = folder / "done"
    if not _is_fresh(done):
        sys.stderr.write(f"  making a history of {size:,} calls and events ...\n")
        await _make(folder, size)
        done.touch()
    return folder


def _folder(size: int) -> Path:
    """Find a history that is still good, or make room for a new one."""
    columns = [str(column.type) + column.name for table in METADATA.sorted_tables for column in table.columns]
    mark = hashlib.sha256(" ".join([*columns, str(_MADE)]).encode()).hexdigest()[:12]
    folder = CACHE / f"history-{size}-{mark}"
    if not _is_fresh(folder / "done"):
        for old in CACHE.glob(f"history-{size}-*"):
            shutil.rmtree(old)
        folder.mkdir(mode=0o700, parents=True)
    return folder


def _is_fresh(done: Path) -> bool:
    return done.exists() and time.time() - done.stat().st_mtime < _FRESH_S


async def _make(folder: Path, size: int) -> None:
    store = SqlStore(folder)
    newest = time.time() - 3600.0
    await store.open(epoch=_EPOCH, ended_after=newest)
    try:
        await store.commit(Batch(phones=[_phone(number) for number in range(PHONES)]))
        for first in range(0, size, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, size))
            calls = [_call(number, newest - _OVER_S * (1 - number / size)) for number in numbers]
            events = [_ended(number, call) for number, call in zip(numbers, calls, strict=True)]
            await store.commit(Batch(calls=calls, envelopes=events))
    finally:
        await store.close()


def _phone(number: int) -> PhoneRecord:
    user = str(10_000 + number)
    return PhoneRecord(
        id=phone_id(number),
        is_set_up=True,
        name=f"Phone {user}",
        extension=user,
        control_url=f"http://127.1.{number // 250}.{number % 250 + 1}",
        approved_url=f"http://127.1.{number // 250}.{number % 250 + 1}",
        control_user="admin",
        address=f"127.1.{number // 250}.{number % 250 + 1}",
        model="offhook",
        firmware="0.1.0",
    )


def _call(number: int, began: float) -> CallRecord:
    wire = f"h{number}@127.0.0.1"
    connection = ConnectionRecord(
        # A step without a common factor: the calls of one phone lie far apart, as they do.
        phone=phone_id(number * 7919 % PHONES),
        state=ConnectionState.NULL,
        began=began,
        direction=Direction.INCOMING if number % 2 else Direction.OUTGOING,
        line=f"sip:{10_000 + number % PHONES}@127.0.0.1",
        remote=Party(number=str(30_000 + number % 5_000), name=f"Customer {number % 5_000}"),
        answered=began + 4.0,
        ended=began + 94.0,
        cause="normal",
        reported=began + 94.0,
    )
    return CallRecord(
        id=f"bench{number:08x}",
        began=began,
        wire=wire,
        call_id=wire,
        answered=began + 4.0,
        ended=began + 94.0,
        connections=(connection,),
    )


def _ended(number: int, call: CallRecord) -> Envelope:
    (connection,) = call.connections
    at = rfc3339(call.ended or call.began)
    return Envelope(
        id=f"{_EPOCH}-{number + 1}",
        seq=number + 1,
        epoch=_EPOCH,
        type=EventType.CALL_CONNECTION_CLEARED,
        origin=Origin.REPORTED,
        time=at,
        received=at,
        phone=connection.phone,
        line=connection.line,
        call=call.id,
        connection=f"{call.id}:{connection.phone}",
        connection_state=ConnectionState.NULL,
        cause="normal",
        source=Source(
            action=number + 1, dialect="base", event="terminated", vars=_values(call), request=_request(call)
        ),
    )


def _values(call: CallRecord) -> dict[str, str]:
    (connection,) = call.connections
    return {
        "mac": connection.phone,
        "ip": "127.1.1.1",
        "model": "offhook",
        "firmware": "0.1.0",
        "active_url": connection.line,
        "local": connection.line,
        "remote": f"sip:{connection.remote.number}@127.0.0.1",
        "display_remote": connection.remote.name,
        "call_id": call.wire,
    }


def _request(call: CallRecord) -> str:
    return f"/terminated.xml?{urlencode(_values(call), quote_via=quote)}"

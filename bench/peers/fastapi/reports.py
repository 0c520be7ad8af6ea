"""The peer of `durable intake`: each report is committed to SQLite, synchronous=FULL, before it is answered.

Written as it is fastest with one worker: the commit is made in the event loop, as a thread would cost more than it
saves, and the variables are kept as they came.
"""

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response  # type: ignore[import-not-found]  # installed beside, see `installed`

__all__ = ["app"]

_INSERT = "INSERT INTO reports (event, mac, variables) VALUES (?, ?, ?)"
_database = sqlite3.connect(os.environ["REPORTS_DATABASE"], isolation_level=None)


@asynccontextmanager
async def _life(_app: FastAPI) -> AsyncIterator[None]:
    _database.execute("PRAGMA journal_mode=WAL")
    _database.execute("PRAGMA synchronous=FULL")
    _database.execute("CREATE TABLE reports (number INTEGER PRIMARY KEY, event TEXT, mac TEXT, variables TEXT)")
    yield
    _database.close()


async def _take(event: str, mac: str, request: Request) -> Response:
    _database.execute(_INSERT, (event, mac, str(request.url.query)))
    return Response()


app = FastAPI(lifespan=_life, openapi_url=None)
app.add_api_route("/{event}", _take, methods=["GET"])

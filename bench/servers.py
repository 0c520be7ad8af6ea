"""What the intake is measured beside: nginx, Node-RED and FastAPI, each on the server's core, each on a free port."""

import contextlib
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bench.children import Program, running, until_open
from bench.cores import SERVER, on
from bench.installed import PEERS, fastapi_python, node_red, require_programs
from tests.peers.kamailio import free_port

__all__ = ["Server", "fastapi", "nginx", "red"]


@dataclass(frozen=True, slots=True)
class Server:
    """One that takes reports."""

    url: str
    pids: list[int]


@contextlib.asynccontextmanager
async def nginx(folder: Path) -> AsyncIterator[Server]:
    """Answer 200 and do nothing else."""
    await require_programs("nginx", "wrk", "taskset")
    port = free_port()
    text = (PEERS / "nginx.conf").read_text("utf-8").replace("FOLDER", str(folder)).replace("PORT", str(port))
    settings = folder / "nginx.conf"
    settings.write_text(text, "utf-8")
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or "nginx"
    async with _serving([program, "-p", str(folder), "-c", str(settings)], folder, port) as server:
        yield server


@contextlib.asynccontextmanager
async def red(folder: Path) -> AsyncIterator[Server]:
    """Append each report to a file, in Node-RED."""
    script = await node_red()
    port = free_port()
    shutil.copy(PEERS / "node-red" / "settings.js", folder)
    shutil.copy(PEERS / "node-red" / "flow.json", folder)
    command = ["node", str(script), "-s", str(folder / "settings.js"), "-u", str(folder), "-p", str(port)]
    variables = {"REPORTS_FILE": str(folder / "reports.txt")}
    async with _serving([*command, str(folder / "flow.json")], folder, port, "Started flows", variables) as server:
        yield server


@contextlib.asynccontextmanager
async def fastapi(folder: Path) -> AsyncIterator[Server]:
    """Commit each report to SQLite, in FastAPI on one worker of uvicorn."""
    python = await fastapi_python()
    port = free_port()
    command = [str(python), "-m", "uvicorn", "reports:app", "--app-dir", str(PEERS / "fastapi")]
    options = ["--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop", "--http", "httptools"]
    quiet = ["--no-access-log", "--log-level", "info", "--workers", "1"]
    variables = {"REPORTS_DATABASE": str(folder / "reports.db")}
    async with _serving([*command, *options, *quiet], folder, port, "startup complete", variables) as server:
        yield server


@contextlib.asynccontextmanager
async def _serving(
    command: list[str], folder: Path, port: int, ready: str = "", variables: dict[str, str] | None = None
) -> AsyncIterator[Server]:
    with_variables = ["env", *(f"{name}={value}" for name, value in (variables or {}).items()), *command]
    async with running(on(SERVER, with_variables), folder=folder) as program:
        await _until_ready(program, ready, port)
        yield Server(f"http://127.0.0.1:{port}", program.pids)


async def _until_ready(program: Program, ready: str, port: int) -> None:
    if ready:
        await program.line_with(ready)
    await until_open(port)

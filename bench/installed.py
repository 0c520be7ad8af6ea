"""The peers and floors, installed by the bench itself: Debian's packages, and two folders of its own.

Nothing of it touches the project's environment; `bench/.peers` can be thrown away at any time.
"""

import asyncio
import hashlib
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.children import BenchError

__all__ = ["CACHE", "PEERS", "fastapi_python", "node_red", "require_programs", "versions"]

PEERS = Path(__file__).parent / "peers"
"""What is ours of the peers: their settings and versions."""
CACHE = Path(__file__).parent / ".peers"
"""What is installed."""

_DEBIAN = {"nginx": "nginx-light", "wrk": "wrk", "npm": "npm", "node": "nodejs", "taskset": "util-linux"}
"""Program -> package."""


async def require_programs(*programs: str) -> None:
    """Install what is missing of Debian's programs.

    Raises:
        BenchError: It cannot be; says how to.
    """
    missing = sorted({_DEBIAN[program] for program in programs if not _found(program)})
    if not missing:
        return
    command = ["apt-get", "install", "--yes", "--no-install-recommends", *missing]
    try:
        await _run(["apt-get", "-qq", "update"])
        await _run(command)
    except (BenchError, OSError) as error:
        raise BenchError(f"install it first: sudo apt-get update && sudo {' '.join(command)}\n{error}") from error


async def node_red() -> Path:
    """Install Node-RED; gives its start script."""
    await require_programs("node", "npm")
    wanted = PEERS / "node-red" / "package.json"
    folder = _folder("node-red", wanted)
    if not (folder / "done").exists():
        shutil.copy(wanted, folder / "package.json")
        await _run(["npm", "install", "--prefix", str(folder), "--omit=dev", "--no-audit", "--no-fund"])
        (folder / "done").touch()
    return folder / "node_modules" / "node-red" / "red.js"


async def fastapi_python() -> Path:
    """Install FastAPI and uvicorn into an environment of their own; gives its interpreter."""
    wanted = PEERS / "fastapi" / "requirements.txt"
    folder = _folder("fastapi", wanted)
    python = folder / "bin" / "python"
    if not (folder / "done").exists():
        await _run([sys.executable, "-m", "venv", "--clear", str(folder)])
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "-q"]
        await _run([*pip, "install", "--only-binary", ":all:", "-r", str(wanted)])
        (folder / "done").touch()
    return python


async def versions() -> dict[str, str]:
    """Tell the versions of what is there."""
    asked = {"nginx": ["nginx", "-v"], "wrk": ["wrk", "-v"], "node": ["node", "--version"]}
    told = {}
    for name, command in asked.items():
        found = _found(name)
        if found is not None:
            told[name] = (await _output([found, *command[1:]])).splitlines()[0].strip()
    return told


def _found(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")


def _folder(name: str, wanted: Path) -> Path:
    """Give the folder of what these wishes lead to; other wishes have another one."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    mark = hashlib.sha256(wanted.read_bytes() + python.encode()).hexdigest()[:12]
    folder = CACHE / f"{name}-{mark}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


async def _run(command: Sequence[str]) -> None:
    sys.stderr.write(f"  {' '.join(command)}\n")
    started = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await started.communicate()
    if started.returncode != 0:
        raise BenchError(f"{command[0]} failed:\n{output.decode('utf-8', 'replace')[-2000:]}")


async def _output(command: Sequence[str]) -> str:
    started = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await started.communicate()
    return output.decode("utf-8", "replace")

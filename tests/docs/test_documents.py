"""Every command that README and docs show is run here, as it is shown."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.programs import ROOT, Program, running

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "ARCHITECTURE.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
BLOCK = re.compile(r"^(?P<indent> *)```(?P<info>[^\n]*)\n(?P<body>.*?)^(?P=indent)```", re.DOTALL | re.MULTILINE)
READY = "Ctrl-C stops"
# Commands that set the checkout up, and the one that is running this test.
MAKE_TARGETS = re.compile(r"make [a-z-]+")


@dataclass(frozen=True)
class Block:
    document: str
    info: str
    body: str


def blocks() -> list[Block]:
    found = []
    for document in DOCUMENTS:
        for match in BLOCK.finditer(document.read_text("utf-8")):
            indent = match["indent"]
            lines = [line.removeprefix(indent) for line in match["body"].splitlines()]
            found.append(Block(document.name, match["info"].strip(), "\n".join(lines)))
    return found


BLOCKS = blocks()


def shown(info: str) -> list[Block]:
    return [block for block in BLOCKS if block.info == info]


def commands(body: str) -> list[str]:
    """Join continued lines: one command an entry."""
    return [line for line in re.sub(r"\\\n\s*", "", body).splitlines() if line]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment as a stranger has it: nothing of ours, an empty home."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG")}
    return {**kept, "HOME": str(tmp_path_factory.mktemp("home"))}


@pytest.fixture(scope="module")
def demo(home: dict[str, str]) -> Iterator[Program]:
    with running(["make", "run"], env=home) as program:
        program.wait_for(READY)
        yield program
        code = program.interrupt()
    # make ends by the signal it got itself; what matters is that it has nothing to complain of.
    assert code in (0, 130, -signal.SIGINT), program.output
    assert "Error" not in program.output and "Traceback" not in program.output, program.output


def run(command: str, env: dict[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_first_commands_are_the_two_that_do_everything() -> None:
    assert [block.body for block in shown("sh") if block.document == "README.md"] == ["make run", "make test"]
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_plain_command_is_a_target_of_make() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    for block in shown("sh"):
        for command in commands(block.body):
            if MAKE_TARGETS.match(command):
                assert command.split()[1] in targets, command


def test_no_block_of_commands_is_left_out() -> None:
    assert {block.info for block in BLOCKS} <= {"", "sh", "sh demo", "sh alone", "sh phones", "mermaid"} | {
        block.info for block in BLOCKS if block.info.startswith(("python file=", "json", "toml"))
    }


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_commands_that_need_the_demo(demo: Program, home: dict[str, str]) -> None:
    assert "/sign-in?token=" in demo.output
    for block in shown("sh demo"):
        output = run(block.body, home)
        if "key=" in block.body:
            assert output.startswith("OK"), output
        if "outgoing.xml" in block.body:
            assert output.startswith("HTTP/1.1 200"), output
        if "/api/v1/" in block.body:
            assert "error_id" not in output and output.strip(), output


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_commands_that_run_alone(home: dict[str, str], tmp_path: Path) -> None:
    for block in shown("sh alone"):
        command = block.body
        if "ARGS=" in command:
            # Ports and a folder apart from the demo of the other test, which may be running; nothing else differs.
            apart = f"--api-port 0 --listener-port 0 --phones-port 0 --data {tmp_path}"
            command = re.sub(r"ARGS=(\S+)", rf"ARGS='\1 {apart}'", command)
        output = run(command, home)
        if "--tour" in command:
            assert " steps done" in output, output


@pytest.mark.slow
def test_a_console_for_real_phones(home: dict[str, str], tmp_path: Path) -> None:
    (block,) = shown("sh phones")
    command = block.body.replace("192.0.2.76", "127.0.0.1")
    with running([*command.split(), "--api-port=0", "--listener-port=0", f"--data={tmp_path}"], env=home) as program:
        program.wait_for(READY)
        assert program.interrupt() == 0, program.output
    assert "Traceback" not in program.output


def test_examples_are_what_the_documents_show() -> None:
    for block in BLOCKS:
        if block.info.startswith("python file="):
            file = ROOT / block.info.removeprefix("python file=")
            assert file.read_text("utf-8") == block.body + "\n"


def test_the_event_table_is_current() -> None:
    assert run("scripts/event-table", {**os.environ, "PATH": f"{ROOT}/.venv/bin:{os.environ['PATH']}"}) == (
        ROOT / "docs" / "events.md"
    ).read_text("utf-8")


def test_links_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"

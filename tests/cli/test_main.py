import subprocess
import sys
from pathlib import Path

import pytest

from offhook import __version__
from offhook.cli.main import main

pytestmark = pytest.mark.usefixtures("logging_as_found")


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"offhook {__version__}\n"


def test_without_a_command_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["demo", "console", "phone"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"offhook {command}" in capsys.readouterr().out


def test_an_error_is_one_line_and_code_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["console", "--data", str(tmp_path / "file")]) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("offhook: cannot use the data folder")
    assert captured.err.count("\n") == 1
    assert captured.out == ""


def test_the_version_is_quick_because_nothing_else_is_imported() -> None:
    program = """
import sys
from offhook.cli.main import main
try:
    main(["--version"])
except SystemExit:
    pass
heavy = {"asyncio", "aiohttp", "litestar", "sqlalchemy", "rich", "uvicorn"} & set(sys.modules)
sys.exit(", ".join(sorted(heavy)) or 0)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=15, check=False)
    assert (done.returncode, done.stderr) == (0, "")

"""Completion scripts that their shells can read."""

import shutil
import subprocess

import pytest

from offhook.cli.main import main


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_the_script_knows_the_commands(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for word in ("transfer", "attended", "watch", "dial"):
        assert word in script


def test_bash_completes_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    main(["completion", "bash"])
    script = capsys.readouterr().out
    asked = 'COMP_WORDS=(offhook tra); COMP_CWORD=1; _shtab_offhook; echo "${COMPREPLY[@]}"'
    done = subprocess.run([bash, "-c", f"{script}\n{asked}"], capture_output=True, text=True, timeout=15, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "transfer"), done.stderr

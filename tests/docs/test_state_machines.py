"""docs/state-machines.md is drawn from the tables, and is what they say today."""

import subprocess
import sys

from offhook.callmodel.connection import TRANSITIONS
from offhook.callmodel.registration import REGISTRATION_TRANSITIONS
from offhook.callmodel.transfer import TRANSFER_TRANSITIONS
from tests.programs import ROOT


def test_the_document_is_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "state-diagrams", "--check"],
        capture_output=True,
        text=True,
        timeout=15,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_transition_of_every_table_is_drawn() -> None:
    document = (ROOT / "docs" / "state-machines.md").read_text("utf-8")
    arrows = [line for line in document.splitlines() if "-->" in line and "[*]" not in line]
    tables = (TRANSITIONS, REGISTRATION_TRANSITIONS, TRANSFER_TRANSITIONS)
    assert len(arrows) == sum(len(steps) for table in tables for steps in table.values())

import json
import re
import sys
from pathlib import Path

from tests.programs import running

OFFHOOK = [sys.executable, "-m", "offhook"]
BRISK = ["--phones=10", "--calls-per-second=5", "--talk=1s", "--ring=0.3s", "--port=0"]


def test_a_fleet_drives_a_console_and_says_what_came_of_it(tmp_path: Path) -> None:
    with running([*OFFHOOK, "console", f"--data={tmp_path}", "--api-port=0", "--listener-port=0"]) as console:
        console.wait_for("Ctrl-C stops")
        places = dict(re.findall(r"^(API|Phones report to) +(http://127\.0\.0\.1:\d+)", console.output, re.MULTILINE))
        where = [f"--console={places['Phones report to']}", f"--api={places['API']}", f"--data={tmp_path}"]
        file = tmp_path / "report.json"
        with running([*OFFHOOK, "fleet", *BRISK, *where, "--duration=2s", f"--json={file}"]) as fleet:
            assert fleet.wait_end() == 0, fleet.output
        assert "10 of 10 phones shown as they are" in fleet.output
        assert re.search(r"^calls .* calls up \d+ .* events/s  answered \d+", fleet.output, re.MULTILINE)
        report = json.loads(file.read_text("utf-8"))
        assert report["tally"]["answered"] == report["tally"]["reports"] > 40
        assert report["comparison"]["wrong"] == []

        with running([*OFFHOOK, "fleet", *BRISK, where[0], "--json=-"]) as fleet:
            fleet.wait_for("calls  ")
            assert fleet.interrupt() == 0, fleet.output
        assert '"comparison": null' in fleet.output
        assert console.interrupt() == 0


def test_without_a_console_it_says_what_to_do() -> None:
    with running([*OFFHOOK, "fleet", "--console=http://127.0.0.1:9"]) as fleet:
        assert fleet.wait_end() == 3
    assert "no console at http://127.0.0.1:9: connection refused" in fleet.output
    assert "Traceback" not in fleet.output


def test_a_console_elsewhere_is_refused_in_one_line() -> None:
    with running([*OFFHOOK, "fleet", "--console=http://192.0.2.7:8801"]) as fleet:
        assert fleet.wait_end() == 1
    assert "no address on this machine" in fleet.output and fleet.output.count("\n") == 1

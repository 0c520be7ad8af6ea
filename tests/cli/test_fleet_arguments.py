import pytest

from offhook.cli.fleet_arguments import seconds
from offhook.cli.main import build_parser


@pytest.mark.parametrize(
    ("text", "wanted"), [("90", 90.0), ("90s", 90.0), ("1.5m", 90.0), ("2h", 7200.0), ("250 ms", 0.25)]
)
def test_times_are_read_as_people_write_them(text: str, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize(
    "flags",
    [
        ["--talk=long"],
        ["--talk=0s"],
        ["--talk=-1s"],
        ["--answer=1.5"],
        ["--answer=most"],
        ["--answer=nan"],
        ["--calls-per-second=-1"],
        ["--storm=snow"],
    ],
)
def test_what_makes_no_sense_is_refused(flags: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args(["fleet", *flags])
    assert ended.value.code == 2
    assert flags[0].partition("=")[0] in capsys.readouterr().err


def test_the_command_of_the_documents_is_understood() -> None:
    line = "fleet --phones 10000 --calls-per-second 50 --talk 90s --answer 0.8 --seed 7 --faults drop=0.01,double=0.01"
    parsed = build_parser().parse_args(line.split())
    assert (parsed.phones, parsed.calls_per_second, parsed.talk, parsed.answer, parsed.seed) == (10_000, 50, 90, 0.8, 7)

import msgspec

from offhook.fleet.result import FleetReport, in_words
from offhook.fleet.tally import Tally
from offhook.fleet.truth import Comparison, Difference


def report(comparison: Comparison | None = None, trouble: str = "") -> FleetReport:
    tally = Tally()
    tally.by_event.update({"hold": 1_200})
    tally.answered, tally.lost_on_purpose, tally.given_up = 1_100, 60, 30
    tally.by_status.update({200: 1_101, 404: 3})
    tally.answer.add(0.0042)
    return FleetReport(
        phones=1_000,
        seed=7,
        seconds=60.0,
        reports_per_s=20.0,
        calls_up=12,
        is_drained=False,
        tally=tally.figures(),
        comparison=comparison,
        trouble=trouble,
    )


def comparison(wrong: int = 0, uncertain: int = 0) -> Comparison:
    def some(count: int) -> list[Difference]:
        return [Difference(phone=f"p{number}", what="dnd", truth="on", shown="off") for number in range(count)]

    return Comparison(phones=1_000, calls=24, equal=990, wrong=some(wrong), uncertain=some(uncertain), untold=some(0))


def test_the_words_say_everything() -> None:
    words = "\n".join(in_words(report(comparison())))
    for part in ("1,000 phones", "1,200 made (20/s), 1,100 answered", "1,101 × 200, 3 × 404", "60 on purpose"):
        assert part in words
    assert "30 never answered" in words and "10 still waiting" in words
    assert "p99 4.20" in words and "990 of 1,000 phones" in words


def test_differences_are_listed_but_not_all_of_many() -> None:
    lines = in_words(report(comparison(wrong=1, uncertain=25)))
    assert "  wrong     p0 dnd: is on, shown off" in lines
    assert sum(line.startswith("  uncertain p") for line in lines) == 20
    assert "  uncertain and 5 more" in lines


def test_wrong_and_sure_is_not_good_and_neither_is_no_answer() -> None:
    assert report().is_good and report(comparison(uncertain=3)).is_good
    assert not report(comparison(wrong=1)).is_good
    failed = report(trouble="the console is gone")
    assert not failed.is_good and "could not be compared: the console is gone" in "\n".join(in_words(failed))


def test_it_can_be_read_back_from_json() -> None:
    made = report(comparison(wrong=2))
    assert msgspec.json.decode(msgspec.json.encode(made), type=FleetReport) == made

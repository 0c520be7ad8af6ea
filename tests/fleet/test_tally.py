from offhook.fleet.tally import Tally


def test_every_report_is_somewhere() -> None:
    tally = Tally()
    tally.by_event.update({"hold": 6, "unhold": 4})
    tally.by_status.update({503: 1, 200: 5})
    tally.answered, tally.lost_on_purpose, tally.given_up, tally.thrown_away = 5, 2, 1, 1
    tally.answer.add(0.002)
    figures = tally.figures()
    assert figures.reports == tally.reports == 10
    assert figures.waiting == 1
    assert list(figures.by_status.items()) == [("200", 5), ("503", 1)]
    assert list(figures.by_event) == ["hold", "unhold"]
    assert figures.answer.max == 2.0 and figures.delivery.count == 0

import pytest

from offhook.phone.keypad import AudioPath
from offhook.phone.panel import MAX_VOLUME, Panel, failure_notice
from offhook.protocol.sip_uri import PartyAddress


def test_the_volume_stays_within_its_limits() -> None:
    panel = Panel()
    panel.change_volume(100)
    assert panel.volume == MAX_VOLUME
    panel.change_volume(-1)
    assert panel.volume == MAX_VOLUME - 1
    panel.change_volume(-100)
    assert panel.volume == 0


def test_a_new_panel_says_nothing() -> None:
    panel = Panel()
    assert (panel.notice, panel.missed, panel.last_number, panel.audio_path) == ("", 0, "", AudioPath.SPEAKER)


def test_a_restart_keeps_what_the_user_would_miss() -> None:
    before, after = Panel(), Panel()
    before.change_volume(3)
    before.missed, before.last_number, before.notice, before.is_handset_up = 2, "1002", "old", True
    after.inherit(before)
    assert (after.volume, after.missed, after.last_number, after.notice) == (11, 2, "1002", "")
    assert after.recent is before.recent
    assert not after.is_handset_up


@pytest.mark.parametrize(
    ("status", "text"),
    [(486, "1002: busy"), (404, "1002: unknown number"), (603, "1002: declined"), (599, "1002: failed (599)")],
)
def test_why_a_call_failed(status: int, text: str) -> None:
    assert failure_notice(PartyAddress("1002", "pbx"), status) == text


def test_a_party_without_user_is_named_by_its_host() -> None:
    assert failure_notice(PartyAddress("", "pbx"), 486) == "pbx: busy"

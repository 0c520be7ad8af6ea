from pathlib import Path

from offhook.demo.cast import CAST, phone_settings, with_real_calls
from offhook.protocol.action_url import check_template
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable


def test_three_phones_that_nobody_else_has() -> None:
    assert [role.extension for role in CAST] == ["1001", "1002", "1003"]
    # The second-lowest bit of the first octet marks a locally administered address.
    assert all(int(role.mac[:2], 16) & 0b10 for role in CAST)
    assert len({role.mac for role in CAST}) == 3


def test_every_event_is_reported_to_the_console_with_every_variable() -> None:
    settings = phone_settings(CAST[0], http_port=8081, listener_url="http://127.0.0.1:8801")
    assert set(settings.action_urls) == set(Event)
    for event, template in settings.action_urls.items():
        check_template(template)
        assert template.startswith(f"http://127.0.0.1:8801/{event.value}.xml?")
        assert all(f"${variable.value}" in template for variable in Variable)


def test_in_real_calls_everybody_knows_where_the_others_are(tmp_path: Path) -> None:
    plain = phone_settings(CAST[1], http_port=0, listener_url="http://127.0.0.1:8801")
    real = with_real_calls(plain, CAST[1], (1, 2, 3), tmp_path)
    (account,) = real.accounts
    assert account.peers == {"1001": "127.0.0.1:1", "1003": "127.0.0.1:3"}
    assert not account.is_registering
    assert (real.sip.port, real.sip.sound.tone_hz) == (2, CAST[1].tone_hz)


def test_everybody_sounds_different() -> None:
    assert len({role.tone_hz for role in CAST}) == len(CAST)

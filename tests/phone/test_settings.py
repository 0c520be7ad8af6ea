import msgspec
import pytest

from offhook.phone.settings import ActiveUri, PhoneSettings
from offhook.protocol.events import Event


def test_the_defaults_make_a_phone_that_stays_on_loopback() -> None:
    settings = PhoneSettings()
    assert settings.network.address == "127.0.0.1"
    assert settings.accounts == []
    assert settings.action_urls == {}
    assert settings.local_means == "callee"
    assert settings.active_uri.x_key == "hang_up"


def test_urls_are_set_by_event() -> None:
    url = "http://127.0.0.1:8801/outgoing.xml?ip=$ip"
    settings = msgspec.convert({"action_urls": {"outgoing": url}}, PhoneSettings)
    assert settings.action_urls == {Event.OUTGOING: url}


@pytest.mark.parametrize(
    "wrong",
    [
        {"idenity": {}},
        {"identity": {"mac": "00:21:F2:AA:BB:CC"}},
        {"network": {"http_port": 65536}},
        {"login": {"password": ""}},
        {"accounts": [{"user": ""}]},
        {"accounts": [{"user": "1"}] * 9},
        {"features": {"no_answer_s": 0}},
        {"active_uri": {"x_key": "explode"}},
        {"action_urls": {"teatime": "http://127.0.0.1/"}},
        {"local_means": "caller"},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, PhoneSettings)


def test_who_may_send_commands_is_checked_where_settings_are_read() -> None:
    assert msgspec.convert({"allowed": ["192.0.2.*"]}, ActiveUri).allowed == ["192.0.2.*"]
    with pytest.raises(msgspec.ValidationError, match="allowed: '192.0.2' is no address"):
        msgspec.convert({"active_uri": {"allowed": ["192.0.2"]}}, PhoneSettings)

import re
import tomllib
from typing import get_args

import msgspec
import pytest

from offhook.phone.settings import ActiveUri, DssKeyType, PhoneSettings
from offhook.protocol.events import Event
from tests.programs import ROOT


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
        {"dss_keys": [{"position": 11}]},
        {"dss_keys": [{"position": 1, "type": "teapot"}]},
        {"dss_keys": [{"position": 1, "type": "action_url", "value": "https://192.0.2.76/"}]},
        {"dss_keys": [{"position": 1, "type": "dtmf", "value": "12a"}]},
        {"dss_keys": [{"position": 1, "type": "speed_dial"}]},
        {"dss_keys": [{"position": 1, "type": "line"}]},
        {"dss_keys": [{"position": 3}, {"position": 3}]},
        {"directory": [{"name": "", "number": "1002"}]},
        {"provisioning": {"url": "ftp://192.0.2.9/$mac"}},
        {"provisioning": {"interval_s": 59}},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, PhoneSettings)


def test_who_may_send_commands_is_checked_where_settings_are_read() -> None:
    assert msgspec.convert({"allowed": ["192.0.2.*"]}, ActiveUri).allowed == ["192.0.2.*"]
    with pytest.raises(msgspec.ValidationError, match=r"allowed: .192\.0\.2. is no address"):
        msgspec.convert({"active_uri": {"allowed": ["192.0.2"]}}, PhoneSettings)


def test_keys_and_people() -> None:
    document = {
        "dss_keys": [
            {"position": 1, "type": "busy_lamp", "value": "1002", "label": "Bob"},
            {"position": 2, "type": "action_url", "value": "http://192.0.2.76/door.xml?ip=$ip"},
            {"position": 10},
        ],
        "directory": [{"name": "Bob", "number": "1002"}],
    }
    settings = msgspec.convert(document, PhoneSettings)
    assert [(key.position, key.type, key.label) for key in settings.dss_keys] == [
        (1, "busy_lamp", "Bob"),
        (2, "action_url", ""),
        (10, "none", ""),
    ]
    assert settings.directory[0].number == "1002"


def test_what_is_wrong_with_a_key_says_which_without_its_url() -> None:
    wrong = {"dss_keys": [{"position": 4, "type": "action_url", "value": "ftp://user:secret@192.0.2.76/"}]}
    with pytest.raises(msgspec.ValidationError, match=r"D4: must start with http") as caught:
        msgspec.convert(wrong, PhoneSettings)
    assert "secret" not in str(caught.value)


def test_the_example_of_the_documents() -> None:
    text = (ROOT / "docs" / "phone-menu.md").read_text("utf-8")
    (example,) = re.findall(r"^```toml phone\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    settings = msgspec.convert(tomllib.loads(example), PhoneSettings)
    assert [key.type for key in settings.dss_keys] == ["busy_lamp", "action_url"]
    assert [contact.name for contact in settings.directory] == ["Cleo"]


def test_the_documents_name_every_type_of_key() -> None:
    text = (ROOT / "docs" / "phone-menu.md").read_text("utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE)) == {"type", *get_args(DssKeyType)} - {"none"}

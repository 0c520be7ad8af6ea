"""From the settings file to the child."""

import msgspec
import pytest

from offhook.phone.engine.pjsip.configuring import configure_from
from offhook.phone.engine.pjsip.protocol import Configure, Sound
from offhook.phone.settings import Network, PhoneSettings, Sip


def test_plain_settings_listen_on_loopback_and_keep_quiet() -> None:
    assert configure_from(PhoneSettings()) == Configure(generation=0, address="127.0.0.1")


@pytest.mark.parametrize("address", ["auto", "0.0.0.0"])
def test_an_address_that_is_found_out_listens_everywhere(address: str) -> None:
    assert configure_from(PhoneSettings(network=Network(address=address))).address == ""


def test_everything_that_can_be_set_arrives() -> None:
    written = {
        "port": 5062,
        "encryption": "required",
        "tls_ca_file": "ca.pem",
        "silence_s": 30.0,
        "sound": {"device": "default", "tone_hz": 440, "play_file": "a.wav", "record_folder": "kept"},
    }
    settings = PhoneSettings(sip=msgspec.convert(written, Sip))
    assert configure_from(settings) == Configure(
        generation=0,
        address="127.0.0.1",
        port=5062,
        sound=Sound(device="default", tone_hz=440, play_file="a.wav", record_folder="kept"),
        encryption="required",
        tls_ca_file="ca.pem",
        silence_s=30.0,
    )

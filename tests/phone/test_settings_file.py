import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from offhook.errors import ConfigError, ProtocolError
from offhook.phone.settings import (
    Account,
    ActiveUri,
    FeatureSettings,
    ForwardSettings,
    Identity,
    Login,
    Network,
    PhoneSettings,
)
from offhook.phone.settings_file import console_url, read_settings, with_console, write_settings
from offhook.protocol.action_url import MAX_TEMPLATE_CHARS, check_template, expand, parse_target
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

FULL = PhoneSettings(
    identity=Identity(mac="0021f2aabbcc", model="X3", firmware="1.2 β"),
    network=Network(address="auto", http_port=80),
    login=Login(user="ada", password='p"\\w\n'),
    accounts=[Account(user="1001", host="pbx", display_name="Ärger & <b>", password="s3cret", is_enabled=False)],
    features=FeatureSettings(
        dnd=True, busy=ForwardSettings(is_on=True, target="1002"), no_answer_s=12.5, voicemail="*98"
    ),
    active_uri=ActiveUri(is_enabled=False, x_key="mute"),
    local_means="own_side",
    action_urls={Event.INCOMING: "http://192.0.2.76/in.xml?ip=$ip"},
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "phone.toml"


def test_what_is_written_is_read_again(path: Path) -> None:
    write_settings(path, FULL)
    assert read_settings(path) == FULL
    write_settings(path, PhoneSettings())
    assert read_settings(path) == PhoneSettings()


def test_the_file_is_for_its_owner_alone_and_nothing_lies_about(path: Path) -> None:
    path.write_text("")
    path.chmod(0o644)
    write_settings(path, FULL)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == [path.name]


def test_an_empty_file_means_defaults(path: Path) -> None:
    path.write_text("# nothing yet\n")
    assert read_settings(path) == PhoneSettings()


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("[network]\nhttp_port = 'x'", "network.http_port", "expected `int`"),
        ("[network]\nhttp_port = 99999", "network.http_port", "65535"),
        ("[network]\naddress = 'somewhere'", "network.address", "IP address"),
        ("[netwrok]\n", "", "netwrok"),
        ("[login]\npasswort = 'geheim'", "login", "passwort"),
        ("accounts = 3", "accounts", "array"),
        ("[[accounts]]\nhost = 'pbx'", "accounts[0]", "user"),
        ("[identity]\nmac = '00:21'", "identity.mac", "regex"),
        ("[active_uri]\nx_key = 'explode'", "active_uri.x_key", "explode"),
        ("[action_urls]\nbell = 'http://a/'", "action_urls", "bell"),
        ("[action_urls]\nhold = 'ftp://a/'", "action_urls.hold", "http://"),
        ("[action_urls]\nhold = 'http://a/?x=$nope'", "action_urls.hold", "$nope"),
        ("[action_urls]\nhold = 'http://$remote/'", "action_urls.hold", "host"),
        ("= 3", "", "is not TOML"),
        ("x = " + "[" * 5000, "", "nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_in_words(path: Path, text: str, key: str, reason: str) -> None:
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_settings(path)
    assert caught.value.path == str(path)
    assert caught.value.key == key
    assert reason in caught.value.reason
    assert "geheim" not in str(caught.value)


def test_files_that_cannot_be_read(path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        read_settings(path)
    path.write_bytes(b"a = '\xff'")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_settings(path)
    with pytest.raises(ConfigError, match="directory"):
        read_settings(path.parent)


def test_a_mark_before_the_text_is_no_mistake(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf[network]\r\nhttp_port = 81\r\n")
    assert read_settings(path).network.http_port == 81


def test_a_link_stays_one_and_what_it_leads_to_is_written(path: Path) -> None:
    real = path.parent / "real" / "desk.toml"
    real.parent.mkdir()
    path.symlink_to(Path("real", "desk.toml"))
    for settings in (FULL, PhoneSettings()):
        write_settings(path, settings)
        assert path.is_symlink()
        assert read_settings(real) == settings
    assert os.listdir(real.parent) == [real.name]


def test_a_folder_that_is_not_there(path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        write_settings(path.parent / "nowhere" / "phone.toml", FULL)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings(path, FULL)

    def full_disk(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ConfigError, match="no space left"):
        write_settings(path, PhoneSettings())
    assert read_settings(path) == FULL
    assert os.listdir(path.parent) == [path.name]


def test_a_phone_killed_while_it_writes_finds_old_or_new(path: Path) -> None:
    """The writer is killed at once, again and again, wherever it happens to be."""
    writer = (
        "import sys, pathlib; from offhook.phone.settings_file import *; from offhook.phone.settings import *\n"
        "print('go', flush=True)\n"
        "while True:\n"
        "    for name in 'ab': write_settings(pathlib.Path(sys.argv[1]), PhoneSettings(login=Login(user=name * 60)))\n"
    )
    write_settings(path, PhoneSettings(login=Login(user="a" * 60)))
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", writer, str(path)], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            for _ in range(40):
                assert read_settings(path).login.user in ("a" * 60, "b" * 60)
            child.send_signal(signal.SIGKILL)
        assert read_settings(path).login.user in ("a" * 60, "b" * 60)


@pytest.mark.parametrize("base", ["http://192.0.2.76:8801", "http://console.example:8801/a/0123456789abcdef/"])
def test_the_urls_of_a_console_cover_everything(base: str) -> None:
    urls = with_console(PhoneSettings(), base).action_urls
    assert set(urls) == set(Event)
    for event, url in urls.items():
        check_template(url)
        assert len(url) <= MAX_TEMPLATE_CHARS
        sent = expand(url, {variable: variable.value.upper() for variable in Variable})
        read = parse_target(sent.partition("://")[2].partition("/")[2].join(["/", ""]).encode())
        assert read.event_word == event.value
        assert read.values == {variable.value: variable.value.upper() for variable in Variable}


def test_the_form_of_the_urls() -> None:
    url = console_url("http://192.0.2.76:8801/", Event.OUTGOING)
    assert url.startswith("http://192.0.2.76:8801/outgoing.xml?mac=$mac&ip=$ip&model=$model&firmware=$firmware&")


def test_nothing_else_changes() -> None:
    changed = with_console(FULL, "http://192.0.2.76")
    assert msgspec.structs.replace(changed, action_urls=FULL.action_urls) == FULL


@pytest.mark.parametrize(
    "base", ["", "192.0.2.76", "https://192.0.2.76", "http://", "http://h/" + "x" * 400, "http://h/$no"]
)
def test_an_address_that_cannot_be_a_console(base: str) -> None:
    with pytest.raises(ProtocolError):
        with_console(PhoneSettings(), base)

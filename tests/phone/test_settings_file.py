import os
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
from offhook.phone.settings_file import console_url, read_settings, remove_leftovers, with_console, write_settings
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


def test_what_could_not_be_read_again_is_not_written(path: Path) -> None:
    write_settings(path, FULL)
    with pytest.raises(ConfigError, match=r"network\.address"):
        write_settings(path, PhoneSettings(network=Network(address="somewhere")))
    assert read_settings(path) == FULL
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


STEPS = {
    "make the new file": "tempfile.mkstemp",
    "open it": "os.fdopen",
    "bring it to the disk": "os.fsync",
    "put it in place": "os.replace",
}
"""What a write does, in order, before the new file is in place."""


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_whatever_step_fails_the_old_file_stays(path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    write_settings(path, FULL)

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(step, fail)
        with pytest.raises(ConfigError, match="cannot be written: no space left"):
            write_settings(path, PhoneSettings())
    assert read_settings(path) == FULL
    assert os.listdir(path.parent) == [path.name]


def test_a_folder_that_cannot_be_synced_does_not_make_a_written_file_unwritten(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def files_only(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", files_only)
    write_settings(path, FULL)
    assert read_settings(path) == FULL


KILLED = """
import os, pathlib, random, signal, sys, tempfile, time
from offhook.phone import settings_file
from offhook.phone.settings import Login, PhoneSettings
from offhook.phone.settings_file import read_settings, remove_leftovers, write_settings

path = pathlib.Path(sys.argv[1])
old, new = (PhoneSettings(login=Login(user=name * 60)) for name in "ab")
steps = [(tempfile, "mkstemp"), (os, "fdopen"), (os, "fsync"), (os, "replace"), (settings_file, "_sync_folder")]

def die_at(step, is_after):
    module, name = step
    real = getattr(module, name)
    def die(*arguments, **named):
        if is_after:
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(module, name, die)

def child(work):
    number = os.fork()
    if number == 0:
        work()
        os._exit(0)
    return number

def check(number):
    _, status = os.waitpid(number, 0)
    assert os.WIFSIGNALED(status), "it was not killed"
    assert read_settings(path) in (old, new)

for step in steps:
    for is_after in (False, True):
        write_settings(path, old)
        def one_write():
            die_at(step, is_after)
            write_settings(path, new)
        check(child(one_write))
        print(step[1], is_after, "new" if read_settings(path) == new else "old")

def writes_without_end():
    while True:
        write_settings(path, old)
        write_settings(path, new)

for seed in range(80):
    number = child(writes_without_end)
    time.sleep(random.Random(seed).random() * 0.01)
    os.kill(number, signal.SIGKILL)
    check(number)

left = len(os.listdir(path.parent)) - 1
assert left > 0, "nothing was ever left half-written: the kills came at the wrong moments"
remove_leftovers(path)
assert os.listdir(path.parent) == [path.name], os.listdir(path.parent)
"""


@pytest.mark.timeout(60)
def test_a_phone_killed_at_any_point_of_writing_finds_old_or_new(path: Path) -> None:
    """A child is killed before and after each step, then eighty times wherever it happens to be."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path)], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        *("mkstemp False old", "mkstemp True old", "fdopen False old", "fdopen True old"),
        *("fsync False old", "fsync True old", "replace False old", "replace True new"),
        *("_sync_folder False new", "_sync_folder True new"),
    ]


def test_leftovers_are_removed_and_nothing_else(path: Path) -> None:
    others = [".phone.toml.new", ".phone.toml.12345678", "phone.toml.new", ".other.toml.abcdefgh.new", "notes.txt"]
    for name in [*others, ".phone.toml.abcd_f12.new", ".phone.toml.zzzzzzzz.new"]:
        path.with_name(name).write_text("x")
    remove_leftovers(path)
    assert sorted(os.listdir(path.parent)) == sorted(others)
    remove_leftovers(path.parent / "nowhere" / "phone.toml")


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

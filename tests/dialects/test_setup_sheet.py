"""What is entered at a phone, for every make that ships: URLs it keeps, and files it can read."""

import tomllib
from dataclasses import replace
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from offhook.dialects.dialect import Dialect, Escaping, SetupFile, SetupGuide
from offhook.dialects.loader import load_all, load_dialect
from offhook.dialects.setup_sheet import action_urls, file_name, setting_names, setup_file, setup_steps
from offhook.errors import UnsupportedUrl
from offhook.protocol.action_url import parse_target
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

MAC, CONSOLE = "0c383e0a0b0c", "192.168.20.76"
BASE_URL = f"http://{CONSOLE}:8801/a/0123456789abcdef0123456789abcdef"

every_dialect = pytest.mark.parametrize("dialect", [pytest.param(each, id=each.name) for each in load_all()])
every_file = pytest.mark.parametrize(
    ("dialect", "file"),
    [pytest.param(each, file, id=f"{each.name}-{file.id}") for each in load_all() for file in each.setup.files],
)


@every_dialect
def test_urls_are_kept_by_the_phone_and_understood_by_the_console(dialect: Dialect) -> None:
    urls = action_urls(dialect, BASE_URL, MAC)
    assert list(urls) == list(Event)
    assert len(set(urls.values())) == 27
    for event, url in urls.items():
        assert len(url) <= dialect.setup.max_url_chars
        parts = urlsplit(url)
        arrived = parse_target(f"{parts.path}?{parts.query.replace('$', '')}".encode())
        assert arrived.secret == "0123456789abcdef0123456789abcdef"
        assert dialect.event_for(arrived.event_word) is event
        values = dialect.values_of(arrived.values)
        assert Variable.MAC in values, "the console has to know who reports"
        assert len(values) == len(arrived.values), "it reads everything it asks for"
        # What it asks for is what this make calls it.
        assert {dialect.variable_spellings[name]: name for name in values} == {
            value: name for name, value in values.items()
        }


@every_dialect
def test_calls_can_be_told_apart(dialect: Dialect) -> None:
    spelt = dialect.variable_spellings[Variable.CALL_ID]
    for event in (Event.INCOMING, Event.NO_ANSWER_FORWARD_OFF, Event.ATTENDED_TRANSFER):
        assert f"call_id=${spelt}&" in action_urls(dialect, BASE_URL, MAC)[event]


@every_dialect
def test_steps_are_words(dialect: Dialect) -> None:
    assert dialect.setup.steps
    for step in setup_steps(dialect, CONSOLE):
        assert step.endswith(".")
        assert "{" not in step


@every_file
def test_files_hold_each_url_once(dialect: Dialect, file: SetupFile) -> None:
    urls = action_urls(dialect, BASE_URL, MAC)
    text = setup_file(file, urls, mac=MAC, console=CONSOLE)
    assert len(set(file.settings.values())) == len(file.settings), "a setting stands for one event"
    assert Event.INCOMING in file.settings and Event.TERMINATED in file.settings
    assert "{" not in text
    assert not text.startswith("\n") and text.endswith("\n")
    found = _values(text, file)
    for event, setting in file.settings.items():
        assert found[setting] == urls[event]
    assert setting_names(dialect) == dialect.setup.files[0].settings


@every_file
def test_file_names_hold_the_mac_address(dialect: Dialect, file: SetupFile) -> None:
    name = file_name(file, MAC)
    assert MAC in name or MAC.upper() in name
    assert "{" not in name and "/" not in name


@every_file
def test_files_are_of_one_line_each(dialect: Dialect, file: SetupFile) -> None:
    assert "\n" not in file.line
    assert file.line.count("{url}") == 1


def _values(text: str, file: SetupFile) -> dict[str, str]:
    """Read a file as the phone would: TOML, XML, or `name = value`."""
    if file.media_type == "application/toml":
        tables = tomllib.loads(text)
        assert tables["active_uri"]["allowed"] == [CONSOLE]
        values: dict[str, str] = tables["action_urls"]
        return values
    if file.escaping is Escaping.XML:
        assert text.startswith("<?xml")
        return {element.tag: element.text or "" for element in ElementTree.fromstring(text).iter()}
    lines = [line.split(" = ", 1) for line in text.splitlines() if " = " in line]
    return {line[0]: line[1] for line in lines}


def test_makes_with_an_allow_list_get_the_console_on_it() -> None:
    listed = [
        (each.name, file.id)
        for each in load_all()
        for file in each.setup.files
        if CONSOLE in file.head.replace("{console}", CONSOLE)
    ]
    assert listed == [("base", "toml"), ("fanvil", "xml"), ("offhook", "toml"), ("yealink", "cfg")]


def test_a_make_without_a_variable_for_its_mac_address_gets_it_written_in() -> None:
    base = load_dialect("base")
    known = dict(base.variable_spellings)
    del known[Variable.MAC]
    without = replace(base, variable_spellings=known)
    assert "?mac=0c383e0a0b0c&call_id=" in action_urls(without, BASE_URL, MAC)[Event.HOLD]
    assert "?call_id=" in action_urls(without, BASE_URL, "")[Event.HOLD]


def test_a_short_memory_keeps_what_matters_most() -> None:
    tiny = replace(load_dialect("base"), setup=SetupGuide(max_url_chars=90))
    assert action_urls(tiny, "http://c:8801", MAC)[Event.INCOMING] == (
        "http://c:8801/incoming.xml?mac=$mac&call_id=$call_id&remote=$remote&local=$local"
    )
    with pytest.raises(UnsupportedUrl, match="keeps 90 characters"):
        action_urls(tiny, f"http://{'c' * 90}:8801", MAC)


def test_makes_of_which_no_file_is_known_have_no_names_of_settings() -> None:
    assert setting_names(load_dialect("flyingvoice")) == {}

"""What phones need to be set up, and which of it they may fetch themselves."""

import tomllib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from offhook.console.journal import Journal
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.records import PhoneRemoved, PhoneSetupChanged
from offhook.console.setup_desk import ListenerAddress, SetupDesk, check_public_url
from offhook.console_api.requests import PhoneSetup
from offhook.errors import ConfigError, NotFound, NotPossibleNow
from offhook.protocol.events import Event
from tests.console.kit import A, a_journal, a_report

FAR = "192.0.2.34"


@pytest.fixture
async def journal() -> AsyncIterator[Journal]:
    async with a_journal() as running:
        yield running


def desk(journal: Journal, **address: Any) -> SetupDesk:
    return SetupDesk(
        journal, ListenerAddress(**{"host": "0.0.0.0", "port": 8801, **address}), lambda to: f"192.0.2.{len(to)}"
    )


async def set_up(journal: Journal, phone: str = A, **fields: Any) -> None:
    await journal.record(PhoneSetupChanged(phone, PhoneSetup(name="Anna", **fields)))


async def test_the_sheet_has_all_27_urls_and_what_else_is_to_be_done(journal: Journal) -> None:
    await set_up(journal, control_url=f"http://{FAR}")
    sheet = desk(journal).sheet(A)
    assert [each.event for each in sheet.urls] == [event.value for event in Event]
    assert sheet.urls[3].title == "Incoming Call"
    assert sheet.urls[3].url.startswith("http://192.0.2.10:8801/incoming.xml?mac=$mac&call_id=$call_id&")
    assert (sheet.listener_url, sheet.console_address) == ("http://192.0.2.10:8801", "192.0.2.10")
    assert sheet.text.count("http://") == 27
    assert "Incoming Call\nhttp://192.0.2.10:8801/incoming.xml?" in sheet.text
    assert any("192.0.2.10" in step for step in sheet.steps)
    assert [(file.format, file.name) for file in sheet.files] == [("toml", f"{A}.toml")]
    assert sheet.files[0].url == f"{sheet.provisioning_url}{A}.toml"
    assert sheet.warnings == []


async def test_the_listeners_secret_is_in_the_urls_however_it_is_spelt(journal: Journal) -> None:
    await set_up(journal)
    sheet = desk(journal, secret="a$b c&d").sheet(A)
    assert sheet.listener_url.endswith(":8801/a/a%24b%20c%26d")
    assert sheet.urls[0].url.startswith(f"{sheet.listener_url}/off_hook.xml?")
    assert "/a/" not in sheet.provisioning_url


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ({"host": "192.0.2.99"}, "http://192.0.2.99:8801"),
        ({"host": "fd00::1"}, "http://[fd00::1]:8801"),
        ({"public_url": "http://console.example"}, "http://console.example"),
    ],
)
async def test_where_phones_report_to(journal: Journal, address: dict[str, str], url: str) -> None:
    await set_up(journal)
    assert desk(journal, **address).sheet(A).listener_url == url


async def test_what_would_keep_it_from_working_is_said(journal: Journal) -> None:
    await journal.report(a_report("setup_completed", source=FAR, ip=FAR))
    assert [each.error_id for each in desk(journal, host="127.0.0.1").sheet(A).warnings] == ["listener-on-loopback"]
    await set_up(journal)
    assert [each.error_id for each in desk(journal).sheet(A).warnings] == ["no-control-address"]
    await set_up(journal, dialect="htek")
    sheet = desk(journal).sheet(A)
    assert [each.error_id for each in sheet.warnings] == ["make-not-commanded"]
    assert [file.name for file in sheet.files] == [f"cfg{A}.xml"]


async def test_a_phone_known_by_its_address_has_urls_and_no_file(journal: Journal) -> None:
    await set_up(journal, FAR)
    sheet = desk(journal).sheet(FAR)
    assert (len(sheet.urls), sheet.files, sheet.provisioning_url) == (27, [], "")
    with pytest.raises(NotFound):
        desk(journal).file(FAR, None)


async def test_files_are_downloaded_by_form(journal: Journal) -> None:
    await set_up(journal, control_password="of the phone")
    file = desk(journal).file(A, None)
    assert (file.name, file.media_type) == (f"{A}.toml", "application/toml")
    assert file == desk(journal).file(A, "toml")
    settings = tomllib.loads(file.content.decode())
    assert settings["active_uri"] == {"is_enabled": True, "allowed": ["192.0.2.0"]}
    assert len(settings["action_urls"]) == 27
    assert b"of the phone" not in file.content
    for phone, form in ((A, "xml"), ("000000000000", None)):
        with pytest.raises(NotFound):
            desk(journal).file(phone, form)
    with pytest.raises(NotFound):
        desk(journal).sheet("000000000000")


async def test_an_address_too_long_for_the_phone_is_said(journal: Journal) -> None:
    await set_up(journal)
    long = desk(journal, public_url=f"http://{'c' * 600}")
    with pytest.raises(NotPossibleNow, match="511 characters"):
        long.sheet(A)
    assert long.fetched(fetching(desk(journal))) is None


def fetching(setup: SetupDesk, name: str = f"{A}.toml") -> bytes:
    """The request of a phone that knows its key."""
    return setup.sheet(A).provisioning_url.partition(":8801")[2].encode() + name.encode()


async def test_a_phone_fetches_its_own_file(journal: Journal) -> None:
    await set_up(journal)
    setup = desk(journal)
    assert setup.fetched(fetching(setup)) == setup.file(A, None)


async def test_nobody_else_does(journal: Journal) -> None:
    other = "0000000000b2"
    await set_up(journal)
    await set_up(journal, other)
    setup = desk(journal)
    mine = fetching(setup)
    for wrong in (
        mine.replace(A.encode(), other.encode()),
        fetching(setup, f"{A}.cfg"),
        fetching(setup, "none.toml"),
        fetching(setup, f"..%2f{A}.toml"),
        fetching(setup, f"{A}.toml?x=1"),
        b"/provision/" + b"A" * 32 + f"/{A}.toml".encode(),
        b"/provision/",
        b"/provision/\xff\xfe",
    ):
        assert setup.fetched(wrong) is None, wrong
    await journal.record(PhoneRemoved(A))
    assert setup.fetched(mine) is None, "a phone that is not set up has no file"
    await journal.report(a_report("setup_completed"))
    assert setup.fetched(mine) is None
    assert setup.sheet(A).provisioning_url == ""


async def test_each_phone_and_each_data_folder_has_keys_of_its_own() -> None:
    secrets = PhoneSecrets.for_tests()
    assert secrets.file_key(A) == secrets.file_key(A)
    assert len({secrets.file_key(A), secrets.file_key("0000000000b2"), PhoneSecrets.for_tests().file_key(A)}) == 3


async def test_makes_are_listed(journal: Journal) -> None:
    listed = desk(journal).dialects()
    assert (listed[0].name, listed[0].can_be_commanded) == ("base", True)
    assert {each.name for each in listed if not each.can_be_commanded} == {"akuvox", "grandstream", "htek"}


def test_a_public_url_is_checked() -> None:
    assert check_public_url("http://192.0.2.76:8801/") == "http://192.0.2.76:8801"
    for url in (
        "192.0.2.76",
        "https://c",
        "http://c/a",
        "http://c?x=1",
        "http://u@c",
        "http://c/$mac",
        "http://[",
        "http://c/$x",
    ):
        with pytest.raises(ConfigError, match="--public-listener-url"):
            check_public_url(url)


async def test_a_phone_known_by_its_address_fetches_its_file_once_it_told_its_mac(journal: Journal) -> None:
    mac = "00a859000007"
    await set_up(journal, FAR, dialect="base")
    assert desk(journal).sheet(FAR).files == []
    await journal.report(a_report("registered", mac=mac, ip=FAR, source=FAR))
    sheet = desk(journal).sheet(FAR)
    (file,) = sheet.files
    assert file.name == f"{mac}.toml"
    assert file.url is not None
    target = file.url.split(":8801", 1)[1].encode()
    fetched = desk(journal).fetched(target)
    assert fetched is not None
    assert fetched.name == file.name
    assert tomllib.loads(fetched.content.decode())
    assert desk(journal).fetched(target.replace(mac.encode(), A.encode())) is None

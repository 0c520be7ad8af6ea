import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from offhook.cli.main import main
from offhook.cli.pbx_example import EXAMPLES
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.phone.engine.port import AccountAccepted, AccountSettings
from offhook.phone.settings import PhoneSettings
from offhook.phone.settings_file import read_settings
from tests.peers.kamailio import Kamailio, free_port, kamailio
from tests.peers.sip_library import need_sip_library
from tests.phone.engine.laboratory import Endpoint


@pytest.mark.parametrize("exchange", EXAMPLES)
def test_both_sides_get_the_same_passwords(exchange: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pbx-example", exchange, "--phones", str(tmp_path / "new")]) == 0
    printed = capsys.readouterr().out
    paths = sorted((tmp_path / "new").iterdir())
    assert [path.name for path in paths] == ["phone-1001.toml", "phone-1002.toml", "phone-1003.toml"]
    for path in paths:
        settings = read_settings(path)
        (account,) = settings.accounts
        assert account.host == "127.0.0.1:5060"
        assert account.user in printed and account.password in printed
    assert len({read_settings(path).accounts[0].password for path in paths}) == 3


def test_without_a_folder_the_phones_part_is_apart_from_the_exchanges(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pbx-example", "asterisk", "--address", "192.0.2.9", "--numbers", "7"]) == 0
    printed = capsys.readouterr()
    assert "bind = 192.0.2.9:5060" in printed.out and "[identity]" not in printed.out
    toml = printed.err.partition("# --- phone-7.toml\n")[2]
    settings = msgspec.convert(tomllib.loads(toml), PhoneSettings)
    assert settings.accounts[0].host == "192.0.2.9:5060"


def test_the_directory_is_well_formed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pbx-example", "freeswitch"]) == 0
    printed = capsys.readouterr().out
    assert "1001.xml 1002.xml 1003.xml\n" in printed, "what FreeSWITCH comes with has to go"
    users = ElementTree.fromstring(printed).findall("user")
    assert [user.get("id") for user in users] == ["1001", "1002", "1003"]


def sections(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Read a file of Asterisk: each section's name, the template it is made from, and its values."""
    found: list[tuple[str, str, dict[str, str]]] = []
    for line in text.splitlines():
        line = line.partition(";")[0].strip()
        if head := re.fullmatch(r"\[([^\]]+)\](?:\(([^)]*)\))?", line):
            found.append((head.group(1), head.group(2) or "", {}))
        elif line:
            key, equals, value = line.partition("=")
            assert equals and found, line
            found[-1][2][key.strip()] = value.lstrip("> ").strip()
    return found


def test_what_asterisk_is_told_belongs_together(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pbx-example", "asterisk", "--numbers", "1001", "77"]) == 0
    told = sections(capsys.readouterr().out)
    templates = {name: values for name, template, values in told if template == "!"}
    by_kind: dict[str, dict[str, dict[str, str]]] = {}
    for name, template, own in told:
        values = {**templates.get(template, {}), **own}
        if template != "!":
            by_kind.setdefault(values.get("type", "dialplan"), {})[name] = values
    assert set(by_kind) == {"transport", "endpoint", "auth", "aor", "dialplan"}
    assert set(by_kind["endpoint"]) == {"1001", "77"}
    for values in by_kind["endpoint"].values():
        assert values["auth"] in by_kind["auth"] and values["aors"] in by_kind["aor"]
        assert values["transport"] in by_kind["transport"] and values["context"] in by_kind["dialplan"]


@pytest.mark.parametrize("number", ["abc", "", "1\n2", '1"', "1" * 13])
def test_a_number_that_is_none_is_refused(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["pbx-example", "kamailio", "--numbers", number]) == 1
    assert "--numbers" in capsys.readouterr().err


@pytest.fixture
def exchange_and_phones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[Kamailio, Path]]:
    need_sip_library()
    folder, port = tmp_path / "phones", free_port()
    assert main(["pbx-example", "kamailio", "--port", str(port), "--phones", str(folder)]) == 0
    with kamailio({}, config=capsys.readouterr().out, port=port) as running:
        yield running, folder


async def test_a_phone_registers_at_the_exchange_that_was_printed(exchange_and_phones: tuple[Kamailio, Path]) -> None:
    exchange, folder = exchange_and_phones
    (account,) = read_settings(folder / "phone-1002.toml").accounts
    assert account.host == exchange.host
    phone = Endpoint(PjsipEngine(Configure(generation=0, address="127.0.0.1")))
    await phone.engine.start(phone.take)
    try:
        phone.engine.register(AccountSettings("a", account.user, account.host, password=account.password))
        await phone.heard(AccountAccepted)
    finally:
        await phone.engine.stop()

from typing import Any

import msgspec
import pytest

from offhook.phone.settings import Account, ActiveUri, ForwardSettings, Login, PhoneSettings
from offhook.phone.settings_file import with_console
from offhook.phone.web.forms import (
    MAX_ACCOUNTS,
    edit_accounts,
    edit_action_urls,
    edit_features,
    edit_network,
    edit_password,
    edit_provisioning,
    edit_remote,
    fill_action_urls,
)
from offhook.protocol.events import Event
from tests.fakes.desk import changed, phone_settings

BEFORE = phone_settings()


def account(line: int, **fields: str) -> dict[str, str]:
    given = {"user": "1002", "host": "pbx", "display_name": "", "auth_user": "", "password": ""} | fields
    return {f"{line}.{name}": value for name, value in given.items()}


def test_urls_are_taken_event_by_event_and_an_empty_one_is_no_report() -> None:
    before = changed(BEFORE, action_urls={Event.HOLD: "http://a/hold", Event.UNHOLD: "http://a/unhold"})
    edited = edit_action_urls(before, {"url.hold": "  ", "url.missed": " http://b/?ip=$ip "})
    assert edited.settings is not None
    assert edited.settings.action_urls == {Event.UNHOLD: "http://a/unhold", Event.MISSED: "http://b/?ip=$ip"}


def test_one_bad_url_keeps_everything_as_it_was() -> None:
    edited = edit_action_urls(
        BEFORE, {"url.hold": "ftp://a", "url.missed": "http://b/$nope", "url.unhold": "http://c/"}
    )
    assert edited.settings is None
    assert set(edited.errors) == {"url.hold", "url.missed"}
    assert "http://" in edited.errors["url.hold"]
    assert "$nope" in edited.errors["url.missed"]


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("192.0.2.76", "http://192.0.2.76:8801/"),
        ("192.0.2.76:99", "http://192.0.2.76:99/"),
        ("http://console.example", "http://console.example:8801/"),
        ("http://[2001:db8::1]", "http://[2001:db8::1]:8801/"),
        ("http://[2001:db8::1]:99", "http://[2001:db8::1]:99/"),
        ("http://192.0.2.76:8801/a/secret/", "http://192.0.2.76:8801/a/secret/"),
    ],
)
def test_one_console_fills_all_fields(typed: str, origin: str) -> None:
    filled, errors = fill_action_urls(BEFORE, {"console": typed})
    assert errors == {}
    assert all(filled[f"url.{event.value}"].startswith(f"{origin}{event.value}.xml?") for event in Event)
    assert edit_action_urls(BEFORE, filled).settings == with_console(BEFORE, origin)


@pytest.mark.parametrize("typed", ["", "  ", "https://x", "two words", "http://", "x" * 600])
def test_what_is_no_console_fills_nothing(typed: str) -> None:
    filled, errors = fill_action_urls(BEFORE, {"console": typed, "url.hold": "http://kept/"})
    assert list(errors) == ["console"]
    assert filled["url.hold"] == "http://kept/"
    assert "url.unhold" not in filled


def test_features() -> None:
    fields = {"dnd": "on", "busy.is_on": "on", "busy.target": " 1002 ", "no_answer_s": "7.5", "voicemail": "*98"}
    edited = edit_features(BEFORE, fields)
    assert edited.settings is not None
    features = edited.settings.features
    assert (features.dnd, features.no_answer_s, features.voicemail) == (True, 7.5, "*98")
    assert features.busy == ForwardSettings(is_on=True, target="1002")
    assert features.always == ForwardSettings()
    off = edit_features(edited.settings, {"busy.target": "1002"})
    assert off.settings is not None
    assert off.settings.features.busy == ForwardSettings(is_on=False, target="1002")
    assert not off.settings.features.dnd


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"always.is_on": "on"}, "always.target"),
        ({"no_answer_s": "soon"}, "no_answer_s"),
        ({"no_answer_s": "0"}, "no_answer_s"),
        ({"no_answer_s": "nan"}, "no_answer_s"),
        ({"no_answer_s": "9e999"}, "no_answer_s"),
        ({"voicemail": "9" * 200}, "voicemail"),
        ({"busy.target": "9" * 200}, "busy.target"),
    ],
)
def test_features_that_make_no_sense(fields: dict[str, str], wrong: str) -> None:
    edited = edit_features(BEFORE, fields)
    assert (edited.settings, set(edited.errors)) == (None, {wrong})


def test_an_account_is_edited_and_its_password_kept_unless_typed() -> None:
    edited = edit_accounts(BEFORE, account(0, user="1001", display_name="Ada") | {"0.is_enabled": "on"})
    assert edited.settings is not None
    assert edited.settings.accounts == [Account(user="1001", host="pbx", display_name="Ada", password="pw")]
    edited = edit_accounts(BEFORE, account(0, user="1001", password="new"))
    assert edited.settings is not None
    assert (edited.settings.accounts[0].password, edited.settings.accounts[0].is_enabled) == ("new", False)


def test_what_the_form_does_not_show_of_an_account_is_kept() -> None:
    (plain,) = BEFORE.accounts
    before = changed(BEFORE, accounts=[msgspec.structs.replace(plain, transport="tls", peers={"7": "10.0.0.7:5060"})])
    edited = edit_accounts(before, account(0, user="1001", display_name="Ada") | {"0.is_enabled": "on"})
    assert edited.settings is not None
    (after,) = edited.settings.accounts
    assert (after.display_name, after.transport, after.peers) == ("Ada", "tls", {"7": "10.0.0.7:5060"})


def test_accounts_are_added_and_removed() -> None:
    added = edit_accounts(BEFORE, account(1) | {"1.is_enabled": "on"})
    assert added.settings is not None
    assert [each.user for each in added.settings.accounts] == ["1001", "1002"]
    removed = edit_accounts(added.settings, account(0) | {"0.remove": "on"} | account(1) | {"1.is_enabled": "on"})
    assert removed.settings is not None
    assert [each.user for each in removed.settings.accounts] == ["1002"]
    assert edit_accounts(BEFORE, account(1, user=" ")).settings == BEFORE
    assert edit_accounts(BEFORE, account(MAX_ACCOUNTS)).settings == BEFORE


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        (account(1, user="a b"), "1.user"),
        (account(1, user="a@b"), "1.user"),
        (account(1, host=""), "1.host"),
        (account(1, host='"x"'), "1.host"),
        (account(1, display_name="x" * 100), "1.display_name"),
        (account(1, user="1001", host="127.0.0.1"), "1.user"),
        (account(0, user=""), "0.user"),
    ],
)
def test_accounts_that_cannot_be(fields: dict[str, str], wrong: str) -> None:
    edited = edit_accounts(BEFORE, fields)
    assert (edited.settings, set(edited.errors)) == (None, {wrong})


def test_network() -> None:
    for typed, taken in (("auto", "auto"), (" 192.0.2.4 ", "192.0.2.4"), ("[::1]", "::1"), ("0.0.0.0", "0.0.0.0")):
        edited = edit_network(BEFORE, {"address": typed, "http_port": "80"})
        assert edited.settings is not None
        assert (edited.settings.network.address, edited.settings.network.http_port) == (taken, 80)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"address": "somewhere", "http_port": "80"}, {"address"}),
        ({"address": "", "http_port": "80"}, {"address"}),
        ({"http_port": "0"}, {"http_port"}),
        ({"http_port": "65536"}, {"http_port"}),
        ({"http_port": "9999999"}, {"http_port"}),
        ({"http_port": "-1"}, {"http_port"}),
        ({"http_port": "²"}, {"http_port"}),
        ({"address": "x", "http_port": ""}, {"address", "http_port"}),
    ],
)
def test_places_that_cannot_be(fields: dict[str, str], wrong: set[str]) -> None:
    edited = edit_network(BEFORE, fields)
    assert (edited.settings, set(edited.errors)) == (None, wrong)


def test_remote_control() -> None:
    edited = edit_remote(BEFORE, {"x_key": "mute", "local_means": "own_side"})
    assert edited.settings is not None
    assert not edited.settings.active_uri.is_enabled
    assert (edited.settings.active_uri.x_key, edited.settings.local_means) == ("mute", "own_side")
    assert set(edit_remote(BEFORE, {"x_key": "jump", "local_means": "who"}).errors) == {"x_key", "local_means"}
    assert set(edit_remote(BEFORE, {"notify_from": "everywhere"}).errors) == {"notify_from"}


@pytest.mark.parametrize("before", ["registrar", "off", ["192.0.2.1"]])
@pytest.mark.parametrize("chosen", [None, "kept", "registrar", "off"])
def test_who_may_send_commands_over_sip(before: Any, chosen: str | None) -> None:
    fields = {} if chosen is None else {"notify_from": chosen}
    edited = edit_remote(changed(BEFORE, active_uri=ActiveUri(notify_from=before)), fields)
    assert edited.settings is not None
    assert edited.settings.active_uri.notify_from == (before if chosen in (None, "kept") else chosen)


def test_password() -> None:
    edited = edit_password(BEFORE, {"user": "ada", "new": "geheim", "again": "geheim"})
    assert edited.settings is not None
    assert edited.settings.login == Login(user="ada", password="geheim")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"new": "geheim", "again": "anders"}, {"again"}),
        ({"new": "kurz", "again": "kurz"}, {"new"}),
        ({"new": "admin", "again": "admin"}, {"new"}),
        ({"new": "x" * 129, "again": "x" * 129}, {"new"}),
        ({"user": "a:b", "new": "geheim", "again": "geheim"}, {"user"}),
        ({"user": "", "new": "geheim", "again": "geheim"}, {"user"}),
        ({}, {"new"}),
    ],
)
def test_passwords_that_are_not_taken(fields: dict[str, str], wrong: set[str]) -> None:
    edited = edit_password(BEFORE, fields)
    assert (edited.settings, set(edited.errors)) == (None, wrong)


def test_a_form_with_nothing_in_it_turns_off_what_has_a_check_box_and_nothing_else() -> None:
    assert edit_action_urls(BEFORE, {}).settings == BEFORE
    assert edit_accounts(BEFORE, {}).settings == BEFORE
    assert edit_features(BEFORE, {}).settings == BEFORE
    assert isinstance(edit_remote(BEFORE, {}).settings, PhoneSettings)


def test_who_may_send_commands_is_typed_with_commas_or_on_lines() -> None:
    edited = edit_remote(PhoneSettings(), {"allowed": " 192.0.2.1,192.0.2.*\n\n10.0.0.0/8 "})
    assert edited.settings is not None
    assert edited.settings.active_uri.allowed == ["192.0.2.1", "192.0.2.*", "10.0.0.0/8"]
    assert edit_remote(PhoneSettings(), {"allowed": "192.0.2"}).errors.keys() == {"allowed"}
    assert edit_remote(PhoneSettings(), {"allowed": "10.0.0.1 " * 65}).errors == {"allowed": "64 entries at most"}


def test_where_settings_are_fetched_from() -> None:
    fields = {
        "url": " http://192.0.2.7/$mac.toml ",
        "user": "ada",
        "password": "pw",
        "interval_h": "1.5",
        "at_start": "on",
    }
    edited = edit_provisioning(PhoneSettings(), fields)
    assert edited.settings is not None
    got = edited.settings.provisioning
    assert (got.url, got.user, got.password) == ("http://192.0.2.7/$mac.toml", "ada", "pw")
    assert (got.interval_s, got.at_start) == (5400, True)
    again = edit_provisioning(edited.settings, {"user": "ada", "password": ""})
    assert again.settings is not None
    assert (again.settings.provisioning.password, again.settings.provisioning.at_start) == ("pw", False)
    nobody = edit_provisioning(edited.settings, {"user": ""})
    assert nobody.settings is not None
    assert nobody.settings.provisioning.password == ""


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"url": "ftp://x"}, "url"),
        ({"url": "http://x/" + "x" * 600}, "url"),
        ({"interval_h": "soon"}, "interval_h"),
        ({"interval_h": "inf"}, "interval_h"),
        ({"interval_h": "nan"}, "interval_h"),
        ({"interval_h": "0.001"}, "interval_h"),
        ({"interval_h": "-1"}, "interval_h"),
        ({"user": "x" * 65}, "user"),
    ],
)
def test_provisioning_that_makes_no_sense(fields: dict[str, str], wrong: str) -> None:
    edited = edit_provisioning(PhoneSettings(), fields)
    assert (edited.settings, set(edited.errors)) == (None, {wrong})


def test_how_an_accounts_exchange_is_reached() -> None:
    more = {"0.transport": "tls", "0.proxy": "proxy:5061", "0.peers": "1002 = 192.0.2.7:5060\n\n1003=192.0.2.8"}
    edited = edit_accounts(BEFORE, account(0, user="1001") | more)
    assert edited.settings is not None
    got = edited.settings.accounts[0]
    assert (got.transport, got.proxy, got.is_registering) == ("tls", "proxy:5061", False)
    assert got.peers == {"1002": "192.0.2.7:5060", "1003": "192.0.2.8"}
    edited = edit_accounts(BEFORE, account(0, user="1001") | more | {"0.peers": "1002", "0.is_registering": "on"})
    assert set(edited.errors) == {"0.peers"}
    edited = edit_accounts(BEFORE, account(0, user="1001") | more | {"0.transport": "pigeon"})
    assert set(edited.errors) == {"0.transport"}

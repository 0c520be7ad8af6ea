from typing import Literal

import pytest

from offhook.phone.engine.port import CallRef
from offhook.phone.event_values import values_at
from offhook.phone.phone_call import PhoneCall
from offhook.phone.settings import Identity
from offhook.protocol.sip_uri import PartyAddress
from offhook.protocol.variables import Variable

_IDENTITY = Identity(mac="0021f2aabbcc", model="m1", firmware="9.9")
_ALWAYS = {
    Variable.MAC: "0021f2aabbcc",
    Variable.IP: "192.0.2.7",
    Variable.MODEL: "m1",
    Variable.FIRMWARE: "9.9",
}
_ACTIVE = {
    Variable.ACTIVE_URL: "sip:1001@pbx",
    Variable.ACTIVE_USER: "1001",
    Variable.ACTIVE_HOST: "pbx",
    Variable.CALL_ID: "abc@pbx",
}


def make_call(*, is_incoming: bool, remote: PartyAddress | None = None) -> PhoneCall:
    return PhoneCall(
        CallRef("1"),
        "a",
        is_incoming=is_incoming,
        local=PartyAddress("1001", "pbx", "Ann"),
        remote=remote or PartyAddress("1002", "other", "Bob"),
        now=0.0,
        call_id="abc@pbx",
    )


def values(call: PhoneCall | None, local_means: Literal["callee", "own_side"] = "callee") -> dict[Variable, str]:
    return values_at(_IDENTITY, "192.0.2.7", call, local_means)


@pytest.mark.parametrize("local_means", ["callee", "own_side"])
def test_outside_a_call_only_the_phone_itself_is_known(local_means: Literal["callee", "own_side"]) -> None:
    assert values(None, local_means) == _ALWAYS


def test_a_registration_names_its_account() -> None:
    found = values_at(_IDENTITY, "192.0.2.7", None, account=PartyAddress("1002", "pbx", "Second line"))
    account = {Variable.ACTIVE_URL: "sip:1002@pbx", Variable.ACTIVE_USER: "1002", Variable.ACTIVE_HOST: "pbx"}
    assert found == _ALWAYS | account


def test_a_received_call_has_all_twelve() -> None:
    expected = {
        Variable.LOCAL: "sip:1001@pbx",
        Variable.REMOTE: "sip:1002@other",
        Variable.DISPLAY_LOCAL: "Ann",
        Variable.DISPLAY_REMOTE: "Bob",
    }
    assert values(make_call(is_incoming=True)) == _ALWAYS | _ACTIVE | expected
    assert values(make_call(is_incoming=True), "own_side") == _ALWAYS | _ACTIVE | expected


def test_on_a_placed_call_local_is_the_callee_and_there_is_no_remote() -> None:
    expected = {Variable.LOCAL: "sip:1002@other", Variable.DISPLAY_LOCAL: "Bob"}
    assert values(make_call(is_incoming=False)) == _ALWAYS | _ACTIVE | expected


def test_own_side_turns_a_placed_call_round() -> None:
    expected = {
        Variable.LOCAL: "sip:1001@pbx",
        Variable.REMOTE: "sip:1002@other",
        Variable.DISPLAY_LOCAL: "Ann",
        Variable.DISPLAY_REMOTE: "Bob",
    }
    assert values(make_call(is_incoming=False), "own_side") == _ALWAYS | _ACTIVE | expected


def test_a_number_without_host_is_one_of_our_pbx_and_no_name_is_no_value() -> None:
    found = values(make_call(is_incoming=True, remote=PartyAddress("1002")))
    assert found[Variable.REMOTE] == "sip:1002@pbx"
    assert Variable.DISPLAY_REMOTE not in found


def test_a_call_that_has_no_call_id_yet_reports_none() -> None:
    call = make_call(is_incoming=False)
    call.call_id = ""
    assert Variable.CALL_ID not in values(call)

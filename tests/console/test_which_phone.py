from typing import Any

import pytest

from offhook.console.live_state import Draft, LiveState
from offhook.console.records import PhoneRecord
from offhook.console.which_phone import MAX_MODEL_CHARS, ip_literal, mac_of, phone_id_of, valid_phone_id
from offhook.protocol.variables import Variable as V

MAC = "00a859112233"


def known(**addresses: str) -> Draft:
    return Draft(LiveState(PhoneRecord(id=id_.lstrip("_"), address=at) for id_, at in addresses.items()))


@pytest.mark.parametrize("text", ["00:A8:59:11:22:33", "00-a8-59-11-22-33", "00a859112233", "00a8.5911.2233"])
def test_a_mac_address_decides_in_any_spelling(text: str) -> None:
    assert phone_id_of(known(), {V.MAC: text, V.IP: "10.0.0.1"}, "10.0.0.2") == MAC


def test_without_a_mac_the_one_phone_with_the_address_is_meant() -> None:
    assert phone_id_of(known(**{MAC: "10.0.0.1"}), {V.IP: "10.0.0.1"}, "10.0.0.9") == MAC
    assert phone_id_of(known(**{MAC: "10.0.0.1"}), {}, "10.0.0.1") == MAC


def test_an_address_that_several_phones_have_means_none_of_them() -> None:
    draft = known(**{MAC: "10.0.0.1", "00a859112244": "10.0.0.1"})
    assert phone_id_of(draft, {V.IP: "10.0.0.1"}, "10.0.0.9") == "10.0.0.1"


def test_an_address_of_no_phone_is_an_id_of_its_own() -> None:
    assert phone_id_of(known(), {V.IP: "10.0.0.1"}, "10.0.0.9") == "10.0.0.1"


@pytest.mark.parametrize("text", ["<script>", "10.0.0.256", "$ip", "", "phone.example"])
def test_what_is_no_address_is_not_believed(text: str) -> None:
    assert phone_id_of(known(), {V.MAC: "nonsense", V.IP: text}, "10.0.0.9") == "10.0.0.9"


# --- known by its address first, by its MAC later -------------------------------------------------------------------

HERE, ELSEWHERE = "10.0.0.1", "10.0.0.66"


def set_up(id_: str = HERE, **fields: Any) -> PhoneRecord:
    return PhoneRecord(**{"id": id_, "is_set_up": True, "address": HERE, **fields})


def found(*phones: PhoneRecord, mac: str = MAC, ip: str = HERE, source: str = HERE, model: str = "") -> str:
    return phone_id_of(Draft(LiveState(phones)), {V.MAC: mac, V.IP: ip, V.MODEL: model}, source)


def test_a_phone_set_up_by_its_address_stays_the_same_when_it_tells_its_mac() -> None:
    assert found(set_up()) == HERE
    assert found(set_up(mac=MAC)) == HERE
    assert found(set_up(model="T46"), model="T46") == HERE
    assert found(set_up(model="T" * MAX_MODEL_CHARS), model="T" * 99) == HERE
    assert found(set_up(), PhoneRecord(id="00a859112244", address=HERE)) == HERE, "who only reports is in nobody's way"


@pytest.mark.parametrize(("ip", "source"), [(HERE, ELSEWHERE), (ELSEWHERE, HERE), ("", HERE), ("nonsense", HERE)])
def test_naming_an_address_is_not_enough_to_be_the_phone_there(ip: str, source: str) -> None:
    assert found(set_up(), ip=ip, source=source) == MAC
    assert found(set_up(mac=MAC), ip=ip, source=source) == MAC


def test_another_phone_at_the_address_is_another_phone() -> None:
    assert found(set_up(mac="00a859112244")) == MAC
    assert found(set_up(model="T46"), model="T4") == MAC
    assert found(PhoneRecord(id=HERE, address=HERE)) == MAC, "nobody set it up: there is nothing to keep"
    assert found(set_up("00a859112244")) == MAC
    assert found(set_up(), set_up("00a859112244")) == MAC, "two are there: guessing would be wrong for one"


def test_a_phone_that_is_set_up_by_its_mac_is_nobody_else() -> None:
    assert found(set_up(), set_up(MAC, address=ELSEWHERE)) == MAC
    assert found(set_up(mac=MAC), set_up(MAC, address=ELSEWHERE)) == MAC


def test_a_mac_that_somebody_made_up_brings_no_reports_of_the_phone_that_has_it() -> None:
    liar = set_up(ELSEWHERE, address=ELSEWHERE, mac=MAC)
    assert found(liar) == MAC
    assert found(liar, set_up()) == HERE, "and takes nothing from one that is known by its address"


def test_made_up_reports_do_not_part_a_phone_from_its_set_up() -> None:
    assert found(set_up(mac=MAC), PhoneRecord(id=MAC, address=ELSEWHERE)) == HERE
    assert found(set_up(mac=MAC), PhoneRecord(id=MAC, address=HERE)) == HERE


def test_a_mac_that_somebody_entered_counts_everywhere() -> None:
    known = set_up(mac=MAC, is_mac_approved=True)
    assert found(known, ip=ELSEWHERE, source=ELSEWHERE) == HERE
    assert found(known, ip="", source=ELSEWHERE) == HERE
    assert found(known, mac="00a859112244", ip=ELSEWHERE, source=ELSEWHERE) == "00a859112244"


def test_addresses_are_written_in_one_form() -> None:
    assert ip_literal(" ::ffff:10.0.0.1 ") == "10.0.0.1"
    assert ip_literal("2001:DB8:0::1") == "2001:db8::1"
    assert ip_literal("10.0.0") is None


def test_ids() -> None:
    assert valid_phone_id("00:A8:59:11:22:33") == MAC
    assert valid_phone_id("10.0.0.1") == "10.0.0.1"
    assert valid_phone_id("reception") is None
    assert mac_of(MAC) == MAC
    assert mac_of("10.0.0.1") == ""

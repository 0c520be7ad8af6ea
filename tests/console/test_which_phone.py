import pytest

from offhook.console.live_state import Draft, LiveState
from offhook.console.records import PhoneRecord
from offhook.console.which_phone import ip_literal, mac_of, phone_id_of, valid_phone_id
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

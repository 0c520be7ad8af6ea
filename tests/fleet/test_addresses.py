import ipaddress

from offhook.fleet.addresses import MAX_PHONES, address_of, mac_of, number_of, phone_at
from offhook.protocol.action_url import normalise_mac


def test_no_two_phones_share_an_address_and_all_are_of_this_machine() -> None:
    addresses = {address_of(phone, moves) for phone in range(0, MAX_PHONES, 7) for moves in (0, 1, 99)}
    assert len(addresses) == 3 * len(range(0, MAX_PHONES, 7))
    assert all(ipaddress.ip_address(address).is_loopback for address in addresses)
    assert not any(address.startswith("127.0.") or address.endswith((".0", ".255")) for address in addresses)


def test_after_a_hundred_moves_a_phone_is_back() -> None:
    assert address_of(5, 100) == address_of(5) != address_of(5, 1)


def test_an_address_leads_back_to_its_phone() -> None:
    for phone in (0, 1, 249, 250, 62_499, 62_500, MAX_PHONES - 1):
        for moves in (0, 1, 57):
            assert phone_at(address_of(phone, moves)) == phone


def test_other_addresses_lead_nowhere() -> None:
    for address in (
        "127.0.0.1",
        "10.16.0.1",
        "127.16.250.1",
        "127.16.0.0",
        "127.16.0.251",
        "127.16.0",
        "x",
        "127.a.0.1",
    ):
        assert phone_at(address) is None, address


def test_macs_and_numbers_are_their_own() -> None:
    assert normalise_mac(mac_of(255)) == mac_of(255) == "02f1000000ff"
    assert number_of(7) == "100007"

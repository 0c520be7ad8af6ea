"""Who each phone of the fleet is: its loopback address, its MAC address, its number. Pure.

Source: RFC 1122 §3.2.1.3 (127.0.0.0/8 never leaves the machine); IEEE 802 (the second bit of a MAC address: assigned
locally).
"""

__all__ = ["MAX_PHONES", "address_of", "mac_of", "number_of", "phone_at"]

MAX_PHONES = 100_000
_A_NETWORK = 62_500
"""Addresses used below one second byte: 250 × 250, none of which ends in 0 or 255."""
_MOVES = 100
_FIRST_NETWORK = 16
_FIRST_NUMBER = 100_000


def address_of(phone: int, moves: int = 0) -> str:
    """Give the phone's address, another one after each move; no two phones ever share one.

    Args:
        phone: From 0 to `MAX_PHONES` - 1.
        moves: How often it moved; after a hundred moves it is back where it was.
    """
    place = phone + moves % _MOVES * MAX_PHONES
    network, within = divmod(place, _A_NETWORK)
    third, fourth = divmod(within, 250)
    return f"127.{_FIRST_NETWORK + network}.{third}.{fourth + 1}"


def phone_at(address: str) -> int | None:
    """Say which phone has such an address, now, before or after; None for an address that is nobody's."""
    parts = address.split(".")
    if len(parts) != 4 or parts[0] != "127" or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    network, third, fourth = int(parts[1]) - _FIRST_NETWORK, int(parts[2]), int(parts[3]) - 1
    if network < 0 or not 0 <= third < 250 or not 0 <= fourth < 250:
        return None
    return (network * _A_NETWORK + third * 250 + fourth) % MAX_PHONES


def mac_of(phone: int) -> str:
    """Give the phone's MAC address, twelve lower-case hexadecimal digits, one that no maker gave out."""
    return f"02f1{phone:08x}"


def number_of(phone: int) -> str:
    """Give the number it is called at."""
    return str(_FIRST_NUMBER + phone)

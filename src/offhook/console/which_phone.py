"""Which phone a report is about: its MAC address, else the IP address it names, else the one it came from.

A phone that was set up by its IP address may send its MAC address later. It stays the same phone: by its IP address as
long as its reports name that and come from there, and anywhere once somebody has entered the MAC address in its
set-up. Anybody can send any MAC address, so a report from elsewhere is never taken for such a phone by that alone;
and a MAC address that a phone made up does not bring it the reports of the phone that really has it.

Source: architecture, "Names at the edge"; vendors.md §2.5 (MAC spellings).
"""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache

from offhook.console.live_state import Draft
from offhook.protocol.action_url import normalise_mac
from offhook.protocol.variables import Variable

__all__ = ["MAX_MODEL_CHARS", "ip_literal", "mac_of", "phone_id_of", "valid_phone_id"]

MAX_MODEL_CHARS = 80
"""So much of a model's name is kept."""


@lru_cache(maxsize=1024)
def ip_literal(text: str) -> str | None:
    """Write an IP address in its one canonical form; None if the text is none."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(address)


def mac_of(phone_id: str) -> str:
    """Give the MAC address of a phone that is known by it; "" for one known by its IP address."""
    return normalise_mac(phone_id) or ""


def valid_phone_id(text: str) -> str | None:
    """Write a phone's id as the console does: twelve hexadecimal digits, or an IP address; None for anything else."""
    return normalise_mac(text) or ip_literal(text)


def phone_id_of(draft: Draft, values: Mapping[Variable, str], source_address: str) -> str:
    """Give the id of the phone that sent a report, known or not.

    An IP address stands for a known phone only if exactly one has it: several phones may share an address behind one
    router, and guessing would show one phone's calls at another.
    """
    mac = normalise_mac(values.get(Variable.MAC, ""))
    if mac is not None:
        return _phone_of_mac(draft, mac, values, source_address)
    address = ip_literal(values.get(Variable.IP, "")) or ip_literal(source_address) or source_address
    return draft.phone_at(address) or address


def _phone_of_mac(draft: Draft, mac: str, values: Mapping[Variable, str], source_address: str) -> str:
    known = draft.phones.get(mac)
    if known is not None and known.is_set_up:
        return mac
    return draft.phone_with_mac(mac) or _phone_at_its_address(draft, mac, values, source_address) or mac


def _phone_at_its_address(draft: Draft, mac: str, values: Mapping[Variable, str], source_address: str) -> str | None:
    """Find the phone without a MAC address, or with this one, that somebody set up at the sender's own address."""
    address = ip_literal(source_address)
    if address is None:
        return None
    phones = [phone for phone in draft.phones_at(address) if phone.is_set_up]
    if len(phones) != 1 or mac_of(phones[0].id):
        return None
    if ip_literal(values.get(Variable.IP, "")) != address:
        return None  # behind a router the two differ, and the address is not the phone's alone
    phone, model = phones[0], values.get(Variable.MODEL, "")
    if phone.mac:
        return phone.id if phone.mac == mac else None
    # Another make at the address that this one had: it was replaced.
    return phone.id if not model or phone.model in ("", model[:MAX_MODEL_CHARS]) else None

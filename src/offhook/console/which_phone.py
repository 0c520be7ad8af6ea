"""Which phone a report is about: its MAC address, else the IP address it names, else the one it came from.

Source: architecture, "Names at the edge"; vendors.md §2.5 (MAC spellings).
"""

import ipaddress
from collections.abc import Mapping

from offhook.console.live_state import Draft
from offhook.protocol.action_url import normalise_mac
from offhook.protocol.variables import Variable

__all__ = ["ip_literal", "mac_of", "phone_id_of", "valid_phone_id"]


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
        return mac
    address = ip_literal(values.get(Variable.IP, "")) or ip_literal(source_address) or source_address
    return draft.phone_at(address) or address

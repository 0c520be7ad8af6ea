"""The values of the 12 variables at the moment of an event. Pure.

Source: DOC §2.5 and "What the document leaves open" for `$local` and `$remote`.
"""

from typing import Literal

from offhook.phone.phone_call import PhoneCall
from offhook.phone.settings import Identity
from offhook.protocol.sip_uri import PartyAddress, sip_uri
from offhook.protocol.variables import Variable, is_valid_in

__all__ = ["values_at"]


def values_at(
    identity: Identity,
    address: str,
    call: PhoneCall | None,
    local_means: Literal["callee", "own_side"] = "callee",
    account: PartyAddress | None = None,
) -> dict[Variable, str]:
    """Give every variable that has a value.

    Args:
        identity: The phone's MAC, model and firmware.
        address: The phone's IP address.
        call: The call the event belongs to; None for an event outside any call.
        local_means: `$local` is the callee and `$remote` the caller of a received call (DOC §2.5); or ``own_side``,
            `$local` this phone and `$remote` the other party in both directions, as sister vendors have it.
        account: The account that the event is about; given with registration events only. The document gives the
            account variables to calls, but which account registered is what such an event is for.
    Returns:
        Plain text by variable; a variable that is not valid at this moment, or has no text, is absent.
    Source: DOC §2.5.
    """
    values = {
        Variable.MAC: identity.mac,
        Variable.IP: address,
        Variable.MODEL: identity.model,
        Variable.FIRMWARE: identity.firmware,
    }
    if account is not None:
        return values | _values_of_account(account)
    if call is not None:
        values |= _values_of_call(call, local_means)
    is_own_side = local_means == "own_side"
    has_caller = call is not None and (call.is_incoming or is_own_side)
    return {
        variable: text
        for variable, text in values.items()
        if text and is_valid_in(variable, has_call=call is not None, is_incoming=has_caller)
    }


def _values_of_call(call: PhoneCall, local_means: str) -> dict[Variable, str]:
    own, other = call.local, call.remote
    if local_means == "own_side" or call.is_incoming:
        local, remote = own, other
    else:
        local, remote = other, own
    return _values_of_account(own) | {
        Variable.LOCAL: _uri_of(local, own.host),
        Variable.REMOTE: _uri_of(remote, own.host),
        Variable.DISPLAY_LOCAL: local.display,
        Variable.DISPLAY_REMOTE: remote.display,
        Variable.CALL_ID: call.call_id,
    }


def _values_of_account(own: PartyAddress) -> dict[Variable, str]:
    return {
        Variable.ACTIVE_URL: sip_uri(own.user, own.host),
        Variable.ACTIVE_USER: own.user,
        Variable.ACTIVE_HOST: own.host,
    }


def _uri_of(party: PartyAddress, own_host: str) -> str:
    """A number without a host is one of the account's own PBX."""
    return sip_uri(party.user, party.host or own_host)

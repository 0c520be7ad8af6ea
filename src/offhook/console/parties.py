"""Who the other party of a call is, from variables whose meaning differs from vendor to vendor.

The console never trusts the words `$local` and `$remote`: whichever of the two is not the phone's own account is the
other party. Only where neither is recognised does the document decide: `$local` is the callee, `$remote` the caller.
Source: DOC §2.5; "What the document leaves open"; vendors.md §2.3.
"""

from collections.abc import Mapping

import msgspec

from offhook.console.records import PhoneRecord
from offhook.console_api.resources import Direction, Party
from offhook.protocol.sip_uri import PartyAddress, is_withheld, parse_party
from offhook.protocol.variables import Variable

__all__ = ["WITHHELD_NUMBER", "OtherParty", "account_of", "merge_party", "other_party"]

WITHHELD_NUMBER = "anonymous"
"""Number shown for a caller who withheld it."""

_MAX_TEXT = 256
"""Characters kept of a name or address: more is no name."""


class OtherParty(msgspec.Struct, frozen=True, gc=False):
    """What a report says about the other side."""

    party: Party
    is_sure: bool
    """The phone's own side was recognised, so the other one is not."""


_SIDES = (
    (Variable.LOCAL, Variable.DISPLAY_LOCAL),
    (Variable.REMOTE, Variable.DISPLAY_REMOTE),
)
_LOCAL, _REMOTE = _SIDES


def account_of(values: Mapping[Variable, str]) -> str:
    """Give the account a report is about, `user@host`; "" when it names none."""
    url = values.get(Variable.ACTIVE_URL, "")
    if url:
        address = parse_party(url)
        user, host = address.user, address.host
    else:
        user, host = values.get(Variable.ACTIVE_USER, ""), values.get(Variable.ACTIVE_HOST, "")
    return (f"{user}@{host}" if host and user else user or host)[:_MAX_TEXT]


def other_party(direction: Direction, values: Mapping[Variable, str], phone: PhoneRecord) -> OtherParty:
    """Find the other party of a call.

    Args:
        direction: From the event; UNKNOWN when the report is not about a beginning.
        values: The report's variables.
        phone: Whose report it is.
    """
    own = _own_users(values, phone)
    sides = [(side, parse_party(values[side[0]])) for side in _SIDES if side[0] in values]
    theirs = [each for each in sides if each[1].user.casefold() not in own]
    if len(theirs) == 1:
        return OtherParty(_party(values, *theirs[0]), is_sure=len(sides) > 1)
    match direction:
        case Direction.INCOMING:
            wanted = _REMOTE
        case Direction.OUTGOING:
            wanted = _LOCAL
        case _:
            return OtherParty(Party(), is_sure=False)
    address = next((address for side, address in sides if side is wanted), PartyAddress(user=""))
    return OtherParty(_party(values, wanted, address), is_sure=False)


def merge_party(before: Party, found: OtherParty) -> Party:
    """Take over what a report says: all of it when it is sure, else only what was not known."""
    new = found.party
    if found.is_sure and new.number and new.number != before.number:
        return new
    return Party(
        number=before.number or new.number,
        name=before.name or (new.name if not before.number or before.number == new.number else ""),
        uri=before.uri or (new.uri if not before.number or before.number == new.number else ""),
    )


def _own_users(values: Mapping[Variable, str], phone: PhoneRecord) -> frozenset[str]:
    user = values.get(Variable.ACTIVE_USER) or parse_party(values.get(Variable.ACTIVE_URL, "")).user
    if user:
        return frozenset((user.casefold(),))
    # The report does not say: what was set up for the phone does.
    users = {phone.extension, parse_party(phone.account).user} - {""}
    return frozenset(user.casefold() for user in users)


def _party(values: Mapping[Variable, str], side: tuple[Variable, Variable], address: PartyAddress) -> Party:
    name = values.get(side[1], "") or address.display
    if is_withheld(address) or (not address.user and is_withheld(PartyAddress(user=name))):
        return Party(number=WITHHELD_NUMBER)
    uri = f"sip:{address.user}@{address.host}" if address.host else ""
    return Party(number=address.user[:_MAX_TEXT], name=name[:_MAX_TEXT], uri=uri[:_MAX_TEXT])

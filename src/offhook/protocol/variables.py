"""The 12 variables an Action URL may contain, and when each has a value.

Source: DOC §2.5. The scan's `$active url`, `Sactive user`, `Sloca local`, `$call id` are errata of these names.
"""

from enum import Enum, StrEnum

from offhook.plain_members import plain_members

__all__ = ["VALIDITY", "Validity", "Variable", "is_valid_in"]


@plain_members
class Variable(StrEnum):
    """One variable of DOC §2.5; the value is its name without the `$`."""

    MAC = "mac"
    IP = "ip"
    MODEL = "model"
    FIRMWARE = "firmware"
    ACTIVE_URL = "active_url"
    ACTIVE_USER = "active_user"
    ACTIVE_HOST = "active_host"
    LOCAL = "local"
    REMOTE = "remote"
    DISPLAY_LOCAL = "display_local"
    DISPLAY_REMOTE = "display_remote"
    CALL_ID = "call_id"


@plain_members
class Validity(Enum):
    """When a variable has a value."""

    ALWAYS = "always"
    IN_ANY_CALL = "placing, receiving or in a call"
    INCOMING_AND_OUTGOING = "incoming and outgoing calls"
    INCOMING_ONLY = "incoming calls"


VALIDITY: dict[Variable, Validity] = {
    Variable.MAC: Validity.ALWAYS,
    Variable.IP: Validity.ALWAYS,
    Variable.MODEL: Validity.ALWAYS,
    Variable.FIRMWARE: Validity.ALWAYS,
    Variable.ACTIVE_URL: Validity.IN_ANY_CALL,
    Variable.ACTIVE_USER: Validity.IN_ANY_CALL,
    Variable.ACTIVE_HOST: Validity.IN_ANY_CALL,
    Variable.LOCAL: Validity.INCOMING_AND_OUTGOING,
    Variable.REMOTE: Validity.INCOMING_ONLY,
    Variable.DISPLAY_LOCAL: Validity.INCOMING_AND_OUTGOING,
    Variable.DISPLAY_REMOTE: Validity.INCOMING_ONLY,
    Variable.CALL_ID: Validity.IN_ANY_CALL,
}
"""The third column of DOC §2.5."""


def is_valid_in(variable: Variable, *, has_call: bool, is_incoming: bool) -> bool:
    """Say whether ``variable`` has a value.

    Args:
        variable: One of the 12.
        has_call: The event belongs to a call that is being placed, received or talked on.
        is_incoming: That call was received, not placed.
    Source: DOC §2.5.
    """
    validity = VALIDITY[variable]
    if validity is Validity.ALWAYS:
        return True
    if validity is Validity.INCOMING_ONLY:
        return has_call and is_incoming
    return has_call

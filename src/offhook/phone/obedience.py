"""Doing what a command of Active URI says, whichever way it came, and the words to answer it with.

Source: DOC §3.1-3.4; "What the document leaves open": the answer to a command.
"""

from dataclasses import dataclass

from offhook.callmodel.features import Feature
from offhook.dialects.registry import Registry
from offhook.errors import CommandError, NotPossibleNow, ProtocolError, UnknownKey
from offhook.phone.device import PhoneDevice
from offhook.protocol.active_uri import ActiveUriCommand, DialNumber, ForwardKind, SwitchForward, parse_query
from offhook.protocol.keys import Key

__all__ = ["Outcome", "carry_out", "obey"]

_ALIASES = Registry().base.key_aliases
_FORWARDS = {
    ForwardKind.ALWAYS: Feature.ALWAYS_FORWARD,
    ForwardKind.BUSY: Feature.BUSY_FORWARD,
    ForwardKind.NO_ANSWER: Feature.NO_ANSWER_FORWARD,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went."""

    status: int
    """As HTTP has it: 200 taken, 400 makes no sense, 409 not possible now."""
    words: str


def obey(device: PhoneDevice, query: str) -> Outcome:
    """Read a command and carry it out.

    Args:
        query: ``key=OK``, ``key=BusyFwdOn=1003`` or ``number=…&outgoing_uri=…``, percent-encoded.
    """
    try:
        carry_out(device, parse_query(query, aliases=_ALIASES))
    except UnknownKey as error:
        return Outcome(400, f"unknown key {error.token[:40]!r}; known are {', '.join(key.value for key in Key)}")
    except NotPossibleNow as error:
        return Outcome(409, str(error))
    except (ProtocolError, CommandError) as error:
        return Outcome(400, str(error))
    return Outcome(200, "OK")


def carry_out(device: PhoneDevice, command: ActiveUriCommand) -> None:
    """Do what a command says.

    Raises:
        NotPossibleNow: A number to dial while no line is free.
        NotValid: An account that the phone does not have, or a forward to nowhere.
    Source: DOC §3.2, §3.4; sequences: vendors.md §3.3.
    """
    if isinstance(command, SwitchForward):
        device.change_feature(_FORWARDS[command.kind], command.is_on, command.target or None, after_s=command.after_s)
        return
    if isinstance(command, DialNumber):
        device.dial(command.number, command.outgoing_uri)
        return
    for item in command.items:
        if isinstance(item, Key):
            device.press(item)
        else:
            device.enter(item)

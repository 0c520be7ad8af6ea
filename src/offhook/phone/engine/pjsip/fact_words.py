"""What the child says, in the port's words.

Source: `offhook.phone.engine.port`; RFC 3261 §21 (status codes).
"""

from offhook.callmodel.connection import Cause
from offhook.phone.engine import port
from offhook.phone.engine.pjsip import protocol
from offhook.protocol.sip_uri import PartyAddress

__all__ = ["cause_of", "in_port_words"]

_CAUSES: dict[protocol.How, Cause] = {
    "normal": Cause.NORMAL,
    "unanswered": Cause.CALL_NOT_ANSWERED,
    "cancelled": Cause.CALL_CANCELLED,
    # Answered at another phone: over, but not missed.
    "elsewhere": Cause.NORMAL,
    "forwarded": Cause.CALL_FORWARD,
    "transferred": Cause.TRANSFER,
    "redirected": Cause.REDIRECTED,
    "lost": Cause.UNKNOWN,
}
_FAILURES = {
    486: Cause.BUSY,
    600: Cause.BUSY,
    487: Cause.CALL_CANCELLED,
    603: Cause.CALL_CANCELLED,
    408: Cause.CALL_NOT_ANSWERED,
}


def cause_of(how: protocol.How, status: int) -> Cause:
    """Say why a call ended; a failure without a word of its own: no way to the other side."""
    return _FAILURES.get(status, Cause.DEST_NOT_OBTAINABLE) if how == "failed" else _CAUSES[how]


def in_port_words(fact: protocol.Fact) -> port.EngineFact | None:
    """Translate a fact; None for one that is about the child itself."""
    match fact:
        case protocol.Ready() | protocol.NotReady() | protocol.Pong():
            return None
        case protocol.Accepted():
            return port.AccountAccepted(fact.account)
        case protocol.Refused():
            return port.AccountRefused(fact.account, fact.status, fact.reason)
        case protocol.Commanded():
            command = port.CommandRef(fact.command)
            return port.CommandReceived(command, fact.text, fact.source, fact.is_from_registrar)
        case protocol.Watched():
            return port.NumberState(fact.account, fact.number, port.NumberStatus(fact.state))
        case _:
            return _about_a_call(fact, port.CallRef(fact.call))


_AboutCall = (
    protocol.Offered
    | protocol.Placed
    | protocol.Ringing
    | protocol.Answered
    | protocol.Ended
    | protocol.Held
    | protocol.Retrieved
    | protocol.RemoteHold
    | protocol.Digit
    | protocol.Progress
    | protocol.Transferred
    | protocol.Replaced
)


def _about_a_call(fact: _AboutCall, call: port.CallRef) -> port.EngineFact:  # noqa: C901 - one line each
    match fact:
        case protocol.Offered():
            return port.IncomingCall(call, fact.account, fact.call_id, _party(fact.local), _party(fact.remote))
        case protocol.Placed():
            return port.CallPlaced(call, fact.call_id, _party(fact.remote))
        case protocol.Ringing():
            return port.CallRinging(call)
        case protocol.Answered():
            return port.CallAnswered(call, _party(fact.remote))
        case protocol.Ended():
            return port.CallEnded(call, cause_of(fact.how, fact.status), fact.status, fact.by_remote)
        case protocol.Held():
            return port.CallHeld(call)
        case protocol.Retrieved():
            return port.CallRetrieved(call)
        case protocol.RemoteHold():
            return port.RemoteHeld(call, fact.is_held)
        case protocol.Digit():
            return port.DigitReceived(call, fact.digit)
        case protocol.Progress():
            return port.TransferProgress(call, fact.status)
        case protocol.Transferred():
            new = port.CallRef(fact.new_call)
            return port.TransferAsked(call, new, fact.call_id, _party(fact.remote))
        case protocol.Replaced():
            new = port.CallRef(fact.new_call)
            return port.CallReplaced(call, new, fact.call_id, _party(fact.remote))


def _party(party: protocol.Party) -> PartyAddress:
    return PartyAddress(party.user, party.host, party.display)

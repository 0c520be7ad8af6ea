"""One call as the phone knows it: what the engine said, and the state from the call model's table.

Source: DOC §2.4 nos. 3-7, 16, 17; `offhook.callmodel.connection`.
"""

from offhook.callmodel.connection import ConnectionState, Given, Step, advance
from offhook.errors import InvalidTransition
from offhook.phone.engine.port import CallRef
from offhook.protocol.sip_uri import PartyAddress

__all__ = ["PhoneCall"]


class PhoneCall:
    """One call; small, because a fleet holds thousands."""

    __slots__ = (
        "account",
        "answered_at",
        "began_at",
        "call_id",
        "forward_at",
        "forward_target",
        "is_announced",
        "is_answering",
        "is_ending",
        "is_held_by_remote",
        "is_in_conference",
        "is_incoming",
        "is_muted",
        "is_retrieving",
        "local",
        "ref",
        "remote",
        "replaces",
        "state",
    )

    def __init__(
        self,
        ref: CallRef,
        account: str,
        *,
        is_incoming: bool,
        local: PartyAddress,
        remote: PartyAddress,
        now: float,
        call_id: str = "",
    ) -> None:
        self.ref = ref
        self.account = account
        self.is_incoming = is_incoming
        self.local = local
        """Our side."""
        self.remote = remote
        """The other side, caller or called."""
        self.call_id = call_id
        """SIP Call-ID; "" until the engine has said it."""
        self.state = ConnectionState.NULL
        self.began_at = now
        self.answered_at: float | None = None
        self.forward_at: float | None = None
        """When the no answer forward takes it; None for never."""
        self.forward_target = ""
        self.is_announced = False
        """Outgoing Call or Incoming Call was reported, so its end must be reported, too."""
        self.is_answering = False
        """We ordered to answer; the engine has not confirmed yet."""
        self.is_ending = False
        """We ordered the end; the engine has not confirmed yet."""
        self.is_held_by_remote = False
        self.is_muted = False
        self.is_in_conference = False
        self.is_retrieving = False
        """We ordered to take it back from hold; the engine has not confirmed yet."""
        self.replaces: CallRef | None = None
        """The call that ends once this one is answered: we were transferred."""

    def step(self, given: Given) -> Step | None:
        """Advance by the call model's table; None, and nothing changed, where it has no such step.

        Facts about a call may cross our orders on the way, so an impossible one is late, not wrong.
        """
        try:
            step = advance(self.state, given)
        except InvalidTransition:
            return None
        self.state = step.state
        return step

    def is_in(self, state: ConnectionState) -> bool:
        """Say whether the call is in ``state`` and not about to end by our own order."""
        return self.state is state and not self.is_ending

    def keeps_off_hook(self) -> bool:
        """A call that only rings does not; every other one does."""
        return self.state is not ConnectionState.ALERTING or self.is_answering

    def has_voice(self) -> bool:
        """The user talks on it, is about to, or hears it being placed."""
        return self.state in (ConnectionState.CONNECTED, ConnectionState.INITIATED) or self.is_retrieving

"""The phone's accounts: which is which, and whether each is registered.

A refused registration is tried again after 5 s, then 10 s, doubling up to 300 s; only changes are reported.
Source: DOC §2.4 nos. 18-20, §3.4 (`outgoing_uri`); RFC 3261 §10; `offhook.callmodel.registration`.
"""

from collections.abc import Callable, Iterator, Sequence

from offhook.callmodel.registration import (
    RegistrationEffect,
    RegistrationGiven,
    RegistrationState,
    advance_registration,
)
from offhook.errors import InvalidTransition, NotPossibleNow, NotValid
from offhook.phone.engine.port import AccountSettings, CallEngine
from offhook.phone.settings import Account
from offhook.protocol.events import Event
from offhook.protocol.sip_uri import PartyAddress, parse_party

__all__ = ["FIRST_RETRY_S", "LAST_RETRY_S", "Line", "Lines"]

FIRST_RETRY_S = 5.0
LAST_RETRY_S = 300.0


class Line:
    """One account at its line key."""

    __slots__ = ("account", "backoff_s", "id", "position", "reason", "retry_at", "state")

    def __init__(self, identity: str, position: int, account: Account) -> None:
        self.id = identity
        self.position = position
        """Number of its line key, from 1."""
        self.account = account
        self.state = RegistrationState.UNREGISTERED
        self.reason = ""
        """Why the last registration was refused; "" after one that was accepted."""
        self.backoff_s = FIRST_RETRY_S
        self.retry_at: float | None = None

    @property
    def uri(self) -> str:
        """``user@host``, as clients of the phone name the account."""
        return f"{self.account.user}@{self.account.host}"

    @property
    def party(self) -> PartyAddress:
        """Our side of a call on this account."""
        host = parse_party(self.uri).host
        return PartyAddress(self.account.user, host, self.account.display_name)

    @property
    def is_registered(self) -> bool:
        """Whether calls can be made on it."""
        return self.state is RegistrationState.REGISTERED

    def for_engine(self) -> AccountSettings:
        """What the engine needs of it."""
        account = self.account
        return AccountSettings(
            self.id,
            account.user,
            account.host,
            account.display_name,
            account.auth_user,
            account.password,
            account.transport,
            account.proxy,
            account.is_registering,
            account.peers,
        )


class Lines:
    """All accounts of one phone, in the order of their line keys."""

    __slots__ = ("_engine", "_lines", "_now", "_report")

    def __init__(self, engine: CallEngine, report: Callable[[Event, Line], None], now: Callable[[], float]) -> None:
        self._engine = engine
        self._report = report
        self._now = now
        self._lines: list[Line] = []

    def __iter__(self) -> Iterator[Line]:
        return iter(tuple(self._lines))

    def apply(self, accounts: Sequence[Account], *, is_live: bool) -> None:
        """Take over edited accounts.

        An account is the same as before if user and host are; then other edits register it again without a report.

        Args:
            is_live: The phone runs: log out what is gone, register what is new. Else only remember them.
        """
        before = {line.id: line for line in self._lines}
        self._lines = []
        changed: list[Line] = []
        for position, account in enumerate(accounts, start=1):
            identity = _identity_of(account, {line.id for line in self._lines})
            line = before.pop(identity, None)
            if line is None:
                line = Line(identity, position, account)
                changed.append(line)
            elif line.account != account:
                changed.append(line)
            line.position = position
            line.account = account
            self._lines.append(line)
        if is_live:
            for line in before.values():
                self._log_out(line)
            for line in changed:
                self._bring_up_to_date(line)

    def register_all(self) -> None:
        """Register every enabled account."""
        for line in self._lines:
            self._bring_up_to_date(line)

    def log_out_all(self) -> None:
        """Log every account out."""
        for line in self._lines:
            self._log_out(line)

    def _bring_up_to_date(self, line: Line) -> None:
        if not line.account.is_enabled:
            self._log_out(line)
            return
        line.backoff_s = FIRST_RETRY_S
        if line.state in (RegistrationState.REGISTERED, RegistrationState.REGISTERING):
            # The model knows no way back to REGISTERING: what counts is whether the registrar takes the edit.
            self._engine.register(line.for_engine())
        else:
            self._step(line, RegistrationGiven.REGISTER)

    def _log_out(self, line: Line) -> None:
        if line.state is not RegistrationState.UNREGISTERED:
            self._step(line, RegistrationGiven.UNREGISTER)

    # --- what the registrar says -------------------------------------------------------------------------------

    def accepted(self, account: str) -> None:
        """The registrar took an account; one that we do not want any more is logged out again."""
        line = self.by_id(account)
        if line is None or not self._step(line, RegistrationGiven.ACCEPTED):
            self._engine.unregister(account)
            return
        line.reason = ""
        line.backoff_s = FIRST_RETRY_S

    def refused(self, account: str, status: int, reason: str) -> None:
        """The registrar did not take an account."""
        line = self.by_id(account)
        if line is not None and self._step(line, RegistrationGiven.REFUSED):
            line.reason = f"{status} {reason}".strip()

    def lost(self, account: str) -> None:
        """The engine lost an account, and registers it again by itself."""
        line = self.by_id(account)
        if line is not None:
            self._step(line, RegistrationGiven.LOST)

    def _step(self, line: Line, given: RegistrationGiven) -> bool:
        """Advance by the call model's table; False, and nothing done, where a fact came too late for it."""
        try:
            step = advance_registration(line.state, given)
        except InvalidTransition:
            return False
        line.state = step.state
        line.retry_at = None
        for effect in step.effects:
            self._carry_out(line, effect)
        return True

    def _carry_out(self, line: Line, effect: RegistrationEffect) -> None:
        match effect:
            case RegistrationEffect.SEND_REGISTER:
                self._engine.register(line.for_engine())
            case RegistrationEffect.SEND_UNREGISTER:
                self._engine.unregister(line.id)
            case RegistrationEffect.REPORT_REGISTERED:
                self._report(Event.REGISTERED, line)
            case RegistrationEffect.REPORT_FAILED:
                self._report(Event.REGISTRATION_FAILED, line)
            case RegistrationEffect.REPORT_UNREGISTERED:
                self._report(Event.UNREGISTERED, line)
            case RegistrationEffect.RETRY_LATER:
                line.retry_at = self._now() + line.backoff_s
                line.backoff_s = min(line.backoff_s * 2, LAST_RETRY_S)

    # --- time --------------------------------------------------------------------------------------------------

    def next_deadline(self) -> float | None:
        """When the next registration is to be tried again."""
        return min([line.retry_at for line in self._lines if line.retry_at is not None], default=None)

    def handle_deadline(self, now: float) -> None:
        """Try again what is due."""
        for line in self._lines:
            if line.retry_at is not None and line.retry_at <= now:
                self._step(line, RegistrationGiven.REGISTER)

    # --- which one ---------------------------------------------------------------------------------------------

    def by_id(self, account: str) -> Line | None:
        """Find by the engine's name for it."""
        return next((line for line in self._lines if line.id == account), None)

    def at(self, position: int) -> Line | None:
        """Find by line key, from 1."""
        return self._lines[position - 1] if 1 <= position <= len(self._lines) else None

    def first_registered(self) -> Line | None:
        """The account that calls are made from when nobody says which."""
        return next((line for line in self._lines if line.is_registered), None)

    def to_dial_from(self, outgoing_uri: str | None) -> list[Line]:
        """Find the accounts a client means.

        Args:
            outgoing_uri: ``user@host``, ``sip:user@host``, ``user``, ``@host``, ``2`` or ``Account2`` (the position,
                unless a user is called so); None or "" for any account.
        Returns:
            Those that are registered, one at least, in the order of their line keys.
        Raises:
            NotValid: There is no such account; the reason lists those there are.
            NotPossibleNow: The account, or without a wish every account, is not registered.
        Source: DOC §3.4.
        """
        meant = self._named(outgoing_uri) if outgoing_uri else self._lines
        if outgoing_uri and not meant:
            known = ", ".join(each.uri for each in self._lines) or "none"
            raise NotValid("unknown-account", f"no account {outgoing_uri!r} here; accounts: {known}")
        registered = [line for line in meant if line.is_registered]
        if registered:
            return registered
        if outgoing_uri:
            raise NotPossibleNow("account-not-registered", f"account {meant[0].uri} is not registered")
        raise NotPossibleNow("no-registered-account", "no account of this phone is registered")

    def find(self, text: str) -> Line | None:
        """Find by any of the forms that `to_dial_from` takes; the first of several."""
        return next(iter(self._named(text)), None)

    def _named(self, text: str) -> list[Line]:
        wanted = parse_party(text)
        host = wanted.host.casefold()
        named = [
            line
            for line in self._lines
            if wanted.user in ("", line.party.user) and host in ("", line.party.host.casefold())
        ]
        number = text.casefold().removeprefix("account").strip()
        # int() takes digits of other scripts as well, which no account key bears.
        if not named and number.isascii() and number.isdigit() and len(number) < 3:
            line = self.at(int(number))
            return [line] if line is not None else []
        return named


def _identity_of(account: Account, taken: set[str]) -> str:
    """Name an account by what makes it another one when edited; twins are told apart by a number."""
    identity = f"{account.user}@{account.host}"
    twins = 1
    while identity in taken:
        twins += 1
        identity = f"{account.user}@{account.host}#{twins}"
    return identity

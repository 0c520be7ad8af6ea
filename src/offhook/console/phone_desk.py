"""What the commander needs to know of a phone: its calls, its dialect, where and as whom to command it.

Source: architecture decisions 5 and 6.
"""

from offhook.callmodel.connection import ConnectionState
from offhook.console.journal import Journal
from offhook.console.phone_client import PhoneAddress
from offhook.console.plan_parts import Situation
from offhook.console.views import connection_id
from offhook.console_api.resources import Connection, Verb
from offhook.dialects.registry import Registry
from offhook.errors import ConfigError, NotFound, NotPossibleNow

__all__ = ["PhoneDesk"]


class PhoneDesk:
    """Looks phones up in the live picture."""

    def __init__(self, journal: Journal, registry: Registry) -> None:
        self._journal = journal
        self._registry = registry

    async def situation(self, phone: str, connection: str | None) -> Situation:
        """Gather what is known of a phone now.

        Args:
            connection: The connection that is meant; one that is over, or unknown by now, gives no target.
        Raises:
            NotFound: The phone is not known.
        """
        shown = self._journal.state.phone(phone)
        if shown is None:
            raise NotFound("phone", phone)
        if connection is not None:
            connection = self._current(connection, phone)
        connections = self._connections(phone)
        target = next((each for each in connections if each.id == connection), None)
        if target is None and connection is not None:
            target = await self._ended(phone, connection)
        return Situation(shown, connections, target, self._registry.named_or_base(shown.dialect))

    async def address(self, phone: str) -> PhoneAddress:
        """Find where and as whom to command a phone.

        Raises:
            NotFound: The phone is not known.
            NotPossibleNow: Its password cannot be read.
        """
        shown = self._journal.state.phone(phone)
        if shown is None:
            raise NotFound("phone", phone)
        try:
            password = await self._journal.control_password(phone)
        except ConfigError as error:
            raise NotPossibleNow("password-not-readable", str(error)) from error
        is_approved = self._journal.state.phone_records[phone].approved_url == shown.control_url
        return PhoneAddress(phone, shown.control_url, shown.control_user, password, is_approved)

    async def find_connection(self, call: str, phone: str | None, verb: Verb) -> Connection:
        """Find which connection of a call a wish is about.

        Args:
            phone: Chooses; None takes the only one for which ``verb`` would work, or the only live one.
        Raises:
            NotFound: No such call, or the phone is not in it.
            NotPossibleNow: Several of our phones could be meant, or the call is over.
            StoreError: An old call cannot be read.
        """
        shown = await self._journal.call(call)
        if shown is None:
            raise NotFound("call", call)
        if phone is not None:
            chosen = [each for each in shown.connections if each.phone == phone]
            if not chosen:
                raise NotFound("connection", f"{call}:{phone}")
            return chosen[0]
        live = [each for each in shown.connections if each.state is not ConnectionState.NULL]
        fitting = [each for each in live if verb in each.verbs]
        for candidates in (fitting, live):
            if len(candidates) == 1:
                return candidates[0]
        if not live:
            raise NotPossibleNow("call-over", "the call is over")
        names = ", ".join(each.phone for each in live)
        raise NotPossibleNow("phone-not-named", f"several phones are in this call; name one of {names}")

    def _current(self, connection: str, phone: str) -> str:
        """Follow a call that has got another id since the wish was queued."""
        return connection_id(self._journal.state.current_id(connection.removesuffix(f":{phone}")), phone)

    def _connections(self, phone: str) -> list[Connection]:
        state = self._journal.state
        record = state.phone_records[phone]
        return [
            connection
            for call in state.calls_of(record)
            for connection in state.show(call).connections
            if connection.phone == phone and connection.state is not ConnectionState.NULL
        ]

    async def _ended(self, phone: str, connection: str) -> Connection | None:
        """Find a connection that is over, so that ending it once more can be called done already."""
        call = await self._journal.call(connection.removesuffix(f":{phone}"))
        if call is None:
            return None
        return next((each for each in call.connections if each.id == connection), None)

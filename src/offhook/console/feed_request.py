"""What is asked of the event feed, and what of all events that comes to. Pure.

What somebody may see is worked out once for a feed, not once for an event: it becomes part of what the feed is
subscribed to, so an event that may not be seen costs nothing.

Source: `console_api.frames`; `permissions`; docs/programs.md.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs

from offhook.console.bus.port import Interest, matching_types
from offhook.console.permissions import View, views_of
from offhook.console.principal import Principal
from offhook.console.store.people import UserRecord
from offhook.console_api.envelope import Envelope
from offhook.console_api.event_types import EventType
from offhook.console_api.frames import Subscribe
from offhook.console_api.scopes import Scope
from offhook.errors import NotValid

__all__ = ["FeedFilter", "FeedRequest", "phones_wanted", "read_request"]

_MAX_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRequest:
    """The query of `GET /api/v1/events`."""

    after_seq: int | None
    """Go on after this event; None: begin with a snapshot."""
    epoch: str
    at_most: int | None
    """Send a snapshot instead when more than so many events were missed; None: never."""
    wanted: Subscribe


def read_request(query_string: bytes) -> FeedRequest:
    """Read the query; what it does not know it leaves alone.

    Raises:
        NotValid: A number is none.
    """
    query = parse_qs(query_string.decode("latin-1"), keep_blank_values=True)
    return FeedRequest(
        after_seq=_number(query, "after_seq", "the number of an event"),
        epoch=query.get("epoch", [""])[0],
        at_most=_number(query, "at_most", "a number of events"),
        wanted=Subscribe(phones=query.get("phones"), types=query.get("types"), groups=query.get("groups")),
    )


def phones_wanted(wanted: Subscribe, users: Iterable[UserRecord]) -> frozenset[str] | None:
    """Give the phones that are asked for: those named, and those of the people in the groups; None for all."""
    if wanted.phones is None and wanted.groups is None:
        return None
    groups = frozenset(wanted.groups or ())
    grouped = frozenset(phone for user in users if user.group in groups for phone in user.phones)
    return grouped.union(wanted.phones or ())


class FeedFilter:
    """Which events go to one feed, and how much of each."""

    def __init__(self, asker: Principal, phones: frozenset[str] | None, types: Collection[str] | None) -> None:
        """Work it out.

        Args:
            phones: The phones that are asked for; None for all, and what is of no phone.
            types: The types that are asked for, see `matching_types`; None for all.
        """
        self.phones = phones
        self._sees = asker.sees
        self._own, self._others = _views(asker.scopes, matching_types(types))

    def view_of(self, event: Envelope) -> View | None:
        """Say how much of an event is sent; None: nothing."""
        phone = event.phone
        if self.phones is not None and phone not in self.phones:
            return None
        is_own = self._sees is None or phone is None or phone in self._sees
        return (self._own if is_own else self._others).get(event.type)

    def interests(self) -> tuple[Interest, ...]:
        """Say the same to the bus."""
        if self._sees is None:
            return (Interest(self._own.keys(), self.phones),)
        if self.phones is None:
            return Interest(self._others.keys()), Interest(self._own.keys(), {None, *self._sees})
        own = self.phones & self._sees
        return Interest(self._own.keys(), own), Interest(self._others.keys(), self.phones - own)


@lru_cache(maxsize=64)
def _views(
    scopes: frozenset[Scope], types: frozenset[EventType]
) -> tuple[dict[EventType, View], dict[EventType, View]]:
    """Give what is shown of the phones one sees, and of the others; shared by all who may the same."""
    views = views_of(scopes)
    own, others = ({type_: view for type_ in types if (view := views[type_][which])} for which in (0, 1))
    return own, others


def _number(query: dict[str, list[str]], name: str, what: str) -> int | None:
    if name not in query:
        return None
    text = query[name][0]
    if not text.isascii() or not text.isdigit() or len(text) > _MAX_DIGITS:
        raise NotValid(f"{name.replace('_', '-')}-not-valid", f"{name} is {what}")
    return int(text)

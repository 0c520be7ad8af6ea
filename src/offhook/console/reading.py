"""One report while it is being reduced: the draft it works on, what the phone said, and the events it leads to.

Source: console-api.md §2 (the envelope).
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from offhook.callmodel.connection import ConnectionState, Discrepancy
from offhook.console.certainty import hear
from offhook.console.live_state import Draft
from offhook.console.records import Happening, PhoneRecord
from offhook.console_api.envelope import Source
from offhook.console_api.event_types import EventType, Origin
from offhook.dialects.dialect import CallIdScope
from offhook.protocol.variables import Variable

__all__ = ["Reading"]


class Reading(msgspec.Struct, kw_only=True, gc=False):
    """Everything the reducers need; they change the draft and add to `happenings`."""

    draft: Draft
    phone_id: str
    values: Mapping[Variable, str]
    at: float
    """When the report arrived."""
    scope: CallIdScope
    """How far the phone's Call-IDs can be trusted."""
    source_address: str
    source: Source
    new_id: Callable[[], str]
    happenings: list[Happening] = []

    @property
    def phone(self) -> PhoneRecord:
        """The phone's record as it stands now."""
        phone: PhoneRecord | None = self.draft.phones.get(self.phone_id)
        if phone is None:
            raise LookupError(self.phone_id)  # the reducer made sure of it before anything else
        return phone

    def since(self, before: float) -> float:
        """Give the seconds since something arrived, as far as they tell which report was sent first."""
        return self.draft.outage.seconds_between(before, self.at)

    def change_phone(self, **fields: Any) -> bool:
        """Set fields of the phone's record; say whether anything is different now."""
        before = self.phone
        after = msgspec.structs.replace(before, **fields)
        if after == before:
            return False
        self.draft.put_phone(after)
        return True

    def hear(self, fact: str, *, has_changed: bool, undone_by: str = "") -> None:
        """Note that a feature or line was reported, see `certainty.hear`; say so where only its certainty changed."""
        before = self.phone
        after = hear(before, fact, has_changed=has_changed, at=self.at, undone_by=undone_by)
        self.draft.put_phone(after)
        if after.doubts != before.doubts and not has_changed:
            self.tell(EventType.PHONE_CERTAINTY_CHANGED, detail={"doubts": list(after.doubts)})

    def tell(
        self,
        type_: EventType,
        *,
        call: str | None = None,
        line: str | None = None,
        state: ConnectionState | None = None,
        cause: str | None = None,
        origin: Origin = Origin.REPORTED,
        confidence: float = 1.0,
        detail: dict[str, Any] | None = None,
    ) -> None:
        """Add an event."""
        self.happenings.append(
            Happening(
                type=type_,
                at=self.at,
                received=self.at,
                origin=origin,
                confidence=confidence,
                phone=self.phone_id,
                line=line or None,
                call=call,
                connection_state=state,
                cause=cause,
                detail=detail or {},
                source=self.source,
            )
        )

    def ignore(self, discrepancy: Discrepancy, *, call: str | None = None) -> None:
        """Add the event that says why the report changed nothing."""
        self.tell(EventType.PHONE_REPORT_IGNORED, call=call, detail={"discrepancy": str(discrepancy)})

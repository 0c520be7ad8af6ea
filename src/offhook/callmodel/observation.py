"""What each reported event says about the call model: one table from the 27 events to machine inputs.

Source: DOC §2.4; the console's event types and CSTA terms: console-api.md §3.
"""

from dataclasses import dataclass
from enum import StrEnum

from offhook.callmodel.connection import Cause, Given
from offhook.callmodel.features import FEATURE_EVENTS, Feature
from offhook.callmodel.registration import RegistrationState
from offhook.plain_members import plain_members
from offhook.protocol.events import Event

__all__ = [
    "OBSERVATIONS",
    "AddressObserved",
    "BusyObserved",
    "CallObserved",
    "FeatureObserved",
    "HookObserved",
    "Observation",
    "RegistrationObserved",
    "StartObserved",
    "TransferMode",
    "TransferObserved",
]


@plain_members
class TransferMode(StrEnum):
    """How a call was transferred."""

    UNKNOWN = "unknown"
    BLIND = "blind"
    ATTENDED = "attended"


@dataclass(frozen=True, slots=True)
class CallObserved:
    """Something happened to a connection."""

    given: Given
    cause: Cause = Cause.UNKNOWN
    is_missed: bool = False


@dataclass(frozen=True, slots=True)
class TransferObserved:
    """A transfer started (mode unknown) or was carried out."""

    mode: TransferMode


@dataclass(frozen=True, slots=True)
class HookObserved:
    """The hookswitch moved."""

    is_off: bool


@dataclass(frozen=True, slots=True)
class BusyObserved:
    """The phone as a whole became busy or idle."""

    is_busy: bool


@dataclass(frozen=True, slots=True)
class FeatureObserved:
    """A feature was turned on or off."""

    feature: Feature
    is_on: bool


@dataclass(frozen=True, slots=True)
class RegistrationObserved:
    """An account's registration changed."""

    state: RegistrationState


@dataclass(frozen=True, slots=True)
class StartObserved:
    """The phone has started; no call survived that."""


@dataclass(frozen=True, slots=True)
class AddressObserved:
    """The phone has another IP address."""


Observation = (
    CallObserved
    | TransferObserved
    | HookObserved
    | BusyObserved
    | FeatureObserved
    | RegistrationObserved
    | StartObserved
    | AddressObserved
)

OBSERVATIONS: dict[Event, Observation] = {
    Event.OFF_HOOK: HookObserved(is_off=True),
    Event.ON_HOOK: HookObserved(is_off=False),
    Event.OUTGOING: CallObserved(Given.ORIGINATED, Cause.NEW_CALL),
    Event.INCOMING: CallObserved(Given.DELIVERED, Cause.NEW_CALL),
    Event.ESTABLISHED: CallObserved(Given.ESTABLISHED, Cause.NEW_CALL),
    Event.TERMINATED: CallObserved(Given.CLEARED, Cause.NORMAL),
    Event.MISSED: CallObserved(Given.CLEARED, Cause.CALL_NOT_ANSWERED, is_missed=True),
    Event.HOLD: CallObserved(Given.HELD, Cause.NORMAL),
    Event.UNHOLD: CallObserved(Given.RETRIEVED, Cause.NORMAL),
    Event.REGISTERED: RegistrationObserved(RegistrationState.REGISTERED),
    Event.REGISTRATION_FAILED: RegistrationObserved(RegistrationState.FAILED),
    Event.UNREGISTERED: RegistrationObserved(RegistrationState.UNREGISTERED),
    Event.TRANSFER: TransferObserved(TransferMode.UNKNOWN),
    Event.BLIND_TRANSFER: TransferObserved(TransferMode.BLIND),
    Event.ATTENDED_TRANSFER: TransferObserved(TransferMode.ATTENDED),
    Event.IDLE_TO_BUSY: BusyObserved(is_busy=True),
    Event.BUSY_TO_IDLE: BusyObserved(is_busy=False),
    Event.SETUP_COMPLETED: StartObserved(),
    Event.IP_CHANGED: AddressObserved(),
    **{event: FeatureObserved(feature, is_on) for (feature, is_on), event in FEATURE_EVENTS.items()},
}
"""What each of the 27 says."""

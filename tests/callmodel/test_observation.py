"""What each of the 27 events says about the call model."""

import pytest

from offhook.callmodel.connection import Cause, Given
from offhook.callmodel.features import FEATURE_EVENTS, Feature
from offhook.callmodel.observation import (
    OBSERVATIONS,
    AddressObserved,
    BusyObserved,
    CallObserved,
    FeatureObserved,
    HookObserved,
    Observation,
    RegistrationObserved,
    StartObserved,
    TransferMode,
    TransferObserved,
)
from offhook.callmodel.registration import RegistrationState
from offhook.protocol.events import Event

EXPECTED: dict[str, Observation] = {
    "off_hook": HookObserved(True),
    "on_hook": HookObserved(False),
    "outgoing": CallObserved(Given.ORIGINATED, Cause.NEW_CALL),
    "incoming": CallObserved(Given.DELIVERED, Cause.NEW_CALL),
    "established": CallObserved(Given.ESTABLISHED, Cause.NEW_CALL),
    "terminated": CallObserved(Given.CLEARED, Cause.NORMAL),
    "missed": CallObserved(Given.CLEARED, Cause.CALL_NOT_ANSWERED, is_missed=True),
    "dnd_on": FeatureObserved(Feature.DND, True),
    "dnd_off": FeatureObserved(Feature.DND, False),
    "always_forward_on": FeatureObserved(Feature.ALWAYS_FORWARD, True),
    "always_forward_off": FeatureObserved(Feature.ALWAYS_FORWARD, False),
    "busy_forward_on": FeatureObserved(Feature.BUSY_FORWARD, True),
    "busy_forward_off": FeatureObserved(Feature.BUSY_FORWARD, False),
    "no_answer_forward_on": FeatureObserved(Feature.NO_ANSWER_FORWARD, True),
    "no_answer_forward_off": FeatureObserved(Feature.NO_ANSWER_FORWARD, False),
    "hold": CallObserved(Given.HELD, Cause.NORMAL),
    "unhold": CallObserved(Given.RETRIEVED, Cause.NORMAL),
    "registered": RegistrationObserved(RegistrationState.REGISTERED),
    "registration_failed": RegistrationObserved(RegistrationState.FAILED),
    "unregistered": RegistrationObserved(RegistrationState.UNREGISTERED),
    "transfer": TransferObserved(TransferMode.UNKNOWN),
    "blind_transfer": TransferObserved(TransferMode.BLIND),
    "attended_transfer": TransferObserved(TransferMode.ATTENDED),
    "idle_to_busy": BusyObserved(True),
    "busy_to_idle": BusyObserved(False),
    "setup_completed": StartObserved(),
    "ip_changed": AddressObserved(),
}


def test_every_event_says_something() -> None:
    assert set(OBSERVATIONS) == set(Event)
    assert set(EXPECTED) == {event.value for event in Event}


@pytest.mark.parametrize(("slug", "observation"), EXPECTED.items())
def test_row(slug: str, observation: Observation) -> None:
    assert OBSERVATIONS[Event(slug)] == observation


def test_what_the_phone_reports_of_a_feature_is_what_the_console_reads() -> None:
    for (feature, is_on), event in FEATURE_EVENTS.items():
        assert OBSERVATIONS[event] == FeatureObserved(feature, is_on)

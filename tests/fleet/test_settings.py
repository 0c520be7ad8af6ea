from offhook.fleet.faults import NO_FAULTS
from offhook.fleet.plan import CallCentreHabits
from offhook.fleet.settings import FleetSettings


def test_a_fleet_of_which_nothing_else_is_said_is_harmless() -> None:
    settings = FleetSettings(habits=CallCentreHabits(phones=1))
    assert settings.faults == NO_FAULTS and settings.storm is None
    assert settings.console.startswith("http://127.0.0.1:") and settings.api == ""

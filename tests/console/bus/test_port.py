from offhook.console.bus.in_process import InProcessBus
from offhook.console.bus.port import Bus, Subscription, TooSlow
from offhook.errors import BusError


def _fits(bus: InProcessBus) -> tuple[Bus, Subscription]:
    """The type checker proves here that it fits the port."""
    return bus, bus.subscribe()


def test_the_bus_has_every_method_of_the_port() -> None:
    bus, subscription = _fits(InProcessBus())
    assert {name for name in vars(Bus) if not name.startswith("_")} <= set(dir(bus))
    assert {"narrow", "__anext__", "__aenter__"} <= set(dir(subscription))


def test_too_slow_says_how_far_behind() -> None:
    error = TooSlow(17)
    assert isinstance(error, BusError)
    assert error.max_waiting == 17
    assert "17" in str(error)

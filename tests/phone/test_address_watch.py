import asyncio
from collections.abc import Callable

import pytest

from offhook.phone.address_watch import AddressWatch, address_towards


class Card:
    """A network card whose address the test chooses."""

    def __init__(self, address: str | None) -> None:
        self.address = address
        self.looks = 0
        self.looked = asyncio.Event()

    def find(self) -> str | None:
        self.looks += 1
        if self.looks > 2:
            self.looked.set()
        return self.address


def changes_of(card: Card) -> tuple[AddressWatch, list[str]]:
    told: list[str] = []
    return AddressWatch(card.find, told.append, poll_s=0.001), told


def test_loopback_is_reached_from_loopback() -> None:
    assert address_towards("127.0.0.5") == "127.0.0.1"
    assert address_towards("::1") in ("::1", None)  # None where the computer has no IPv6


@pytest.mark.parametrize("host", ["", "console.example", "not an address", "999.1.1.1"])
def test_names_are_not_looked_up(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a name was looked up")

    monkeypatch.setattr("socket.getaddrinfo", refuse)
    assert address_towards(host) == address_towards("192.0.2.1")


async def test_only_changes_are_told() -> None:
    card = Card("192.0.2.10")
    watch, told = changes_of(card)
    watch.look()
    card.address = "192.0.2.11"
    watch.look()
    watch.look()
    assert (told, watch.address) == (["192.0.2.11"], "192.0.2.11")


async def test_a_pulled_cable_is_no_change_another_address_afterwards_is() -> None:
    card = Card("192.0.2.10")
    watch, told = changes_of(card)
    for address in (None, "192.0.2.10", None, "192.0.2.12"):
        card.address = address
        watch.look()
    assert told == ["192.0.2.12"]


async def test_a_silent_look_takes_the_address_and_says_nothing() -> None:
    card = Card("192.0.2.10")
    watch, told = changes_of(card)
    card.address = "192.0.2.11"
    watch.look(is_silent=True)
    assert (told, watch.address) == ([], "192.0.2.11")


async def test_it_looks_by_itself_until_told_not_to() -> None:
    card = Card("192.0.2.10")
    told: asyncio.Queue[str] = asyncio.Queue()
    on_change: Callable[[str], None] = told.put_nowait
    watch = AddressWatch(card.find, on_change, poll_s=0.001)
    watch.go_on()
    watch.go_on()
    card.address = "192.0.2.11"
    assert await asyncio.wait_for(told.get(), 5) == "192.0.2.11"
    watch.pause()
    watch.go_on()
    card.address = "192.0.2.12"
    assert await asyncio.wait_for(told.get(), 5) == "192.0.2.12"
    await watch.stop()
    await watch.stop()


async def test_without_being_started_it_stops_as_well() -> None:
    await AddressWatch(lambda: None, lambda ip: None).stop()

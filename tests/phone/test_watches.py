"""What is watched, by whom, and what is known of it."""

import msgspec

from offhook.phone.engine.port import NumberState, NumberStatus
from offhook.phone.engine.virtual import VirtualEngine, VirtualExchange
from offhook.phone.lines import Lines
from offhook.phone.settings import Account, DssKey
from offhook.phone.watches import Watches
from tests.phone.bench import Bench, BenchPhone, settings_for

IDLE, BUSY, UNKNOWN = NumberStatus.IDLE, NumberStatus.BUSY, NumberStatus.UNKNOWN
ONE, TWO = "1001@127.0.0.1", "1004@127.0.0.1"


class Recording(VirtualEngine):
    """Writes down what is asked of it."""

    __slots__ = ("asked",)

    def __init__(self) -> None:
        super().__init__(VirtualExchange())
        self.asked: list[str] = []

    def watch(self, account: str, number: str) -> None:
        self.asked.append(f"+{account.partition('@')[0]} {number}")

    def unwatch(self, account: str, number: str) -> None:
        self.asked.append(f"-{account.partition('@')[0]} {number}")


class Scene:
    def __init__(self) -> None:
        self.engine = Recording()
        self.lines = Lines(self.engine, lambda event, line: None, lambda: 0.0)
        self.lines.apply([Account(user="1001"), Account(user="1004")], is_live=True)
        self.watches = Watches(self.engine, self.lines)

    def asked(self, *numbers: str) -> list[str]:
        self.engine.asked.clear()
        self.watches.settle(numbers)
        return list(self.engine.asked)


def test_what_is_wanted_is_watched_once_and_what_is_not_is_left() -> None:
    scene = Scene()
    scene.lines.accepted(ONE)
    assert scene.asked("1002", "1003", "1002") == ["+1001 1002", "+1001 1003"]
    assert scene.asked("1003", "1002") == []
    assert scene.asked("1003", "1005") == ["-1001 1002", "+1001 1005"]
    assert scene.asked() == ["-1001 1003", "-1001 1005"]
    assert scene.asked() == []
    assert scene.watches.states == {}


def test_the_first_account_that_is_registered_asks() -> None:
    scene = Scene()
    assert scene.asked("1002") == []
    scene.lines.accepted(TWO)
    assert scene.asked("1002") == ["+1004 1002"]
    scene.lines.accepted(ONE)
    assert scene.asked("1002") == ["-1004 1002", "+1001 1002"]
    scene.lines.lost(ONE)
    scene.lines.lost(TWO)
    assert scene.asked("1002") == ["-1001 1002"]
    assert scene.watches.states == {}


def test_what_the_engine_says_is_known_until_somebody_else_asks() -> None:
    scene = Scene()
    scene.lines.accepted(ONE)
    scene.watches.settle(["1002"])
    assert scene.watches.states == {"1002": UNKNOWN}
    scene.watches.take(NumberState(ONE, "1002", BUSY))
    scene.watches.take(NumberState(ONE, "1003", BUSY))
    scene.watches.take(NumberState(TWO, "1002", IDLE))
    scene.watches.settle(["1002"])
    assert scene.watches.states == {"1002": BUSY}
    scene.lines.lost(ONE)
    scene.lines.accepted(TWO)
    scene.watches.settle(["1002"])
    assert scene.watches.states == {"1002": UNKNOWN}


def watching(bench: Bench, number: str, user: str = "1001") -> BenchPhone:
    phone = bench.phone(user)
    keys = [DssKey(position=1, type="busy_lamp", value=number)]
    phone.device.apply_settings(msgspec.structs.replace(settings_for(user), dss_keys=keys))
    bench.exchange.run()
    return phone


def lamp(phone: BenchPhone) -> str:
    key = phone.device.screen.dss_keys[0]
    return f"{key.lamp.value} {key.meaning.rpartition(', ')[2]}"


def test_a_lamp_follows_a_number_through_a_call() -> None:
    bench = Bench()
    bob, cleo = bench.phone("1002"), bench.phone("1003")
    ann = watching(bench, "1002")
    seen = [lamp(ann)]
    cleo.dial("1002")
    seen.append(lamp(ann))
    bob.press("OK")
    seen.append(lamp(ann))
    cleo.press("X")
    seen.append(lamp(ann))
    bob.device.shut_down()
    bench.exchange.run()
    seen.append(lamp(ann))
    assert seen == ["off free", "blinking ringing", "on busy", "off free", "off unknown"]


def test_a_number_that_nobody_has_and_an_account_that_is_refused_know_nothing() -> None:
    bench = Bench()
    bench.phone("1002")
    assert lamp(watching(bench, "4711")) == "off unknown"
    assert lamp(watching(bench, "1002", user="9999")) == "off unknown"
    assert lamp(watching(bench, "1002@elsewhere.example", user="1003")) == "off unknown"

"""A sound card: the buffer between two clocks, and a real PortAudio with a card made of pipes."""

import contextlib
import importlib
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from offhook.phone.engine.pjsip.protocol import Sound
from offhook.phone.engine.pjsip.sound_card import FRAME_BYTES, Buffer, Card
from offhook.phone.engine.port import CallHeld, CallRetrieved
from tests.fakes.waiting import until
from tests.peers.pipe_card import pipe_card
from tests.peers.wav import strength_at
from tests.phone.engine.pjsip.conftest import MakeSip

SILENCE = bytes(FRAME_BYTES)


def frame(number: int) -> bytes:
    return bytes([number]) * FRAME_BYTES


def test_sound_flows_when_a_little_has_gathered_and_again_after_a_gap() -> None:
    buffer = Buffer()
    for round_ in (10, 20):
        for number in range(3):
            assert buffer.take() == SILENCE
            buffer.put(frame(round_ + number))
        assert [buffer.take() for _ in range(4)] == [frame(round_), frame(round_ + 1), frame(round_ + 2), SILENCE]


def test_sound_that_nobody_takes_is_forgotten_the_oldest_first() -> None:
    buffer = Buffer()
    for number in range(20):
        buffer.put(frame(number))
    assert buffer.take() == frame(12)
    buffer.clear()
    assert buffer.take() == SILENCE


class FakeLibrary:
    """sounddevice as the card uses it, without its threads."""

    PortAudioError = OSError

    def __init__(self, *failing: str) -> None:
        self.streams: dict[str, SimpleNamespace] = {}
        self.now: dict[str, str] = {}
        self.RawInputStream = self._kind("microphone", failing)
        self.RawOutputStream = self._kind("loudspeaker", failing)

    def _kind(self, name: str, failing: tuple[str, ...]) -> Callable[..., SimpleNamespace]:
        def make(**settings: object) -> SimpleNamespace:
            if name in failing:
                raise OSError("Invalid\nnumber of channels")
            made = SimpleNamespace(**settings)
            for state in ("start", "abort", "close"):
                setattr(made, state, lambda state=state: self.now.update({name: state}))
            self.streams[name] = made
            return made

        return make


def use(library: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def give(name: str) -> object:
        assert name == "sounddevice"
        if isinstance(library, Exception):
            raise library
        return library

    monkeypatch.setattr(importlib, "import_module", give)


async def test_a_card_is_open_while_somebody_talks(monkeypatch: pytest.MonkeyPatch) -> None:
    library = FakeLibrary()
    use(library, monkeypatch)
    card = Card("default")
    for _ in range(2):
        card.open()
        await until(lambda: library.now == {"microphone": "start", "loudspeaker": "start"})
        card.close()
        await until(lambda: library.now == {"microphone": "close", "loudspeaker": "close"})
    assert library.streams["microphone"].device is None, "the machine's own choice"


async def test_sound_goes_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    library = FakeLibrary()
    use(library, monkeypatch)
    card = Card("some card")
    card.open()
    await until(lambda: len(library.now) == 2)
    for number in (1, 2, 3):
        library.streams["microphone"].callback(memoryview(frame(number)), 320, None, None)
        card.spoken.put(frame(number + 3))
    played = bytearray(FRAME_BYTES)
    library.streams["loudspeaker"].callback(played, 320, None, None)
    assert (card.heard.take(), bytes(played)) == (frame(1), frame(4))
    assert library.streams["microphone"].device == "some card"


async def test_a_card_without_a_microphone_plays(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    library = FakeLibrary("microphone")
    use(library, monkeypatch)
    said = ""

    def says() -> str:
        nonlocal said
        said += capsys.readouterr().err
        return said

    Card("some card").open()
    await until(lambda: "\n" in says())
    assert said == (
        'no microphone: sound card "some card": Invalid number of channels; python -m sounddevice lists what there is\n'
    )
    assert library.now == {"loudspeaker": "start"}


@pytest.mark.parametrize("error", [ModuleNotFoundError("No module named 'sounddevice'"), OSError("PortAudio missing")])
async def test_without_the_library_one_line_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    use(error, monkeypatch)
    said = ""

    def says() -> str:
        nonlocal said
        said += capsys.readouterr().err
        return said

    Card("default").open()
    await until(lambda: "\n" in says())
    assert said.startswith(f"no sound card: {error}") and said.count("\n") == 1
    assert "pip install 'offhook[sound]'" in said and "libportaudio2" in said


async def test_both_sides_are_heard_through_a_card_and_after_a_hold_as_well(
    sip: MakeSip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    async with pipe_card(tmp_path, monkeypatch, tone_hz=500) as card:
        ann = await sip("1001", sound=Sound(device=card.name))
        bob = await sip("1002", sound=Sound(tone_hz=880, record_folder=str(kept)))
        here, _ = await ann.call(bob)
        ann.engine.hold(here)
        await ann.heard(CallHeld)
        ann.engine.retrieve(here)
        await ann.heard(CallRetrieved)
        await until(lambda: any(card.played))
        begin = len(card.played)
        await until(lambda: len(card.played) > begin + 64_000)
        await ann.engine.stop()
        await bob.engine.stop()
        assert strength_at(card.keep(tmp_path / "played.wav", last_s=1.5), 880) > 0.5
        assert strength_at(next(kept.glob("*.wav")), 500) > 0.5


async def test_a_card_is_closed_when_nobody_talks(
    sip: MakeSip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pipe_card(tmp_path, monkeypatch, tone_hz=500) as card:
        ann, bob = await sip("1001", sound=Sound(device=card.name)), await sip("1002")

        def is_listening() -> bool:
            for file in Path(f"/proc/{ann.engine.child_id}/fd").iterdir():
                with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                    if os.readlink(file) == str(card.microphone):
                        return True
            return False

        assert not is_listening()
        for _ in range(2):
            here, _ = await ann.call(bob)
            await until(is_listening)
            ann.engine.hang_up(here)
            await until(lambda: not is_listening())


async def test_a_card_that_is_not_there_costs_the_sound_and_not_the_call(sip: MakeSip) -> None:
    ann, bob = await sip("1001", sound=Sound(device="no such card")), await sip("1002")
    child = ann.engine.child_id
    here, _ = await ann.call(bob)
    ann.engine.hold(here)
    await ann.heard(CallHeld)
    assert ann.engine.child_id == child

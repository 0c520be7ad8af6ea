"""A sound card made of pipes: ALSA's file plugin at one end, this test at the other, which keeps the time.

PortAudio and ALSA are the real ones; only the hardware is not. The null device under the file plugin knows no time, so
the test reads and writes 20 ms of sound each 20 ms, and the pipes, made short, hold ALSA to that.
"""

import array
import asyncio
import ctypes.util
import fcntl
import importlib.util
import math
import os
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

__all__ = ["PipeCard", "need_sound_library", "pipe_card"]

NAME = "offhook_pipes"
_RATE_HZ = 16_000
_FRAME_BYTES = 640
_FRAME_S = 0.02
_PIPE_BYTES = 4096
_CONFIG = """
pcm.{name} {{
    type asym
    playback.pcm {{ type file slave.pcm null file "{loudspeaker}" format raw }}
    capture.pcm {{ type file slave.pcm null file "/dev/null" infile "{microphone}" format raw }}
}}
"""


def need_sound_library() -> None:
    """Skip the test by name where PortAudio is not installed."""
    if importlib.util.find_spec("sounddevice") is None or ctypes.util.find_library("portaudio") is None:
        pytest.skip("libportaudio2 or sounddevice is missing; scripts/system-packages and `make dev` bring them")


class PipeCard:
    """The card, as the test sees it."""

    def __init__(self, folder: Path, tone_hz: int) -> None:
        self.name = NAME
        self.config = folder / "asound.conf"
        self.microphone, self.loudspeaker = folder / "microphone", folder / "loudspeaker"
        self.config.write_text(
            _CONFIG.format(name=NAME, loudspeaker=self.loudspeaker, microphone=self.microphone), "utf-8"
        )
        self.played = bytearray()
        """What came out of the loudspeaker."""
        self._tone_hz = tone_hz
        self._said = 0

    def keep(self, path: Path, last_s: float) -> Path:
        """Write the last of what was played as a WAV file."""
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(_RATE_HZ)
            file.writeframes(bytes(self.played[-int(last_s * _RATE_HZ) * 2 :]))
        return path

    async def run(self) -> None:
        """Keep the time."""
        loop = asyncio.get_running_loop()
        out, microphone = _pipe(self.loudspeaker), _pipe(self.microphone)
        try:
            due = loop.time()
            while True:
                self._tick(out, microphone)
                due += _FRAME_S
                await asyncio.sleep(max(0.0, due - loop.time()))
        finally:
            os.close(out)
            os.close(microphone)

    def _tick(self, out: int, microphone: int) -> None:
        try:
            self.played += os.read(out, _FRAME_BYTES)
        except BlockingIOError:
            pass  # nobody plays
        step = 2 * math.pi * self._tone_hz / _RATE_HZ
        tone = (int(8000 * math.sin(step * each)) for each in range(self._said, self._said + _FRAME_BYTES // 2))
        try:
            self._said += os.write(microphone, array.array("h", tone).tobytes()) // 2
        except BlockingIOError:
            pass  # nobody listens


def _pipe(path: Path) -> int:
    os.mkfifo(path)
    end = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
    return end


@asynccontextmanager
async def pipe_card(folder: Path, monkeypatch: pytest.MonkeyPatch, *, tone_hz: int) -> AsyncIterator[PipeCard]:
    """A card for as long as the block lasts; what is started meanwhile finds it, with a tone in the microphone."""
    need_sound_library()
    card = PipeCard(folder, tone_hz)
    monkeypatch.setenv("ALSA_CONFIG_PATH", f"/usr/share/alsa/alsa.conf:{card.config}")
    running = asyncio.create_task(card.run())
    try:
        yield card
    finally:
        running.cancel()
        await asyncio.wait([running])

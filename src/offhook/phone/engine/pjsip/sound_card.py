"""The machine's sound card, for the sound of calls. Runs in the child process only, and knows nothing of calls.

Theory of operation. Two clocks are at work, the one of the calls' mixer and the card's own, and they never agree. So
between them stands a `Buffer` for each direction: it gives silence until a little has gathered, and drops the oldest
when too much has. PortAudio calls from threads of its own; all that is done there is to move 20 ms of sound. The card
is open only while somebody talks (a microphone that is open is seen and rightly distrusted), and everything that may
take its time (loading the library, opening, closing) happens in a thread aside. Without a library or a card one line
says so and how to get it; calls go on, silent on this side.
Source: PortAudio (callback API); sounddevice 0.5 (raw streams).
"""

import importlib
import queue
import sys
import threading
from collections import deque
from types import ModuleType
from typing import Any, Protocol

__all__ = ["FRAME_BYTES", "FRAME_SAMPLES", "RATE_HZ", "Buffer", "Card"]

RATE_HZ = 16_000
FRAME_SAMPLES = 320
"""20 ms, as the mixer has it."""
FRAME_BYTES = 2 * FRAME_SAMPLES
_SILENCE = bytes(FRAME_BYTES)
_READY_FRAMES = 3
"""60 ms gather before sound flows: less stutters, more is heard as a delay."""
_MOST_FRAMES = 8
_NO_LIBRARY = (
    "pip install 'offhook[sound]' brings sounddevice; on Debian, apt-get install libportaudio2 the library under it"
)


class Buffer:
    """Sound on its way between two clocks. One side puts, the other takes; each may be any thread."""

    def __init__(self) -> None:
        self._frames: deque[bytes] = deque(maxlen=_MOST_FRAMES)
        self._is_flowing = False

    def put(self, frame: bytes) -> None:
        """Add 20 ms; the oldest give way."""
        self._frames.append(frame)

    def take(self) -> bytes:
        """Give 20 ms, of silence when there is too little."""
        if not self._is_flowing:
            if len(self._frames) < _READY_FRAMES:
                return _SILENCE
            self._is_flowing = True
        try:
            return self._frames.popleft()
        except IndexError:
            self._is_flowing = False
            return _SILENCE

    def clear(self) -> None:
        """Forget what is on its way."""
        self._frames.clear()
        self._is_flowing = False


class _Stream(Protocol):
    def start(self) -> None: ...
    def abort(self) -> None: ...
    def close(self) -> None: ...


class Card:
    """One sound card, opened and closed in a thread of its own."""

    def __init__(self, device: str) -> None:
        """Prepare; nothing is opened.

        Args:
            device: Its name, or a part of it, or "default".
        """
        self._device = None if device == "default" else device
        self.heard = Buffer()
        """From the microphone."""
        self.spoken = Buffer()
        """To the loudspeaker."""
        self._wishes: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._streams: list[_Stream] = []

    def open(self) -> None:
        """Open it soon; does not wait."""
        self._wish(True)

    def close(self) -> None:
        """Close it soon; does not wait."""
        self._wish(False)

    def _wish(self, is_open: bool) -> None:
        self._wishes.put(is_open)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sound card", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            is_open = self._wishes.get()
            if not self._wishes.empty():
                continue  # changed meanwhile; only the last wish counts
            if is_open and not self._streams:
                self._open()
            elif not is_open:
                self._close()

    def _open(self) -> None:
        self.heard.clear()
        self.spoken.clear()
        try:
            library = importlib.import_module("sounddevice")
        except (ImportError, OSError) as error:
            _say(f"no sound card: {error}; {_NO_LIBRARY}")
            return
        for kind, callback in (("RawOutputStream", self._play), ("RawInputStream", self._record)):
            self._open_stream(library, kind, callback)

    def _open_stream(self, library: ModuleType, kind: str, callback: Any) -> None:
        """Open one direction; a card may have only one, and the other is then silent."""
        what = "loudspeaker" if kind == "RawOutputStream" else "microphone"
        try:
            stream = getattr(library, kind)(
                samplerate=RATE_HZ,
                blocksize=FRAME_SAMPLES,
                channels=1,
                dtype="int16",
                device=self._device,
                callback=callback,
            )
            stream.start()
        except (library.PortAudioError, ValueError) as error:
            name = self._device or "default"
            _say(f'no {what}: sound card "{name}": {error}; python -m sounddevice lists what there is')
            return
        self._streams.append(stream)

    def _close(self) -> None:
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.abort()
            stream.close()

    def _play(self, out: Any, frames: int, _time: object, _status: object) -> None:
        out[:] = self.spoken.take()[: len(out)]

    def _record(self, heard: Any, frames: int, _time: object, _status: object) -> None:
        self.heard.put(bytes(heard))


def _say(text: str) -> None:
    """Tell the phone, which has it in its log."""
    sys.stderr.write(" ".join(text.split()) + "\n")
    sys.stderr.flush()

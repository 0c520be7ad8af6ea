"""Finding a tone in a recording."""

import array
import math
import wave
from pathlib import Path

__all__ = ["strength_at", "write_tone"]


def strength_at(path: Path, frequency_hz: float) -> float:
    """How much of a recording's sound is at a frequency, 0 to 1; 0 for silence.

    Measured in pieces of 50 ms, because on a busy machine packets come late and the tone then goes on in another
    phase; over the whole recording such pieces would cancel each other out.
    """
    with wave.open(str(path)) as file:
        rate = file.getframerate()
        samples = array.array("h", file.readframes(file.getnframes()))
    size = rate // 20
    pieces = [samples[start : start + size] for start in range(0, len(samples) - size + 1, size)]
    energy = sum(float(each) * each for piece in pieces for each in piece)
    found = sum(_power(piece, frequency_hz / rate) for piece in pieces)
    return 2 * found / (size * energy) if energy else 0.0


def _power(samples: "array.array[int]", turns_per_sample: float) -> float:
    """Goertzel's measure of one frequency."""
    coefficient = 2 * math.cos(2 * math.pi * turns_per_sample)
    before = last = 0.0
    for each in samples:
        before, last = last, each + coefficient * last - before
    return float(before * before + last * last - coefficient * before * last)


def write_tone(path: Path, frequency_hz: float, *, seconds: float = 1.0, rate_hz: int = 8000) -> None:
    """Write a steady tone."""
    count = int(seconds * rate_hz)
    tone = (int(8000 * math.sin(2 * math.pi * frequency_hz * each / rate_hz)) for each in range(count))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(array.array("h", tone).tobytes())

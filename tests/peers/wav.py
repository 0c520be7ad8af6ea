"""Finding a tone in a recording."""

import array
import math
import wave
from pathlib import Path

__all__ = ["strength_at", "write_tone"]


def strength_at(path: Path, frequency_hz: float) -> float:
    """How much of a recording's sound is at a frequency, 0 to 1 (Goertzel); 0 for silence.

    The first and last 100 ms are left out: a call that begins or ends makes a click.
    """
    with wave.open(str(path)) as file:
        rate = file.getframerate()
        samples = array.array("h", file.readframes(file.getnframes()))
    edge = rate // 10
    samples = samples[edge:-edge]
    energy = sum(float(each) * each for each in samples)
    if not energy:
        return 0.0
    coefficient = 2 * math.cos(2 * math.pi * frequency_hz / rate)
    before = last = 0.0
    for each in samples:
        before, last = last, each + coefficient * last - before
    power = before * before + last * last - coefficient * before * last
    return float(2 * power / (len(samples) * energy))


def write_tone(path: Path, frequency_hz: float, *, seconds: float = 1.0, rate_hz: int = 8000) -> None:
    """Write a steady tone."""
    count = int(seconds * rate_hz)
    tone = (int(8000 * math.sin(2 * math.pi * frequency_hz * each / rate_hz)) for each in range(count))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(array.array("h", tone).tobytes())

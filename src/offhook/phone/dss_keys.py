"""The programmable keys: what each type is called and what its lamp says. Pure.

What a key does when it is pressed is `dss_control`'s. The lamp of a key is dark unless there is something to say: its
feature is on, its line is in use, the number that it watches rings or is busy.
Source: DOC §3.2 (`D1`-`D10`); the programmable keys of the phones of this family.
"""

from collections.abc import Mapping, Sequence

from offhook.callmodel.features import Features
from offhook.phone.engine.port import NumberStatus
from offhook.phone.keypad import DSS_KEYS
from offhook.phone.screen import Colour, KeyLamp, Lamp
from offhook.phone.settings import DssKey, DssKeyType

__all__ = ["DSS_NAMES", "dss_lamps"]

DSS_NAMES: dict[DssKeyType, str] = {
    "none": "not set",
    "speed_dial": "calls",
    "line": "line",
    "dnd": "do not disturb",
    "forward": "always forward",
    "transfer": "transfers to",
    "dtmf": "sends digits",
    "action_url": "sends an Action URL",
    "busy_lamp": "watches",
}
"""Each type in words."""

_LABELS: dict[DssKeyType, str] = {"dnd": "DND", "forward": "Forward", "action_url": "URL"}
_NUMBERS: dict[NumberStatus, tuple[Lamp, Colour, str]] = {
    NumberStatus.IDLE: (Lamp.OFF, "green", "free"),
    NumberStatus.RINGING: (Lamp.BLINKING, "red", "ringing"),
    NumberStatus.BUSY: (Lamp.ON, "red", "busy"),
    NumberStatus.UNKNOWN: (Lamp.OFF, "amber", "unknown"),
}


def dss_lamps(
    keys: Sequence[DssKey],
    features: Features,
    watched: Mapping[str, NumberStatus],
    lines: Mapping[str, KeyLamp],
) -> tuple[KeyLamp, ...]:
    """Draw all ten keys.

    Args:
        watched: What is known of the numbers that busy lamps watch.
        lines: The line key that each value of a "line" key stands for.
    """
    by_position = {key.position: key for key in keys}
    return tuple(
        _lamp(by_position.get(number, DssKey(position=number)), features, watched, lines)
        for number in DSS_KEYS.values()
    )


def _lamp(
    key: DssKey, features: Features, watched: Mapping[str, NumberStatus], lines: Mapping[str, KeyLamp]
) -> KeyLamp:
    lamp, colour, state = _state(key, features, watched, lines)
    label = key.label or _LABELS.get(key.type, key.value if key.type != "none" else "")
    about = key.value if key.type in ("speed_dial", "line", "transfer", "dtmf", "busy_lamp", "forward") else ""
    words = (f"D{key.position}", key.label, f"{DSS_NAMES[key.type]} {about}".strip(), state)
    return KeyLamp(_KEYS[key.position], label, lamp, colour, ", ".join(word for word in words if word))


_KEYS = {number: key for key, number in DSS_KEYS.items()}


def _state(
    key: DssKey, features: Features, watched: Mapping[str, NumberStatus], lines: Mapping[str, KeyLamp]
) -> tuple[Lamp, Colour, str]:
    match key.type:
        case "dnd":
            return _switched(features.dnd)
        case "forward":
            return _switched(features.always.is_on)
        case "busy_lamp":
            return _NUMBERS[watched.get(key.value, NumberStatus.UNKNOWN)]
        case "line":
            line = lines.get(key.value)
            return (
                (line.lamp, line.colour, line.meaning) if line is not None else (Lamp.OFF, "amber", "no such account")
            )
        case _:
            return Lamp.OFF, "green", ""


def _switched(is_on: bool) -> tuple[Lamp, Colour, str]:
    return (Lamp.ON, "red", "on") if is_on else (Lamp.OFF, "red", "off")

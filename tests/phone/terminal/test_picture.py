import io
import time
from dataclasses import replace

import pytest
from rich.console import Console

from offhook.phone.action_url_sender import SentRequest
from offhook.phone.keypad import AudioPath
from offhook.phone.screen import KeyLamp, Lamp, Screen, ScreenLine
from offhook.phone.soft_keys import Situation
from offhook.phone.terminal.picture import LEGEND, WIDTH, Picture, safe
from offhook.protocol.events import Event
from offhook.protocol.keys import Key
from tests.programs import ROOT

SCREEN = Screen(
    title="In a call",
    lines=(ScreenLine("Anna 1002", "talking 00:42", is_selected=True), ScreenLine("Bert 1003", "held 01:00")),
    notice="",
    soft_keys=("Hold", "Transfer", "", "End call"),
    line_keys=(KeyLamp(Key.L1, "Desk", Lamp.ON, "red", "Line 1, 1001 Desk, in use"),),
    dss_keys=(
        KeyLamp(Key.D1, "Anna", Lamp.BLINKING, "amber", "D1, Anna, ringing"),
        KeyLamp(Key.D2, "", Lamp.OFF, "green", "D2, not set"),
    ),
    message_lamp=Lamp.BLINKING,
    is_off_hook=True,
    is_muted=True,
    audio_path=AudioPath.HEADSET,
    volume=9,
    situation=Situation.TALKING,
    hint="OK: nothing",
)
SENT = (
    SentRequest(at=1.0, event=Event.HOLD, url="http://c/hold?s3cret", status=200, error="", took_ms=12.3),
    SentRequest(at=2.0, event=Event.UNHOLD, url="http://c/unhold", status=None, error="no answer", took_ms=5000),
)
PICTURE = Picture(
    name="Phone 1 of 2",
    screen=SCREEN,
    sent=SENT,
    waiting=3,
    url="http://127.0.0.1:8080",
    notice="Provisioning: nothing new",
    log=("2026-01-01 [warning] console is away",),
)


def drawn(picture: Picture, *, width: int = 80, height: int = 40, **more: object) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, height=height, **{"color_system": None, **more})  # type: ignore[arg-type]
    console.print(picture)
    return out.getvalue().splitlines()


def test_everything_is_there() -> None:
    text = "\n".join(drawn(PICTURE))
    for words in (
        *("In a call", "▸ Anna 1002", "talking 00:42", "  Bert 1003", "held 01:00"),
        *("F1  Hold", "F2  Transfer", "F3 ", "F4  End call"),
        *("● L1 Desk  in use", "● D1 Anna  ringing"),
        "missed calls · muted · off hook · headset · volume 9",
        *(time.strftime("%H:%M:%S", time.localtime(1.0)), "hold", "200", "12 ms", "no answer"),
        "3 reports wait to be delivered",
        *("Phone 1 of 2", "http://127.0.0.1:8080", "Provisioning: nothing new", "console is away", "Ctrl-C stops it"),
    ):
        assert words in text
    assert "D2" not in text  # not set
    assert "s3cret" not in text


def test_what_is_worth_saying_is_before_what_ok_does() -> None:
    assert "OK: nothing" in "\n".join(drawn(PICTURE))
    text = "\n".join(drawn(replace(PICTURE, screen=replace(SCREEN, notice="busy"))))
    assert "busy" in text and "OK: nothing" not in text
    assert "Restarting" in "\n".join(drawn(replace(PICTURE, is_restarting=True)))


def test_the_documents_name_every_key() -> None:
    shown = (ROOT / "docs" / "terminal.md").read_text("utf-8").replace("`", "").lower()
    for keys, _ in LEGEND:
        for key in keys.replace("-", " ").split():
            assert key.lower() in shown or key in "←↑↓→"


def test_the_legend_takes_the_place_of_the_rest() -> None:
    text = "\n".join(drawn(replace(PICTURE, is_legend_shown=True)))
    for key, meaning in LEGEND:
        assert key in text and meaning in text
    assert "no answer" not in text


@pytest.mark.parametrize("width", [20, 34, 49, 50, 80, 81, 200])
@pytest.mark.parametrize("height", [5, 10, 16, 24, 60])
def test_it_fits_any_terminal(width: int, height: int) -> None:
    lines = drawn(PICTURE, width=width, height=height)
    assert max(len(line) for line in lines) <= min(width, WIDTH)
    assert len(lines) <= max(height, 12)  # the face and its foot are drawn in any case, and cut at the bottom
    assert "In a call" in lines[0]


def test_a_narrow_terminal_leaves_out_what_matters_least() -> None:
    text = "\n".join(drawn(PICTURE, width=40))
    assert "hold" in text and "no answer" in text and "in use" in text
    assert "F1" not in text and time.strftime("%H:%M:%S", time.localtime(1.0)) not in text


def test_what_does_not_fit_is_left_out_from_the_bottom() -> None:
    text = "\n".join(drawn(PICTURE, height=14))
    assert "L1 Desk" in text and "Ctrl-C" in text
    assert "console is away" not in text


def test_colour_is_never_all_that_tells() -> None:
    ringing = replace(PICTURE, screen=replace(SCREEN, situation=Situation.RINGING, title="Incoming call"))
    coloured = drawn(ringing, color_system="256", force_terminal=True)
    plain = drawn(ringing, force_terminal=True, color_system="256", no_color=True)
    assert any("\x1b[" in line for line in coloured)
    assert not any(code in line for line in plain for code in ("\x1b[31", "\x1b[32", "\x1b[1;31", "38;5"))
    assert "Incoming call" in "\n".join(plain)


def test_names_from_the_network_cannot_move_the_cursor() -> None:
    evil = "\x1b[2J\x07\u202eanna\n\r\x9b[bold red]"
    screen = replace(
        SCREEN,
        title=evil,
        notice=evil,
        lines=(ScreenLine(evil, evil),),
        soft_keys=(evil, "", "", ""),
        line_keys=(KeyLamp(Key.L1, evil, Lamp.ON, "red", evil),),
    )
    sent = (replace(SENT[1], error=evil),)
    text = "\n".join(drawn(Picture("", screen, sent, 0, "http://127.0.0.1", evil, log=(evil,))))
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "[bold red]" in text  # words, not mark-up
    assert safe("Ärger 東京") == "Ärger 東京"

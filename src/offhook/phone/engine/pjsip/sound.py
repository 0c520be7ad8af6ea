"""What is heard: a tone, a file, a microphone or silence goes out; what comes in is played and kept. In the child only.

Every call is always connected to something: one that is not sends no sound at all, which firewalls and exchanges take
for a dead call. What a sound card hears and plays goes through a port of the mixer that is written in Python, for the
library's binary knows no cards. The mixer calls it from a thread of its own, fifty times a second: there it may not
wait for anything, and not raise.
Source: PJSIP 2.15 (conference bridge).
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pjsua2 as pj

from offhook.phone.engine.pjsip.guard import guarded
from offhook.phone.engine.pjsip.protocol import Sound
from offhook.phone.engine.pjsip.sound_card import FRAME_BYTES, RATE_HZ, Card
from offhook.phone.engine.pjsip.stack import reason_of

__all__ = ["CallSound", "CardPort", "SoundDesk"]

_FRAME_US = 20_000
_SWITCH_S = 0.0002
"""Python's threads take turns so often: with its own 5 ms the mixer's thread comes too late for every second frame."""
_TONE_MS = 30_000
"""Near the most that the library can count to; it plays again and again."""


class CardPort(pj.AudioMediaPort):  # type: ignore[misc]  # the library is not typed
    """The sound card as a port of the mixer."""

    def __init__(self, card: Card) -> None:
        super().__init__()
        self._card = card
        form = pj.MediaFormatAudio()
        form.type = pj.PJMEDIA_TYPE_AUDIO
        form.clockRate = RATE_HZ
        form.channelCount = 1
        form.bitsPerSample = 16
        form.frameTimeUsec = _FRAME_US
        self.createPort("card", form)

    @guarded
    def onFrameRequested(self, frame: "pj.MediaFrame") -> None:
        """The mixer wants what the microphone hears."""
        frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
        frame.buf = pj.ByteVector(self._card.heard.take())

    @guarded
    def onFrameReceived(self, frame: "pj.MediaFrame") -> None:
        """The mixer has something for the loudspeaker; or nothing, while nobody talks."""
        if frame.size == FRAME_BYTES:
            self._card.spoken.put(bytes(frame.buf))


class SoundDesk:
    """What all calls share: the source, and the sound card."""

    def __init__(self, sound: Sound, endpoint: "pj.Endpoint") -> None:
        """Open the source.

        Raises:
            pj.Error: The file is no WAV file.
        """
        self.sound = sound
        self._talking: set[CallSound] = set()
        self._card = Card(sound.device) if sound.device not in ("", "none") else None
        devices = endpoint.audDevManager()
        self.sink = devices.getPlaybackDevMedia()
        self.source = devices.getCaptureDevMedia()
        if self._card is not None:
            sys.setswitchinterval(_SWITCH_S)
            self.sink = self.source = CardPort(self._card)
        if sound.play_file:
            player = pj.AudioMediaPlayer()
            player.createPlayer(sound.play_file)
            self.source = player
        elif sound.tone_hz:
            self.source = _tone(sound.tone_hz)

    def talks(self, call: "CallSound", *, is_talking: bool) -> None:
        """Keep the card open while there is a call that had sound, held or not."""
        if self._card is None:
            return
        was_open = bool(self._talking)
        (self._talking.add if is_talking else self._talking.discard)(call)
        if self._talking and not was_open:
            self._card.open()
        elif was_open and not self._talking:
            self._card.close()

    def recorder(self, call_id: str) -> "pj.AudioMediaRecorder | None":
        """Open the recording of a call; None when nothing is to be kept."""
        if not self.sound.record_folder:
            return None
        recorder = pj.AudioMediaRecorder()
        # A Call-ID is chosen by the caller, who must not choose a path.
        name = re.sub(r"[^A-Za-z0-9@._-]", "_", call_id).lstrip(".")[:120] or "call"
        try:
            recorder.createRecorder(str(Path(self.sound.record_folder) / f"{name}.wav"))
        except pj.Error as error:
            # A full disk, or no such folder: the call goes on.
            sys.stderr.write(f"could not keep the sound of a call: {reason_of(error)}\n")
            return None
        return recorder


class CallSound:
    """The sound of one call."""

    def __init__(self, desk: SoundDesk) -> None:
        self._desk = desk
        self._recorder: pj.AudioMediaRecorder | None = None
        self._mixed: list[pj.AudioMedia] = []
        self.is_muted = False
        self.media: pj.AudioMedia | None = None
        """The call's port of the mixer, while there is sound."""

    def connect(self, media: "pj.AudioMedia", call_id: str) -> None:
        """Take the call's port, a new one after each change of what is agreed."""
        self.media = media
        self._desk.talks(self, is_talking=True)
        media.startTransmit(self._desk.sink)
        if self._recorder is None:
            self._recorder = self._desk.recorder(call_id)
        if self._recorder is not None:
            media.startTransmit(self._recorder)
        self.set_muted(self.is_muted)

    def disconnect(self) -> None:
        """The call has no sound for now (held); the library has taken its port away."""
        self.media = None
        self._mixed = []

    def set_muted(self, is_muted: bool) -> None:
        """Stop or start sending our sound; what is mixed in from others goes on."""
        self.is_muted = is_muted
        if self.media is None:
            return
        if is_muted:
            self._desk.source.stopTransmit(self.media)
        else:
            self._desk.source.startTransmit(self.media)

    def mix(self, others: Iterable["pj.AudioMedia"]) -> None:
        """Let this call hear exactly these others."""
        wanted = list(others)
        if self.media is None:
            return
        for media in self._mixed:
            media.stopTransmit(self.media)
        for media in wanted:
            media.startTransmit(self.media)
        self._mixed = wanted

    def close(self) -> None:
        """Finish the recording; the file is whole after the next turn of the mixer."""
        self._recorder = None
        self.disconnect()
        self._desk.talks(self, is_talking=False)


def _tone(frequency_hz: int) -> "pj.ToneGenerator":
    generator = pj.ToneGenerator()
    generator.createToneGenerator()
    tone = pj.ToneDesc()
    tone.freq1 = frequency_hz
    tone.on_msec = _TONE_MS
    tone.off_msec = 0
    tones = pj.ToneDescVector()
    tones.append(tone)
    generator.play(tones, True)
    return generator

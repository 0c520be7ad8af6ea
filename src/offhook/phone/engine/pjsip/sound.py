"""What is heard: a tone, a file or silence goes out, and what comes in is kept, for each call. In the child only.

Every call is always connected to something: one that is not sends no sound at all, which firewalls and exchanges take
for a dead call.
Source: PJSIP 2.15 (conference bridge).
"""

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pjsua2 as pj

from offhook.phone.engine.pjsip.protocol import Sound
from offhook.phone.engine.pjsip.stack import reason_of

__all__ = ["CallSound", "SoundDesk"]

_TONE_MS = 30_000
"""Near the most that the library can count to; it plays again and again."""


class SoundDesk:
    """What all calls share: the source."""

    def __init__(self, sound: Sound, endpoint: "pj.Endpoint") -> None:
        """Open the source.

        Raises:
            pj.Error: The file is no WAV file.
        """
        self.sound = sound
        devices = endpoint.audDevManager()
        self.sink = devices.getPlaybackDevMedia()
        self.source = devices.getCaptureDevMedia()
        if sound.play_file:
            player = pj.AudioMediaPlayer()
            player.createPlayer(sound.play_file)
            self.source = player
        elif sound.tone_hz:
            self.source = _tone(sound.tone_hz)

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

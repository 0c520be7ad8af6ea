"""What a phone's settings mean to its SIP engine.

Source: `offhook.phone.settings`; `offhook.phone.engine.pjsip.protocol`.
"""

from offhook.phone.engine.pjsip.protocol import Configure, Sound
from offhook.phone.settings import PhoneSettings
from offhook.phone.whereabouts import bind_host

__all__ = ["configure_from"]


def configure_from(settings: PhoneSettings) -> Configure:
    """Translate; the generation is the engine's to count."""
    sip = settings.sip
    host = bind_host(settings.network)
    return Configure(
        generation=0,
        address="" if host == "0.0.0.0" else host,
        port=sip.port,
        sound=Sound(
            device=sip.sound.device,
            tone_hz=sip.sound.tone_hz,
            play_file=sip.sound.play_file,
            record_folder=sip.sound.record_folder,
        ),
        encryption=sip.encryption,
        tls_ca_file=sip.tls_ca_file,
        silence_s=sip.silence_s,
    )

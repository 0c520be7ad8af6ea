"""Engines on loopback, as the engine's own tests have them."""

from tests.phone.engine.pjsip.conftest import sip

__all__ = ["sip"]

"""Whether real SIP calls can be made here: there is a wheel of the library for some systems only."""

import importlib.util
import platform
import sys

import pytest

__all__ = ["need_sip_library"]


def need_sip_library() -> None:
    """Skip the test by name where the library is not installed."""
    if importlib.util.find_spec("pjsua2") is None:
        where = f"Python {sys.version_info.major}.{sys.version_info.minor} on {platform.machine()}"
        pytest.skip(f"pjsua2 is missing ({where}); `make dev` brings it to Python 3.11 and 3.12 on x86_64")

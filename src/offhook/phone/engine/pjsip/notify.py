"""Commands by SIP NOTIFY, taken from the network and answered. Runs in the child process only.

The library's Python side has no callback for a NOTIFY outside a dialog, and leaves it without an answer. Its C side is
in the same file, though, so a module of our own is put in front, by ctypes: it takes such a request, keeps a copy until
the phone has decided, and answers. One thing of the C side is relied on: that `_Module` is laid out as below, for which
the library's version is looked at first. A request is read by the library's own code (``SipRxData::fromPj``), and so
nothing is known here of how it keeps one.

Everything runs on the child's one thread: the callback inside `Stack.poll`, the replies between two turns.
Source: vendors.md §3.8 (``Event: ACTION-URI``); RFC 3261 §8.2.2.2 (requests that come twice), §8.2.3 (415); PJSIP 2.15
(``pjsip/sip_module.h``, ``pjsip/sip_util.h``).
"""

import ctypes
import hashlib
import itertools
import sys
import time
import traceback
from collections.abc import Callable

from offhook.phone.engine.pjsip.addresses import host_of
from offhook.phone.engine.pjsip.headers import header
from offhook.phone.engine.pjsip.protocol import Commanded
from offhook.phone.engine.pjsip.stack import LIBRARY_FILE, ReceivedMessage

__all__ = ["MAX_BODY_BYTES", "MAX_WAITING", "WAIT_S", "NotifyDesk"]

MAX_BODY_BYTES = 1024
MAX_WAITING = 64
"""Commands that may wait for the phone; more are told to come later (503)."""
WAIT_S = 10.0
"""A command that the phone says nothing about is forgotten; whoever sent it gives up after 32 s."""

_VERSIONS = ("2.15", "2.15.1")
"""Releases whose headers `_Module` was compared with."""
_EVENT = "action-uri"
_CONTENT = "message/sipfrag"
_PRIORITY = 60
"""Behind the library's transactions and dialogs (32, 48), before its application part (64)."""
_READ = "_ZN2pj9SipRxData6fromPjER13pjsip_rx_data"
"""``pj::SipRxData::fromPj``."""
_TAKEN, _NOT_MINE = 1, 0

_OnRequest = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p)


class _Text(ctypes.Structure):
    """``pj_str_t``."""

    _fields_ = (("ptr", ctypes.c_char_p), ("slen", ctypes.c_ssize_t))


class _Module(ctypes.Structure):
    """``struct pjsip_module``."""

    _fields_ = (
        ("prev", ctypes.c_void_p),
        ("next", ctypes.c_void_p),
        ("name", _Text),
        ("id", ctypes.c_int),
        ("priority", ctypes.c_int),
        ("load", ctypes.c_void_p),
        ("start", ctypes.c_void_p),
        ("stop", ctypes.c_void_p),
        ("unload", ctypes.c_void_p),
        ("on_rx_request", _OnRequest),
        ("on_rx_response", ctypes.c_void_p),
        ("on_tx_request", ctypes.c_void_p),
        ("on_tx_response", ctypes.c_void_p),
        ("on_tsx_state", ctypes.c_void_p),
    )


class _Library:
    """The few functions of the C side that are called."""

    def __init__(self) -> None:
        """Find them.

        Raises:
            AttributeError: This library does not have them all.
        """
        # PyDLL keeps the interpreter's lock: the library has no other thread of ours that could want it.
        library = ctypes.PyDLL(LIBRARY_FILE)
        pointer = ctypes.c_void_p
        library.pj_get_version.restype = ctypes.c_char_p
        self.version: str = library.pj_get_version().decode()
        library.pjsua_get_pjsip_endpt.restype = pointer
        self._endpoint = library.pjsua_get_pjsip_endpt
        self._register = library.pjsip_endpt_register_module
        self._register.argtypes = (pointer, pointer)
        self._read = getattr(library, _READ)
        self._read.argtypes, self._read.restype = (pointer, pointer), None
        self._clone = library.pjsip_rx_data_clone
        self._clone.argtypes = (pointer, ctypes.c_uint, pointer)
        self._free = library.pjsip_rx_data_free_cloned
        self._free.argtypes = (pointer,)
        self._respond = library.pjsip_endpt_respond_stateless
        self._respond.argtypes = (pointer, pointer, ctypes.c_int, pointer, pointer, pointer)

    def register(self, module: _Module) -> bool:
        """Put a module in; False when the library does not take it."""
        taken: int = self._register(self._endpoint(), ctypes.byref(module))
        return taken == 0 and module.id >= 0

    def read(self, request: int) -> ReceivedMessage:
        """Read a request that is just being handed to us."""
        read = ReceivedMessage()
        self._read(int(read.this), request)
        return read

    def keep(self, request: int) -> int | None:
        """Copy a request, so that it can be answered later; to be given to `free`. None when there is no memory."""
        kept = ctypes.c_void_p()
        status: int = self._clone(request, 0, ctypes.byref(kept))
        return kept.value if status == 0 else None

    def free(self, kept: int) -> None:
        """Forget a copy."""
        self._free(kept)

    def respond(self, request: int, status: int, reason: str) -> None:
        """Answer a request, or a copy of one; an answer that cannot be sent is asked for again by who waits for it."""
        # A reason phrase is one line; what stands in the line is ours to answer for.
        words = "".join(each if each.isascii() and each.isprintable() else "?" for each in reason).encode()
        text = _Text(words, len(words))
        self._respond(self._endpoint(), request, status, ctypes.byref(text) if words else None, None, None)


class NotifyDesk:
    """Takes commands by NOTIFY and answers them when the phone has decided."""

    def __init__(self, generation: int, say: Callable[[Commanded], None], is_registrar: Callable[[str], bool]) -> None:
        """Begin to take commands, after the library was started.

        Args:
            generation: Number of this child; part of the commands' names.
            say: Takes each command, repetitions included.
            is_registrar: Whether an account is registered at this IP address now.
        """
        self._generation = generation
        self._say = say
        self._is_registrar = is_registrar
        self._names = itertools.count(1)
        self._waiting: dict[str, tuple[float, int]] = {}
        """Copies of requests by name, each with the time at which it is forgotten; oldest first."""
        self._module = _Module(name=_Text(b"mod-offhook", 11), id=-1, priority=_PRIORITY)
        self._module.on_rx_request = _OnRequest(self._on_request)
        self.problem = self._begin()
        """Why no commands can be taken; "" when they can."""

    def _begin(self) -> str:
        try:
            self._library = _Library()
        except (AttributeError, OSError) as error:
            return f"this SIP library is another one: {error}"
        if self._library.version not in _VERSIONS:
            return f"this SIP library is version {self._library.version}; known here is {_VERSIONS[-1]}"
        return "" if self._library.register(self._module) else "the SIP library takes no module"

    def reply(self, command: str, status: int, reason: str) -> None:
        """Answer a command; one that is forgotten or unknown is none."""
        if known := self._waiting.pop(command, None):
            self._library.respond(known[1], status, reason)
            self._library.free(known[1])

    def turn(self, now: float) -> None:
        """Forget what the phone has not answered."""
        for command, (until, request) in list(self._waiting.items()):
            if until > now:
                break
            del self._waiting[command]
            self._library.free(request)

    def _on_request(self, request: int) -> int:
        try:
            return self._take(request)
        except Exception:  # noqa: BLE001 - the caller is C code that cannot be told
            sys.stderr.write(traceback.format_exc())
            return _NOT_MINE

    def _take(self, request: int) -> int:
        read = self._library.read(request)
        message: str = read.wholeMsg
        if not message.startswith("NOTIFY "):
            return _NOT_MINE
        if _word(header(message, "Event")) != _EVENT:
            # Outside a dialog nobody else takes it either; the library would not even answer.
            self._library.respond(request, 489, "Bad Event")
            return _TAKEN
        if _word(header(message, "Content-Type")) != _CONTENT:
            self._library.respond(request, 415, f"Send {_CONTENT}")
            return _TAKEN
        body = _body(message)
        if len(body) > MAX_BODY_BYTES:
            self._library.respond(request, 413, f"More than {MAX_BODY_BYTES} bytes")
            return _TAKEN
        kept = self._library.keep(request) if len(self._waiting) < MAX_WAITING else None
        if kept is None:
            self._library.respond(request, 503, "Too many commands at once")
            return _TAKEN
        name = f"{self._generation}-n{next(self._names)}"
        self._waiting[name] = (time.monotonic() + WAIT_S, kept)
        source = host_of(read.srcAddress)
        text = body.decode("utf-8", "replace")
        self._say(Commanded(name, _identity(message, source), text, source, self._is_registrar(source)))
        return _TAKEN


def _word(value: str) -> str:
    """A header's value without its parameters."""
    return value.partition(";")[0].strip().casefold()


def _body(message: str) -> bytes:
    """The body, no longer than its length says: what follows it in a datagram is no part of it (RFC 3261 §18.3)."""
    body = message.partition("\r\n\r\n")[2].encode("utf-8", "surrogateescape")
    length = header(message, "Content-Length")
    return body[: int(length)] if length.isascii() and length.isdigit() and len(length) < 8 else body


def _identity(message: str, source: str) -> str:
    """Name a request, the same for each repetition and for copies that came along different ways (§8.2.2.2)."""
    parts = (source, header(message, "Call-ID"), header(message, "CSeq"), header(message, "From"))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]

"""The SIP library itself: one endpoint, its ports and its codecs. Runs in the child process only.

Everything is polled by the child's main thread, which is the library's one thread of ours (calls from any other abort
the process). The sound device is the null one and is never closed: a device that closes by itself leaks a port of the
mixer with each call.
Source: PJSIP 2.15 (pjsua2); RFC 3261 §18 (transports); RFC 3551 (G.722, G.711).
"""

import contextlib
import errno
import os
from collections.abc import Iterable, Iterator

import pjsua2 as pj
from pjsua2 import _pjsua2

from offhook import __version__
from offhook.phone.engine.pjsip.names import name_servers
from offhook.phone.engine.pjsip.protocol import Configure
from offhook.runtime.free_port import find_free_port

__all__ = ["LIBRARY_FILE", "MAX_ACCOUNTS", "MAX_CALLS", "PortInUse", "ReceivedMessage", "Stack", "reason_of"]

LIBRARY_FILE: str = _pjsua2.__file__
"""Where the library itself is, C side and all."""
ReceivedMessage = pj.SipRxData
"""A message as it came: `wholeMsg`, `srcAddress`."""


MAX_ACCOUNTS = 8
MAX_CALLS = 4
"""Compiled into the library; one account more ends the process."""

_CODECS = (("G722/16000", 250), ("PCMA/8000", 240), ("PCMU/8000", 230), ("iLBC/8000", 60), ("GSM/8000", 50))
_OTHER_CODEC = 20
_PORT_TAKEN = 120000 + errno.EADDRINUSE
"""The library's number of a system error is 120000 plus errno."""
_MEDIA_THREADS = 1
_OWN_PORTS = range(5062, 15_000)


class PortInUse(Exception):
    """Another program listens there."""


class Stack:
    """The one endpoint of this process."""

    def __init__(self, configure: Configure) -> None:
        """Start listening.

        Raises:
            PortInUse: The port is taken.
            pj.Error: The library does not start.
        """
        self._configure = configure
        self._has_tls = False
        self.name_servers = name_servers() if configure.name_servers is None else list(configure.name_servers)
        self.endpoint = pj.Endpoint()
        with _quiet():
            self.endpoint.libCreate()
        self.endpoint.libInit(_settings(self.name_servers))
        self.endpoint.audDevManager().setNullDev()
        self._order_codecs()
        self.port = self._listen()
        self.endpoint.libStart()

    def poll(self, wait_ms: int) -> None:
        """Let the library work for at most so long; its callbacks are called from in here."""
        self.endpoint.libHandleEvents(wait_ms)

    def listen_encrypted(self) -> None:
        """Make TLS possible; asked for by the first account that wants it."""
        if self._has_tls:
            return
        config = self._transport(0)
        if self._configure.tls_ca_file:
            config.tlsConfig.CaListFile = self._configure.tls_ca_file
            config.tlsConfig.verifyServer = True
        config.tlsConfig.method = pj.PJSIP_TLSV1_2_METHOD
        self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_TLS, config)
        self._has_tls = True

    def _listen(self) -> int:
        """Take UDP and TCP at one port."""
        port = self._configure.port or find_free_port(self._configure.address, _OWN_PORTS)
        try:
            self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, self._transport(port))
        except pj.Error as error:
            if error.status == _PORT_TAKEN:
                raise PortInUse from error
            raise
        try:
            self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_TCP, self._transport(port))
        except pj.Error as error:
            if error.status != _PORT_TAKEN:
                raise
            if self._configure.generation == 1:
                raise PortInUse from error
            # A child that takes a dead one's place must come up, if need be with TCP elsewhere.
            self.endpoint.transportCreate(pj.PJSIP_TRANSPORT_TCP, self._transport(0))
        return port

    def _transport(self, port: int) -> "pj.TransportConfig":
        config = pj.TransportConfig()
        config.port = port
        if self._configure.address not in ("", "0.0.0.0"):
            config.boundAddress = self._configure.address
        return config

    def _order_codecs(self) -> None:
        wanted = dict(_CODECS)
        codecs = self.endpoint.codecEnum2()
        for codec in codecs:
            name = codec.codecId.rpartition("/")[0]
            self.endpoint.codecSetPriority(codec.codecId, wanted.get(name, _OTHER_CODEC))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's first words, said before it can be told how much to say, out of the logs."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def reason_of(error: "pj.Error") -> str:
    """Say what went wrong; the text of the exception itself is empty."""
    return f"{error.title}: {error.reason} ({error.status})"


def _settings(name_servers: Iterable[str]) -> "pj.EpConfig":
    config = pj.EpConfig()
    for server in name_servers:
        config.uaConfig.nameserver.append(server)
    config.uaConfig.threadCnt = 0
    config.uaConfig.mainThreadOnly = True
    config.uaConfig.maxCalls = MAX_CALLS
    config.uaConfig.userAgent = f"offhook/{__version__}"
    config.uaConfig.mwiUnsolicitedEnabled = False
    # Level 4 would log whole messages, digest answers and all.
    config.logConfig.level = config.logConfig.consoleLevel = 1
    config.medConfig.sndAutoCloseTime = -1
    config.medConfig.noVad = True
    config.medConfig.ecTailLen = 0
    config.medConfig.threadCnt = _MEDIA_THREADS
    return config

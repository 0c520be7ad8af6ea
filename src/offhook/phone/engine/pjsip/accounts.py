"""One account at its registrar. Runs in the child process only.

The library is told not to try again by itself: when to try is the phone's decision. What it does not tell, that nobody
answered, is found out here with a clock: the library says so after 32 s, and over a transport that is missing never.
Source: RFC 3261 §10 (registration), §22 (digest); PJSIP 2.15 (pjsua2 Account).
"""

import sys
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pjsua2 as pj

from offhook.phone.engine.pjsip.addresses import host_of, own_address, proxy_address, registrar_address
from offhook.phone.engine.pjsip.guard import guarded
from offhook.phone.engine.pjsip.headers import clean
from offhook.phone.engine.pjsip.names import located
from offhook.phone.engine.pjsip.presence import State, state_in
from offhook.phone.engine.pjsip.protocol import Accepted, Account, Configure, Refused
from offhook.phone.engine.pjsip.stack import reason_of

if TYPE_CHECKING:
    from offhook.phone.engine.pjsip.switchboard import Switchboard

__all__ = ["REGISTRATION_S", "SESSION_S", "SipAccount"]

REGISTRATION_S = 300
"""How long a registration is asked for; refreshed by the library before it ends."""
SESSION_S = 600
"""How long a call is good without a sign of life (RFC 4028); refreshed at half of it."""
_EXPIRY_S = 1.0
"""A refresh may be on its way when a registration ends."""
_RTP_PORT = 16384
_RTP_PORTS = 16000

_WATCH_OVER = (pj.PJSIP_EVSUB_STATE_NULL, pj.PJSIP_EVSUB_STATE_TERMINATED)

_ENCRYPTION = {
    "off": pj.PJMEDIA_SRTP_DISABLED,
    "optional": pj.PJMEDIA_SRTP_OPTIONAL,
    "required": pj.PJMEDIA_SRTP_MANDATORY,
}


class _WatchedNumber(pj.Buddy):
    """A number whose presence is asked for; the library ends that when the object goes, so never in its callback."""

    def __init__(self, say: Callable[[State], None]) -> None:
        super().__init__()
        self._say = say

    @guarded
    def onBuddyState(self) -> None:
        """The exchange has said something, or has ended the watch."""
        info = self.getInfo()
        status = info.presStatus
        if info.subState in _WATCH_OVER:
            self._say("unknown")
        elif info.subState != pj.PJSIP_EVSUB_STATE_ACTIVE:
            return  # nothing was said yet
        elif status.status == pj.PJSUA_BUDDY_STATUS_UNKNOWN:
            self._say("unknown")
        else:
            is_busy = status.activity == pj.PJRPID_ACTIVITY_BUSY
            is_open = status.status == pj.PJSUA_BUDDY_STATUS_ONLINE
            self._say(state_in(clean(status.note), is_busy=is_busy, is_open=is_open))


class SipAccount(pj.Account):
    """An account; exists in the library from `open` on."""

    def __init__(self, board: "Switchboard", settings: Account, where: Mapping[str, str]) -> None:
        super().__init__()
        self._board = board
        self._where = where
        """Addresses of the names that were looked up."""
        self._deadline: float | None = None
        self.settings = settings
        self._is_stale = False
        """The registration, if there is one, was made before the last edit."""
        self.is_registered = False
        self.server = ""
        """IP address of who took the last registration."""
        self.is_leaving = False
        """Logged out; goes away when its calls are over."""

    def open(self) -> None:
        """Make it known to the library.

        Raises:
            pj.Error: A setting cannot be used.
        """
        self.create(_config(self.settings, self._board.configure, self._where))

    def register(self, settings: Account, where: Mapping[str, str]) -> None:
        """Register, after an edit with what was edited."""
        self.is_leaving = False
        if (settings, where) != (self.settings, self._where):
            try:
                self.modify(_config(settings, self._board.configure, where))
            except pj.Error as error:
                self._refused(503, reason_of(error))
                return
            self.settings, self._where = settings, where
            self._is_stale = True
        if not settings.is_registering:
            self.is_registered = True
            self._board.say(Accepted(settings.id))
            return
        self._deadline = time.monotonic() + self._board.configure.answer_wait_s
        self._ask()

    def _ask(self) -> None:
        """Register; after an edit end the old registration first, for the library keeps the old password with it."""
        try:
            if self._is_stale:
                self.setRegistration(False)
                return
        except pj.Error as error:
            if self._is_under_way(error):
                return
            self._is_stale = False  # there is no registration
        try:
            self.setRegistration(True)
        except pj.Error as error:
            if not self._is_under_way(error):
                self._refused(503, reason_of(error))

    def unregister(self) -> None:
        """Log out."""
        self.is_leaving = True
        self._deadline = None
        if not self.is_registered or not self.settings.is_registering:
            self.is_registered = False
            return
        try:
            self.setRegistration(False)
        except pj.Error as error:
            # Nobody is left to tell; the registration ends at the registrar by its own time.
            self.is_registered = False
            sys.stderr.write(f"could not log out: {reason_of(error)}\n")

    def watch(self, address: str, say: Callable[[State], None]) -> object | None:
        """Ask how an address is doing; see `Watching`."""
        config = pj.BuddyConfig()
        config.uri = address
        config.subscribe = True
        number = _WatchedNumber(say)
        try:
            number.create(self, config)
        except pj.Error as error:
            sys.stderr.write(f"could not watch a number: {reason_of(error)}\n")
            return None
        return number

    def turn(self, now: float) -> None:
        """Notice a registrar that does not answer."""
        if self._deadline is not None and self._deadline <= now:
            self._refused(408, "no answer from the registrar")

    @guarded
    def onRegState(self, prm: "pj.OnRegStateParam") -> None:
        """The registrar answered, or the library gave up."""
        is_good = prm.status == 0 and prm.code // 100 == 2
        if self.is_leaving:
            self.is_registered = False
        elif self._is_stale:
            # The answer to an older request; one that leaves no registration makes way for the edited one.
            self._is_stale = is_good and prm.expiration > 0
            self._board.later(self._ask)
        elif is_good and prm.expiration > 0:
            # The library gives a refresh 32 s; a registration that is not renewed is over before that.
            self._deadline = time.monotonic() + prm.expiration + _EXPIRY_S
            self.is_registered = True
            self.server = host_of(prm.rdata.srcAddress)
            self._board.say(Accepted(self.settings.id))
        elif is_good:
            # Logged out, and asked to register again before that was through.
            self.is_registered = False
            self._board.later(self._ask)
        else:
            self._refused(prm.code if prm.code >= 300 else 503, clean(prm.reason))

    @guarded
    def onIncomingCall(self, prm: "pj.OnIncomingCallParam") -> None:
        """A call came in on this account."""
        self._board.offered(self, prm.callId, prm.rdata.wholeMsg)

    def _refused(self, status: int, reason: str) -> None:
        self._deadline = None
        self.is_registered = False
        self._board.say(Refused(self.settings.id, status, reason))

    @staticmethod
    def _is_under_way(error: "pj.Error") -> bool:
        """An earlier request still waits for its answer; whatever comes of it is the answer to this one, too."""
        return bool(error.status == _BUSY)


_BUSY = 171001
"""PJSIP_EBUSY."""


def _config(settings: Account, configure: Configure, where: Mapping[str, str]) -> "pj.AccountConfig":
    config = pj.AccountConfig()
    config.idUri = own_address(settings)
    if settings.is_registering:
        config.regConfig.registrarUri = located(registrar_address(settings), where)
    config.regConfig.registerOnAdd = False
    config.regConfig.disableRegOnModify = True
    config.regConfig.timeoutSec = REGISTRATION_S
    config.regConfig.retryIntervalSec = 0
    config.regConfig.firstRetryIntervalSec = 0
    name = settings.auth_user or settings.user
    config.sipConfig.authCreds.append(pj.AuthCredInfo("digest", "*", name, 0, settings.password))
    if settings.proxy:
        config.sipConfig.proxies.append(located(proxy_address(settings), where))
    config.callConfig.timerSessExpiresSec = SESSION_S
    config.mediaConfig.srtpUse = _ENCRYPTION[configure.encryption]
    config.mediaConfig.srtpSecureSignaling = 0
    # Each phone of a machine starts to look for a free port at a place of its own.
    config.mediaConfig.transportConfig.port = _RTP_PORT
    config.mediaConfig.transportConfig.portRange = _RTP_PORTS
    config.mediaConfig.transportConfig.randomizePort = True
    if configure.address not in ("", "0.0.0.0"):
        config.mediaConfig.transportConfig.boundAddress = configure.address
    return config

"""A registrar and proxy that nobody here wrote: Debian's Kamailio, on loopback, without root or database."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from offhook.runtime.free_port import find_free_port

_PROGRAM = "/usr/sbin/kamailio"
_START_S = 10.0
_CONFIG = """#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=1
disable_sctp=yes
auto_aliases=no
mpath="/usr/lib/x86_64-linux-gnu/kamailio/modules/"
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "auth.so"
loadmodule "htable.so"
modparam("usrloc", "db_mode", 0)
modparam("registrar", "max_contacts", 1)
modparam("registrar", "min_expires", 1)
modparam("registrar", "max_expires", @EXPIRES@)
modparam("htable", "htable", "pw=>size=4;")
modparam("tm", "fr_timer", 3000)
modparam("tm", "fr_inv_timer", 30000)
listen=udp:127.0.0.1:@PORT@
listen=tcp:127.0.0.1:@PORT@
event_route[htable:mod-init] {
@PASSWORDS@
}
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (has_totag()) {
    if (loose_route()) { if (!t_relay()) { sl_reply_error(); } exit; }
    if (is_method("ACK")) { if (t_check_trans()) { t_relay(); } exit; }
    sl_send_reply("404", "Not here");
    exit;
  }
  if (is_method("CANCEL")) { if (t_check_trans()) { t_relay(); } exit; }
  if (is_method("ACK")) { exit; }
  if ($sht(pw=>$fU) == $null) { sl_send_reply("404", "Not Found"); exit; }
  if ($au != $null && $sht(pw=>$au) == $null) { sl_send_reply("403", "Nobody of that name"); exit; }
  if (!pv_auth_check("$fd", "$sht(pw=>$fU)", "0", "0")) {
    if (is_method("REGISTER")) { auth_challenge("$fd", "0"); } else { auth_challenge("$fd", "1"); }
    exit;
  }
  if (is_method("REGISTER")) { if (!save("location")) { sl_reply_error(); } exit; }
  consume_credentials();
  record_route();
  if ($sht(pw=>$rU) == $null) { sl_send_reply("404", "Not Found"); exit; }
  if (!lookup("location")) { sl_send_reply("480", "Not registered"); exit; }
  if (!t_relay()) { sl_reply_error(); }
}
"""


def free_port() -> int:
    """A port that is free for UDP and TCP, below those that the system gives to outgoing connections."""
    return find_free_port("127.0.0.1", range(15_000, 32_000))


class Kamailio:
    """One exchange; may be stopped and started again at the same port."""

    def __init__(
        self, folder: Path, passwords: Mapping[str, str], config: str, port: int, *, expires_s: int = 3600
    ) -> None:
        self.port = port or free_port()
        self.host = f"127.0.0.1:{self.port}"
        self._folder = folder
        self._config = folder / "exchange.cfg"
        lines = "\n".join(f'  $sht(pw=>{user}) = "{password}";' for user, password in passwords.items())
        text = (
            config.replace("@PORT@", str(self.port)).replace("@PASSWORDS@", lines).replace("@EXPIRES@", str(expires_s))
        )
        self._config.write_text(text, "utf-8")
        self._program: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [_PROGRAM, "-DD", "-E", "-m", "16", "-M", "4", "-n", "1"]
        command += ["-f", str(self._config), "-Y", str(self._folder), "-P", str(self._folder / "exchange.pid")]
        with (self._folder / "exchange.log").open("wb") as log:
            self._program = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End it and its children."""
        program, self._program = self._program, None
        if program is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
            program.wait()

    def _wait_until_it_answers(self) -> None:
        limit = time.monotonic() + _START_S
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            probe.settimeout(0.05)
            own = f"127.0.0.1:{probe.getsockname()[1]}"
            question = (
                f"OPTIONS sip:{self.host} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bKprobe\r\n"
                f"From: <sip:probe@{own}>;tag=1\r\nTo: <sip:{self.host}>\r\nCall-ID: probe\r\n"
                "CSeq: 1 OPTIONS\r\nMax-Forwards: 9\r\nContent-Length: 0\r\n\r\n"
            )
            while time.monotonic() < limit:
                probe.sendto(question.encode(), ("127.0.0.1", self.port))
                with contextlib.suppress(TimeoutError, ConnectionError):
                    probe.recv(4096)
                    return
        raise AssertionError((self._folder / "exchange.log").read_text("utf-8", "replace"))


@contextlib.contextmanager
def kamailio(
    passwords: Mapping[str, str], *, config: str = _CONFIG, port: int = 0, expires_s: int = 3600
) -> Iterator[Kamailio]:
    """An exchange for as long as the block lasts; skips the test where Kamailio is not installed.

    Args:
        expires_s: How long a registration is good, at most.
    """
    if shutil.which(_PROGRAM) is None:
        pytest.skip(f"{_PROGRAM} is missing; scripts/system-packages says how to install it")
    with tempfile.TemporaryDirectory(prefix="exchange-") as folder:
        exchange = Kamailio(Path(folder), passwords, config, port, expires_s=expires_s)
        try:
            exchange.start()
            yield exchange
        finally:
            exchange.stop()

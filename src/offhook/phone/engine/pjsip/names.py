"""Looking up names without keeping the calls waiting. Runs in the child process only.

Theory of operation. The library looks names up in its one thread, where nothing else happens meanwhile, unless it is
told which name servers there are: then it asks them itself and goes on (`name_servers`). It knows nothing of what only
this machine can say, though: the hosts file, names without a dot (search domains), ``.local``. Those the C library
looks up, in a thread aside, before the library of the calls hears of them, and it gets the address (`Names`).
Source: RFC 3263 (SIP and DNS); resolv.conf(5), hosts(5); RFC 6762 §3 (``.local``).
"""

import ipaddress
import queue
import re
import socket
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

__all__ = ["Names", "Where", "host_in", "located", "name_servers"]

_MOST_SERVERS = 4
"""Compiled into the library of the calls."""
_LOOK_UPS_AT_ONCE = 4
_RESOLV_CONF = Path("/etc/resolv.conf")
_HOSTS = Path("/etc/hosts")

Where = Mapping[str, str]
"""Addresses by name."""


def name_servers(file: Path = _RESOLV_CONF) -> list[str]:
    """Give the name servers of this machine, the best first; none where it has none."""
    lines = [line.split() for line in _read(file)]
    found = [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]
    return [server for server in found if _is_address(server)][:_MOST_SERVERS]


def host_in(address: str) -> str:
    """Give the host of a SIP address, in lower case, without its port."""
    rest = address.rpartition("@")[2] if "@" in address else address.partition(":")[2]
    return re.split(r"[:;?>]", rest, maxsplit=1)[0].casefold() if not rest.startswith("[") else ""


def located(address: str, where: Where) -> str:
    """Write the address of the host into a SIP address, where it was looked up."""
    host = host_in(address)
    if host not in where:
        return address
    start = address.casefold().rindex(host, address.rfind("@") + 1)
    return address[:start] + where[host] + address[start + len(host) :]


def _look_up(host: str) -> str:
    """Ask the C library; "" when nobody knows."""
    try:
        found = socket.getaddrinfo(host, None, socket.AF_INET, socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        return ""
    return str(found[0][4][0])


class Names:
    """Looks up what only this machine can say."""

    def __init__(
        self,
        servers: Iterable[str],
        *,
        look_up: Callable[[str], str] = _look_up,
        hosts_file: Path = _HOSTS,
    ) -> None:
        """Prepare.

        Args:
            servers: Name servers that the library of the calls asks; without any, every name is looked up here.
            look_up: Gives the address of a name, or ""; may take its time.
        """
        self._has_servers = any(True for _ in servers)
        self._look_up = look_up
        self._hosts_file = hosts_file
        self._threads = ThreadPoolExecutor(_LOOK_UPS_AT_ONCE, "names")
        self._found: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def ask(self, addresses: Iterable[str], then: Callable[[Where, str], None]) -> None:
        """Look up the hosts of SIP addresses; ``then`` gets what was found, and the name that nobody knows, or "".

        Where there is nothing to look up, ``then`` is called at once; otherwise by `turn`.
        """
        hosts = sorted({host for host in map(host_in, addresses) if self._is_ours(host)})
        if not hosts:
            then({}, "")
            return

        def done(future: "Future[list[str]]") -> None:
            where = dict(zip(hosts, future.result(), strict=True))
            unknown = next((host for host, address in where.items() if not address), "")
            self._found.put(lambda: then(where, unknown))

        self._threads.submit(lambda: [self._look_up(host) for host in hosts]).add_done_callback(done)

    def turn(self) -> list[Callable[[], None]]:
        """Give what is to be done with names that have been found."""
        ready = []
        while not self._found.empty():
            ready.append(self._found.get())
        return ready

    def _is_ours(self, host: str) -> bool:
        if not host or _is_address(host):
            return False
        is_local = "." not in host.rstrip(".") or host.endswith((".local", ".local."))
        return is_local or not self._has_servers or host in self._hosts()

    def _hosts(self) -> set[str]:
        return {name.casefold() for line in _read(self._hosts_file) for name in line.partition("#")[0].split()[1:]}


def _read(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text

"""Finding a port for SIP, which wants the same one for UDP and TCP.

Asking the system for any port does not do: what it gives for UDP may be some other program's connection for TCP, and
the ports it gives out are the ones that outgoing connections take in the meantime.
"""

import errno
import random
import socket

__all__ = ["find_free_port"]


def find_free_port(address: str, ports: range) -> int:
    """Find a port that is free for UDP and TCP at this moment; nothing holds it.

    Args:
        address: IPv4 address to listen on. One that is not ours gets some port: listening there says why it fails.
        ports: Where to look; below those that the system gives to outgoing connections.
    """
    while True:
        port = random.choice(ports)
        with (
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as streams,
        ):
            try:
                datagrams.bind((address, port))
                streams.bind((address, port))
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    continue
            return port

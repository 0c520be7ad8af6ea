import socket

import pytest

from offhook.runtime.free_port import find_free_port

LOOPBACK = "127.0.0.1"


def test_it_is_free_for_both() -> None:
    port = find_free_port(LOOPBACK, range(15_000, 32_000))
    assert port in range(15_000, 32_000)
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as one:
            one.bind((LOOPBACK, port))


@pytest.mark.parametrize("kind", [socket.SOCK_DGRAM, socket.SOCK_STREAM])
def test_one_that_is_taken_for_either_is_passed_over(kind: socket.SocketKind) -> None:
    free = find_free_port(LOOPBACK, range(15_000, 32_000, 2))
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind((LOOPBACK, free))
        assert {find_free_port(LOOPBACK, range(free, free + 4)) for _ in range(40)}.isdisjoint({free})


def test_an_address_of_another_machine_does_not_keep_it_looking() -> None:
    assert find_free_port("192.0.2.1", range(15_000, 15_001)) == 15_000

"""The line protocol between phone and child."""

import typing

import msgspec
import pytest

from offhook.phone.engine.pjsip import protocol
from offhook.phone.engine.pjsip.protocol import (
    Account,
    Configure,
    Fact,
    Offered,
    Order,
    Party,
    Register,
    SendDigits,
    Sound,
    read_fact,
    read_order,
    write_line,
)

ORDERS: list[Order] = [
    Configure(generation=3, address="127.0.0.1", port=5060, sound=Sound(tone_hz=440), encryption="off"),
    Register(Account(id="a", user="1001", host="pbx:5070", peers={"1002": "127.0.0.1:5062"})),
    SendDigits("1-2", "12#"),
    protocol.Join(("a", "b")),
    protocol.Reply("1-n1", 400, "unknown key 'Ö'"),
    protocol.Stop(),
]
FACTS: list[Fact] = [
    Offered("1-1", "a", "id@host", Party("1002"), Party("1001", "pbx", 'Zoë "Z"\n')),
    protocol.Commanded("1-n1", "abc", "key=\x00\ufffd", "192.0.2.1", is_from_registrar=True),
    protocol.Ended("1-1", "elsewhere", 487, by_remote=True),
]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: type(order).__name__)
def test_an_order_is_one_line_and_comes_back_the_same(order: Order) -> None:
    line = write_line(order)
    assert line.endswith(b"\n") and line.count(b"\n") == 1
    assert read_order(line) == order


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: type(fact).__name__)
def test_a_fact_is_one_line_and_comes_back_the_same(fact: Fact) -> None:
    line = write_line(fact)
    assert line.count(b"\n") == 1
    assert read_fact(line) == fact


def test_the_type_is_the_name_in_snake_case() -> None:
    assert msgspec.json.decode(write_line(SendDigits("c", "1"))) == {"type": "send_digits", "call": "c", "digits": "1"}


def test_every_name_stands_for_one_message() -> None:
    kinds = [*typing.get_args(Order), *typing.get_args(Fact)]
    tags = [kind.__struct_config__.tag for kind in kinds]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("line", [b"", b"{}", b"null", b'{"type":"shout"}', b'{"type":"ring"}', b'{"type":"ready"}'])
def test_what_is_no_order_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        read_order(line)

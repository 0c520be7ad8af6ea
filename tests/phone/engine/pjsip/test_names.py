"""Names are looked up aside."""

import threading
from pathlib import Path

import pytest

from offhook.phone.engine.pjsip.names import Names, host_in, located, name_servers
from offhook.phone.engine.port import AccountAccepted, AccountRefused, AccountSettings, CallEnded, IncomingCall
from tests.fakes.waiting import until
from tests.peers.kamailio import kamailio
from tests.phone.engine.pjsip.conftest import MakeSip


def test_the_name_servers_of_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text(
        "# nameserver 1.1.1.1\nsearch example\nnameserver 192.0.2.53\nnameserver fe80::1%eth0\nnameserver\n"
    )
    assert name_servers(file) == ["192.0.2.53"]
    assert name_servers(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("address", "host", "placed"),
    [
        ("sip:1001@PBX:5070;transport=tcp", "pbx", "sip:1001@192.0.2.9:5070;transport=tcp"),
        ("sip:pbx", "pbx", "sip:192.0.2.9"),
        ("sip:pbx@pbx", "pbx", "sip:pbx@192.0.2.9"),
        ("sips:sip@sip?x=1", "sip", "sips:sip@sip?x=1"),
        ("sip:1@[::1]:5060", "", "sip:1@[::1]:5060"),
        ("", "", ""),
    ],
)
def test_an_address_gets_the_place_of_its_host(address: str, host: str, placed: str) -> None:
    assert host_in(address) == host
    assert located(address, {"pbx": "192.0.2.9"}) == placed


def names(folder: Path, *servers: str) -> Names:
    file = folder / "hosts"
    file.write_text("192.0.2.7 Known.example # other.example\n")
    known = {"known.example": "192.0.2.7", "pbx": "192.0.2.8"}
    return Names(servers, look_up=lambda host: known.get(host, ""), hosts_file=file)


@pytest.mark.parametrize("address", ["sip:1@192.0.2.1", "sip:1@[::1]", "sip:1@other.example:5060", "nothing", ""])
def test_what_the_library_can_do_by_itself_is_left_to_it(tmp_path: Path, address: str) -> None:
    heard: list[object] = []
    names(tmp_path, "192.0.2.53").ask([address], lambda where, unknown: heard.append((where, unknown)))
    assert heard == [({}, "")]


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("known.example", ({"known.example": "192.0.2.7"}, "")),
        ("PBX", ({"pbx": "192.0.2.8"}, "")),
        ("phone.local", ({"phone.local": ""}, "phone.local")),
    ],
)
async def test_what_only_this_machine_knows_is_looked_up(tmp_path: Path, host: str, answer: object) -> None:
    ours = names(tmp_path, "192.0.2.53")
    heard: list[object] = []
    ours.ask([f"sip:1@{host}:5070", "sip:192.0.2.1"], lambda where, unknown: heard.append((where, unknown)))
    assert heard == []

    def is_heard() -> bool:
        for work in ours.turn():
            work()
        return bool(heard)

    await until(is_heard)
    assert heard == [answer]


async def test_without_name_servers_every_name_is_looked_up_and_nobody_waits(tmp_path: Path) -> None:
    may_go = threading.Event()
    ours = Names([], look_up=lambda host: "192.0.2.1" if may_go.wait(10) else "", hosts_file=tmp_path / "none")
    heard: list[object] = []
    ours.ask(["sip:other.example"], lambda where, unknown: heard.append(where))
    assert ours.turn() == []
    may_go.set()
    await until(lambda: [work() for work in ours.turn()])
    assert heard == [{"other.example": "192.0.2.1"}]


async def test_a_name_of_the_hosts_file_registers_and_calls(sip: MakeSip) -> None:
    ann, bob = await sip("1001"), await sip("1002")
    with kamailio({"1001": "secret"}) as exchange:
        host = f"localhost:{exchange.port}"
        ann.engine.register(AccountSettings("a", "1001", host, password="secret"))
        assert await ann.heard(AccountAccepted) == AccountAccepted("a")
        ann.engine.place("a", "1009")
        assert (await ann.heard(CallEnded)).status == 404, "the exchange was asked"
        ann.engine.place("own", f"sip:1002@localhost:{bob.engine.port}")
        assert (await bob.heard(IncomingCall)).local.user == "1002"


async def test_a_name_server_that_is_away_keeps_no_call_waiting(sip: MakeSip) -> None:
    ann, bob = await sip("1001", name_servers=("192.0.2.53",), answer_wait_s=2.5), await sip("1002")
    child = ann.engine.child_id
    ann.engine.register(AccountSettings("a", "1001", "pbx.example.com"))
    nowhere = ann.engine.place("own", "sip:1@pbx.example.com")
    here = ann.engine.place("own", bob.address)
    bob.engine.reject((await bob.heard(IncomingCall)).call, 486)
    assert (await ann.heard(CallEnded)).call == here
    await ann.heard(AccountRefused)
    await ann.heard_the_end_of(nowhere)
    assert ann.engine.child_id == child


async def test_a_name_that_nobody_knows_is_said(sip: MakeSip) -> None:
    ann = await sip("1001", name_servers=("192.0.2.53",))
    ann.engine.register(AccountSettings("a", "1001", "no-such-name.local"))
    refused = await ann.heard(AccountRefused)
    assert refused == AccountRefused("a", 503, "nobody knows the name no-such-name.local")
    here = ann.engine.place("own", "sip:1@no-such-name.local")
    ended = await ann.heard(CallEnded)
    assert (ended.call, ended.status) == (here, 503)


async def test_an_account_that_is_taken_back_while_its_name_is_looked_up_stays_away(sip: MakeSip) -> None:
    ann = await sip("1001")
    with kamailio({"1001": "secret", "1002": "secret"}) as exchange:
        ann.engine.register(AccountSettings("a", "1001", f"localhost:{exchange.port}", password="secret"))
        ann.engine.unregister("a")
        ann.engine.register(AccountSettings("b", "1002", f"localhost:{exchange.port}", password="secret"))
        assert await ann.heard(AccountAccepted) == AccountAccepted("b")

"""The console commands phones through their exchange, Kamailio with authentication, and their own reports prove it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from offhook.console_api.resources import Command
from offhook.phone.app import PhoneApp
from offhook.phone.engine.pjsip.configuring import configure_from
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.settings import Account, ActiveUri, Identity, Login, Network, PhoneSettings
from offhook.phone.settings_file import with_console
from tests.console.running_console import RunningConsole, running_console
from tests.fakes.desk import is_registered
from tests.fakes.waiting import until
from tests.peers.kamailio import Kamailio, kamailio
from tests.peers.notifier import Notifier
from tests.peers.sip_library import need_sip_library

pytestmark = [pytest.mark.interop, pytest.mark.timeout(60)]

ANN, BOB, CLEO = "1001", "1002", "1003"
OPERATOR = ("desk", "secret-desk")
StartPhone = Callable[..., Awaitable[PhoneApp]]


def mac(extension: str) -> str:
    return f"02000f00{extension}"


@pytest.fixture
def exchange() -> Iterator[Kamailio]:
    need_sip_library()
    with kamailio({**{each: f"secret{each}" for each in (ANN, BOB, CLEO)}, OPERATOR[0]: OPERATOR[1]}) as running:
        yield running


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path, confirm_timeout_s=5.0, command_timeout_s=5.0) as running:
        yield running


@pytest.fixture
async def start_phone(exchange: Kamailio, console: RunningConsole) -> AsyncIterator[StartPhone]:
    async with AsyncExitStack() as stack:

        async def start(extension: str, active_uri: ActiveUri = ActiveUri()) -> PhoneApp:  # noqa: B008 - immutable
            settings = PhoneSettings(
                identity=Identity(mac=mac(extension)),
                network=Network(http_port=0),
                login=Login(password="not-the-default"),
                accounts=[Account(user=extension, host=exchange.host, password=f"secret{extension}")],
                active_uri=active_uri,
            )
            settings = with_console(settings, console.app.listener_url)
            phone = PhoneApp(settings, PjsipEngine(configure_from(settings)))
            await phone.start()
            stack.push_async_callback(phone.stop)
            await until(lambda: is_registered(phone, extension))
            return phone

        yield start


async def set_up(console: RunningConsole, exchange: Kamailio, extension: str, **changes: str) -> None:
    user, password = OPERATOR
    setup = {
        "control_url": f"sip:{extension}@{exchange.host}",
        "control_user": user,
        "control_password": password,
        "account": f"{extension}@{exchange.host}",
        **changes,
    }
    assert (await console.ask("PUT", f"/phones/{mac(extension)}", setup))[0] == 200
    await console.until(lambda event: event.type == "line.registered" and event.phone == mac(extension))


async def ended(console: RunningConsole, method: str, path: str, body: Any = None) -> Command:
    status, command = await console.ask(method, path, body)
    assert status == 202, command
    return await console.ended(command["id"])


async def test_a_call_from_dial_to_hang_up(
    console: RunningConsole, exchange: Kamailio, start_phone: StartPhone
) -> None:
    ann, bob = await start_phone(ANN), await start_phone(BOB)
    await set_up(console, exchange, ANN)
    await set_up(console, exchange, BOB)

    dialled = await confirmed(console, "POST", "/calls", {"phone": mac(ANN), "number": BOB})
    assert [(each.request, each.status) for each in dialled.requests] == [
        (f"number={BOB}&outgoing_uri={ANN}@{exchange.host}", 200)
    ]
    call = (await console.until(lambda event: event.type == "call.delivered" and event.phone == mac(BOB))).call
    await confirmed(console, "POST", f"/calls/{call}/answer")
    await console.until(lambda event: event.type == "call.established" and event.phone == mac(ANN))
    await confirmed(console, "PUT", f"/calls/{call}/hold", {"held": True, "phone": mac(ANN)})
    await confirmed(console, "PUT", f"/calls/{call}/hold", {"held": False, "phone": mac(ANN)})
    await confirmed(console, "PUT", f"/phones/{mac(BOB)}/dnd", {"on": True})
    await confirmed(console, "DELETE", f"/calls/{call}/connections/{mac(ANN)}")
    await until(lambda: not ann.device.status.calls and not bob.device.status.calls)
    assert {(each.method, each.sender, each.status) for each in bob.received} == {("NOTIFY", "127.0.0.1", 200)}


async def confirmed(console: RunningConsole, method: str, path: str, body: Any = None) -> Command:
    command = await ended(console, method, path, body)
    assert (command.state, command.reason) == ("confirmed", None)
    assert command.proof is not None
    return command


@pytest.mark.parametrize("kind", ["always", "busy", "no_answer"])
async def test_forwards_are_switched_without_keys_in_the_set_up(
    console: RunningConsole, exchange: Kamailio, start_phone: StartPhone, kind: str
) -> None:
    phone = await start_phone(ANN)
    await set_up(console, exchange, ANN)
    path = f"/phones/{mac(ANN)}/forwarding/{kind}"
    for target in (BOB, CLEO):
        await confirmed(console, "PUT", path, {"on": True, "target": target})
        forward = getattr(phone.device.status.features, kind)
        assert (forward.is_on, forward.target) == (True, target)
    await confirmed(console, "PUT", path, {"on": False})
    assert not getattr(phone.device.status.features, kind).is_on


async def consulting(console: RunningConsole, exchange: Kamailio, start_phone: StartPhone) -> tuple[str, str, str]:
    """Ann talks to Bob and calls Cleo, whose phone rings: the call, the transfer, the call to Cleo."""
    for extension in (ANN, BOB, CLEO):
        await start_phone(extension)
        await set_up(console, exchange, extension)
    await confirmed(console, "POST", "/calls", {"phone": mac(ANN), "number": BOB})
    call = (await console.until(lambda event: event.type == "call.delivered" and event.phone == mac(BOB))).call
    await confirmed(console, "POST", f"/calls/{call}/answer")
    await console.until(lambda event: event.type == "call.established" and event.phone == mac(ANN))
    body = {"call": call, "target": CLEO, "flow": "attended", "phone": mac(ANN)}
    _, transfer = await console.ask("POST", "/transfers", body)
    assert (await console.ended(transfer["id"])).state == "confirmed"
    rings = await console.until(lambda event: event.type == "call.delivered" and event.phone == mac(CLEO))
    return call or "", transfer["id"], rings.call or ""


async def test_a_call_is_handed_over_while_the_target_rings(
    console: RunningConsole, exchange: Kamailio, start_phone: StartPhone
) -> None:
    _, transfer, asked = await consulting(console, exchange, start_phone)
    _, complete = await console.ask("POST", f"/transfers/{transfer}/complete")
    again = await console.until(
        lambda event: event.type == "call.delivered" and event.phone == mac(CLEO) and event.call != asked
    )
    await confirmed(console, "POST", f"/calls/{again.call}/answer")
    assert (await console.ended(complete["id"])).state == "confirmed"
    assert (await console.ask("GET", f"/transfers/{transfer}"))[1]["state"] == "completed"


async def test_a_conference_is_left_by_hanging_up(
    console: RunningConsole, exchange: Kamailio, start_phone: StartPhone
) -> None:
    call, _, other = await consulting(console, exchange, start_phone)
    await confirmed(console, "POST", f"/calls/{other}/answer")
    await console.until(lambda event: event.type == "call.established" and event.connection == f"{other}:{mac(ANN)}")
    await confirmed(console, "POST", "/conferences", {"calls": [call, other], "phone": mac(ANN)})
    await confirmed(console, "DELETE", f"/calls/{call}/connections/{mac(ANN)}")
    await console.until(
        lambda event: event.type == "call.connection_cleared" and event.connection == f"{other}:{mac(ANN)}"
    )


async def test_what_the_phone_refuses_is_said_in_its_words(
    console: RunningConsole, exchange: Kamailio, start_phone: StartPhone
) -> None:
    phone = await start_phone(ANN, ActiveUri(is_enabled=False))
    await set_up(console, exchange, ANN)
    refused = await ended(console, "PUT", f"/phones/{mac(ANN)}/dnd", {"on": True})
    assert refused.state == "rejected"
    assert refused.reason is not None and "answered 403: Remote control is off" in refused.reason
    await phone.change_settings(msgspec.structs.replace(phone.settings, active_uri=ActiveUri()))
    assert (await ended(console, "PUT", f"/phones/{mac(ANN)}/dnd", {"on": True})).state == "confirmed"
    stranger = Notifier(phone._engine.port, own="127.0.0.2")  # type: ignore[attr-defined]  # noqa: SLF001 - its port
    with closing(stranger):
        assert await stranger.ask(stranger.write("key=DNDOff")) == (403, "Not from this address")
    assert phone.device.status.features.dnd


@pytest.mark.parametrize(
    ("changes", "state", "words"),
    [
        ({"control_password": "wrong"}, "rejected", "user or password"),
        ({"control_user": "nobody"}, "rejected", "404"),
        ({"control_url": "sip:1002@{host}"}, "rejected", "480: Not registered"),
        ({"control_url": "sip:1001@127.0.0.1:9"}, "unreachable", "no exchange at 127.0.0.1:9"),
    ],
)
async def test_what_the_exchange_does_not_pass_on(
    console: RunningConsole,
    exchange: Kamailio,
    start_phone: StartPhone,
    changes: dict[str, str],
    state: str,
    words: str,
) -> None:
    await start_phone(ANN)
    filled = {name: value.format(host=exchange.host) for name, value in changes.items()}
    await set_up(console, exchange, ANN, **filled)
    command = await ended(console, "PUT", f"/phones/{mac(ANN)}/dnd", {"on": True})
    assert command.state == state
    assert command.reason is not None and words in command.reason

"""Looking phones and connections up."""

from collections.abc import AsyncIterator

import pytest

from offhook.console.bus.in_process import InProcessBus
from offhook.console.intake import read_report
from offhook.console.journal import Journal
from offhook.console.phone_desk import PhoneDesk
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.records import PhoneSetupChanged
from offhook.console.store.memory import MemoryStore
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import Verb
from offhook.dialects.registry import Registry
from offhook.errors import NotFound, NotPossibleNow

MAC, OTHER = "02000f001001", "02000f001002"


@pytest.fixture
async def journal() -> AsyncIterator[Journal]:
    started = Journal(MemoryStore(), InProcessBus(), PhoneSecrets.for_tests())
    await started.start()
    for mac in (MAC, OTHER):
        setup = PhoneSetup(control_url="http://127.0.0.1:1", control_user="u", control_password=f"pw {mac}")
        await started.record(PhoneSetupChanged(mac, setup))
    yield started
    await started.stop()


@pytest.fixture
def desk(journal: Journal) -> PhoneDesk:
    return PhoneDesk(journal, Registry())


async def report(journal: Journal, event: str, mac: str = MAC, call_id: str = "a") -> str:
    target = f"/{event}.xml?mac={mac}&call_id={call_id}".encode()
    events = await journal.submit(read_report(target, "127.0.0.1", journal.now()))
    return next((each.call for each in events if each.call), "")


async def test_a_phone_and_its_calls(journal: Journal, desk: PhoneDesk) -> None:
    over = await report(journal, "incoming", call_id="over")
    await report(journal, "terminated", call_id="over")
    live = await report(journal, "incoming")
    found = await desk.situation(MAC, f"{live}:{MAC}")
    assert found.phone.id == MAC
    assert [each.id for each in found.connections] == [f"{live}:{MAC}"]
    assert found.target == found.connections[0]
    assert found.dialect.name == "base"
    ended = (await desk.situation(MAC, f"{over}:{MAC}")).target
    assert ended is not None and ended.state == "null"
    assert (await desk.situation(MAC, "nothing:here")).target is None
    with pytest.raises(NotFound):
        await desk.situation("nobody", None)


async def test_a_call_is_found_under_the_id_it_had_before_it_was_merged(journal: Journal, desk: PhoneDesk) -> None:
    provisional = await report(journal, "off_hook", call_id="")
    real = await report(journal, "incoming", mac=OTHER)
    await report(journal, "outgoing")
    found = await desk.find_connection(provisional, MAC, Verb.HANG_UP)
    assert found.id == f"{real}:{MAC}" != f"{provisional}:{MAC}"
    target = (await desk.situation(MAC, f"{provisional}:{MAC}")).target
    assert target is not None and target.id == found.id


async def test_an_address_that_a_report_named_is_not_one_that_somebody_set(journal: Journal, desk: PhoneDesk) -> None:
    assert (await desk.address(MAC)).is_approved
    moved_to = f"/ip_changed.xml?mac={MAC}&ip=127.0.0.66".encode()
    await journal.submit(read_report(moved_to, "127.0.0.66", journal.now()))
    moved = await desk.address(MAC)
    assert (moved.control_url, moved.is_approved) == ("http://127.0.0.66:1", False)
    setup = PhoneSetup(control_url="http://127.0.0.66:1", control_user="u", control_password="again")
    await journal.record(PhoneSetupChanged(MAC, setup))
    assert (await desk.address(MAC)).is_approved


async def test_the_address_has_the_phones_own_password(desk: PhoneDesk) -> None:
    address = await desk.address(OTHER)
    assert (address.control_url, address.user, address.password) == ("http://127.0.0.1:1", "u", f"pw {OTHER}")
    with pytest.raises(NotFound):
        await desk.address("nobody")


async def test_a_password_of_another_key(journal: Journal) -> None:
    stranger = Journal(journal.store, InProcessBus(), PhoneSecrets.for_tests())
    await stranger.start()
    with pytest.raises(NotPossibleNow) as refusal:
        await PhoneDesk(stranger, Registry()).address(MAC)
    assert refusal.value.error_id == "password-not-readable"
    await stranger.stop()


async def test_which_connection_is_meant(journal: Journal, desk: PhoneDesk) -> None:
    call = await report(journal, "incoming")
    await report(journal, "outgoing", OTHER)
    assert (await desk.find_connection(call, None, Verb.ANSWER)).phone == MAC, "the one that rings"
    assert (await desk.find_connection(call, OTHER, Verb.ANSWER)).phone == OTHER
    await report(journal, "established")
    await report(journal, "established", OTHER)
    with pytest.raises(NotPossibleNow) as refusal:
        await desk.find_connection(call, None, Verb.HOLD)
    assert refusal.value.error_id == "phone-not-named"
    assert MAC in str(refusal.value) and OTHER in str(refusal.value)
    with pytest.raises(NotFound):
        await desk.find_connection(call, "nobody", Verb.HOLD)
    with pytest.raises(NotFound):
        await desk.find_connection("nothing", None, Verb.HOLD)
    await report(journal, "terminated")
    await report(journal, "terminated", OTHER)
    with pytest.raises(NotPossibleNow) as refusal:
        await desk.find_connection(call, None, Verb.HOLD)
    assert refusal.value.error_id == "call-over"

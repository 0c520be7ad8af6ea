"""One request to a phone: what is sent, and what each answer means."""

import asyncio
from dataclasses import replace

import pytest

from offhook.console.phone_client import PhoneAddress, PhoneClient, read_control_url, request_target
from offhook.dialects.dialect import Authentication
from offhook.dialects.registry import Registry
from offhook.errors import (
    NotValid,
    PhoneBrokeOff,
    PhoneMoved,
    PhoneRefused,
    PhoneTimeout,
    PhoneUnauthorized,
    PhoneUnreachable,
)
from offhook.protocol.active_uri import DialNumber, PressKeys
from offhook.protocol.keys import Key
from tests.fakes.scripted_phone import ScriptedPhone, answer

BASE = Registry().base
TARGET = request_target(DialNumber("+1*2#", "1001@pbx"), BASE)


async def send(phone: ScriptedPhone, *, password: str = "admin", timeout_s: float = 5.0, times: int = 1) -> int:
    client = PhoneClient(timeout_s)
    try:
        for _ in range(times):
            status = (await client.send(PhoneAddress("p", phone.url, "admin", password), TARGET, BASE)).status
        return status
    finally:
        await client.close()


def test_the_target_is_written_as_the_dialect_spells_it() -> None:
    assert TARGET == "/cgi-bin/ConfigManApp.com?number=%2B1*2%23&outgoing_uri=1001@pbx"
    spelt = replace(BASE, key_spellings={Key.POUND: "#"})
    assert request_target(PressKeys((Key.POUND,)), spelt).endswith("?key=%23")


async def test_the_target_arrives_as_it_was_written() -> None:
    async with ScriptedPhone() as phone:
        assert await send(phone) == 200
    assert phone.targets == [TARGET]


@pytest.mark.parametrize(("login", "heads"), [("digest", 3), ("basic", 4)])
async def test_the_login_the_phone_asks_for(login: str, heads: int) -> None:
    async with ScriptedPhone(login=login) as phone:
        await send(phone, times=2)
    assert phone.targets == [TARGET, TARGET]
    assert len(phone.heads) == heads, "Digest is sent at once the second time"


async def test_basic_at_once_where_the_dialect_says_so() -> None:
    dialect = replace(BASE, control=replace(BASE.control, authentication=Authentication.BASIC))
    async with ScriptedPhone(login="basic") as phone:
        client = PhoneClient(5.0)
        await client.send(PhoneAddress("p", phone.url, "admin", "admin"), TARGET, dialect)
        await client.close()
    assert len(phone.heads) == 1


@pytest.mark.parametrize("login", ["digest", "basic"])
async def test_the_password_goes_in_clear_only_where_somebody_set_it_to_go(login: str) -> None:
    clear = replace(BASE, control=replace(BASE.control, authentication=Authentication.BASIC))
    client = PhoneClient(5.0)
    async with ScriptedPhone(login=login) as phone:
        moved = PhoneAddress("p", phone.url, "admin", "admin", is_approved=False)
        if login == "digest":
            assert (await client.send(moved, TARGET, BASE)).status == 200
        else:
            with pytest.raises(PhoneMoved, match="in clear"):
                await client.send(moved, TARGET, BASE)
            with pytest.raises(PhoneMoved):
                await client.send(moved, TARGET, clear)
    await client.close()
    assert not any("authorization: basic" in head.lower() for head in phone.heads)


@pytest.mark.parametrize("login", ["digest", "basic", "redirect"])
async def test_a_wrong_password(login: str) -> None:
    async with ScriptedPhone(login=login) as phone:
        with pytest.raises(PhoneUnauthorized):
            await send(phone, password="wrong")
    assert phone.targets == []


async def test_a_wrong_digest_password_is_not_given_away_in_clear() -> None:
    async with ScriptedPhone(login="digest") as phone:
        with pytest.raises(PhoneUnauthorized):
            await send(phone, password="wrong")
    assert not any("Authorization: Basic" in head for head in phone.heads)


async def test_a_redirect_is_not_followed() -> None:
    async with ScriptedPhone() as elsewhere, ScriptedPhone() as phone:

        async def redirect(_target: str) -> bytes:
            return answer(302, "", f"Location: {elsewhere.url}/steal")

        phone.script = redirect
        with pytest.raises(PhoneUnauthorized):
            await send(phone)
    assert elsewhere.heads == []


@pytest.mark.parametrize(
    ("reply", "status", "words"),
    [
        (answer(409, "no line\r\n\x1b[31m free"), 409, "answered 409: no line [31m free"),
        (answer(404, "x" * 100_000), 404, "x" * 200),
        (answer(503), 503, "answered 503"),
    ],
)
async def test_any_other_answer_is_a_refusal(reply: bytes, status: int, words: str) -> None:
    async with ScriptedPhone() as phone:

        async def refuse(_target: str) -> bytes:
            return reply

        phone.script = refuse
        with pytest.raises(PhoneRefused) as refusal:
            await send(phone)
    assert refusal.value.status == status
    assert words in str(refusal.value)
    assert len(phone.heads) == 1, "sent again"


@pytest.mark.parametrize("reply", [b"rubbish\r\n\r\n", b"", b"HTTP/1.1 100 Continue\r\n\r\n"])
async def test_what_is_no_answer_is_no_refusal_either(reply: bytes) -> None:
    async with ScriptedPhone() as phone:

        async def break_off(_target: str) -> bytes:
            return reply

        phone.script = break_off
        with pytest.raises(PhoneBrokeOff):
            await send(phone)
    assert len(phone.heads) == 1, "sent again"


async def test_the_status_counts_although_the_body_does_not_end() -> None:
    async with ScriptedPhone() as phone:

        async def endless(_target: str) -> bytes:
            return b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nOK"

        phone.script = endless
        assert await send(phone) == 200


async def test_no_answer_in_time() -> None:
    async with ScriptedPhone() as phone:

        async def hang(_target: str) -> None:
            return None

        phone.script = hang
        with pytest.raises(PhoneTimeout):
            await send(phone, timeout_s=0.1)


async def test_nobody_there() -> None:
    async with ScriptedPhone() as phone:
        pass
    with pytest.raises(PhoneUnreachable) as failure:
        await send(phone)
    assert failure.value.reason == f"no connection to {phone.url} (connection refused)"


async def test_several_logins_at_once_do_not_mix() -> None:
    async with ScriptedPhone(login="digest") as one, ScriptedPhone(login="digest", password="other") as two:
        client = PhoneClient(5.0)
        wanted = [("one", one, "admin"), ("two", two, "other")] * 5
        addresses = [PhoneAddress(name, phone.url, "admin", password) for name, phone, password in wanted]
        answers = await asyncio.gather(*(client.send(address, TARGET, BASE) for address in addresses))
        await client.close()
    assert [each.status for each in answers] == [200] * 10


def test_the_password_is_not_in_the_text_of_an_address() -> None:
    assert "hidden" not in repr(PhoneAddress("p", "http://h", "admin", "hidden"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://192.0.2.1", "http://192.0.2.1"),
        ("http://192.0.2.1:8081/", "http://192.0.2.1:8081"),
        ("HTTP://Phone.example", "http://phone.example"),
        ("http://[2001:db8::1]:80", "http://[2001:db8::1]"),
    ],
)
def test_control_urls(text: str, expected: str) -> None:
    assert read_control_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://192.0.2.1",
        "file:///etc/passwd",
        "192.0.2.1",
        "http://",
        "http://admin:admin@192.0.2.1",
        "http://192.0.2.1/cgi-bin",
        "http://192.0.2.1/?x=1",
        "http://192.0.2.1/#x",
        "http://192.0.2.1:99999",
        "http://192.0.2.1:x",
        "http://[::1",
        "http://a b",
        "http://h\r\nX: y",
        "http://tëst",
    ],
)
def test_what_is_no_control_url(text: str) -> None:
    with pytest.raises(NotValid):
        read_control_url(text)

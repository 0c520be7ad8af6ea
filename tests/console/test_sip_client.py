"""One command over SIP: sent once and again until it is answered, and what each answer means."""

import asyncio
import socket

import pytest

from offhook.console import sip_client
from offhook.console.phone_client import PhoneAddress
from offhook.console.sip_client import SipClient
from offhook.dialects.registry import Registry
from offhook.errors import PhoneRefused, PhoneTimeout, PhoneUnauthorized, PhoneUnreachable
from tests.fakes.scripted_exchange import ScriptedExchange, answer, header_of

BASE = Registry().base
CHALLENGE = 'Proxy-Authenticate: Digest realm="pbx", nonce="n", qop="auth"'


async def send(url: str, *, timeout_s: float = 5.0, user: str = "desk") -> int:
    client = SipClient(timeout_s)
    try:
        return (await client.send(PhoneAddress("p", url, user, "secret"), "key=OK", BASE)).status
    finally:
        await client.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_client, "FIRST_PAUSE_S", 0.01)


async def test_a_command_is_sent_and_taken() -> None:
    async with ScriptedExchange() as exchange:
        assert await send(exchange.url) == 200
    (request,) = exchange.requests
    assert request.startswith(f"NOTIFY {exchange.url} SIP/2.0\r\n") and request.endswith("\r\n\r\nkey=OK")
    assert header_of(request, "From").startswith("<sip:desk@127.0.0.1:")


async def test_an_account_without_a_user_is_somebody_all_the_same() -> None:
    async with ScriptedExchange() as exchange:
        await send(exchange.url, user="")
    assert header_of(exchange.requests[0], "From").startswith("<sip:offhook@")


async def test_a_challenge_is_answered_once() -> None:
    def ask(request: str) -> list[bytes]:
        is_known = "username=" in header_of(request, "Proxy-Authorization")
        return [answer(request, 202, "OK") if is_known else answer(request, 407, "Who", CHALLENGE)]

    async with ScriptedExchange(ask) as exchange:
        assert await send(exchange.url) == 202
    first, second = exchange.requests
    assert header_of(first, "Call-ID") == header_of(second, "Call-ID")
    assert (header_of(first, "CSeq"), header_of(second, "CSeq")) == ("1 NOTIFY", "2 NOTIFY")
    assert header_of(first, "Via") != header_of(second, "Via")


@pytest.mark.parametrize(("more", "times"), [((CHALLENGE,), 2), ((), 1), (("WWW-Authenticate: Basic realm=x",), 1)])
async def test_a_wrong_password_is_no_reason_to_try_again(more: tuple[str, ...], times: int) -> None:
    async with ScriptedExchange(lambda request: [answer(request, 401, "No", *more)]) as exchange:
        with pytest.raises(PhoneUnauthorized, match="user or password"):
            await send(exchange.url)
    assert len(exchange.requests) == times


@pytest.mark.parametrize("status", [302, 400, 403, 404, 480, 486, 489, 500, 503, 603])
async def test_a_refusal_has_its_words(status: int) -> None:
    async with ScriptedExchange(lambda request: [answer(request, status, "unknown key 'BREW'")]) as exchange:
        with pytest.raises(PhoneRefused, match="unknown key 'BREW'") as refused:
            await send(exchange.url)
    assert refused.value.status == status


@pytest.mark.parametrize("status", [408, 504])
async def test_a_phone_that_does_not_answer_its_exchange(status: int) -> None:
    async with ScriptedExchange(lambda request: [answer(request, status)]) as exchange:
        with pytest.raises(PhoneTimeout):
            await send(exchange.url)


@pytest.mark.usefixtures("quick")
async def test_silence_is_asked_again_with_the_same_words() -> None:
    async with ScriptedExchange(lambda request: []) as exchange:
        exchange.answers = lambda request: [answer(request, 200)] if len(exchange.requests) == 4 else []
        assert await send(exchange.url) == 200
    assert len(exchange.requests) == 4 and len(set(exchange.requests)) == 1


async def test_what_is_not_the_answer_is_left_alone() -> None:
    def confuse(request: str) -> list[bytes]:
        return [
            b"",
            b"\xff\x00garbage",
            answer(request, 403, "No", via="SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKother"),
            answer(request, 403, "No", cseq="7 NOTIFY"),
            answer(request, 100, "Trying"),
            answer(request, 200, "OK"),
        ]

    async with ScriptedExchange(confuse) as exchange:
        assert await send(exchange.url) == 200


@pytest.mark.usefixtures("quick")
async def test_a_flood_of_answers_to_something_else_ends_with_the_time() -> None:
    other = "SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKother"
    async with ScriptedExchange(lambda request: [answer(request, 200, via=other)] * 100) as exchange:
        with pytest.raises(PhoneTimeout):
            await send(exchange.url, timeout_s=0.2)


async def test_the_time_is_up() -> None:
    async with ScriptedExchange(lambda request: [answer(request, 180)]) as exchange:
        with pytest.raises(PhoneTimeout, match=r"within 0\.2 s"):
            await send(exchange.url, timeout_s=0.2)


async def test_a_name_that_is_not_found_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object, **__: object) -> list[object]:
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    with pytest.raises(PhoneUnreachable, match="the name pbx was not found"):
        await send("sip:1001@pbx", timeout_s=0.05)


async def test_nobody_there() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(PhoneUnreachable, match="connection refused"):
        await send(f"sip:1001@127.0.0.1:{port}")


@pytest.mark.usefixtures("quick")
async def test_an_exchange_that_goes_away_may_have_passed_it_on() -> None:
    async with ScriptedExchange(lambda request: []) as exchange:

        def leave(request: str) -> list[bytes]:
            exchange.leave()
            return []

        exchange.answers = leave
        with pytest.raises(PhoneTimeout):
            await send(exchange.url, timeout_s=0.3)


@pytest.mark.parametrize("host", ["a..b", "-" * 70])
async def test_a_name_that_is_none(host: str) -> None:
    with pytest.raises(PhoneUnreachable):
        await send(f"sip:1001@{host}")

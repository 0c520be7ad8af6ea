"""Sessions, tokens, Host and Origin."""

import pytest

from offhook.console.access import (
    SESSION_COOKIE,
    SESSION_IDLE_S,
    SESSION_LIFE_S,
    Access,
    is_allowed_host,
    require_origin,
)
from offhook.console.store.memory import MemoryStore
from offhook.errors import NotAllowed


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def cookie(session: str) -> str:
    return f"other=1; {SESSION_COOKIE}={session}; more=2"


async def test_the_link_opens_a_session_that_outlives_the_console() -> None:
    store = MemoryStore()
    access = Access(store)
    session = await access.open_session(access.sign_in_secret)
    after_restart = Access(store)
    found = await after_restart.principal("", cookie(session))
    assert found is not None
    assert (found.kind, found.name) == ("session", "operator")
    assert after_restart.sign_in_secret != access.sign_in_secret


@pytest.mark.parametrize("secret", ["", "x", "é" * 10])
async def test_another_link_opens_nothing(secret: str) -> None:
    with pytest.raises(NotAllowed):
        await Access(MemoryStore()).open_session(secret)


async def test_secrets_are_kept_as_hashes_only() -> None:
    store = MemoryStore()
    access = Access(store)
    session = await access.open_session(access.sign_in_secret)
    token = await access.issue_token("t")
    kept = [*await store.logins("session"), *await store.logins("token")]
    assert len(kept) == 2
    assert not any(session in repr(login) or token in repr(login) for login in kept)


async def test_a_session_ends_when_it_is_not_used() -> None:
    clock = Clock()
    access = Access(MemoryStore(), now=clock)
    session = await access.open_session(access.sign_in_secret)
    clock.now += SESSION_IDLE_S - 1
    assert await access.principal("", cookie(session)) is not None
    clock.now += SESSION_IDLE_S - 1
    assert await access.principal("", cookie(session)) is not None, "use moves the end on"
    clock.now += SESSION_IDLE_S + 1
    assert await access.principal("", cookie(session)) is None


async def test_sessions_nobody_came_back_to_do_not_pile_up() -> None:
    clock, store = Clock(), MemoryStore()
    access = Access(store, now=clock)
    for _ in range(3):
        await access.open_session(access.sign_in_secret)
    clock.now += SESSION_IDLE_S / 2
    live = await access.open_session(access.sign_in_secret)
    clock.now += SESSION_IDLE_S / 2
    await access.open_session(access.sign_in_secret)
    assert len(await store.logins("session")) == 2
    assert await access.principal("", cookie(live)) is not None


async def test_a_session_in_use_ends_all_the_same() -> None:
    clock = Clock()
    access = Access(MemoryStore(), now=clock)
    session = await access.open_session(access.sign_in_secret)
    used_s = 0.0
    while await access.principal("", cookie(session)) is not None:
        clock.now += SESSION_IDLE_S / 2
        used_s += SESSION_IDLE_S / 2
        assert used_s < 2 * SESSION_LIFE_S
    assert used_s >= SESSION_LIFE_S


async def test_signing_out_ends_the_session_at_once() -> None:
    access = Access(MemoryStore())
    session = await access.open_session(access.sign_in_secret)
    found = await access.principal("", cookie(session))
    assert found is not None
    await access.close_session(found)
    assert await access.principal("", cookie(session)) is None


async def test_a_sign_out_at_another_console_arrives() -> None:
    store, clock = MemoryStore(), Clock()
    here, there = Access(store, now=clock), Access(store, now=clock)
    session = await here.open_session(here.sign_in_secret)
    found = await here.principal("", cookie(session))
    assert found is not None
    await there.close_session(found)
    clock.now += 11
    assert await here.principal("", cookie(session)) is None


async def test_a_new_token_of_the_same_name_ends_the_old() -> None:
    access = Access(MemoryStore())
    old = await access.issue_token("demo")
    other = await access.issue_token("other")
    assert await access.principal(f"Bearer {old}", "") is not None
    new = await access.issue_token("demo")
    assert await access.principal(f"Bearer {old}", "") is None
    assert await access.principal(f"bearer {new}", "") is not None
    assert await access.principal(f"Bearer {other}", "") is not None


@pytest.mark.parametrize(
    ("authorization", "cookies"),
    [("", ""), ("Bearer ", ""), ("Bearer nope", ""), ("Basic YTpi", ""), ("", "x=y"), ("Bearer " + "x" * 10_000, "")],
)
async def test_nobody_known(authorization: str, cookies: str) -> None:
    assert await Access(MemoryStore()).principal(authorization, cookies) is None


async def test_a_cookie_is_no_token_and_a_token_no_cookie() -> None:
    access = Access(MemoryStore())
    session = await access.open_session(access.sign_in_secret)
    token = await access.issue_token("t")
    assert await access.principal(f"Bearer {session}", "") is None
    assert await access.principal("", cookie(token)) is None
    assert await access.principal("Bearer wrong", cookie(session)) is None, "a token that is given must be right"


@pytest.mark.parametrize(
    ("host", "is_allowed"),
    [
        ("127.0.0.1:8800", True),
        ("LOCALHOST", True),
        ("[::1]:8800", True),
        ("192.0.2.7:8800", True),
        ("192.0.2.8:8800", False),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("", False),
        ("localhost:80; script-src *", False),
        ("localhost@evil.example", False),
        ("[::1", False),
    ],
)
def test_hosts(host: str, is_allowed: bool) -> None:
    assert is_allowed_host(host, ("127.0.0.1", "localhost", "[::1]"), "192.0.2.7") is is_allowed


def test_an_address_in_brackets_is_compared_as_an_address() -> None:
    assert is_allowed_host("[2001:DB8:0::1]:80", (), "2001:db8::1")
    assert not is_allowed_host("localhost", (), "not an address")


def test_origins() -> None:
    require_origin("http://localhost:8800", "http", "localhost:8800")
    for origin in (None, "null", "http://localhost:8081", "https://localhost:8800", "http://evil.example"):
        with pytest.raises(NotAllowed):
            require_origin(origin, "http", "localhost:8800")

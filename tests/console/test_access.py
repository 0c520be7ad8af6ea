"""Sessions, tokens, Host and Origin."""

import pytest

from offhook.console.access import (
    SESSION_COOKIE,
    SESSION_IDLE_S,
    SESSION_LIFE_S,
    Access,
    Visitor,
    is_allowed_host,
    require_origin,
)
from offhook.console.store.memory import MemoryStore
from offhook.console_api.people import NewUser, UserChange
from offhook.console_api.scopes import Role, Scope
from offhook.errors import NotAllowed, NotFound, NotPossibleNow
from tests.console.kit import Clock
from tests.console.people_kit import PASSWORD, some_access

HERE = Visitor("192.0.2.1", "a browser")


def cookie(session: str) -> str:
    return f"other=1; {SESSION_COOKIE}={session}; more=2"


async def by_link(access: Access) -> str:
    session, _ = await access.open_by_link(access.sign_in_secret, HERE)
    return session


async def test_the_link_opens_a_session_of_the_first_administrator_that_outlives_the_console() -> None:
    store = MemoryStore()
    access = some_access(store)
    session = await by_link(access)
    after_restart = some_access(store)
    await after_restart.users.load()
    found = await after_restart.principal("", cookie(session))
    assert found is not None and found.user is not None
    assert (found.kind, found.name, found.user.role) == ("session", "administrator", Role.ADMINISTRATOR)
    assert found.scopes == set(Scope)
    assert after_restart.sign_in_secret != access.sign_in_secret


@pytest.mark.parametrize("secret", ["", "x", "é" * 10, "\ud800"])
async def test_another_link_opens_nothing(secret: str) -> None:
    access = some_access()
    with pytest.raises(NotAllowed):
        await access.open_by_link(secret, HERE)
    assert access.users.all() == []


async def test_name_and_password_open_a_session() -> None:
    access = some_access()
    await access.users.create(NewUser(name="anna", role=Role.OPERATOR, password=PASSWORD, phones=["02000f001001"]))
    session, user = await access.open_by_password("Anna", PASSWORD, HERE)
    found = await access.principal("", cookie(session))
    assert found is not None and found.user == user
    assert found.commands == frozenset({"02000f001001"})
    with pytest.raises(NotAllowed):
        await access.open_by_password("anna", "wrong", HERE)


async def test_secrets_are_kept_as_hashes_only() -> None:
    store = MemoryStore()
    access = some_access(store)
    session = await by_link(access)
    token = await access.issue_token("t")
    kept = [*await store.logins("session"), *await store.logins("token")]
    assert len(kept) == 2
    assert not any(session in repr(login) or token in repr(login) for login in kept)


async def test_a_session_ends_when_it_is_not_used() -> None:
    clock = Clock()
    access = some_access(now=clock)
    session = await by_link(access)
    clock.pass_(SESSION_IDLE_S - 1)
    assert await access.principal("", cookie(session)) is not None
    clock.pass_(SESSION_IDLE_S - 1)
    assert await access.principal("", cookie(session)) is not None, "use moves the end on"
    clock.pass_(SESSION_IDLE_S + 1)
    assert await access.principal("", cookie(session)) is None


async def test_sessions_nobody_came_back_to_do_not_pile_up() -> None:
    clock, store = Clock(), MemoryStore()
    access = some_access(store, now=clock)
    for _ in range(3):
        await by_link(access)
    clock.pass_(SESSION_IDLE_S / 2)
    live = await by_link(access)
    clock.pass_(SESSION_IDLE_S / 2)
    await by_link(access)
    assert len(await store.logins("session")) == 2
    assert await access.principal("", cookie(live)) is not None


async def test_a_session_in_use_ends_all_the_same() -> None:
    clock = Clock()
    access = some_access(now=clock)
    session = await by_link(access)
    used_s = 0.0
    while await access.principal("", cookie(session)) is not None:
        clock.pass_(SESSION_IDLE_S / 2)
        used_s += SESSION_IDLE_S / 2
        assert used_s < 2 * SESSION_LIFE_S
    assert used_s >= SESSION_LIFE_S


async def test_signing_out_ends_the_session_at_once() -> None:
    access = some_access()
    session = await by_link(access)
    found = await access.principal("", cookie(session))
    assert found is not None
    changes = access.changes
    await access.close_session(found)
    assert await access.principal("", cookie(session)) is None
    assert access.changes > changes


async def test_a_sign_out_at_another_console_arrives() -> None:
    store, clock = MemoryStore(), Clock()
    here, there = some_access(store, now=clock), some_access(store, now=clock)
    session = await by_link(here)
    await there.users.load()
    found = await there.principal("", cookie(session))
    assert await here.principal("", cookie(session)) is not None
    assert found is not None
    await there.close_session(found)
    clock.pass_(11)
    assert await here.principal("", cookie(session)) is None


async def test_own_sessions_are_listed_and_ended_and_nobody_elses() -> None:
    clock = Clock()
    access = some_access(now=clock)
    anna, ben = [await access.users.create(NewUser(name=name, role=Role.OPERATOR)) for name in ("anna", "ben")]
    first = await access.open_session(anna, Visitor("192.0.2.1", "x" * 1000))
    clock.pass_(1)
    second = await access.open_session(anna, HERE)
    bens = await access.open_session(ben, HERE)
    newest, oldest = await access.sessions_of(anna.id)
    assert (newest.address, len(oldest.agent)) == ("192.0.2.1", 256)
    with pytest.raises(NotFound):
        await access.end_session(ben.id, oldest.id)
    await access.end_session(anna.id, oldest.id)
    assert await access.principal("", cookie(first)) is None
    assert await access.principal("", cookie(second)) is not None
    third = await access.open_session(anna, HERE)
    await access.end_sessions(anna.id, but=newest.hash)
    assert await access.principal("", cookie(third)) is None
    assert await access.principal("", cookie(second)) is not None
    await access.end_sessions(anna.id)
    assert await access.principal("", cookie(second)) is None
    assert await access.principal("", cookie(bens)) is not None


async def test_what_a_user_may_changes_at_once() -> None:
    access = some_access()
    anna = await access.users.create(NewUser(name="anna", role=Role.OPERATOR))
    session = cookie(await access.open_session(anna, HERE))
    changes = access.changes
    await access.users.change(anna.id, UserChange(role=Role.SUPERVISOR))
    found = await access.principal("", session)
    assert found is not None and Scope.HISTORY_READ in found.scopes
    assert access.changes > changes
    await access.users.change(anna.id, UserChange(is_enabled=False))
    assert await access.principal("", session) is None
    await access.users.change(anna.id, UserChange(is_enabled=True))
    await access.users.remove(anna.id)
    assert await access.principal("", session) is None


async def test_a_new_token_of_our_own_ends_the_old_of_the_same_name() -> None:
    access = some_access()
    old = await access.issue_token("demo")
    other = await access.issue_token("other")
    assert await access.principal(f"Bearer {old}", "") is not None
    new = await access.issue_token("demo")
    assert await access.principal(f"Bearer {old}", "") is None
    found = await access.principal(f"bearer {new}", "")
    assert found is not None
    assert (found.scopes, found.sees, found.commands, found.user) == (frozenset(Scope), None, None, None)
    assert await access.principal(f"Bearer {other}", "") is not None


async def test_a_token_has_scopes_and_an_end() -> None:
    clock = Clock()
    access = some_access(now=clock)
    login, secret = await access.create_token("t", {Scope.CALLS_READ}, maker="user:anna", life_s=60.0)
    found = await access.principal(f"Bearer {secret}", "")
    assert found is not None and found.scopes == {Scope.CALLS_READ}
    assert [token.maker for token in await access.tokens()] == ["user:anna"]
    with pytest.raises(NotPossibleNow):
        await access.create_token("t", {Scope.CALLS_READ})
    clock.pass_(60)
    assert await access.principal(f"Bearer {secret}", "") is None
    assert await access.tokens() == []
    again, secret = await access.create_token("t", {Scope.CALLS_READ})
    await access.remove_token(again.id)
    assert await access.principal(f"Bearer {secret}", "") is None
    with pytest.raises(NotFound):
        await access.remove_token(login.id)


@pytest.mark.parametrize(
    ("authorization", "cookies"),
    [("", ""), ("Bearer ", ""), ("Bearer nope", ""), ("Basic YTpi", ""), ("", "x=y"), ("Bearer " + "x" * 10_000, "")],
)
async def test_nobody_known(authorization: str, cookies: str) -> None:
    assert await some_access().principal(authorization, cookies) is None


async def test_a_cookie_is_no_token_and_a_token_no_cookie() -> None:
    access = some_access()
    session = await by_link(access)
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


async def test_whose_rights_count_when_nobody_asks() -> None:
    access = some_access()
    user = await access.users.create(NewUser(name="anna", role=Role.OPERATOR, phones=["02000f001001"]))
    await access.create_token("wallboard", {Scope.CALLS_READ})
    found = await access.standing(f"user:{user.id}")
    assert found is not None
    assert (found.by, found.sees) == ("user:anna", frozenset({"02000f001001"}))
    token = await access.standing("token:wallboard")
    assert token is not None
    assert token.scopes == {Scope.CALLS_READ}
    await access.users.change(user.id, UserChange(is_enabled=False))
    for owner in (f"user:{user.id}", "user:none", "token:none", ""):
        assert await access.standing(owner) is None

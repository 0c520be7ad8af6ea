"""Users: made, changed, removed, recognised; always one administrator."""

import asyncio
from typing import Any

import pytest
from argon2 import PasswordHasher

from offhook.console.passwords import Passwords
from offhook.console.store.memory import MemoryStore
from offhook.console.users import FIRST_ADMINISTRATOR, SlowDown, Users, user_view
from offhook.console_api.people import MeChange, NewUser, UserChange
from offhook.console_api.scopes import Role
from offhook.errors import NotAllowed, NotFound, NotPossibleNow, NotValid
from tests.console.kit import A, B, Clock
from tests.console.people_kit import PASSWORD, some_users


async def with_anna(users: Users | None = None, **fields: Any) -> Users:
    users = users or some_users()
    await users.create(NewUser(name="Anna", role=Role.OPERATOR, password=PASSWORD, **fields))
    return users


async def test_a_user_is_there_after_a_restart() -> None:
    store = MemoryStore()
    await with_anna(some_users(store), phones=["02:00:0F:00:10:01", "02000f001001"], group="Sales")
    again = some_users(store)
    await again.load()
    (anna,) = again.all()
    assert (anna.name, anna.phones, anna.group) == ("anna", ("02000f001001",), "Sales")
    shown = user_view(anna)
    assert (shown.display_name, shown.has_password) == ("anna", True)
    assert PASSWORD not in repr(await store.users())
    assert again.find(anna.id) is anna
    assert again.find(None) is None


async def test_names_are_unique_whatever_their_case() -> None:
    users = await with_anna()
    ben = await users.create(NewUser(name="ben", role=Role.OPERATOR))
    for attempt in (
        users.create(NewUser(name="ANNA", role=Role.OPERATOR)),
        users.change(ben.id, UserChange(name="Anna")),
    ):
        with pytest.raises(NotPossibleNow, match="anna"):
            await attempt
    assert (await users.change(ben.id, UserChange(name="Ben"))).name == "ben"


async def test_of_two_who_take_a_name_at_once_one_gets_it() -> None:
    users = some_users()
    wanted = NewUser(name="anna", role=Role.OPERATOR, password=PASSWORD)
    outcomes = await asyncio.gather(*(users.create(wanted) for _ in range(4)), return_exceptions=True)
    assert sorted(isinstance(outcome, NotPossibleNow) for outcome in outcomes) == [False, True, True, True]
    assert len(users.all()) == 1


async def test_a_change_leaves_the_rest() -> None:
    users = await with_anna(display_name="Anna Berg", group="Sales")
    anna = users.all()[0]
    changed = await users.change(anna.id, UserChange(role=Role.SUPERVISOR, phones=["192.0.2.7"]))
    assert (changed.role, changed.phones, changed.group) == (Role.SUPERVISOR, ("192.0.2.7",), "Sales")
    assert (await users.change(anna.id, MeChange(language="de"))).display_name == "Anna Berg"
    with pytest.raises(NotValid, match="desk"):
        await users.change(anna.id, UserChange(phones=["desk"]))
    with pytest.raises(NotFound):
        await users.change("u_0", UserChange(group="x"))
    with pytest.raises(NotFound):
        await users.set_password("u_0", PASSWORD)


async def test_the_last_administrator_stays_one() -> None:
    users = await with_anna()
    boss = await users.first_administrator()
    for attempt in (
        users.remove(boss.id),
        users.change(boss.id, UserChange(is_enabled=False)),
        users.change(boss.id, UserChange(role=Role.OPERATOR)),
    ):
        with pytest.raises(NotPossibleNow, match="only administrator"):
            await attempt
    await users.change(users.all()[1].id, UserChange(role=Role.ADMINISTRATOR))
    await users.remove(boss.id)
    with pytest.raises(NotFound):
        await users.remove(boss.id)


async def test_the_first_administrator_is_made_once_and_is_the_oldest_later() -> None:
    clock = Clock()
    users = some_users(now=clock)
    await users.create(NewUser(name=FIRST_ADMINISTRATOR, role=Role.OPERATOR))
    made = await users.first_administrator()
    assert (made.name, made.role, made.password) == (f"{FIRST_ADMINISTRATOR}2", Role.ADMINISTRATOR, "")
    clock.pass_(1)
    await users.create(NewUser(name="zoe", role=Role.ADMINISTRATOR))
    assert await users.first_administrator() == made
    await users.change(made.id, UserChange(is_enabled=False))
    assert (await users.first_administrator()).name == "zoe"


async def test_signing_in() -> None:
    users = await with_anna()
    assert (await users.authenticate("ANNA", PASSWORD, "127.0.0.1")).name == "anna"
    await users.create(NewUser(name="ben", role=Role.OPERATOR))
    words = set()
    for name, password in (("anna", "wrong"), ("nobody", PASSWORD), ("ben", ""), ("", ""), ("\x00", "\ud800")):
        with pytest.raises(NotAllowed) as refusal:
            await users.authenticate(name, password, "127.0.0.1")
        words.add(str(refusal.value))
    assert len(words) == 1, "who guesses does not learn who exists"


async def test_who_is_disabled_cannot_sign_in() -> None:
    users = await with_anna()
    await users.change(users.all()[0].id, UserChange(is_enabled=False))
    assert [user for user in users.all() if user.is_enabled] == []
    assert users.is_anybody_able_to_sign_in is False
    with pytest.raises(NotAllowed):
        await users.authenticate("anna", PASSWORD, "127.0.0.1")


async def test_guessing_is_slowed_down_here_and_nowhere_else() -> None:
    clock = Clock()
    users = await with_anna(some_users(now=clock))
    for _ in range(5):
        with pytest.raises(NotAllowed):
            await users.authenticate("anna", "wrong", "192.0.2.1")
    with pytest.raises(SlowDown) as refusal:
        await users.authenticate("anna", PASSWORD, "192.0.2.1")
    assert 0 < refusal.value.wait_s <= 3
    await users.authenticate("anna", PASSWORD, "192.0.2.2")
    clock.pass_(refusal.value.wait_s)
    await users.authenticate("anna", PASSWORD, "192.0.2.1")


async def test_guesses_sent_all_at_once_are_counted_before_they_are_looked_at() -> None:
    users = await with_anna()
    guesses = (users.authenticate("anna", f"guess {number}", "192.0.2.1") for number in range(12))
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert sum(isinstance(outcome, SlowDown) for outcome in outcomes) == 12 - 5


async def test_a_password_is_hashed_anew_when_the_parameters_have_changed() -> None:
    store = MemoryStore()
    await with_anna(some_users(store))
    stronger = Users(store, Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)))
    await stronger.load()
    before = stronger.all()[0].password
    after = (await stronger.authenticate("anna", PASSWORD, "127.0.0.1")).password
    assert before != after
    assert "t=2" in after
    assert (await stronger.authenticate("anna", PASSWORD, "127.0.0.1")).password == after
    stronger.close()


async def test_a_change_is_told() -> None:
    told: list[None] = []
    users = some_users(on_change=lambda: told.append(None))
    anna = await users.create(NewUser(name="anna", role=Role.OPERATOR))
    await users.set_password(anna.id, PASSWORD)
    await users.change(anna.id, UserChange(group="x"))
    await users.create(NewUser(name="zoe", role=Role.ADMINISTRATOR))
    await users.remove(anna.id)
    assert len(told) == 5


async def test_phones_lead_to_their_users_and_groups() -> None:
    users = some_users()
    anna = await users.create(NewUser(name="anna", role=Role.OPERATOR, phones=[A, B]))
    zoe = await users.create(NewUser(name="zoe", role=Role.OPERATOR, phones=[B], group="Sales"))
    assert users.owners_of(B) == (anna, zoe)
    assert (users.group_of_phone(B), users.group_of_phone(A), users.group_of_phone("x")) == ("Sales", "", "")
    assert users.phones_of_group("Sales") == {B}
    await users.change(anna.id, UserChange(phones=[]))
    assert users.owners_of(B) == (zoe,)
    await users.mark_missed_seen(zoe.id, 5.0)
    assert users.user(zoe.id).missed_seen == 5.0
    assert users.owners_of(B)[0].missed_seen == 5.0
    await users.create(NewUser(name="boss", role=Role.ADMINISTRATOR))
    await users.remove(zoe.id)
    assert users.owners_of(B) == ()

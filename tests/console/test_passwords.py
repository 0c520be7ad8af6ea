"""Hashing, checking, and the limit to how much of it goes on."""

import asyncio
import threading

import pytest
from argon2 import PasswordHasher

from offhook.console.passwords import MAX_WAITING, Passwords
from offhook.errors import NotAllowed

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def test_only_the_password_is_right() -> None:
    passwords = Passwords(CHEAP)
    kept = await passwords.hash("four quiet words")
    assert kept.startswith("$argon2id$")
    assert "four" not in kept
    assert await passwords.check(kept, "four quiet words")
    for wrong in ("", "Four quiet words", "four quiet words ", "\ud800"):
        assert not await passwords.check(kept, wrong)
    passwords.close()


async def test_the_same_letters_are_the_same_password() -> None:
    passwords = Passwords(CHEAP)
    assert await passwords.check(await passwords.hash("e\u0301l\u00e8ve 123"), "\u00e9le\u0300ve 123")
    passwords.close()


@pytest.mark.parametrize("kept", ["", "no hash", "$argon2id$broken"])
async def test_who_has_no_password_has_no_right_one(kept: str) -> None:
    passwords = Passwords(CHEAP)
    for guess in ("", "nobody's"):
        assert not await passwords.check(kept, guess)
    passwords.close()


async def test_a_user_who_does_not_exist_costs_a_check_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords, verified = Passwords(CHEAP), []
    real = PasswordHasher.verify

    def counted(hasher: PasswordHasher, kept: str, password: bytes) -> bool:
        verified.append(kept)
        return real(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    await passwords.check("", "guess")
    assert verified and verified[0].startswith("$argon2id$")
    passwords.close()


async def test_a_hash_of_other_parameters_is_outdated() -> None:
    old, new = Passwords(CHEAP), Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    kept = await old.hash("four quiet words")
    assert (old.is_outdated(kept), new.is_outdated(kept), new.is_outdated("no hash")) == (False, True, True)
    assert await new.check(kept, "four quiet words")
    old.close()
    new.close()


async def test_a_flood_waits_in_no_endless_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = threading.Event()
    monkeypatch.setattr(PasswordHasher, "verify", lambda *_: may_go_on.wait(10))
    passwords = Passwords(CHEAP)
    waiting = [asyncio.create_task(passwords.check("$x", "guess")) for _ in range(MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(NotAllowed, match="at once"):
        await passwords.check("$x", "guess")
    may_go_on.set()
    assert all(await asyncio.gather(*waiting))
    passwords.close()

"""Users: who they are, what they are, and whether a password is theirs.

All of them are in memory, so whether somebody may still do something is known without asking the store; what is
written is in the store before it counts. There is always an administrator who can sign in.

Source: docs/access.md.
"""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Any

import msgspec

from offhook.console.passwords import Passwords
from offhook.console.sign_in_throttle import SignInThrottle
from offhook.console.store.people import PeopleStore, UserRecord
from offhook.console.times import rfc3339
from offhook.console.which_phone import valid_phone_id
from offhook.console_api.people import MeChange, NewUser, User, UserChange
from offhook.console_api.preferences import Preferences
from offhook.console_api.scopes import Role
from offhook.errors import NotAllowed, NotFound, NotPossibleNow, NotValid

__all__ = ["FIRST_ADMINISTRATOR", "THROTTLED", "WRONG_PASSWORD", "SlowDown", "Users", "user_view"]

FIRST_ADMINISTRATOR = "administrator"
"""Name of the user that the terminal's sign-in link makes when there is no administrator."""
THROTTLED = "sign-in-throttled"
WRONG_PASSWORD = "password-wrong"

_ID_BYTES = 6


class SlowDown(NotAllowed):
    """Too many wrong passwords came from a place; it has to wait."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(THROTTLED, f"too many wrong passwords from here; wait {wait_s} s, then try again")
        self.wait_s = wait_s


class Users:
    """All users."""

    def __init__(
        self,
        store: PeopleStore,
        passwords: Passwords | None = None,
        *,
        now: Callable[[], float] = time.time,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare; `load` reads them.

        Args:
            now: Seconds since 1970.
            on_change: Called when what somebody may do has changed.
        """
        self._store = store
        self._passwords = passwords or Passwords()
        self._throttle = SignInThrottle()
        self._now = now
        self.on_change = on_change
        self._by_id: dict[str, UserRecord] = {}
        self._owners: dict[str, tuple[UserRecord, ...]] | None = None
        """Users by phone; None when it is to be made anew."""
        self._writing = asyncio.Lock()

    async def load(self) -> None:
        """Read them.

        Raises:
            StoreError: The store cannot be read.
        """
        self._by_id = {user.id: user for user in await self._store.users()}
        self._owners = None

    def close(self) -> None:
        """Let go of the threads passwords are checked in."""
        self._passwords.close()

    # --- reading ---------------------------------------------------------------------------------------------------

    def all(self) -> list[UserRecord]:
        """Give all, by name."""
        return sorted(self._by_id.values(), key=lambda user: user.name)

    def find(self, user: str | None) -> UserRecord | None:
        """Find one by id."""
        return None if user is None else self._by_id.get(user)

    def user(self, user: str) -> UserRecord:
        """Give one by id.

        Raises:
            NotFound: There is none.
        """
        found = self._by_id.get(user)
        if found is None:
            raise NotFound("user", user)
        return found

    def named(self, name: str) -> UserRecord | None:
        """Find one by name."""
        return next((user for user in self._by_id.values() if user.name == name.lower()), None)

    @property
    def is_anybody_able_to_sign_in(self) -> bool:
        """Whether an enabled user has a password."""
        return any(user.is_enabled and user.password for user in self._by_id.values())

    def owners_of(self, phone: str) -> tuple[UserRecord, ...]:
        """Give the users whose own a phone is, by name."""
        if self._owners is None:
            owners: dict[str, tuple[UserRecord, ...]] = {}
            for user in self.all():
                for own in user.phones:
                    owners[own] = (*owners.get(own, ()), user)
            self._owners = owners
        return self._owners.get(phone, ())

    def group_of_phone(self, phone: str) -> str:
        """Give the group of a phone's user, the first who has one; "" without."""
        return next((user.group for user in self.owners_of(phone) if user.group), "")

    def phones_of_group(self, group: str) -> frozenset[str]:
        """Give the phones of a group's users."""
        return frozenset(phone for user in self._by_id.values() if user.group == group for phone in user.phones)

    # --- signing in ------------------------------------------------------------------------------------------------

    async def authenticate(self, name: str, password: str, address: str) -> UserRecord:
        """Find the user whose name and password these are.

        Args:
            address: Where the attempt comes from: guessing is slowed down by place.
        Raises:
            NotAllowed: They are not right, or the place has to wait; the words are the same for every user.
            StoreError: The store cannot be used.
        """
        name, now = name.lower(), self._now()
        wait_s = self._throttle.wait_s(address, name, now)
        if wait_s > 0:
            raise SlowDown(int(wait_s) + 1)
        self._throttle.attempted(address, name, now)
        user = self.named(name)
        if not await self._passwords.check(user.password if user and user.is_enabled else "", password):
            raise NotAllowed(WRONG_PASSWORD, "wrong name or password")
        # What happened while the password was looked at counts.
        user = self.find(user.id) if user else None
        if user is None or not user.is_enabled:
            raise NotAllowed(WRONG_PASSWORD, "wrong name or password")
        self._throttle.succeeded(address, name)
        if self._passwords.is_outdated(user.password):
            user = await self._rehash(user, password)
        return user

    async def first_administrator(self) -> UserRecord:
        """Give the administrator whom the terminal's sign-in link signs in; there is one afterwards.

        Raises:
            StoreError: The store cannot be written.
        """
        async with self._writing:
            known = self._administrators()
            if known:
                return min(known, key=lambda user: (user.created, user.id))
            name, number = FIRST_ADMINISTRATOR, 1
            while self.named(name) is not None:
                number += 1
                name = f"{FIRST_ADMINISTRATOR}{number}"
            user = self._new(NewUser(name=name, role=Role.ADMINISTRATOR, display_name="Administrator"), "")
            return await self._save(user)

    # --- writing ---------------------------------------------------------------------------------------------------

    async def create(self, wanted: NewUser) -> UserRecord:
        """Add a user.

        Raises:
            NotPossibleNow: The name is taken.
            NotValid: A phone's id makes no sense.
            StoreError: The store cannot be written.
        """
        password = "" if wanted.password is None else await self._passwords.hash(wanted.password)
        async with self._writing:
            self._require_free(wanted.name)
            return await self._save(self._new(wanted, password))

    async def change(self, user: str, change: UserChange | MeChange) -> UserRecord:
        """Change what ``change`` names; the rest stays.

        Raises:
            NotFound: There is no such user.
            NotPossibleNow: The name is taken, or no administrator would be left.
            NotValid: A phone's id makes no sense.
            StoreError: The store cannot be written.
        """
        async with self._writing:
            record = self.user(user)
            changes = {name: getattr(change, name) for name in change.__struct_fields__}
            changes = {name: value for name, value in changes.items() if value is not msgspec.UNSET}
            if "name" in changes:
                changes["name"] = changes["name"].lower()
                self._require_free(changes["name"], user)
            if "phones" in changes:
                changes["phones"] = _phone_ids(changes["phones"])
            changed = msgspec.structs.replace(record, **changes)
            if changed.role is not Role.ADMINISTRATOR or not changed.is_enabled:
                self._require_another_administrator(record)
            return await self._save(changed)

    async def set_password(self, user: str, password: str) -> UserRecord:
        """Give a user a password.

        Raises:
            NotFound: There is no such user.
            NotAllowed: Too many passwords wait to be hashed.
            StoreError: The store cannot be written.
        """
        kept = await self._passwords.hash(password)
        async with self._writing:
            return await self._save(msgspec.structs.replace(self.user(user), password=kept))

    async def mark_missed_seen(self, user: str, until: float) -> None:
        """Remember that a user has seen the calls that were missed until a time.

        Raises:
            NotFound: There is no such user.
            StoreError: The store cannot be written.
        """
        await self._note(user, missed_seen=until)

    async def prefer(self, user: str, preferences: Preferences) -> None:
        """Keep what a user chose about their page.

        Raises:
            NotFound: There is no such user.
            StoreError: The store cannot be written.
        """
        await self._note(user, preferences=preferences)

    async def remove(self, user: str) -> None:
        """Remove a user.

        Raises:
            NotFound: There is no such user.
            NotPossibleNow: No administrator would be left.
            StoreError: The store cannot be written.
        """
        async with self._writing:
            self._require_another_administrator(self.user(user))
            await self._store.remove_user(user)
            del self._by_id[user]
            self._owners = None
        self.on_change()

    def _administrators(self) -> list[UserRecord]:
        return [user for user in self._by_id.values() if user.role is Role.ADMINISTRATOR and user.is_enabled]

    def _require_another_administrator(self, record: UserRecord) -> None:
        """Keep the last administrator: else nobody could make another."""
        administrators = self._administrators()
        if record in administrators and len(administrators) == 1:
            raise NotPossibleNow("last-administrator", "this is the only administrator; make another one first")

    def _require_free(self, name: str, user: str | None = None) -> None:
        taken = self.named(name)
        if taken is not None and taken.id != user:
            raise NotPossibleNow("name-taken", f"there is a user {taken.name} already; choose another name")

    def _new(self, wanted: NewUser, password: str) -> UserRecord:
        return UserRecord(
            id=f"u_{secrets.token_hex(_ID_BYTES)}",
            name=wanted.name.lower(),
            role=wanted.role,
            created=self._now(),
            display_name=wanted.display_name,
            phones=_phone_ids(wanted.phones),
            group=wanted.group,
            language=wanted.language,
            is_enabled=wanted.is_enabled,
            password=password,
        )

    async def _note(self, user: str, **changes: Any) -> None:
        """Keep what changes nobody's rights: whoever follows events goes on."""
        async with self._writing:
            record = msgspec.structs.replace(self.user(user), **changes)
            await self._store.save_user(record)
            self._by_id[user] = record
            self._owners = None

    async def _save(self, user: UserRecord) -> UserRecord:
        await self._store.save_user(user)
        self._by_id[user.id] = user
        self._owners = None
        self.on_change()
        return user

    async def _rehash(self, user: UserRecord, password: str) -> UserRecord:
        kept = await self._passwords.hash(password)
        async with self._writing:
            now = self.find(user.id)
            if now is None or now.password != user.password:  # changed or removed meanwhile
                return user
            return await self._save(msgspec.structs.replace(now, password=kept))


def user_view(user: UserRecord) -> User:
    """Show a user."""
    return User(
        id=user.id,
        name=user.name,
        display_name=user.display_name or user.name,
        role=user.role,
        phones=list(user.phones),
        group=user.group,
        language=user.language,
        is_enabled=user.is_enabled,
        has_password=bool(user.password),
        created=rfc3339(user.created),
    )


def _phone_ids(phones: list[str]) -> tuple[str, ...]:
    found = []
    for phone in phones:
        valid = valid_phone_id(phone)
        if valid is None:
            raise NotValid("phone-id-not-valid", f"{phone!r} is not the id of a phone: its MAC or IP address")
        found.append(valid)
    return tuple(dict.fromkeys(found))

"""What every store promises of users, logins and the audit; run by the test module of each."""

from pathlib import Path

import msgspec

from offhook.console.store.people import AuditRecord, AuditSearch, Login, UserRecord
from offhook.console_api.scopes import Role
from tests.console.store.over_a_folder import OverAFolder


def an_entry(time: int, **changes: object) -> AuditRecord:
    entry = AuditRecord(time=float(time), by="user:anna", address="127.0.0.1", what="dial", target="/x", outcome="ok")
    return msgspec.structs.replace(entry, **changes)


class PeopleContract(OverAFolder):
    """Inherited by the tests of each store; ``a_store`` makes one over a folder."""

    async def test_logins(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        session = Login(hash="a" * 64, kind="session", name="", created=2.0, expires=9.0, user="u_1", agent="\x00<b>")
        token = Login(hash="b" * 64, kind="token", name="t", created=1.0, expires=None, scopes=("calls:read",))
        older = Login(hash="c" * 64, kind="session", name="", created=1.0, expires=9.0, user="u_1")
        for login in (session, token, older, session):
            await store.add_login(login)
        assert await store.login(session.hash) == session
        assert await store.login("none") is None
        assert list(await store.logins("session")) == [older, session]
        await store.remove_login(session.hash)
        await store.remove_login(session.hash)
        assert await store.login(session.hash) is None
        assert list(await store.logins("token")) == [token]
        await store.close()

    async def test_users(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        anna = UserRecord(id="u_2", name="anna", role=Role.OPERATOR, created=1.0, phones=("a", "b"), password="$x")
        ben = UserRecord(id="u_1", name="ben", role=Role.ADMINISTRATOR, created=0.5, is_enabled=False)
        for user in (ben, anna):
            await store.save_user(user)
        assert await store.users() == [anna, ben]
        renamed = msgspec.structs.replace(anna, name="zoe", group="Sales")
        await store.save_user(renamed)
        assert await store.users() == [ben, renamed]
        await store.remove_user("u_1")
        await store.remove_user("u_1")
        assert await store.users() == [renamed]
        await store.close()

    async def test_the_audit_is_searched_newest_first(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        for number in range(1, 7):
            by = "user:ben\x00" if number == 3 else "user:anna"
            what = "createUser" if number == 4 else "dial"
            await store.add_audit(an_entry(number, by=by, what=what, detail={"phones": ["<b>"], "n": number}))

        async def found(search: AuditSearch) -> list[int]:
            return [entry.number for entry in await store.audit(search)]

        newest = (await store.audit(AuditSearch(limit=1)))[0]
        assert newest == an_entry(6, detail={"phones": ["<b>"], "n": 6}, number=6)
        assert await found(AuditSearch()) == [6, 5, 4, 3, 2, 1]
        assert await found(AuditSearch(limit=2, before=5)) == [4, 3]
        assert await found(AuditSearch(what="createUser")) == [4]
        assert await found(AuditSearch(by="user:anna", after=2.0, until=4.0)) == [2]
        await store.close()

    async def test_the_audit_is_kept_for_so_long_and_so_many(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        for number in range(1, 7):
            await store.add_audit(an_entry(number))
        await store.trim_audit(before=3.0, keep=100)
        assert [entry.number for entry in await store.audit(AuditSearch())] == [6, 5, 4, 3]
        await store.trim_audit(before=0.0, keep=2)
        assert [entry.number for entry in await store.audit(AuditSearch())] == [6, 5]
        await store.trim_audit(before=100.0, keep=2)
        await store.add_audit(an_entry(7))
        assert [entry.number for entry in await store.audit(AuditSearch())] == [7], "a number is never used twice"
        await store.close()

from pathlib import Path

import pytest

from offhook.console.store.people import UserRecord
from offhook.console.store.port import Store
from offhook.console.store.sql import SqlStore
from offhook.console_api.scopes import Role
from offhook.errors import StoreError
from tests.console.store.people_contract import PeopleContract


class TestSqlPeople(PeopleContract):
    def a_store(self, folder: Path) -> Store:
        return SqlStore(folder)

    async def test_they_are_there_after_a_restart(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        anna = UserRecord(id="u_1", name="anna", role=Role.OPERATOR, created=1.0)
        await store.save_user(anna)
        await store.close()
        store = await self.opened(tmp_path)
        assert await store.users() == [anna]
        await store.close()

    async def test_two_of_one_name_are_an_error(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.save_user(UserRecord(id="u_1", name="anna", role=Role.OPERATOR, created=1.0))
        with pytest.raises(StoreError):
            await store.save_user(UserRecord(id="u_2", name="anna", role=Role.OPERATOR, created=1.0))
        await store.close()

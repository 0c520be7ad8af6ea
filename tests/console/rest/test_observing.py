"""Alive, ready, counted."""

from pathlib import Path

from offhook.errors import StoreError
from tests.console.running_console import running_console


async def test_alive_and_ready_without_a_login(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        for path, wanted in (("health", "ok"), ("ready", True)):
            async with console.http.get(f"{console.app.api_url}/api/v1/{path}") as response:
                assert response.status == 200
                assert wanted in (await response.json()).values()


async def test_not_ready_says_why(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:

        async def fails(batch: object) -> None:
            raise StoreError("offhook.db: disk I/O error")

        store = console.app.webhooks.journal.store
        kept, store.commit = store.commit, fails  # type: ignore[method-assign]
        async with console.http.get(f"{console.app.api_url}/api/v1/ready") as response:
            assert response.status == 503
            assert await response.json() == {
                "is_ready": False,
                "problems": ["the store does not work: offhook.db: disk I/O error"],
            }
        store.commit = kept  # type: ignore[method-assign]

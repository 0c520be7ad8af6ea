"""The receiver that docs/webhooks.md shows takes what is genuine and nothing else, run as it is shown."""

import asyncio
import sys
from pathlib import Path

import aiohttp

from offhook.runtime.free_port import find_free_port
from tests.console.running_console import running_console
from tests.programs import ROOT


async def test_the_receiver_that_is_shown(tmp_path: Path) -> None:
    port = find_free_port("127.0.0.1", range(20_000, 30_000))
    async with running_console(tmp_path, webhook_loopback=True) as console:
        url = f"http://127.0.0.1:{port}/offhook"
        _, made = await console.ask("POST", "/webhooks", {"url": url, "types": ["phone.dnd_changed"]})
        (tmp_path / "secret").write_text(made["secret"])
        program = [sys.executable, "-u", str(ROOT / "examples" / "webhook_receiver.py")]
        receiver = await asyncio.create_subprocess_exec(
            *program, str(port), str(tmp_path / "secret"), stdout=asyncio.subprocess.PIPE
        )
        try:
            await _until_it_listens(port)
            assert receiver.stdout is not None
            async with asyncio.timeout(15):
                path = f"/webhooks/{made['webhook']['id']}"
                _, trial = await console.ask("POST", f"{path}/test")
                assert trial["status"] == 204
                assert b"webhook.tested" in await receiver.stdout.readline()
                await console.report("dnd_on")
                assert b"phone.dnd_changed" in await receiver.stdout.readline()
            forged = {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
            async with console.http.post(url, data=b"{}", headers=forged) as response:
                assert response.status == 401
        finally:
            receiver.kill()
            await receiver.wait()


async def _until_it_listens(port: int) -> None:
    async with asyncio.timeout(10), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/"):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.01)

"""Commands as resources, kept over a restart."""

import asyncio
from pathlib import Path

from tests.console.running_console import MAC, running_console
from tests.fakes.scripted_phone import ScriptedPhone


async def test_commands_are_kept(tmp_path: Path) -> None:
    async with ScriptedPhone() as phone:
        async with running_console(tmp_path) as console:
            await console.set_up(phone)
            ids = []
            for key in ("1", "2"):
                _, command = await console.ask("POST", f"/phones/{MAC}/keys", {"keys": [key]})
                await console.ended(command["id"])
                ids.append(command["id"])
            status, shown = await console.ask("GET", f"/commands/{ids[0]}")
            assert (status, shown["state"], shown["arguments"]) == (200, "unconfirmed", {"keys": ["1"]})
        async with running_console(tmp_path) as console:
            assert (await console.ask("GET", f"/commands/{ids[0]}"))[1] == shown
            _, listed = await console.ask("GET", f"/commands?phone={MAC}")
            assert [each["id"] for each in listed] == ids[::-1]
            assert (await console.ask("GET", "/commands?phone=other"))[1] == []
            assert len((await console.ask("GET", "/commands?limit=1"))[1]) == 1
            status, problem = await console.ask("GET", "/commands/cmd_nothing")
            assert (status, problem["error_id"]) == (404, "command-not-found")


async def test_waiting_for_the_end_of_a_command(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, ScriptedPhone() as phone:
        await console.set_up(phone)
        _, command = await console.ask("PUT", f"/phones/{MAC}/dnd", {"on": True})
        _, early = await console.ask("GET", f"/commands/{command['id']}?wait_s=0.01")
        assert early["state"] in ("queued", "sent", "acknowledged"), "no longer than it was told to"
        waiting = asyncio.ensure_future(console.ask("GET", f"/commands/{command['id']}?wait_s=30"))
        await console.reached(command["id"], "acknowledged")
        await console.report("dnd_on")
        status, ended = await asyncio.wait_for(waiting, 10)
        assert (status, ended["state"]) == (200, "confirmed")
        status, again = await console.ask("GET", f"/commands/{command['id']}?wait_s=30")
        assert again == ended, "what is over is given at once"
        assert (await console.ask("GET", f"/commands/{command['id']}?wait_s=61"))[0] == 400

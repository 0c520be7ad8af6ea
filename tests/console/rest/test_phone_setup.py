"""Setting phones up, over the API, and by the phones themselves."""

from pathlib import Path

from offhook.phone.settings_text import parse_settings
from tests.console.running_console import MAC, running_console
from tests.fakes.scripted_phone import ScriptedPhone


async def test_what_to_enter_at_a_phone(tmp_path: Path) -> None:
    async with running_console(tmp_path, listener_secret="hush") as console:
        assert (await console.ask("GET", f"/phones/{MAC}/setup"))[0] == 404
        await console.ask("PUT", f"/phones/{MAC}", {"name": "Anna"})
        status, sheet = await console.ask("GET", f"/phones/{MAC}/setup")
        assert (status, len(sheet["urls"])) == (200, 27)
        assert sheet["listener_url"] == f"{console.app.listener_url}/a/hush"
        assert sheet["warnings"][0]["error_id"] == "no-control-address"
        assert (await console.ask("GET", "/dialects"))[1][0]["name"] == "base"


async def test_the_file_is_downloaded_and_fetched_and_good_for_a_phone(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console:
        await console.ask("PUT", f"/phones/{MAC}", {"name": "Anna", "control_password": "of the phone"})
        url = f"{console.app.api_url}/api/v1/phones/{MAC}/setup/file"
        headers = {"Authorization": f"Bearer {console.token}"}
        async with console.http.get(url, headers=headers) as answer:
            downloaded = await answer.read()
            assert answer.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{MAC}.toml"
            assert answer.content_type == "application/octet-stream"
        settings = parse_settings(downloaded, "the file")
        assert len(settings.action_urls) == 27
        assert settings.active_uri.allowed == ["127.0.0.1"]
        assert b"of the phone" not in downloaded
        _, sheet = await console.ask("GET", f"/phones/{MAC}/setup")
        (file,) = sheet["files"]
        async with console.http.get(file["url"]) as answer:
            assert (answer.status, await answer.read()) == (200, downloaded)
            assert answer.content_type == "application/toml"
        async with console.http.get(file["url"].replace(MAC, "02000f009999")) as answer:
            assert (answer.status, await answer.read()) == (404, b"")
        assert (await console.ask("GET", f"/phones/{MAC}/setup/file?format=xml"))[1]["error_id"] == "file-not-found"
        assert (await console.ask("GET", "/actions"))[1] == [], "a file is no report"


async def test_whether_the_console_reaches_a_phone(tmp_path: Path) -> None:
    async with running_console(tmp_path) as console, ScriptedPhone() as phone:
        assert (await console.ask("POST", f"/phones/{MAC}/reach"))[0] == 404
        await console.ask("PUT", f"/phones/{MAC}", {"name": "Anna"})
        assert (await console.ask("POST", f"/phones/{MAC}/reach"))[1]["outcome"] == "not_set_up"
        await console.set_up(phone)
        status, test = await console.ask("POST", f"/phones/{MAC}/reach")
        assert (status, test["outcome"]) == (200, "reached"), test

from collections.abc import AsyncIterator

import pytest

from offhook.errors import UnknownVariable, UnsupportedUrl
from offhook.phone.app import PhoneApp
from offhook.phone.settings import PhoneSettings
from offhook.phone.settings_file import console_url
from offhook.phone.web.trial import sample_values, try_action_url
from offhook.protocol.action_url import parse_target
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable
from tests.fakes.desk import changed, running
from tests.fakes.scripted_console import ScriptedConsole, answer


@pytest.fixture
async def phone() -> AsyncIterator[PhoneApp]:
    async with running() as phone:
        yield phone


async def test_every_event_can_be_tried_out(phone: PhoneApp) -> None:
    async with ScriptedConsole() as console:
        for event in Event:
            trial = await try_action_url(phone, event, console_url(console.url, event))
            assert (trial.event, trial.status, trial.error) == (event, 200, "")
            assert trial.request == f"GET {console.targets[-1]} HTTP/1.1\nHost: {console.url.removeprefix('http://')}"
            target = parse_target(console.targets[-1].encode())
            assert target.event_word == event.value
            assert target.values["mac"] == phone.settings.identity.mac
        assert len(console.targets) == len(Event)


async def test_what_the_console_says_is_given(phone: PhoneApp) -> None:
    async with ScriptedConsole(answer(500, b"<script>oops")) as console:
        trial = await try_action_url(phone, Event.HOLD, console.url)
    assert (trial.status, trial.body) == (500, "<script>oops")
    assert trial.request.startswith("GET / HTTP/1.1\n")
    assert trial.took_ms >= 0
    trial = await try_action_url(phone, Event.HOLD, "http://127.0.0.1:1")
    assert (trial.status, trial.error) == (None, "connection refused")


async def test_what_cannot_be_sent_is_not(phone: PhoneApp) -> None:
    with pytest.raises(UnsupportedUrl):
        await try_action_url(phone, Event.HOLD, "ftp://x")
    with pytest.raises(UnknownVariable):
        await try_action_url(phone, Event.HOLD, "http://127.0.0.1/?$nope")


async def test_the_phones_values_are_real_and_the_call_is_made_up(phone: PhoneApp) -> None:
    call = sample_values(phone, Event.INCOMING)
    assert call[Variable.MAC] == phone.settings.identity.mac
    assert call[Variable.ACTIVE_USER] == "1001"
    assert call[Variable.DISPLAY_REMOTE] == "Test caller"
    assert call[Variable.CALL_ID]
    assert sample_values(phone, Event.REGISTERED)[Variable.ACTIVE_USER] == "1001"
    assert Variable.CALL_ID not in sample_values(phone, Event.DND_ON)
    await phone.change_settings(changed(phone.settings, accounts=PhoneSettings().accounts))
    assert sample_values(phone, Event.REGISTERED)[Variable.ACTIVE_USER] == "1001"

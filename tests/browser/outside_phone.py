"""A fourth phone at the demo's exchange, for callers that are not the demo's own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from offhook.callmodel.registration import RegistrationState
from offhook.demo.cast import Role, phone_settings
from offhook.demo.scene import DemoScene
from offhook.phone.app import PhoneApp
from offhook.phone.settings import Account, Identity, Network, PhoneSettings

__all__ = ["outside_phone", "phone_that_reports"]

_REGISTERED_WITHIN_S = 5.0


@asynccontextmanager
async def outside_phone(scene: DemoScene, role: Role) -> AsyncIterator[PhoneApp]:
    """Somebody out there: reports to no console."""
    account = Account(user=role.extension, host="127.0.0.1", display_name=role.name, password=role.password)
    settings = PhoneSettings(identity=Identity(mac=role.mac), network=Network(http_port=0), accounts=[account])
    async with _running(scene, role, settings) as phone:
        yield phone


@asynccontextmanager
async def phone_that_reports(scene: DemoScene, role: Role) -> AsyncIterator[PhoneApp]:
    """A phone on our network that nobody has set up at the console."""
    settings = phone_settings(role, http_port=0, listener_url=scene.console.listener_url)
    async with _running(scene, role, settings) as phone:
        yield phone


@asynccontextmanager
async def _running(scene: DemoScene, role: Role, settings: PhoneSettings) -> AsyncIterator[PhoneApp]:
    scene.exchange.add_subscriber(role.extension, role.password, role.name)
    phone = PhoneApp(settings, scene.exchange.engine_for(role.mac))
    await phone.start()
    try:
        async with asyncio.timeout(_REGISTERED_WITHIN_S):
            while not _is_registered(phone):  # noqa: ASYNC110 - it tells the console, not the test
                await asyncio.sleep(0.01)
        yield phone
    finally:
        await phone.stop()


def _is_registered(phone: PhoneApp) -> bool:
    return all(account.state is RegistrationState.REGISTERED for account in phone.device.status.accounts)

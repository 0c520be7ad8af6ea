"""Phones on a desk: real ones, on one exchange, with a console that writes down what they report."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from offhook.callmodel.registration import RegistrationState
from offhook.phone.app import PhoneApp
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings import Account, Identity, Login, Network, PhoneSettings
from offhook.phone.settings_file import with_console, write_settings
from tests.fakes.scripted_console import ScriptedConsole
from tests.fakes.waiting import until

__all__ = ["LOGIN", "changed", "desk", "is_registered", "phone_settings", "running"]

LOGIN = Login(user="admin", password="not-the-default")


def phone_settings(extension: str = "1001", *, name: str = "", login: Login = LOGIN, port: int = 0) -> PhoneSettings:
    return PhoneSettings(
        identity=Identity(mac=f"02000f00{extension}"),
        network=Network(address="127.0.0.1", http_port=port),
        login=login,
        accounts=[Account(user=extension, host="127.0.0.1", display_name=name or f"Phone {extension}", password="pw")],
    )


@asynccontextmanager
async def running(
    settings: PhoneSettings | None = None, *, exchange: VirtualExchange | None = None, path: Path | None = None
) -> AsyncIterator[PhoneApp]:
    """Run one phone; with ``path`` its settings are kept there."""
    settings = settings or phone_settings()
    exchange = exchange or VirtualExchange()
    for account in settings.accounts:
        exchange.add_subscriber(account.user, account.password, account.display_name)
    if path is not None:
        write_settings(path, settings)
    phone = PhoneApp(settings, exchange.engine_for(settings.identity.mac), settings_path=path)
    await phone.start()
    try:
        await until(lambda: all(is_registered(phone, a.user) for a in settings.accounts if a.is_enabled))
        yield phone
    finally:
        await phone.stop()


@asynccontextmanager
async def desk(console: ScriptedConsole, *extensions: str) -> AsyncIterator[list[PhoneApp]]:
    """Run several phones that report to one console; they stop with it still there."""
    exchange = VirtualExchange()
    phones: list[PhoneApp] = []
    try:
        for extension in extensions:
            settings = with_console(phone_settings(extension), console.url)
            exchange.add_subscriber(extension, "pw", f"Phone {extension}")
            phone = PhoneApp(settings, exchange.engine_for(extension))
            await phone.start()
            phones.append(phone)
        await until(lambda: all(is_registered(phone) for phone in phones))
        yield phones
    finally:
        for phone in phones:
            await phone.stop()


def is_registered(phone: PhoneApp, user: str = "") -> bool:
    return any(
        account.state is RegistrationState.REGISTERED and (not user or account.uri.startswith(f"{user}@"))
        for account in phone.device.status.accounts
    )


def changed(settings: PhoneSettings, **parts: object) -> PhoneSettings:
    return msgspec.structs.replace(settings, **parts)

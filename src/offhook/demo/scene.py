"""Building, starting and stopping the demo's parts.

Every part is the real one: the console and the phones speak HTTP to each other over sockets, as they would on a desk.
Only the telephone calls are made by the in-process exchange, unless real SIP is wanted: then the phones call each other
straight, each sends a tone of its own, and what each hears is recorded.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from offhook.console.app import ConsoleApp
from offhook.console.settings import ConsoleSettings
from offhook.console_api.requests import PhoneSetup
from offhook.demo.cast import CAST, DEMO_HOST, Role, phone_settings, with_real_calls
from offhook.errors import PortTaken
from offhook.phone.app import PhoneApp
from offhook.phone.engine.pjsip.configuring import configure_from
from offhook.phone.engine.pjsip.engine import PjsipEngine
from offhook.phone.engine.port import CallEngine
from offhook.phone.engine.virtual import VirtualExchange
from offhook.phone.settings_file import write_settings
from offhook.runtime.free_port import find_free_port
from offhook.sdk import ConsoleClient

__all__ = ["DemoPorts", "DemoScene"]

_SIP_PORTS = range(15_000, 32_000)
"""Where to look for free ones: the phones must know each other's before they start."""


@dataclass(frozen=True, slots=True)
class DemoPorts:
    """Where the parts listen; 0 takes any free port."""

    api: int = 8800
    listener: int = 8801
    first_phone: int = 8081
    first_sip: int = 5071

    def sip(self, index: int) -> int:
        """Port for the SIP calls of one phone, counted from 0."""
        return self.first_sip + index if self.first_sip else find_free_port(DEMO_HOST, _SIP_PORTS)

    def phone(self, index: int) -> int:
        """Port of one phone, counted from 0."""
        return self.first_phone + index if self.first_phone else 0


class DemoScene:
    """One console, three phones, set up to know each other. Start once, stop once."""

    def __init__(self, data: Path, ports: DemoPorts, *, is_sip: bool = False) -> None:
        """Prepare; nothing listens before `start`.

        Args:
            data: Folder for the console's database and the phones' settings; exists.
            is_sip: Make real SIP calls.
        """
        self._sip_ports = [ports.sip(index) for index in range(len(CAST))] if is_sip else []
        self.recordings = data / "demo" / "recordings" if is_sip else None
        """Where real calls are recorded; None without real calls."""
        self._data = data
        self._ports = ports
        self.console = ConsoleApp(
            # All of the demo is on this computer; so is whoever tries webhooks with it.
            ConsoleSettings(data=data, api_port=ports.api, listener_port=ports.listener, webhook_loopback=True)
        )
        self.exchange = VirtualExchange()
        self.phones: dict[str, PhoneApp] = {}
        """By extension, once started."""
        self.token = ""
        """An API token of the console, once started."""

    async def start(self) -> None:
        """Start the console, then the phones, then introduce them.

        Raises:
            PortTaken: A port is in use; whatever had started is stopped again.
        """
        try:
            await self.console.start()
            self.token = await self.console.issue_token("demo")
            for index, role in enumerate(CAST):
                await self._start_phone(role, self._ports.phone(index))
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop the phones first, so that their last reports still reach the console."""
        await asyncio.gather(*(phone.stop() for phone in self.phones.values()))
        await self.console.stop()

    async def _start_phone(self, role: Role, port: int) -> None:
        settings = phone_settings(role, http_port=port, listener_url=self.console.listener_url)
        path = self._data / "demo" / f"phone-{role.extension}.toml"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        engine: CallEngine
        if self.recordings is not None:
            (self.recordings / role.extension).mkdir(mode=0o700, parents=True, exist_ok=True)
            settings = with_real_calls(settings, role, self._sip_ports, self.recordings / role.extension)
            engine = PjsipEngine(configure_from(settings))
        else:
            self.exchange.add_subscriber(role.extension, role.password, role.name)
            engine = self.exchange.engine_for(role.mac)
        # The demo always opens with the same scene; what the console has seen before is kept.
        write_settings(path, settings)
        phone = PhoneApp(settings, engine, settings_path=path)
        try:
            await phone.start()
        except PortTaken as taken:
            flag = "--phones-port" if taken.flag == "--http-port" else taken.flag
            raise PortTaken(taken.host, taken.port, flag) from taken
        self.phones[role.extension] = phone
        await self._introduce(role, phone)

    async def _introduce(self, role: Role, phone: PhoneApp) -> None:
        """Tell the console how to command the phone, as an administrator would."""
        async with ConsoleClient(self.console.api_url, self.token) as console:
            await console.set_up_phone(
                role.mac,
                PhoneSetup(
                    name=role.name,
                    extension=role.extension,
                    account=f"{role.extension}@{DEMO_HOST}",
                    control_url=phone.url,
                    control_user=phone.settings.login.user,
                    control_password=phone.settings.login.password,
                ),
            )

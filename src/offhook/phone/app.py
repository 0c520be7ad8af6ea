"""One phone, put together: the only place where its parts are built and wired.

What starts: the HTTP port is taken first, so that a taken port is known before anything was reported; then the sender,
the engine and the device. What stops: the device (calls end, accounts are logged out), then the sender, which gets a
moment to deliver that, then the port. A part that fails to stop is logged, the others go on.

Source: DOC §2.4 nos. 20, 26, 27 (what starting, stopping and moving report), §3.2 (`Reboot`, `AutoP`).
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from pathlib import Path

import msgspec
import structlog

from offhook.callmodel.features import Features
from offhook.errors import ConfigError, OffhookError, PortTaken
from offhook.phone.action_url_sender import ActionUrlSender
from offhook.phone.address_watch import AddressWatch
from offhook.phone.device import PhoneDevice
from offhook.phone.engine.port import CallEngine, CommandReceived, EngineFact
from offhook.phone.notify_control import answer_notify
from offhook.phone.provisioning import Outcome, Provisioning, ProvisioningStatus
from offhook.phone.reports import Report
from offhook.phone.settings import FeatureSettings, ForwardSettings, PhoneSettings
from offhook.phone.settings_file import read_settings, remove_leftovers, write_settings
from offhook.phone.web.gate import Gate
from offhook.phone.web.listener import Listener
from offhook.phone.web.phone_port import MAX_RECEIVED, ReceivedRequest
from offhook.phone.web.site import build_site
from offhook.phone.whereabouts import bind_host, find_ip, is_found, web_authority
from offhook.protocol.events import Event

__all__ = ["PhoneApp"]

_DRAIN_S = 2.0
"""What the sender gets at the end; a console that is away must not hold up a Ctrl-C."""
_STEP_S = 3.0
"""What any one part gets to stop."""
_TURN_S = 0.01
"""Shortest time from one deadline to the next."""
_PROVISIONING = "Provisioning: "
_WAITS = "The phone restarts for that as soon as no call is up."

_log = structlog.get_logger("offhook.phone.app")


class PhoneApp:
    """A phone: start it once, stop it once; in between it restarts and moves by itself."""

    def __init__(
        self,
        settings: PhoneSettings,
        engine: CallEngine,
        *,
        settings_path: Path | None = None,
        adjust: Callable[[PhoneSettings], PhoneSettings] = lambda settings: settings,
        make_engine: Callable[[PhoneSettings], CallEngine] | None = None,
        on_settings: Callable[[PhoneSettings], None] = lambda settings: None,
        engine_retry_s: float = 5.0,
    ) -> None:
        """Prepare; nothing listens and nothing is sent before `start`.

        Args:
            settings: What the phone starts with.
            engine: Makes its calls; started and stopped by the phone.
            settings_path: The file that changes are kept in, and that a restart reads again; None keeps nothing.
            adjust: Makes of the file's settings those that the phone starts with: what the command line says instead.
                A restart asks it again, until the phone has written its settings; from then on the file says it all.
            make_engine: Makes the engine anew at a restart, for engines that read settings when they are made: changing
                those settings then restarts the phone. None keeps the engine.
            on_settings: Told changed settings just before they take effect.
            engine_retry_s: Wait before an engine that did not start at a restart is started again.
        """
        self._settings = settings
        self._engine = engine
        self._path = settings_path
        self._adjust = adjust
        self._make_engine = make_engine
        self._on_settings = on_settings
        self._engine_retry_s = engine_retry_s
        self._gate = Gate(lambda: self._settings, on_session_ended=self._tell_watchers)
        self._listener = Listener(lambda: build_site(self, self._gate), on_stuck=self._could_not_move)
        self._watch = AddressWatch(self._find_ip, self._address_changed)
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._restarting: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        self._is_save_due = False
        self._is_restart_due = False
        self.sender = ActionUrlSender(lambda: self._settings.action_urls)
        """What was reported, and what waits."""
        self.received: deque[ReceivedRequest] = deque(maxlen=MAX_RECEIVED)
        """The last requests, oldest first."""
        self.watchers: set[Callable[[], None]] = set()
        """Called whenever the phone may look different, or somebody was logged out; they only take note."""
        self.on_report: Callable[[Report], None] = lambda report: None
        """Told every event, whether there is a URL for it or not."""
        self.is_restarting = False
        """Whether there is nobody to press keys at this moment."""
        self.notice = ""
        """Something that people should know, for the management page."""
        self.provisioning = Provisioning(
            lambda: self._settings, self._take_provisioned, lambda: self.ip, self._say, self._provisioned
        )
        """Settings that a server keeps for the phone: how the last check went, and checking now."""
        self.device = self._new_device()
        """Keys, calls and features; another object after a restart."""

    @property
    def settings(self) -> PhoneSettings:
        """As they are now, whoever changed them."""
        return self._settings

    @property
    def ip(self) -> str:
        """The phone's IP address, `$ip`."""
        return self._watch.address or "127.0.0.1"

    @property
    def url(self) -> str:
        """Where the management page and Active URI are."""
        return f"http://{web_authority(self.ip, self._listener.port)}"

    async def start(self) -> None:
        """Take the port, start the parts, report Setup Completed.

        Raises:
            PortTaken: Another program listens there; nothing was reported.
            ConfigError: The address is not one of this computer's.
        """
        network = self._settings.network
        if self._path is not None:
            await asyncio.to_thread(remove_leftovers, self._path)
        await self._listener.open(bind_host(network), network.http_port)
        try:
            await self.sender.start()
            await self._engine.start(self._on_fact)
            self.device.started()
        except BaseException:
            await self.stop()
            raise
        self._watch_or_not(self._settings)
        self.provisioning.begin()

    async def stop(self) -> None:
        """End calls, log accounts out, deliver what can be delivered, close the port. Takes seconds at most."""
        self.is_restarting = True
        if self._restarting is not None:
            self._restarting.cancel()
        await self._step("provisioning", self.provisioning.stop())
        await self._step("settings", self._let_finish())
        await self._step("device", self._switch_off())
        await self._step("address watch", self._watch.stop())
        await self._step("engine", self._engine.stop())
        await self._step("sender", self.sender.stop(_DRAIN_S))
        await self._step("http port", self._listener.stop(), within_s=2 * _STEP_S)
        if self._timer is not None:
            self._timer.cancel()

    async def change_settings(self, settings: PhoneSettings) -> str | None:
        """Keep settings and let them take effect; see `PhonePort`."""
        return await self._edit_settings(lambda _: settings)

    async def _edit_settings(self, edit: Callable[[PhoneSettings], PhoneSettings]) -> str | None:
        """Change what the settings are now, whole or not at all: the one way in, but for features and the file."""
        async with self._changing:
            before = self._settings
            settings = edit(before)
            is_moving = not self._listener.is_at(bind_host(settings.network), settings.network.http_port)
            if is_moving:
                await self._listener.move(bind_host(settings.network), settings.network.http_port)
            try:
                await self._save(settings)
            except ConfigError:
                if is_moving:
                    await self._listener.move(bind_host(before.network), before.network.http_port)
                raise
            if self._settings.features != before.features:
                # A key changed a feature while the file was being written.
                settings = edit(self._settings)
                if settings.features == before.features:
                    settings = msgspec.structs.replace(settings, features=self._settings.features)
                await self._save(settings)
            self._settings = settings
            self._on_settings(settings)
            self.device.apply_settings(self._device_settings())
            self._watch_or_not(settings)
            self.provisioning.settings_changed()
            self._restart_if_needed(before)
            if not is_moving:
                return None
            return f"http://{web_authority(self.ip, settings.network.http_port or self._listener.port)}"

    def _new_device(self) -> PhoneDevice:
        return PhoneDevice(
            self._device_settings(),
            self._engine,
            self._on_report,
            time.monotonic,
            on_reboot=self._restart,
            on_provision=self.provisioning.check_soon,
            on_features_changed=self._keep_features,
            on_deadline_changed=self._arm,
            on_changed=self._tell_watchers,
            on_settings_edited=self._edited,
            on_url=self.sender.send,
        )

    def _device_settings(self) -> PhoneSettings:
        """Give the device an IP address where the settings say that it is to be found out."""
        network = msgspec.structs.replace(self._settings.network, address=self.ip)
        return msgspec.structs.replace(self._settings, network=network)

    # --- what happens ---------------------------------------------------------------------------------------

    def _on_fact(self, fact: EngineFact) -> None:
        if isinstance(fact, CommandReceived):
            self._engine.reply(fact.command, *answer_notify(self, fact))
        else:
            self.device.on_fact(fact)

    def _on_report(self, report: Report) -> None:
        self.sender.report(report)
        self.on_report(report)
        if report.event is Event.BUSY_TO_IDLE and self._is_restart_due:
            self._restart()

    def _tell_watchers(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()

    def _arm(self, *, at_least_s: float = 0.0) -> None:
        """Set the one timer to the device's next deadline; the device says when that has changed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        deadline = self.device.next_deadline()
        if deadline is not None:
            delay_s = max(at_least_s, deadline - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(delay_s, self._deadline)

    def _deadline(self) -> None:
        self._timer = None
        try:
            self.device.handle_deadline(time.monotonic())
        finally:
            self._arm(at_least_s=_TURN_S)  # whatever went wrong, time goes on, but not without a pause

    def _keep_features(self, features: Features) -> None:
        """Keep what a key or the page turned on or off, so that it survives a restart."""
        before = self._settings.features
        kept = FeatureSettings(
            dnd=features.dnd,
            always=ForwardSettings(is_on=features.always.is_on, target=features.always.target),
            busy=ForwardSettings(is_on=features.busy.is_on, target=features.busy.target),
            no_answer=ForwardSettings(is_on=features.no_answer.is_on, target=features.no_answer.target),
            no_answer_s=features.no_answer_s,
            voicemail=before.voicemail,
        )
        if kept == before:
            return
        self._settings = msgspec.structs.replace(self._settings, features=kept)
        if self._path is not None and not self._is_save_due:
            # However fast keys come, one write at most waits for the one that is going on.
            self._is_save_due = True
            self._later(self._save_features())

    def _edited(self, edit: Callable[[PhoneSettings], PhoneSettings]) -> None:
        self._later(self._keep_edit(edit))

    async def _keep_edit(self, edit: Callable[[PhoneSettings], PhoneSettings]) -> None:
        """Keep what was changed in the phone's menu."""
        try:
            await self._edit_settings(edit)
        except OffhookError as error:
            self.notice = f"Something was changed at the phone, but not kept: {error}"
            _log.error("settings not kept", reason=str(error))

    async def _save_features(self) -> None:
        async with self._changing:
            self._is_save_due = False
            try:
                await self._save(self._settings)
            except ConfigError as error:
                self.notice = f"A feature was changed, but not kept: {error}"
                _log.error("settings not kept", reason=str(error))

    async def _save(self, settings: PhoneSettings) -> None:
        """Write the file, in a thread: a disk that is slow must not hold up calls."""
        if self._path is not None:
            await asyncio.to_thread(write_settings, self._path, settings)
            self._adjust = lambda settings: settings

    # --- provisioning ---------------------------------------------------------------------------------------

    async def _take_provisioned(self, edit: Callable[[PhoneSettings], PhoneSettings]) -> str:
        moved_to = await self._edit_settings(edit)
        remarks = [f"The phone is at {moved_to} now." if moved_to else "", _WAITS if self._is_restart_due else ""]
        return " ".join(remark for remark in remarks if remark)

    def _provisioned(self, status: ProvisioningStatus) -> None:
        """Leave on the management page what somebody should know who has not looked when it happened."""
        is_fine = status.outcome is Outcome.UNCHANGED
        self.notice = "" if is_fine and self.notice.startswith(_PROVISIONING) else self.notice
        if not is_fine:
            self.notice = f"{_PROVISIONING}{status.words}"

    def _say(self, notice: str) -> None:
        self.device.say(notice)

    # --- where the phone is ---------------------------------------------------------------------------------

    def _find_ip(self) -> str | None:
        return find_ip(self._settings.network, self._settings.action_urls)

    def _address_changed(self, ip: str) -> None:
        self.device.address_changed(ip)

    def _watch_or_not(self, settings: PhoneSettings, *, is_silent: bool = False) -> None:
        """Look at once, as the settings may say something else now; look again and again only where it can change."""
        self._watch.look(is_silent=is_silent)
        if is_found(settings.network):
            self._watch.go_on()
        else:
            self._watch.pause()

    def _could_not_move(self, error: OffhookError) -> None:
        self.notice = f"The phone could not move and is where it was: {error}"

    # --- restarting -----------------------------------------------------------------------------------------

    def _restart_if_needed(self, before: PhoneSettings) -> None:
        """Restart where the engine reads what was changed only when it is made; never in the middle of a call."""
        if self._make_engine is None or _read_by_engines(before) == _read_by_engines(self._settings):
            return
        self._is_restart_due = True
        status = self.device.status
        if not status.calls and not status.is_off_hook:
            self._restart()

    def _restart(self) -> None:
        """Restart soon: whoever asked for it gets an answer first."""
        if not self.is_restarting:
            self.is_restarting = True
            self._restarting = self._later(self._carry_out_restart())

    async def _carry_out_restart(self) -> None:
        await self._listener.quiet()
        await self._step("device", self._switch_off())
        await self._step("engine", self._engine.stop())
        self.notice = ""
        await self._read_again()
        await self._start_engine_again()
        before, self.device = self.device, self._new_device()
        self.device.panel.inherit(before.panel)
        self.is_restarting = False
        self.device.started()
        self.provisioning.begin()
        if self._is_restart_due:  # somebody changed what engines read since this one was made
            self._restart()

    async def _start_engine_again(self) -> None:
        """Start the engine, however often it takes: its port may be taken for a moment, and nobody else tries again."""
        while True:
            self._is_restart_due = False
            if self._make_engine is not None:  # each time: the settings may have been put right meanwhile
                self._engine = self._make_engine(self._settings)
            try:
                await self._engine.start(self._on_fact)
                return
            except OffhookError as error:
                said = self.notice = f"The phone cannot restart yet: {error}"
                _log.error("engine does not start", reason=str(error))
            await asyncio.sleep(self._engine_retry_s)
            if self.notice == said:
                self.notice = ""

    async def _read_again(self) -> None:
        """Take the settings from the file, which somebody may have edited; keep the old ones if they are bad."""
        if self._path is None:
            return
        async with self._changing:  # what is still being written is part of the file
            try:
                settings = self._adjust(await asyncio.to_thread(read_settings, self._path))
                if not self._listener.is_at(bind_host(settings.network), settings.network.http_port):
                    await self._listener.move(bind_host(settings.network), settings.network.http_port)
            except (ConfigError, PortTaken) as error:
                self.notice = f"Restarted with the settings of before: {error}"
                _log.error("settings not taken", reason=str(error))
                return
            self._settings = settings
            self._on_settings(settings)
            self._watch_or_not(settings, is_silent=True)  # Setup Completed says the address

    async def _switch_off(self) -> None:
        """Hang up and log out; the device reports that at once."""
        self.device.shut_down()

    async def _let_finish(self) -> None:
        """Let what is being written be written: a key that was pressed just before the end counts."""
        try:
            while self._tasks:
                await asyncio.wait(set(self._tasks))
        finally:
            for task in set(self._tasks):
                task.cancel()

    def _later(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _step(self, what: str, work: Coroutine[None, None, None], *, within_s: float = _STEP_S) -> None:
        """Do one step of stopping; whatever goes wrong with it, the others follow."""
        try:
            async with asyncio.timeout(within_s):
                await work
        except Exception as error:  # noqa: BLE001 - the next parts have to be stopped all the same
            _log.error("did not stop cleanly", part=what, error=repr(error))


def _read_by_engines(settings: PhoneSettings) -> object:
    """What an engine that makes real calls reads when it is made; the rest it is told while it runs."""
    return settings.sip, bind_host(settings.network)

"""Every verb of the API as a method.

Each gives the `Command` as it was accepted, usually queued; with ``wait=True`` it gives it when it has ended, which is
how the wish went: ``confirmed`` (the phone's own report proved it), ``unconfirmed``, ``rejected``, ``timed_out`` or
``unreachable``, with ``reason`` in words. A command that failed is an answer, not an exception; exceptions are for
what the console did not accept: `ConsoleConflict` when the state does not allow it now, `ConsoleDidNotFind`,
`ConsoleForbade`, and `ConsoleUnreachable`. The same ``idempotency_key`` within a day gives the same command.

Source: console-api.md §4.
"""

from typing import Literal

import msgspec

from offhook.console_api.requests import (
    AnswerRequest,
    AudioPathRequest,
    ConferenceRequest,
    DialRequest,
    DigitsRequest,
    DndRequest,
    ForwardingRequest,
    HoldRequest,
    KeysRequest,
    MicRequest,
    NavigationRequest,
    RestartRequest,
    TransferRequest,
    VolumeRequest,
)
from offhook.console_api.resources import Command, Transfer, TransferFlow
from offhook.sdk.http_link import HttpLink, path_part

__all__ = ["Verbs"]

_LONG_POLL_S = 25.0
_ANSWER_S = 30.0


class Verbs:
    """What can be done with phones and calls."""

    def __init__(self, link: HttpLink) -> None:
        self._link = link

    async def command(self, command: str) -> Command:
        """What became of a command."""
        return await self._link.ask("GET", f"/commands/{path_part(command)}", Command)

    async def finished(self, command: Command) -> Command:
        """Wait until a command has ended.

        Example::

            command = await console.dial(phone, "1002")
            ...
            command = await console.finished(command)
        """
        while not command.state.is_final:
            command = await self._link.ask(
                "GET",
                f"/commands/{path_part(command.id)}",
                Command,
                query={"wait_s": _LONG_POLL_S},
                timeout_s=_LONG_POLL_S + _ANSWER_S,
            )
        return command

    # --- calls -----------------------------------------------------------------------------------------------------

    async def dial(
        self,
        phone: str,
        number: str,
        *,
        account: str | None = None,
        wait: bool = False,
        idempotency_key: str | None = None,
    ) -> Command:
        """Let a phone call a number, from ``account`` (``user@host``) if that is given.

        Example::

            command = await console.dial("02000f001001", "1002", wait=True)
            if command.state == "confirmed":
                call = await console.call(command.call)
        """
        body = DialRequest(phone=phone, number=number, account=account)
        return await self._do("POST", "/calls", body, wait, idempotency_key)

    async def answer(
        self, call: str, *, phone: str | None = None, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Let the ringing phone answer; ``phone`` chooses when several ring.

        Example::

            await console.answer(call.id, wait=True)
        """
        body = AnswerRequest(phone=phone)
        return await self._do("POST", f"/calls/{path_part(call)}/answer", body, wait, idempotency_key)

    async def reject(
        self, call: str, *, phone: str | None = None, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Let the ringing phone refuse the call.

        Example::

            await console.reject(call.id, wait=True)
        """
        body = AnswerRequest(phone=phone)
        return await self._do("POST", f"/calls/{path_part(call)}/reject", body, wait, idempotency_key)

    async def hang_up(
        self, call: str, connection: str, *, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """End a call at one phone; ``connection`` is its id, or the phone's. In a conference both of its calls end.

        Example::

            await console.hang_up(call.id, "02000f001001", wait=True)
        """
        return await self._do(
            "DELETE", f"/calls/{path_part(call)}/connections/{path_part(connection)}", None, wait, idempotency_key
        )

    async def hold(
        self, call: str, *, held: bool, phone: str | None = None, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Put a call on hold, or take it back: a wished state, never a toggle.

        Example::

            await console.hold(call.id, held=True, wait=True)
        """
        body = HoldRequest(held=held, phone=phone)
        return await self._do("PUT", f"/calls/{path_part(call)}/hold", body, wait, idempotency_key)

    async def send_digits(
        self,
        call: str,
        digits: str,
        *,
        phone: str | None = None,
        wait: bool = False,
        idempotency_key: str | None = None,
    ) -> Command:
        """Send digits out of ``0123456789*#`` into a call; ends as unconfirmed, for no report could prove them.

        Example::

            await console.send_digits(call.id, "42#")
        """
        body = DigitsRequest(digits=digits, phone=phone)
        return await self._do("POST", f"/calls/{path_part(call)}/digits", body, wait, idempotency_key)

    async def transfer(
        self,
        call: str,
        target: str,
        *,
        attended: bool = False,
        phone: str | None = None,
        wait: bool = False,
        idempotency_key: str | None = None,
    ) -> Transfer:
        """Send the other party of a call to ``target``: at once, or ``attended``, after asking there.

        With ``wait`` a blind one has ended, and of an attended one the target is called.

        Example::

            transfer = await console.transfer(call.id, "1003", attended=True, wait=True)
            ...  # talk to 1003
            await console.complete_transfer(transfer.id, wait=True)
        """
        flow = TransferFlow.ATTENDED if attended else TransferFlow.BLIND
        body = TransferRequest(call=call, target=target, flow=flow, phone=phone)
        transfer = await self._link.ask("POST", "/transfers", Transfer, body, idempotency_key=idempotency_key)
        if wait:
            await self.finished(transfer.command)
            transfer = await self.get_transfer(transfer.id)
        return transfer

    async def get_transfer(self, transfer: str) -> Transfer:
        """How far a transfer got."""
        return await self._link.ask("GET", f"/transfers/{path_part(transfer)}", Transfer)

    async def transfers(self, *, phone: str | None = None, limit: int = 20) -> list[Transfer]:
        """Transfers, newest first."""
        return await self._link.ask("GET", "/transfers", list[Transfer], query={"phone": phone, "limit": limit})

    async def complete_transfer(
        self, transfer: str, *, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Join the two others of an attended transfer; while the target still rings, where the phone does that.

        Example::

            await console.complete_transfer(transfer.id, wait=True)
        """
        return await self._do("POST", f"/transfers/{path_part(transfer)}/complete", None, wait, idempotency_key)

    async def cancel_transfer(
        self, transfer: str, *, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """End the call to the target of an attended transfer; the held call comes back.

        Example::

            await console.cancel_transfer(transfer.id, wait=True)
        """
        return await self._do("DELETE", f"/transfers/{path_part(transfer)}", None, wait, idempotency_key)

    async def conference(
        self,
        first: str,
        second: str,
        *,
        phone: str | None = None,
        wait: bool = False,
        idempotency_key: str | None = None,
    ) -> Command:
        """Join two calls of one phone: one that is talked on, one on hold.

        Example::

            await console.conference(talk.id, held.id, wait=True)
        """
        body = ConferenceRequest(calls=[first, second], phone=phone)
        return await self._do("POST", "/conferences", body, wait, idempotency_key)

    # --- phones ----------------------------------------------------------------------------------------------------

    async def set_dnd(self, phone: str, *, on: bool, wait: bool = False, idempotency_key: str | None = None) -> Command:
        """Turn do-not-disturb on or off.

        Example::

            await console.set_dnd("02000f001001", on=True, wait=True)
        """
        body = DndRequest(on=on)
        return await self._do("PUT", f"/phones/{path_part(phone)}/dnd", body, wait, idempotency_key)

    async def set_forwarding(
        self,
        phone: str,
        kind: Literal["always", "busy", "no_answer"],
        *,
        on: bool,
        target: str | None = None,
        wait: bool = False,
        idempotency_key: str | None = None,
    ) -> Command:
        """Turn a forward on or off, where the phone's make or its set-up says how.

        Example::

            await console.set_forwarding("02000f001001", "busy", on=True, target="1003")
        """
        body = ForwardingRequest(on=on, target=target)
        return await self._do("PUT", f"/phones/{path_part(phone)}/forwarding/{kind}", body, wait, idempotency_key)

    async def set_mic(
        self, phone: str, *, muted: bool, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Mute or unmute the microphone; ends as unconfirmed.

        Example::

            await console.set_mic("02000f001001", muted=True)
        """
        body = MicRequest(muted=muted)
        return await self._do("PUT", f"/phones/{path_part(phone)}/mic", body, wait, idempotency_key)

    async def change_volume(
        self, phone: str, delta: int, *, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Make it so many steps louder, or softer; ends as unconfirmed.

        Example::

            await console.change_volume("02000f001001", -2)
        """
        body = VolumeRequest(delta=delta)
        return await self._do("POST", f"/phones/{path_part(phone)}/volume", body, wait, idempotency_key)

    async def set_audio_path(
        self, phone: str, path: Literal["speaker", "headset"], *, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Choose where the voice of a talk goes; ends as unconfirmed.

        Example::

            await console.set_audio_path("02000f001001", "headset")
        """
        body = AudioPathRequest(path=path)
        return await self._do("PUT", f"/phones/{path_part(phone)}/audio-path", body, wait, idempotency_key)

    async def redial(self, phone: str, *, wait: bool = False, idempotency_key: str | None = None) -> Command:
        """Call the last number again.

        Example::

            await console.redial("02000f001001", wait=True)
        """
        return await self._do("POST", f"/phones/{path_part(phone)}/redial", None, wait, idempotency_key)

    async def voicemail(self, phone: str, *, wait: bool = False, idempotency_key: str | None = None) -> Command:
        """Call voicemail.

        Example::

            await console.voicemail("02000f001001", wait=True)
        """
        return await self._do("POST", f"/phones/{path_part(phone)}/voicemail", None, wait, idempotency_key)

    async def press_line(
        self, phone: str, number: int, *, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Press line key 1 to 8; ends as unconfirmed.

        Example::

            await console.press_line("02000f001001", 2)
        """
        return await self._do("POST", f"/phones/{path_part(phone)}/lines/{number}/press", None, wait, idempotency_key)

    async def press_dss(
        self, phone: str, number: int, *, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Press DSS key 1 to 10; ends as unconfirmed.

        Example::

            await console.press_dss("02000f001001", 1)
        """
        return await self._do("POST", f"/phones/{path_part(phone)}/keys/dss/{number}", None, wait, idempotency_key)

    async def press_soft(
        self, phone: str, number: int, *, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Press soft key 1 to 4; ends as unconfirmed.

        Example::

            await console.press_soft("02000f001001", 1)
        """
        return await self._do("POST", f"/phones/{path_part(phone)}/keys/soft/{number}", None, wait, idempotency_key)

    async def navigate(
        self,
        phone: str,
        direction: Literal["up", "down", "left", "right"],
        *,
        wait: bool = False,
        idempotency_key: str | None = None,
    ) -> Command:
        """Press a navigation key; ends as unconfirmed.

        Example::

            await console.navigate("02000f001001", "down")
        """
        body = NavigationRequest(direction=direction)
        return await self._do("POST", f"/phones/{path_part(phone)}/keys/nav", body, wait, idempotency_key)

    async def press_keys(
        self,
        phone: str,
        keys: list[str],
        *,
        force: bool = False,
        wait: bool = False,
        idempotency_key: str | None = None,
    ) -> Command:
        """Press keys as at the phone, runs of digits as one entry; ends as unconfirmed.

        `Reboot` and `AutoP` need what `restart` and `provision` need; with a call only if forced.

        Example::

            await console.press_keys("02000f001001", ["SPEAKER", "1002", "OK"])
        """
        body = KeysRequest(keys=keys, force=force)
        return await self._do("POST", f"/phones/{path_part(phone)}/keys", body, wait, idempotency_key)

    async def restart(
        self, phone: str, *, force: bool = False, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Reboot a phone; with a call only if forced.

        Example::

            await console.restart("02000f001001", wait=True)
        """
        body = RestartRequest(force=force)
        return await self._do("POST", f"/phones/{path_part(phone)}/restart", body, wait, idempotency_key)

    async def provision(
        self, phone: str, *, force: bool = False, wait: bool = False, idempotency_key: str | None = None
    ) -> Command:
        """Let a phone look for new settings; ends as unconfirmed.

        Example::

            await console.provision("02000f001001")
        """
        body = RestartRequest(force=force)
        return await self._do("POST", f"/phones/{path_part(phone)}/provision", body, wait, idempotency_key)

    async def _do(
        self, method: str, path: str, body: msgspec.Struct | None, wait: bool, idempotency_key: str | None
    ) -> Command:
        command = await self._link.ask(method, path, Command, body, idempotency_key=idempotency_key)
        return await self.finished(command) if wait else command

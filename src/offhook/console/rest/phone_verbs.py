"""What is done with a phone as a whole: its features and its keys.

Source: console-api.md §4; DOC §3.2 for the keys.
"""

from typing import Annotated, Any

from litestar import Request, Response, post, put
from litestar.handlers import BaseRouteHandler
from litestar.params import JSONBody, PathParameter

from offhook.console.commander import Wish
from offhook.console.rest.route_parts import ACCEPTED, COMMAND_PROBLEMS, IdempotencyKey, Parts, PathId, accept
from offhook.console_api.requests import (
    AudioPathRequest,
    DndRequest,
    ForwardingRequest,
    KeysRequest,
    MicRequest,
    NavigationRequest,
    RestartRequest,
    VolumeRequest,
)
from offhook.console_api.resources import Command, Verb

__all__ = [
    "PHONE_VERB_ROUTES",
    "call_voicemail",
    "change_volume",
    "navigate",
    "press_dss",
    "press_keys",
    "press_line",
    "press_soft",
    "provision_phone",
    "redial",
    "restart_phone",
    "set_audio_path",
    "set_dnd",
    "set_forwarding",
    "set_mic",
]

_AnyRequest = Request[Any, Any, Any]
_TAGS = ["phones"]


@put(
    "/phones/{phone_id:str}/dnd",
    operation_id="setDnd",
    summary="Turn do-not-disturb on or off",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def set_dnd(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    data: JSONBody[DndRequest],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Bring about the wished state; the DND reports confirm it."""
    wish = Wish(Verb.SET_DND, {"on": data.on}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@put(
    "/phones/{phone_id:str}/forwarding/{kind:str}",
    operation_id="setForwarding",
    summary="Turn a forward on or off",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def set_forwarding(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    kind: Annotated[
        str,
        PathParameter(pattern=r"^(always|busy|no_answer)$", description="Which forward: always, busy or no_answer."),
    ],
    data: JSONBody[ForwardingRequest],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Turn the forward on, to a number, or off; the forward's own report confirms it.

    The document has no command for forwards. The keys that were set up for it (`forward_keys`) are pressed, else what
    the phone's make has for it is sent; where neither is known, this is refused.
    """
    wish = Wish(Verb.SET_FORWARDING, {"kind": kind, "on": data.on, **_given("target", data.target)}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@put(
    "/phones/{phone_id:str}/mic",
    operation_id="setMic",
    summary="Mute or unmute the microphone",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def set_mic(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    data: JSONBody[MicRequest],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press Mute if the console has not done so already; no report proves it, so this ends as unconfirmed."""
    wish = Wish(Verb.SET_MIC, {"muted": data.muted}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/volume",
    operation_id="changeVolume",
    summary="Make it louder or softer",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def change_volume(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    data: JSONBody[VolumeRequest],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press a volume key so many times; no report proves it, so this ends as unconfirmed."""
    wish = Wish(Verb.CHANGE_VOLUME, {"delta": data.delta}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@put(
    "/phones/{phone_id:str}/audio-path",
    operation_id="setAudioPath",
    summary="Choose speaker or headset",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def set_audio_path(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    data: JSONBody[AudioPathRequest],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Choose where the voice of a talk goes; no report proves it, so this ends as unconfirmed."""
    wish = Wish(Verb.SET_AUDIO_PATH, {"path": data.path}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/redial",
    operation_id="redial",
    summary="Call the last number again",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def redial(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press Redial at an idle phone; its Outgoing Call report confirms it."""
    wish = Wish(Verb.REDIAL, {}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/voicemail",
    operation_id="callVoicemail",
    summary="Call voicemail",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def call_voicemail(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press the Message key at an idle phone; its Outgoing Call report confirms it."""
    wish = Wish(Verb.VOICEMAIL, {}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/lines/{number:int}/press",
    operation_id="pressLine",
    summary="Press a line key",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def press_line(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    number: Annotated[int, PathParameter(ge=1, le=8, description="Which one.")],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press L1 to L8; nothing proves what it did, so this ends as unconfirmed."""
    wish = Wish(Verb.PRESS_LINE, {"number": number}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/keys/dss/{number:int}",
    operation_id="pressDss",
    summary="Press a DSS key",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def press_dss(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    number: Annotated[int, PathParameter(ge=1, le=10, description="Which one.")],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press D1 to D10; what it does is up to the phone's set-up, so this ends as unconfirmed."""
    wish = Wish(Verb.PRESS_DSS, {"number": number}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/keys/soft/{number:int}",
    operation_id="pressSoft",
    summary="Press a soft key",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def press_soft(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    number: Annotated[int, PathParameter(ge=1, le=4, description="Which one.")],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press F1 to F4; what it does is up to the phone's screen, so this ends as unconfirmed."""
    wish = Wish(Verb.PRESS_SOFT, {"number": number}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/keys/nav",
    operation_id="navigate",
    summary="Press a navigation key",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def navigate(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    data: JSONBody[NavigationRequest],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press up, down, left or right; nothing proves what it did, so this ends as unconfirmed."""
    wish = Wish(Verb.NAVIGATE, {"direction": data.direction}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/keys",
    operation_id="pressKeys",
    summary="Press keys",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def press_keys(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    data: JSONBody[KeysRequest],
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Press keys in order, as at the phone; nothing proves what they did, so this ends as unconfirmed.

    `Reboot` and `AutoP` take who may restart and provision phones; with a call they are refused, unless forced.
    """
    wish = Wish(Verb.PRESS_KEYS, {"keys": data.keys, **_forced(data)}, phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/restart",
    operation_id="restartPhone",
    summary="Restart a phone",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def restart_phone(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    data: JSONBody[RestartRequest | None] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Reboot the phone; its Setup Completed report confirms it. With a call it is refused, unless forced."""
    wish = Wish(Verb.RESTART, _forced(data), phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


@post(
    "/phones/{phone_id:str}/provision",
    operation_id="provisionPhone",
    summary="Let a phone look for new settings",
    tags=_TAGS,
    status_code=ACCEPTED,
    responses=COMMAND_PROBLEMS,
)
async def provision_phone(
    parts: Parts,
    request: _AnyRequest,
    phone_id: PathId,
    data: JSONBody[RestartRequest | None] = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Command]:
    """Let the phone fetch its provisioning; with a call it is refused, unless forced. Ends as unconfirmed."""
    wish = Wish(Verb.PROVISION, _forced(data), phone=phone_id)
    return await accept(parts, request, wish, idempotency_key)


def _given(name: str, value: str | None) -> dict[str, str]:
    return {} if value is None else {name: value}


def _forced(data: RestartRequest | KeysRequest | None) -> dict[str, bool]:
    return {"force": True} if data is not None and data.force else {}


PHONE_VERB_ROUTES: list[BaseRouteHandler] = [
    set_dnd,
    set_forwarding,
    set_mic,
    change_volume,
    set_audio_path,
    redial,
    call_voicemail,
    press_line,
    press_dss,
    press_soft,
    navigate,
    press_keys,
    restart_phone,
    provision_phone,
]

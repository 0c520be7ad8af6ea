"""Examples for the OpenAPI document: one of each message, made of the types themselves, so that they cannot be wrong.

Source: OpenAPI 3.1 (`examples` of a schema, JSON Schema 2020-12 §9.5).
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from offhook.callmodel.connection import ConnectionState
from offhook.console.api_examples_admin import ADMIN_EXAMPLES
from offhook.console.api_examples_people import PEOPLE_EXAMPLES
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
    NoteRequest,
    PhoneSetup,
    RestartRequest,
    TransferRequest,
    VolumeRequest,
)
from offhook.console_api.resources import (
    Call,
    CallNote,
    Command,
    CommandState,
    Connection,
    ContactRef,
    Direction,
    Forwarding,
    Line,
    Party,
    Phone,
    PhoneRequestLog,
    PhoneState,
    Problem,
    Snapshot,
    Transfer,
    TransferFlow,
    TransferState,
    Verb,
)

__all__ = ["EXAMPLES", "add_examples"]

_PHONE_ID, _CALL_ID, _TIME = "02000f001001", "c_2307fbc4cc3d", "2026-01-05T09:12:03.418Z"
_PHONE = Phone(
    id=_PHONE_ID,
    name="Anna Bianchi",
    extension="1001",
    account="1001@192.0.2.22",
    is_set_up=True,
    address="192.0.2.134",
    model="offhook",
    firmware="0.1.0",
    dialect="base",
    control_url="http://192.0.2.134",
    control_user="admin",
    state=PhoneState.TALKING,
    hook="off",
    is_busy=True,
    dnd=False,
    forwarding=Forwarding(busy=False),
    lines=[Line(uri="1001@192.0.2.22", state="registered")],
    missed_calls=0,
    last_report=_TIME,
    verbs=[Verb.DIAL, Verb.SET_MIC, Verb.SET_DND, Verb.CHANGE_VOLUME, Verb.SET_AUDIO_PATH, Verb.PRESS_KEYS],
)
_CALL = Call(
    id=_CALL_ID,
    call_id="3b7f@192.0.2.22",
    is_live=True,
    began=_TIME,
    answered=_TIME,
    ended=None,
    connections=[
        Connection(
            id=f"{_CALL_ID}:{_PHONE_ID}",
            phone=_PHONE_ID,
            state=ConnectionState.CONNECTED,
            direction=Direction.OUTGOING,
            line="1001@192.0.2.22",
            remote=Party(
                number="+4930901820", display="030 901820", contact=ContactRef(id="ct_5f2b9c0d1e7a", name="Anna Müller")
            ),
            began=_TIME,
            answered=_TIME,
            ended=None,
            cause=None,
            is_missed=False,
            is_transferring=False,
            confidence=1.0,
            verbs=[Verb.HANG_UP, Verb.HOLD, Verb.SEND_DIGITS, Verb.BLIND_TRANSFER, Verb.ATTENDED_TRANSFER],
        )
    ],
    notes=[CallNote(by="user:anna", at=_TIME, text="wants an offer", outcome="call back")],
)
_COMMAND = Command(
    id="cmd_01a20977e79b7df82127488d",
    phone=_PHONE_ID,
    verb=Verb.ATTENDED_TRANSFER,
    arguments={"target": "1003"},
    state=CommandState.CONFIRMED,
    reason=None,
    call=_CALL_ID,
    connection=f"{_CALL_ID}:{_PHONE_ID}",
    created=_TIME,
    changed=_TIME,
    requests=[PhoneRequestLog(request="/cgi-bin/ConfigManApp.com?key=F_TRANSFER", status=200, ms=4.4)],
    proof="df39c207d387-67",
    round_trip_ms=21.0,
    by="user:anna",
    request_id="req_5f0c2a91d37e4b68",
)
EXAMPLES: tuple[msgspec.Struct, ...] = (
    DialRequest(phone=_PHONE_ID, number="1002"),
    AnswerRequest(phone=_PHONE_ID),
    HoldRequest(held=True, phone=_PHONE_ID),
    DigitsRequest(digits="42#"),
    NoteRequest(text="wants an offer", outcome="call back"),
    TransferRequest(call=_CALL_ID, target="1003", flow=TransferFlow.ATTENDED),
    ConferenceRequest(calls=[_CALL_ID, "c_0a66b3541781"]),
    DndRequest(on=True),
    ForwardingRequest(on=True, target="1003"),
    MicRequest(muted=True),
    VolumeRequest(delta=-2),
    AudioPathRequest(path="headset"),
    NavigationRequest(direction="down"),
    KeysRequest(keys=["SPEAKER", "1002", "OK"]),
    RestartRequest(force=False),
    PhoneSetup(
        name="Anna Bianchi",
        extension="1001",
        account="1001@192.0.2.22",
        control_url="http://192.0.2.134",
        control_password="the phone's",
        forward_keys={"busy_on": "SPEAKER *67{target} OK", "busy_off": "SPEAKER *68 OK"},
    ),
    _PHONE,
    _CALL,
    _COMMAND,
    Transfer(
        id=_COMMAND.id,
        flow=TransferFlow.ATTENDED,
        phone=_PHONE_ID,
        call=_CALL_ID,
        target="1003",
        consultation="c_0a66b3541781",
        state=TransferState.ANSWERED,
        reason=None,
        verbs=[Verb.COMPLETE_TRANSFER, Verb.CANCEL_TRANSFER],
        command=_COMMAND,
    ),
    Snapshot(epoch="df39c207d387", seq=67, time=_TIME, phones=[_PHONE], calls=[_CALL]),
    Problem(
        error_id="call-not-ringing", message="the call does not ring at this phone", request_id="req_5f0c2a91d37e4b68"
    ),
    *ADMIN_EXAMPLES,
    *PEOPLE_EXAMPLES,
)
"""One of each; a schema is known by the name of its type."""
_WORDS = {"listContactGroups": "Suppliers", "listOutcomes": "call back"}
"""What is in the lists of mere words."""


def add_examples(document: dict[str, Any]) -> dict[str, Any]:
    """Put the examples into a document's schemas, and into bodies and answers made of them; gives the same document."""
    schemas = document["components"]["schemas"]
    for example in EXAMPLES:
        name = type(example).__name__
        if name in schemas:
            schemas[name]["examples"] = [msgspec.to_builtins(example)]
    for operation_id, schema in _bodies_and_answers(document.get("paths", {})):
        found = _example_of(schema, schemas, _WORDS.get(operation_id))
        if "$ref" not in schema and found is not None:
            schema["examples"] = [found]
    return document


def _bodies_and_answers(paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the schema of everything in JSON that is sent either way, and the id of its operation."""
    for item in paths.values():
        for operation in item.values():
            for message in (operation.get("requestBody", {}), *operation["responses"].values()):
                form = message.get("content", {}).get("application/json")
                if form:
                    yield operation["operationId"], form["schema"]


def _example_of(schema: dict[str, Any], schemas: dict[str, Any], word: str | None) -> Any:
    """Give the example of a schema: for a list one with its item's, for a choice that of the first; None without."""
    match schema:
        case {"$ref": str(path)}:
            return schemas[path.rpartition("/")[2]].get("examples", [None])[0]
        case {"oneOf": [first, *_]}:
            return _example_of(first, schemas, word)
        case {"type": "array", "items": items}:
            found = _example_of(items, schemas, word)
            return None if found is None else [found]
    return word

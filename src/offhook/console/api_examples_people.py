"""Examples of messages about people: users and their tokens, contacts, the calls they missed; part of `api_examples`.

Source: OpenAPI 3.1 (`examples` of a schema, JSON Schema 2020-12 §9.5).
"""

import msgspec

from offhook.console_api.contacts import Contact, ContactNumber, ImportReport, NewContact, NewNumber, RefusedRow
from offhook.console_api.history import HistoryEntry, HistoryPage, Missed, MissedSeen
from offhook.console_api.people import (
    AuditEntry,
    Me,
    MeChange,
    NewPassword,
    NewToken,
    NewUser,
    OwnPassword,
    SessionInfo,
    Token,
    TokenWithSecret,
    User,
    UserChange,
)
from offhook.console_api.resources import CallNote, ContactRef, Direction, Party
from offhook.console_api.scopes import SCOPES_OF_ROLE, Role, Scope
from offhook.console_api.statistics import NowCounts, Statistics, StatisticsRow

__all__ = ["PEOPLE_EXAMPLES"]

_PHONE, _CALL, _TIME = "02000f001001", "c_2307fbc4cc3d", "2026-01-05T09:12:03.418Z"
_USER = User(
    id="u_1f2e3d4c5b6a",
    name="anna",
    display_name="Anna Bianchi",
    role=Role.OPERATOR,
    phones=[_PHONE],
    group="Sales",
    language="en",
    is_enabled=True,
    has_password=True,
    created=_TIME,
)
_TOKEN = Token(
    id="5e884898da280471",
    name="wallboard",
    scopes=[Scope.PHONES_READ, Scope.EVENTS_READ],
    created=_TIME,
    created_by="user:anna",
    expires=None,
)
_ROW = StatisticsRow(
    key="Sales",
    name="Sales",
    incoming=8,
    answered=7,
    missed=1,
    answered_within=6,
    service_level=0.75,
    outgoing=4,
    outgoing_answered=3,
    talk_average_s=95.5,
    talk_longest_s=312.0,
    ring_average_s=6.5,
    ring_longest_s=31.0,
    now=NowCounts(idle=2, talking=1),
)
_ACCOUNT_EXAMPLES: tuple[msgspec.Struct, ...] = (
    _USER,
    NewUser(name="anna", role=Role.OPERATOR, password="four quiet words", display_name="Anna Bianchi", phones=[_PHONE]),
    UserChange(role=Role.SUPERVISOR, group="Sales"),
    NewPassword(password="four quiet words"),
    OwnPassword(password="five even quieter words so", current="four quiet words"),
    MeChange(display_name="Anna Bianchi", language="en"),
    Me(
        name="anna",
        kind="session",
        user=_USER,
        role=Role.OPERATOR,
        scopes=sorted(SCOPES_OF_ROLE[Role.OPERATOR]),
        phones=[_PHONE],
        sees_all_phones=False,
        commands_all_phones=False,
    ),
    SessionInfo(
        id="9f86d081884c7d65",
        is_current=True,
        created=_TIME,
        last_used=_TIME,
        expires="2026-02-04T09:12:03.418Z",
        address="192.0.2.10",
        browser="Firefox",
    ),
    NewToken(name="wallboard", scopes=[Scope.PHONES_READ, Scope.EVENTS_READ], expires_in_days=365),
    _TOKEN,
    TokenWithSecret(token=_TOKEN, secret="(43 characters)"),
    AuditEntry(
        number=4711,
        time=_TIME,
        by="user:zoe",
        address="192.0.2.10",
        what="createUser",
        target="/api/v1/users",
        outcome="done",
        command=None,
        detail={"name": "anna", "role": "operator", "phones": [_PHONE]},
        request_id="req_5f0c2a91d37e4b68",
    ),
)
_CALLER_EXAMPLES: tuple[msgspec.Struct, ...] = (
    Contact(
        id="ct_5f2b9c0d1e7a",
        name="Anna Müller",
        organisation="Kranz GmbH",
        numbers=[ContactNumber(number="+4930901820", label="work", extension="12", display="030 901820")],
        emails=["anna@example.org"],
        groups=["Suppliers"],
        note="",
        changed=_TIME,
    ),
    NewContact(
        name="Anna Müller",
        organisation="Kranz GmbH",
        numbers=[NewNumber(number="030 901820", label="work", extension="12")],
        emails=["anna@example.org"],
        groups=["Suppliers"],
    ),
    ImportReport(
        is_dry_run=True,
        format="csv",
        rows=3,
        created=1,
        updated=1,
        unchanged=0,
        columns={"Name": "name", "Phone 1": "number", "Shoe size": ""},
        refused=[RefusedRow(row=4, reason="no name, and no number to name it by", text=",,42")],
        refused_more=0,
    ),
    HistoryPage(
        entries=[
            HistoryEntry(
                id=f"{_CALL}:{_PHONE}",
                call=_CALL,
                phone=_PHONE,
                phone_name="Anna Bianchi",
                group="Sales",
                direction=Direction.OUTGOING,
                remote=Party(
                    number="+4930901820",
                    display="030 901820",
                    contact=ContactRef(id="ct_5f2b9c0d1e7a", name="Anna Müller"),
                ),
                line="1001@192.0.2.22",
                began=_TIME,
                answered="2026-01-05T09:12:09.918Z",
                ended="2026-01-05T09:13:45.418Z",
                ring_s=6.5,
                talk_s=95.5,
                is_missed=False,
                is_uncertain=False,
                cause=None,
                notes=[CallNote(by="user:anna", at=_TIME, text="wants an offer", outcome="call back")],
            )
        ],
        next=None,
    ),
    Missed(count=3, seen_until=_TIME),
    MissedSeen(until=_TIME),
    Statistics(
        from_="2026-01-04T23:00:00.000Z",
        to="2026-01-05T23:00:00.000Z",
        by="group",
        zone="Europe/Berlin",
        within_s=20.0,
        rows=[_ROW],
        total=msgspec.structs.replace(_ROW, key="", name=""),
    ),
)
PEOPLE_EXAMPLES: tuple[msgspec.Struct, ...] = (*_ACCOUNT_EXAMPLES, *_CALLER_EXAMPLES)
"""One of each."""

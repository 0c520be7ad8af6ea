"""Who may do what: every route with everybody, cell by cell, over real HTTP."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from litestar import get
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from offhook.console.access import SESSION_COOKIE, Visitor
from offhook.console.openapi_document import GUARDED_ROUTES, OPEN_ROUTES
from offhook.console.permissions import ROUTE_NEEDS, Need
from offhook.console.records import Batch
from offhook.console.rest import guard
from offhook.console.store.people import AuditSearch, Login
from offhook.console.store.sql import SqlStore
from offhook.console_api.people import NewUser, UserChange
from offhook.console_api.scopes import Role, Scope
from offhook.errors import NotAllowed, StoreError
from tests.console.people_kit import browser_of
from tests.console.running_console import MAC, RunningConsole, running_console
from tests.fakes.scripted_phone import OK, ScriptedPhone

OTHER = "02000f001002"
EVERYBODY = "operator supervisor administrator"
SUPERVISORS = "supervisor administrator"
ADMINISTRATOR = "administrator"
NO_TOKEN = f"{EVERYBODY} -token"

WHO_MAY = {
    **dict.fromkeys(("listCalls", "getCall", "listCommands", "getCommand", "listTransfers", "getTransfer"), EVERYBODY),
    **dict.fromkeys(("dial", "answerCall", "rejectCall", "hangUp", "holdCall", "sendDigits"), EVERYBODY),
    **dict.fromkeys(("transferCall", "completeTransfer", "cancelTransfer", "joinConference"), EVERYBODY),
    **dict.fromkeys(("listPhones", "getPhone", "getSnapshot"), EVERYBODY),
    **dict.fromkeys(("setDnd", "setForwarding", "setMic", "changeVolume", "setAudioPath", "redial"), EVERYBODY),
    **dict.fromkeys(("callVoicemail", "pressLine", "pressDss", "pressSoft", "navigate", "pressKeys"), EVERYBODY),
    **dict.fromkeys(("setUpPhone", "removePhone", "restartPhone", "provisionPhone"), ADMINISTRATOR),
    **dict.fromkeys(("listContacts", "listContactGroups", "exportContacts", "getContact"), EVERYBODY),
    **dict.fromkeys(("createContact", "replaceContact", "removeContact"), SUPERVISORS),
    **dict.fromkeys(("importContacts",), ADMINISTRATOR),
    **dict.fromkeys(("listHistory", "exportHistory", "listOutcomes", "annotateCall"), EVERYBODY),
    **dict.fromkeys(("getStatistics", "exportStatistics"), SUPERVISORS),
    **dict.fromkeys(("countMissed", "markMissedSeen"), NO_TOKEN),
    **dict.fromkeys(("getMe", "listMyPhones", "listMyCalls", "signOut"), EVERYBODY),
    **dict.fromkeys(("getMyPreferences", "replaceMyPreferences"), NO_TOKEN),
    "getSettings": EVERYBODY,
    "replaceSettings": ADMINISTRATOR,
    **dict.fromkeys(("changeMe", "changeMyPassword", "listSessions", "endSession", "signOutEverywhere"), NO_TOKEN),
    **dict.fromkeys(("listUsers", "createUser", "getUser", "changeUser", "removeUser", "setPassword"), ADMINISTRATOR),
    **dict.fromkeys(("listTokens", "createToken", "removeToken", "listAudit"), ADMINISTRATOR),
    **dict.fromkeys(("listDialects", "getPhoneSetup", "getPhoneSetupFile", "tryPhone", "listActions"), ADMINISTRATOR),
    "endUserSessions": ADMINISTRATOR,
    **dict.fromkeys(("listWebhooks", "createWebhook", "getWebhook", "changeWebhook", "removeWebhook"), ADMINISTRATOR),
    "getMetrics": ADMINISTRATOR,
    **dict.fromkeys(("rotateWebhookSecret", "testWebhook", "listDeadLetters", "replayDeadLetters"), ADMINISTRATOR),
}
"""By operation: the roles that may; tokens may with the scope, but where `-token` says that it is not for them."""

OPEN_TO_ALL = {"getHealth", "getReady"}


def operation(route: BaseRouteHandler) -> str:
    assert isinstance(route, HTTPRouteHandler)
    assert route.operation_id is not None
    return str(route.operation_id)


def request_of(route: BaseRouteHandler, phone: str = MAC) -> tuple[str, str]:
    """Method and path, with this phone and with calls, users and the like that do not exist."""
    assert isinstance(route, HTTPRouteHandler)
    (method,) = route.http_methods - {"OPTIONS", "HEAD"}
    (path,) = route.paths
    values = {"phone_id": phone, "connection_id": f"1:{phone}"}
    return method, re.sub(r"\{(\w+)(:\w+)?\}", lambda found: values.get(found[1], "1"), path)


ROUTES = sorted(GUARDED_ROUTES, key=operation)


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[RunningConsole]:
    async with running_console(tmp_path) as running:
        yield running


class Asker:
    """Somebody who sends requests, by cookie or by token."""

    def __init__(self, console: RunningConsole, http: aiohttp.ClientSession, **headers: str) -> None:
        self._console = console
        self._http = http
        self._headers = headers

    async def status(self, route: BaseRouteHandler, phone: str = MAC) -> int:
        method, path = request_of(route, phone)
        url = f"{self._console.app.api_url}/api/v1{path}"
        body: Any = None if method in ("GET", "DELETE") else {"keys": ["1"]}
        async with self._http.request(method, url, json=body, headers=self._headers) as response:
            await response.read()
            return response.status


def test_somebody_decided_about_every_route() -> None:
    assert {operation(route) for route in ROUTES} - set(WHO_MAY) == set(), "say in WHO_MAY who may use the new route"
    assert {operation(route) for route in OPEN_ROUTES} == OPEN_TO_ALL


@pytest.mark.parametrize("role", Role)
async def test_each_role_at_each_route(role: Role, console: RunningConsole) -> None:
    access = console.app.access
    user = await access.users.create(NewUser(name="anna", role=role, phones=[MAC]))
    wrong = {}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        for route in ROUTES:
            # Some of the routes end the session they are asked with.
            cookie = f"{SESSION_COOKIE}={await access.open_session(user, Visitor())}"
            asker = Asker(console, http, Cookie=cookie, Origin=console.app.api_url)
            name = operation(route)
            status = await asker.status(route)
            if (status not in (401, 403)) is not (role in WHO_MAY[name].split()):
                wrong[name] = status
            if request_of(route) != request_of(route, OTHER) and ROUTE_NEEDS[name] is not Scope.PHONES_READ:
                status = await asker.status(route, OTHER)
                if (status not in (401, 403)) is not (role is Role.ADMINISTRATOR):
                    wrong[f"{name}, another's phone"] = status
    assert wrong == {}


async def test_nobody_gets_nothing(console: RunningConsole) -> None:
    access, wrong = console.app.access, {}
    user = await access.users.create(NewUser(name="anna", role=Role.ADMINISTRATOR))
    await access.users.create(NewUser(name="zoe", role=Role.ADMINISTRATOR))
    disabled = await access.open_session(user, Visitor())
    await access.users.change(user.id, UserChange(is_enabled=False))
    past = Login(hashlib.sha256(b"past").hexdigest(), "session", "", created=0.0, expires=1.0, user=user.id)
    over = Login(hashlib.sha256(b"over").hexdigest(), "token", "t", 0.0, 1.0, scopes=tuple(Scope))
    for login in (past, over):
        await access.store.add_login(login)
    origin = console.app.api_url
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        nobodies = {
            "without a login": Asker(console, http),
            "with an unknown cookie": Asker(console, http, Cookie=f"{SESSION_COOKIE}=x", Origin=origin),
            "with an unknown token": Asker(console, http, Authorization="Bearer x"),
            "of a disabled user": Asker(console, http, Cookie=f"{SESSION_COOKIE}={disabled}", Origin=origin),
            "with a session that is over": Asker(console, http, Cookie=f"{SESSION_COOKIE}=past", Origin=origin),
            "with a token that is over": Asker(console, http, Authorization="Bearer over"),
        }
        for who, asker in nobodies.items():
            for route in ROUTES:
                status = await asker.status(route)
                if status != 401:
                    wrong[f"{operation(route)} {who}"] = status
    assert wrong == {}


async def test_a_token_may_what_its_scopes_say_at_each_route(console: RunningConsole) -> None:
    access, wrong = console.app.access, {}
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        only, all_but = {}, {}
        for scope in Scope:
            _, secret = await access.create_token(f"only {scope}", {scope})
            only[scope] = Asker(console, http, Authorization=f"Bearer {secret}")
            _, secret = await access.create_token(f"all but {scope}", set(Scope) - {scope})
            all_but[scope] = Asker(console, http, Authorization=f"Bearer {secret}")
        for route in ROUTES:
            name = operation(route)
            need = ROUTE_NEEDS[name]
            if isinstance(need, Scope):
                cells = {(only[need], True), (all_but[need], False)}
            else:
                cells = {(only[Scope.CALLS_READ], need is Need.SIGNED_IN)}
            for asker, may in cells:
                status = await asker.status(route)
                if (status not in (401, 403)) is not may:
                    wrong[f"{name}: {may}"] = status
    assert wrong == {}


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example", "https://127.0.0.1"])
async def test_no_change_is_made_for_another_sites_page(origin: str | None, console: RunningConsole) -> None:
    access, wrong = console.app.access, {}
    user = await access.users.create(NewUser(name="anna", role=Role.ADMINISTRATOR, phones=[MAC]))
    headers = {"Cookie": f"{SESSION_COOKIE}={await access.open_session(user, Visitor())}"}
    if origin is not None:
        headers["Origin"] = origin
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        asker = Asker(console, http, **headers)
        for route in ROUTES:
            status = await asker.status(route)
            is_refused = request_of(route)[0] not in guard.SAFE_METHODS
            if (status == 403) is not is_refused:
                wrong[operation(route)] = status
    assert wrong == {}
    assert len(await access.sessions_of(user.id)) == 1


async def test_a_route_without_a_rule_serves_nobody(console: RunningConsole) -> None:
    @get("/new", operation_id="somethingNew", sync_to_thread=False)
    def handler() -> str:
        return "secret"

    connection = SimpleNamespace(
        app=SimpleNamespace(state=SimpleNamespace(access=console.app.access)),
        headers={"authorization": f"Bearer {console.token}"},
        state={},
        path_params={},
        scope={"method": "GET"},
    )
    for route in (handler, get("/", sync_to_thread=False)(lambda: None)):
        with pytest.raises(NotAllowed, match="no rule"):
            await guard.require_principal(connection, route)  # type: ignore[arg-type]


async def test_changes_and_refusals_are_audited_and_nothing_secret_is(console: RunningConsole) -> None:
    await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:1", "control_password": "s3cret-one"})
    async with browser_of(console, Role.OPERATOR, MAC) as anna:
        _, command = await anna.ask("POST", "/calls", {"phone": MAC, "number": "1002"})
        assert command["by"] == "user:anna"
        assert (await anna.ask("POST", f"/phones/{OTHER}/keys", {"keys": ["1"]}))[0] == 403
        assert (await anna.ask("POST", f"/phones/{MAC}/keys", {"keys": ["1", "4711"]}))[0] == 202
        assert (await anna.ask("DELETE", f"/phones/{MAC}", Origin="http://evil.example"))[0] == 403
        assert (await anna.ask("GET", "/phones"))[0] == 200
    entries = await console.app.access.store.audit(AuditSearch(limit=100))
    told = [(entry.by, entry.what, entry.target, entry.outcome) for entry in reversed(entries)]
    assert told == [
        ("token:tests", "setUpPhone", f"/api/v1/phones/{MAC}", "done"),
        ("user:anna", "dial", "/api/v1/calls", "accepted"),
        ("user:anna", "pressKeys", f"/api/v1/phones/{OTHER}/keys", "phone-not-yours"),
        ("user:anna", "pressKeys", f"/api/v1/phones/{MAC}/keys", "accepted"),
        ("user:anna", "removePhone", f"/api/v1/phones/{MAC}", "origin-not-allowed"),
    ]
    dialled = entries[-2]
    assert (dialled.command, dialled.address) == (command["id"], "127.0.0.1")
    assert dialled.detail == {
        "verb": "dial",
        "phone": MAC,
        "number": "1002",
        "request_id": command["request_id"],
    }
    assert not any(secret in repr(entries) for secret in ("s3cret-one", "4711"))


async def test_every_request_for_a_command_leaves_one_entry(console: RunningConsole) -> None:
    async with ScriptedPhone() as phone:
        await console.set_up(phone)
        await console.report("dnd_on")
        release = asyncio.Event()

        async def wait(_target: str) -> bytes:
            await release.wait()
            return OK

        phone.script = wait
        keyed = {"Idempotency-Key": "k"}
        answers = [
            await console.ask("PUT", f"/phones/{MAC}/dnd", {"on": True}),  # is so already
            await console.ask("POST", "/calls", {"phone": MAC, "number": "1"}, headers=keyed),
            await console.ask("POST", "/calls", {"phone": MAC, "number": "2"}),  # waits for the one before it
            await console.ask("POST", "/calls", {"phone": MAC, "number": "1"}, headers=keyed),
            await console.ask("POST", "/calls", {"phone": MAC, "number": "3"}, headers=keyed),
            await console.ask("POST", "/calls", {"phone": "none", "number": "4"}),
        ]
        release.set()
    entries = (await console.app.access.store.audit(AuditSearch(limit=100)))[-2::-1]
    assert [(entry.outcome, entry.command) for entry in entries] == [
        *[("accepted", command["id"]) for _, command in answers[:4]],
        ("idempotency-key-reused", None),
        ("phone-not-found", None),
    ]
    assert answers[1][1]["id"] == answers[3][1]["id"]
    assert [entry.detail.get("number") for entry in entries] == [None, "1", "2", "1", "3", "4"]


async def test_an_accepted_commands_entry_is_in_the_commands_own_transaction(
    console: RunningConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that a crash leaves both or neither."""
    commit, committed = SqlStore.commit, []

    async def watched(store: SqlStore, batch: Batch) -> None:
        await commit(store, batch)
        if batch.commands:
            known = await store.command(batch.commands[0].command.id)
            committed.append((known and known.id, [each.command for each in await store.audit(AuditSearch(limit=1))]))

    await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:1", "control_password": "x"})
    monkeypatch.setattr(SqlStore, "commit", watched)
    _, command = await console.ask("POST", "/calls", {"phone": MAC, "number": "1"})
    await console.ended(command["id"])
    assert committed[0] == (command["id"], [command["id"]])


async def test_a_command_that_could_not_be_recorded_is_in_the_audit_as_refused(
    console: RunningConsole, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = SqlStore.commit

    async def full(store: SqlStore, batch: Batch) -> None:
        if batch.commands:
            raise StoreError("the disk is full")
        await commit(store, batch)

    await console.ask("PUT", f"/phones/{MAC}", {"control_url": "http://127.0.0.1:1", "control_password": "x"})
    monkeypatch.setattr(SqlStore, "commit", full)
    assert (await console.ask("POST", "/calls", {"phone": MAC, "number": "1"}))[0] == 503
    entries = await console.app.access.store.audit(AuditSearch(limit=100, what="dial"))
    assert [(entry.outcome, entry.command) for entry in entries] == [("store-failed", None)]

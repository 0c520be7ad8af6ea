"""A console that knows more makes than the one before recognises the phones that one could not."""

from pathlib import Path

import pytest

from offhook.callmodel.connection import ConnectionState
from offhook.console.bus.in_process import InProcessBus
from offhook.console.journal import Journal
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.recognition import recognised
from offhook.console.records import CallRecord, ConnectionRecord, PhoneRecord, PhoneSetupChanged
from offhook.console.store.sql import SqlStore
from offhook.console_api.requests import PhoneSetup
from offhook.console_api.resources import Verb
from offhook.dialects.registry import Registry
from tests.console.kit import START, A, a_report

REGISTRY = Registry()
OLDER = Registry([REGISTRY.base])
"""Of a console that knows no make."""


def a_call(phone: str, state: ConnectionState) -> CallRecord:
    return CallRecord(
        id="c_1", wire="w", began=START, connections=(ConnectionRecord(phone=phone, state=state, began=START),)
    )


def dialect_of(phone: PhoneRecord, *calls: CallRecord) -> str:
    (found,) = recognised([phone], calls, REGISTRY)
    return found.dialect


@pytest.mark.parametrize(
    ("phone", "dialect"),
    [
        (PhoneRecord(id=A, model="offhook"), "offhook"),
        (PhoneRecord(id=A, model="nobody knows"), "base"),
        (PhoneRecord(id=A), "base"),
        (PhoneRecord(id="10.0.0.7", mac=A, model="offhook"), "offhook"),
        (PhoneRecord(id=A, model="offhook", wanted_dialect="base"), "base"),
        (PhoneRecord(id=A, model="offhook", dialect="of-an-older-console"), "offhook"),
        (PhoneRecord(id=A, dialect="of-an-older-console"), "base"),
        (PhoneRecord(id=A, model="offhook", wanted_dialect="yealink", dialect="yealink"), "yealink"),
    ],
)
def test_phones_are_recognised_anew_unless_somebody_chose(phone: PhoneRecord, dialect: str) -> None:
    assert dialect_of(phone) == dialect


def test_a_call_id_is_not_read_in_another_way_during_the_call() -> None:
    mac = "0c383e000001"
    phone = PhoneRecord(id=mac)
    assert dialect_of(phone) == "fanvil"
    assert dialect_of(phone, a_call(mac, ConnectionState.CONNECTED)) == "base"
    assert dialect_of(phone, a_call(mac, ConnectionState.NULL)) == "fanvil"
    assert dialect_of(phone, a_call(A, ConnectionState.CONNECTED)) == "fanvil"


def test_a_call_is_in_no_way_where_call_ids_are_read_alike() -> None:
    assert dialect_of(PhoneRecord(id=A, model="offhook"), a_call(A, ConnectionState.CONNECTED)) == "offhook"


async def test_after_an_update_a_phone_gets_what_its_make_can_do(tmp_path: Path) -> None:
    verbs = []
    for registry in (OLDER, REGISTRY):
        journal = Journal(SqlStore(tmp_path), InProcessBus(), PhoneSecrets.in_folder(tmp_path), registry)
        await journal.start()
        try:
            if registry is OLDER:
                await journal.report(a_report("setup_completed", model="offhook"))
                await journal.record(PhoneSetupChanged(A, PhoneSetup(control_url="http://127.0.0.9:1")))
            shown = journal.state.phone(A)
            assert shown is not None
            verbs.append(Verb.SET_FORWARDING in shown.verbs)
            await journal.report(a_report("registered"))
            shown = journal.state.phone(A)
            assert shown is not None and (Verb.SET_FORWARDING in shown.verbs) is verbs[-1]
        finally:
            await journal.stop()
    assert verbs == [False, True]

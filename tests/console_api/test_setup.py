"""What administrators are shown reads as it was written."""

import msgspec

from offhook.console_api.resources import Problem
from offhook.console_api.setup import (
    DialectInfo,
    PhoneAction,
    ReachOutcome,
    ReachTest,
    SetupFileInfo,
    SetupSheet,
    SetupUrl,
)


def test_messages_come_back_as_they_went() -> None:
    sheet = SetupSheet(
        phone="02000f001001",
        dialect="base",
        dialect_title="The source document",
        listener_url="http://192.0.2.76:8801",
        console_address="192.0.2.76",
        provisioning_url="",
        steps=["Paste them."],
        urls=[SetupUrl(event="hold", title="Hold", setting="hold", url="http://192.0.2.76:8801/hold.xml?mac=$mac")],
        text="Hold\n",
        files=[SetupFileInfo(format="toml", title="File", name="f.toml", url="")],
        warnings=[Problem(error_id="x", message="y")],
    )
    reach = ReachTest(outcome=ReachOutcome.REACHED, message="it answers", ms=4.5)
    action = PhoneAction(
        number=1, received="", phone="", source_address="", event="", request="\xff", vars={"a": "<b>"}, events=[]
    )
    for message in (sheet, reach, action, DialectInfo(name="base", title="t", can_be_commanded=True)):
        assert msgspec.json.decode(msgspec.json.encode(message), type=type(message)) == message

"""Watching numbers, with SIPp as the exchange that tells about them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from offhook.phone.engine.pjsip.presence import MAX_WATCHED, PresenceDesk, State, state_in
from offhook.phone.engine.pjsip.protocol import Watched
from offhook.phone.engine.port import AccountAccepted, AccountSettings, NumberState, NumberStatus
from tests.peers.sipp import answer, expect, say, sipp
from tests.phone.engine.pjsip.conftest import MakeSip, SipEndpoint

IDLE, RINGING, BUSY, UNKNOWN = NumberStatus.IDLE, NumberStatus.RINGING, NumberStatus.BUSY, NumberStatus.UNKNOWN


@pytest.mark.parametrize(
    ("note", "is_busy", "is_open", "state"),
    [
        ("", False, True, "idle"),
        ("Ready", False, True, "idle"),
        ("", False, False, "unknown"),
        ("Unavailable", False, False, "unknown"),
        ("", True, True, "busy"),
        ("On the phone", False, False, "busy"),
        ("On the phone", True, True, "busy"),
        ("On hold", False, False, "busy"),
        ("Ringing", False, False, "ringing"),
        ("Ringing", True, True, "ringing"),
        ("Wiring office", False, True, "idle"),
    ],
)
def test_what_an_exchange_says(note: str, *, is_busy: bool, is_open: bool, state: State) -> None:
    assert state_in(note, is_busy=is_busy, is_open=is_open) == state


class Asking:
    """An account whose exchange says what the test says."""

    def __init__(self) -> None:
        self.asked: dict[str, Callable[[State], None]] = {}

    def watch(self, address: str, say: Callable[[State], None]) -> object | None:
        if address == "sip:refused":
            return None
        self.asked[address] = say
        return self


def test_each_state_is_said_once_and_only_what_is_possible_is_watched() -> None:
    said: list[Watched] = []
    desk, account = PresenceDesk(said.append), Asking()
    for number, address in (("1", "sip:1"), ("2", ""), ("3", "sip:refused")):
        desk.begin("a", number)
        desk.watch(account, "a", number, address)
    for state in ("idle", "idle", "busy", "idle"):
        account.asked["sip:1"](state)
    assert [(each.number, each.state) for each in said] == [
        ("2", "unknown"),
        ("3", "unknown"),
        ("1", "idle"),
        ("1", "busy"),
        ("1", "idle"),
    ]


def test_what_is_not_wanted_any_more_is_not_asked_about() -> None:
    said: list[Watched] = []
    desk, account = PresenceDesk(said.append), Asking()
    for number in ("1", "2", "3"):
        desk.begin("a", number)
    desk.begin("b", "1")
    desk.unwatch("a", "1")
    desk.watch(account, "a", "1", "sip:1")
    desk.forget("a")
    desk.watch(account, "a", "2", "sip:2")
    desk.watch(account, "b", "1", "sip:b1")
    assert (list(account.asked), said) == (["sip:b1"], [])


def test_there_is_an_end_to_watching() -> None:
    said: list[Watched] = []
    desk, account = PresenceDesk(said.append), Asking()
    for number in range(MAX_WATCHED + 1):
        desk.begin("a", str(number))
        desk.watch(account, "a", str(number), f"sip:{number}")
    assert len(account.asked) == MAX_WATCHED
    assert said == [Watched("a", str(MAX_WATCHED), "unknown")]


SUBSCRIBED = """<recv request="SUBSCRIBE"><action>
  <ereg regexp=".*" search_in="hdr" header="From:" check_it="true" assign_to="phone"/>
  <ereg regexp="[^;]*" search_in="hdr" header="To:" check_it="true" assign_to="number"/>
  <ereg regexp="sip:[^>]*" search_in="hdr" header="Contact:" check_it="true" assign_to="contact"/>
</action></recv>"""
AGAIN = '<recv request="SUBSCRIBE" timeout="8000"/>'
TOLD = '<recv response="200"/>'
PIDF = """<?xml version="1.0" encoding="UTF-8"?>
      <presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:dm="urn:ietf:params:xml:ns:pidf:data-model"
       xmlns:rpid="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:1002@127.0.0.1">
      <tuple id="t1"><status><basic>{basic}</basic></status>{note}</tuple>{person}
      </presence>"""
BUSY_PERSON = '<dm:person id="p1"><rpid:activities><rpid:busy/></rpid:activities><dm:note>{note}</dm:note></dm:person>'


def notify(number: int, body: str, state: str = "active;expires=300") -> str:
    return say(
        f"""
      NOTIFY [$contact] SIP/2.0
      Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
      From: [$number];tag=[call_number]
      To: [$phone]
      Call-ID: [call_id]
      CSeq: {number} NOTIFY
      Contact: <sip:1002@[local_ip]:[local_port]>
      Event: presence
      Subscription-State: {state}
      Max-Forwards: 70
      Content-Type: application/pidf+xml
      Content-Length: [len]

      {body}"""
    )


def pidf(basic: str, *, note: str = "", person: str = "") -> str:
    return PIDF.format(basic=basic, note=f"<note>{note}</note>" if note else "", person=person)


async def watching(phone: SipEndpoint, at: str, number: str = "1002") -> None:
    phone.engine.register(AccountSettings("pbx", "1001", at, is_registering=False))
    assert await phone.heard(AccountAccepted) == AccountAccepted("pbx")
    phone.engine.watch("pbx", number)


async def state(phone: SipEndpoint) -> NumberStatus:
    told = await phone.heard(NumberState)
    assert (told.account, told.number) == ("pbx", "1002")
    return told.state


async def test_a_number_is_followed_and_left(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip()
    steps = (
        SUBSCRIBED,
        answer("200 OK", more="\n      Expires: 300"),
        *(notify(1, pidf("open", note="Ready")), TOLD),
        *(notify(2, pidf("closed", note="Ringing")), TOLD),
        *(notify(3, pidf("closed", note="On the phone")), TOLD),
        *(notify(4, pidf("open", person=BUSY_PERSON.format(note="Ringing"))), TOLD),
        *(notify(5, pidf("open", person=BUSY_PERSON.format(note="On The Phone"))), TOLD),
        *(notify(6, pidf("closed")), TOLD),
        *(notify(7, pidf("open")), TOLD),
        AGAIN,
        answer("200 OK", more="\n      Expires: 0"),
    )
    async with sipp(tmp_path, *steps) as exchange:
        await watching(phone, exchange.address)
        seen = [await state(phone) for _ in range(7)]
        assert seen == [IDLE, RINGING, BUSY, RINGING, BUSY, UNKNOWN, IDLE]
        phone.engine.unwatch("pbx", "1002")
        await exchange.succeeded()


@pytest.mark.parametrize("status", ["403 Forbidden", "489 Bad Event"])
async def test_an_exchange_that_does_not_tell(sip: MakeSip, tmp_path: Path, status: str) -> None:
    phone = await sip()
    async with sipp(tmp_path, expect("SUBSCRIBE"), answer(status)) as exchange:
        await watching(phone, exchange.address)
        assert await state(phone) is UNKNOWN
        await exchange.succeeded()


async def test_an_exchange_that_stops_telling(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip()
    accepted = answer("200 OK", more="\n      Expires: 300")
    last = notify(2, pidf("open"), "terminated;reason=noresource")
    async with sipp(tmp_path, SUBSCRIBED, accepted, notify(1, pidf("open")), TOLD, last, TOLD) as exchange:
        await watching(phone, exchange.address)
        assert [await state(phone), await state(phone)] == [IDLE, UNKNOWN]
        await exchange.succeeded()


async def test_what_is_no_presence_is_refused_and_the_phone_goes_on(sip: MakeSip, tmp_path: Path) -> None:
    phone = await sip()
    accepted = answer("200 OK", more="\n      Expires: 300")
    broken = notify(2, '<?xml version="1.0"?><presence><tuple>' + "<x>" * 500)
    refused, good = '<recv response="488"/>', notify(3, pidf("open", note="Ringing"))
    async with sipp(
        tmp_path, SUBSCRIBED, accepted, notify(1, pidf("open")), TOLD, broken, refused, good, TOLD
    ) as exchange:
        await watching(phone, exchange.address)
        assert [await state(phone), await state(phone)] == [IDLE, RINGING]
        await exchange.succeeded()


async def test_from_an_account_that_is_not_there_nothing_is_seen(sip: MakeSip) -> None:
    phone = await sip()
    phone.engine.watch("pbx", "1002")
    assert await state(phone) is UNKNOWN

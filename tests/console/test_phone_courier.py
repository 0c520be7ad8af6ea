"""Which way a command goes."""

import pytest

from offhook.console.phone_client import PhoneAddress
from offhook.console.phone_courier import PhoneCourier, PhoneSender, read_address, request_text
from offhook.dialects.registry import Registry
from offhook.errors import NotValid
from offhook.protocol.active_uri import DialNumber, PressKeys
from offhook.protocol.keys import Key
from tests.fakes.scripted_exchange import ScriptedExchange
from tests.fakes.scripted_phone import ScriptedPhone

BASE = Registry().base


def test_the_address_says_it() -> None:
    assert read_address("SIP:1001@pbx:5060") == "sip:1001@pbx"
    assert read_address("http://pbx/") == "http://pbx"
    for wrong in ("sip:pbx", "sips:1001@pbx", "ftp://pbx"):
        with pytest.raises(NotValid):
            read_address(wrong)


def test_a_command_in_the_words_of_each_way() -> None:
    dial = DialNumber("1002", "1001@pbx")
    assert request_text(dial, BASE, "sip:1001@pbx") == "number=1002&outgoing_uri=1001@pbx"
    assert request_text(PressKeys((Key.OK,)), BASE, "sip:1001@pbx") == "key=OK"
    assert request_text(PressKeys((Key.OK,)), BASE, "http://h") == "/cgi-bin/ConfigManApp.com?key=OK"


async def test_both_ways() -> None:
    courier = PhoneCourier(5.0)
    sender: PhoneSender = courier
    async with ScriptedPhone() as phone, ScriptedExchange() as exchange:
        for url in (phone.url, exchange.url):
            address = PhoneAddress("p", url, "admin", "admin")
            target = request_text(PressKeys((Key.OK,)), BASE, url)
            assert (await sender.send(address, target, BASE)).status == 200
        await courier.close()
    assert phone.targets == ["/cgi-bin/ConfigManApp.com?key=OK"]
    assert exchange.requests[0].endswith("key=OK")

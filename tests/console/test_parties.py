import pytest

from offhook.console.parties import WITHHELD_NUMBER, OtherParty, account_of, merge_party, other_party
from offhook.console.records import PhoneRecord
from offhook.console_api.resources import Direction, Party
from offhook.protocol.variables import Variable as V

PHONE = PhoneRecord(id="0000000000a1", extension="1001")
ME, OTHER = "sip:1001@pbx", "sip:1002@pbx"


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(("mine", "theirs"), [(V.LOCAL, V.REMOTE), (V.REMOTE, V.LOCAL)])
def test_whichever_side_is_not_the_own_account_is_the_other_party(direction: Direction, mine: V, theirs: V) -> None:
    names = {V.LOCAL: V.DISPLAY_LOCAL, V.REMOTE: V.DISPLAY_REMOTE}
    values = {V.ACTIVE_USER: "1001", mine: ME, theirs: OTHER, names[theirs]: "Berta", names[mine]: "Me"}
    found = other_party(direction, values, PHONE)
    assert found == OtherParty(Party(number="1002", name="Berta", uri="sip:1002@pbx"), is_sure=True)


def test_the_own_side_is_also_known_from_the_account_uri_and_from_the_set_up() -> None:
    values = {V.LOCAL: ME, V.REMOTE: OTHER}
    assert other_party(Direction.UNKNOWN, values | {V.ACTIVE_URL: ME}, PHONE).party.number == "1002"
    assert other_party(Direction.UNKNOWN, values, PHONE).party.number == "1002"
    by_account = PhoneRecord(id="x", account="1001@pbx")
    assert other_party(Direction.UNKNOWN, values, by_account).party.number == "1002"


def test_where_neither_is_recognised_the_document_decides() -> None:
    values = {V.ACTIVE_USER: "77", V.LOCAL: "sip:1@h", V.REMOTE: "sip:2@h"}
    assert other_party(Direction.OUTGOING, values, PHONE).party.number == "1"
    assert other_party(Direction.INCOMING, values, PHONE).party.number == "2"
    assert other_party(Direction.UNKNOWN, values, PHONE).party == Party()


def test_one_side_alone_is_the_other_party_unless_it_is_the_own() -> None:
    assert other_party(Direction.INCOMING, {V.REMOTE: "+3902123"}, PHONE).party.number == "+3902123"
    assert other_party(Direction.INCOMING, {V.LOCAL: ME, V.ACTIVE_USER: "1001"}, PHONE).party == Party()


def test_a_display_name_within_the_address_is_used() -> None:
    party = other_party(Direction.INCOMING, {V.REMOTE: '"Bob" <sip:2@h>'}, PHONE).party
    assert party == Party(number="2", name="Bob", uri="sip:2@h")


@pytest.mark.parametrize("text", ["anonymous", "sip:anonymous@anonymous.invalid", "Restricted", "unknown"])
def test_a_withheld_caller_has_no_name(text: str) -> None:
    party = other_party(Direction.INCOMING, {V.REMOTE: text, V.DISPLAY_REMOTE: "Anonymous"}, PHONE).party
    assert party == Party(number=WITHHELD_NUMBER)


def test_a_caller_known_only_as_withheld_by_name() -> None:
    assert other_party(Direction.INCOMING, {V.DISPLAY_REMOTE: "Anonymous"}, PHONE).party.number == WITHHELD_NUMBER


def test_what_is_known_is_completed_and_only_a_sure_report_replaces_it() -> None:
    known = Party(number="1002")
    assert merge_party(known, OtherParty(Party(number="1002", name="Berta"), is_sure=False)).name == "Berta"
    assert merge_party(known, OtherParty(Party(number="9", name="X"), is_sure=False)) == known
    assert merge_party(known, OtherParty(Party(number="9", name="X"), is_sure=True)).number == "9"
    assert merge_party(known, OtherParty(Party(), is_sure=True)) == known


def test_the_account() -> None:
    assert account_of({V.ACTIVE_URL: "sip:1001@pbx:5060;transport=udp"}) == "1001@pbx"
    assert account_of({V.ACTIVE_USER: "1001", V.ACTIVE_HOST: "pbx"}) == "1001@pbx"
    assert account_of({V.ACTIVE_USER: "1001"}) == "1001"
    assert account_of({}) == ""


def test_an_endless_name_is_cut() -> None:
    party = other_party(Direction.INCOMING, {V.REMOTE: "1", V.DISPLAY_REMOTE: "x" * 8000}, PHONE).party
    assert len(party.name) == 256

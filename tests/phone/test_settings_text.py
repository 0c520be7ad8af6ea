import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.errors import ConfigError
from offhook.phone.settings import Account, FeatureSettings, ForwardSettings, Login, Network, PhoneSettings
from offhook.phone.settings_text import parse_settings, print_settings
from offhook.protocol.events import Event

BELOW = PhoneSettings(
    network=Network(http_port=8081),
    login=Login(user="ada", password="s3cret"),
    accounts=[Account(user="1001", password="s3cret", peers={"1": "192.0.2.7"}), Account(user="1002")],
    features=FeatureSettings(dnd=True, busy=ForwardSettings(is_on=True, target="1009")),
    action_urls={Event.HOLD: "http://192.0.2.76/hold", Event.UNHOLD: "http://192.0.2.76/unhold"},
)


def over(text: str) -> PhoneSettings:
    return parse_settings(text.encode(), "the file", onto=BELOW)


@given(st.builds(Account, user=st.text(min_size=1, max_size=64), password=st.text(max_size=128)))
@settings(max_examples=60, deadline=None)
def test_whatever_people_type_is_read_as_it_was_written(account: Account) -> None:
    before = PhoneSettings(accounts=[account])
    assert parse_settings(print_settings(before), "x") == before


def test_the_text_says_that_comments_are_not_kept() -> None:
    assert b"comments that are put in are not kept" in print_settings(PhoneSettings())


def test_what_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(ConfigError, match=r"network\.http_port"):
        print_settings(PhoneSettings(network=Network(http_port=99999)))


def test_a_part_leaves_everything_else_as_it_is() -> None:
    assert over("") == BELOW
    assert over("# nothing\n") == BELOW
    network = msgspec.structs.replace(BELOW.network, address="127.0.0.9")
    assert over("[network]\naddress = '127.0.0.9'") == msgspec.structs.replace(BELOW, network=network)
    features = over("[features.busy]\nis_on = false").features
    assert (features.dnd, features.busy) == (True, ForwardSettings(is_on=False, target="1009"))


def test_a_url_is_replaced_or_emptied_by_its_event() -> None:
    urls = over("[action_urls]\nhold = ''\nincoming = 'http://192.0.2.76/in'").action_urls
    assert urls == {
        Event.HOLD: "",
        Event.UNHOLD: "http://192.0.2.76/unhold",
        Event.INCOMING: "http://192.0.2.76/in",
    }


def test_a_list_is_replaced_as_a_whole() -> None:
    assert over("[[accounts]]\nuser = '2001'").accounts == [Account(user="2001")]
    assert over("accounts = []").accounts == []


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("network = 3", "network", "object"),
        ("[network.address]\nx = 1", "network.address", "str"),
        ("[features]\nno_answer_s = 's3cret'", "features.no_answer_s", "float"),
        ("[provisioning]\nurl = 'ftp://s3cret'", "provisioning", "url: must start with"),
        ("\n\nx = y", "", "line 3"),
        ("login.password = 3", "login.password", "str"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_without_values(text: str, key: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        over(text)
    assert (caught.value.path, caught.value.key) == ("the file", key)
    assert reason in caught.value.reason
    assert "s3cret" not in str(caught.value)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_rubbish_is_refused_in_words_and_nothing_else_happens(raw: bytes) -> None:
    try:
        parse_settings(raw, "x", onto=BELOW)
    except ConfigError as error:
        assert str(error)


@pytest.mark.parametrize("written", ["02:00:0F:00:00:09", "02-00-0f-00-00-09", "02000F000009", " 02000f000009 "])
def test_a_mac_address_may_be_written_as_labels_have_it(written: str) -> None:
    assert parse_settings(f'[identity]\nmac = "{written}"\n'.encode(), "x").identity.mac == "02000f000009"


def test_what_is_no_mac_address_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"identity\.mac"):
        parse_settings(b'[identity]\nmac = "0200"\n', "x")

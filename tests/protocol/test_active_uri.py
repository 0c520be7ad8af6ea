"""Active URI: commands read and written, in the document's form and in those that clients send."""

import string
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.errors import MalformedCommand, ProtocolError, UnknownKey
from offhook.protocol.active_uri import (
    ACTIVE_URI_PATH,
    MAX_NUMBER_CHARS,
    MAX_SEQUENCE,
    ActiveUriCommand,
    DialNumber,
    ForwardKind,
    PressKeys,
    SwitchForward,
    build_query,
    parse_query,
)
from offhook.protocol.keys import Key

ENTER, SPEAKER, OK, DOWN = Key.ENTER, Key.SPEAKER, Key.OK, Key.DOWN


def test_the_documents_examples() -> None:
    assert ACTIVE_URI_PATH == "/cgi-bin/ConfigManApp.com"
    assert parse_query("key=OK") == PressKeys((Key.OK,))
    assert parse_query("key=Enter") == PressKeys((Key.ENTER,))
    assert parse_query("number=2&outgoing_uri=3@192.168.20.22") == DialNumber("2", "3@192.168.20.22")
    assert build_query(DialNumber("2", "3@192.168.20.22")) == "number=2&outgoing_uri=3@192.168.20.22"


@pytest.mark.parametrize("key", Key)
def test_each_token_in_each_case_and_both_ways(key: Key) -> None:
    for token in (key.value, key.value.lower(), key.value.upper()):
        for written in (token, quote(token, safe="")):
            assert parse_query(f"key={written}") == PressKeys((key,))
    assert parse_query(build_query(PressKeys((key,)))) == PressKeys((key,))


@pytest.mark.parametrize(
    ("query", "items"),
    [
        # vendors.md §3.3
        ("key=SPEAKER;8311;ENTER", (SPEAKER, "8311", ENTER)),
        ("key=SPEAKER%3B8311%3BENTER", (SPEAKER, "8311", ENTER)),
        ("key=F1;F3;DOWN;DOWN;DOWN;OK;OK", (Key.F1, Key.F3, DOWN, DOWN, DOWN, OK, OK)),
        ("key=8311;ENTER", ("8311", ENTER)),
        ("key=SPEAKER;8311;OK", (SPEAKER, "8311", OK)),
        ("key=F_TRANSFER;1003;OK", (Key.F_TRANSFER, "1003", OK)),
        ("key=f_CONFERENCE", (Key.F_CONFERENCE,)),
        # vendors.md §3.2: how `#` and `*` are sent
        ("key=%2A", (Key.STAR,)),
        ("key=%23", (Key.POUND,)),
        ("key=*1;%23", ("*1", Key.POUND)),
        ("key=+3902;OK", ("+3902", OK)),
        ("Key=OK", (OK,)),
        ("KEY=1;2;12", (Key.DIGIT_1, Key.DIGIT_2, "12")),
        ("key= OK ; X ", (OK, Key.X)),
        ("key=OK&", (OK,)),
        ("&&x=1&key=OK&passcode=key", (OK,)),
        ("key=OK&outgoing_uri=1@h", (OK,)),
        ("p=login&q=login&key=X", (Key.X,)),
        ("k%65y=OK", (OK,)),
    ],
)
def test_keys_as_clients_send_them(query: str, items: tuple[Key | str, ...]) -> None:
    assert parse_query(query) == PressKeys(items)


@pytest.mark.parametrize(
    ("query", "number", "account"),
    [
        # vendors.md §3.4
        ("number=1002&outgoing_uri=1001@pbx.example", "1002", "1001@pbx.example"),
        ("outgoing_uri=1001@pbx.example&number=1002", "1002", "1001@pbx.example"),
        ("number=1002", "1002", None),
        ("number=1002&outgoing_uri=", "1002", None),
        ("number=1002&outgoing_uri=Account1", "1002", "Account1"),
        ("number=1002&outgoing_uri=2", "1002", "2"),
        ("key=number=1002&outgoing_uri=1001@h", "1002", "1001@h"),
        ("key=number%3D1002&outgoing_uri=1001%40h", "1002", "1001@h"),
        ("key=NUMBER=1002", "1002", None),
        ("number=1002&outgoing_uri=@pbx.example", "1002", "@pbx.example"),
        ("number=702-927-6689", "7029276689", None),
        ("number=+390212345", "+390212345", None),
        ("number=%2B390212345", "+390212345", None),
        ("number=%2B39%20(02)%20123-45", "+390212345", None),
        ("number=702+927+6689", "7029276689", None),  # spaces by a form encoder
        ("number=+39+02+123", "+3902123", None),
        ("number=1002&outgoing_uri=sip:1001@h", "1002", "sip:1001@h"),
        ("number=*72%23", "*72#", None),
        ("Number=sip%3Abob-1%40h%3Buser=phone", "sip:bob-1@h;user=phone", None),
        ("number=bob", "bob", None),
        ("number=1002&", "1002", None),
    ],
)
def test_numbers_as_clients_send_them(query: str, number: str, account: str | None) -> None:
    assert parse_query(query) == DialNumber(number, account)


def test_as_python_clients_encode_it() -> None:
    assert parse_query(urlencode({"key": "SPEAKER;123;ENTER"})) == PressKeys((SPEAKER, "123", ENTER))
    assert parse_query(urlencode({"key": "number=123", "outgoing_uri": "1@h"})) == DialNumber("123", "1@h")
    assert parse_query(urlencode({"number": "+39 02 123"})) == DialNumber("+3902123")
    assert parse_query(urlencode({"key": "*"})) == PressKeys((Key.STAR,))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "x=1",
        "outgoing_uri=1@h",
        "key=OK&number=2",
        "key=OK&key=OK",
        "key=OK&KEY=X",
        "number=1&number=2",
        "number=5&key=number=6",
        "number=1&outgoing_uri=a&outgoing_uri=b",
        "number=",
        "number=%20",
        "key=number=",
        "number=-",
        "number=+",
        "number=@@",
        "number=1002;rm",
        "number=1002;%20rm",
        "key=AlwaysFwdOn=1%0d2",
        "key=AlwaysFwdOn=1003=24",
        "key=AlwaysFwdOff=1003",
        "key=BusyFwdOn=1003&number=5",
        "key=NoAnswFwdOff=1003=24",
        "key=NoAnswFwdOn=1002;rm",
        "number=1%0d%0a2",
        "number=<b>",
        "number=Zo%C3%AB",
        "number=%ff",
        "number=1002&outgoing_uri=a b",
        "number=1002&outgoing_uri=a%0db",
        "number=1002&outgoing_uri=@",
    ],
)
def test_no_command(query: str) -> None:
    with pytest.raises(MalformedCommand) as refused:
        parse_query(query)
    assert refused.value.http_status_hint == 400


@pytest.mark.parametrize(
    ("query", "token"),
    [
        ("key=", ""),
        ("key", ""),
        ("key=NoSuchKey", "NoSuchKey"),
        ("key=OK;;X", ""),
        ("key=OK;", ""),
        ("key=F+HOLD", "F+HOLD"),
        ("key=1:0:0", "1:0:0"),
        ("key=L9", "L9"),
        ("key=ASW;MUTE", "ASW"),
        ("key=SPEAKER;83a11;ENTER", "83a11"),
        ("key=++1", "++1"),
        ("key=%00", "\0"),
        ("key=" + "1" * 65, "1" * 65),
    ],
)
def test_unknown_key(query: str, token: str) -> None:
    with pytest.raises(UnknownKey) as refused:
        parse_query(query)
    assert refused.value.token == token
    assert refused.value.http_status_hint == 400


def test_limits_at_and_one_over() -> None:
    assert parse_query("key=" + ";".join(["OK"] * MAX_SEQUENCE)) == PressKeys((OK,) * MAX_SEQUENCE)
    with pytest.raises(MalformedCommand, match=str(MAX_SEQUENCE)):
        parse_query("key=" + ";".join(["OK"] * (MAX_SEQUENCE + 1)))
    assert parse_query("key=" + "1" * 64) == PressKeys(("1" * 64,))
    longest = "a" * MAX_NUMBER_CHARS
    assert parse_query(f"number={longest}&outgoing_uri={longest}") == DialNumber(longest, longest)
    for query in (f"number={longest}a", f"number=1&outgoing_uri={longest}a"):
        with pytest.raises(MalformedCommand):
            parse_query(query)


def test_a_dialects_further_spellings_are_taken_first() -> None:
    aliases = {"cancel": Key.X, "f_cancel": Key.X, "12": Key.MSG}
    assert parse_query("key=CANCEL;F_Cancel;12;34;x", aliases=aliases) == PressKeys(
        (Key.X, Key.X, Key.MSG, "34", Key.X)
    )


def test_a_dialects_spelling_is_written() -> None:
    query = build_query(PressKeys((Key.X, Key.POUND, OK)), spellings={Key.X: "F_CANCEL", Key.POUND: "#"})
    assert query == "key=F_CANCEL;%23;OK"


@pytest.mark.parametrize(
    ("command", "query"),
    [
        (PressKeys((Key.STAR, "*72#", "+39", OK)), "key=*;*72%23;%2B39;OK"),
        (DialNumber("+3902"), "number=%2B3902"),
        (DialNumber("*72#", "1@h"), "number=*72%23&outgoing_uri=1@h"),
        (DialNumber("sip:a&key=X@h"), "number=sip:a%26key%3DX@h"),
    ],
)
def test_written(command: ActiveUriCommand, query: str) -> None:
    assert build_query(command) == query
    assert parse_query(query) == command


@pytest.mark.parametrize("run", ["", "12a", "1;X", "1 2", "1" * 65, "OK&number=1"])
def test_a_run_that_is_no_digits_is_not_written(run: str) -> None:
    with pytest.raises(UnknownKey) as refused:
        build_query(PressKeys((run,)))
    assert refused.value.token == run


runs = st.text(alphabet="0123456789*#", min_size=2, max_size=64) | st.text("0123456789", min_size=1, max_size=9).map(
    lambda digits: "+" + digits
)
accounts = st.text(alphabet=string.ascii_letters + string.digits + "+*#@.:;=_~!$'&/%[]-", min_size=1, max_size=126)
commands = st.lists(st.sampled_from(Key) | runs, min_size=1, max_size=MAX_SEQUENCE).map(
    lambda items: PressKeys(tuple(items))
) | st.builds(DialNumber, runs, st.none() | accounts.map(lambda text: "a" + text))


@given(commands)
def test_what_is_written_is_read_back(command: ActiveUriCommand) -> None:
    query = build_query(command)
    assert query.isascii()
    assert not set(query) & set(' +#"<>')
    assert parse_query(query) == command


words = st.sampled_from(
    ["key", "number", "outgoing_uri", "=", "&", ";", "%", "%3B", "OK", "X", "1", "12", "+", "#", " ", "@h", "%ff", "ë"]
)


@given(st.text() | st.lists(words).map("".join))
def test_any_query_is_a_command_or_a_protocol_error(query: str) -> None:
    try:
        command = parse_query(query)
    except ProtocolError as refused:
        assert refused.http_status_hint == 400
        return
    # What was understood can be said again, and means the same.
    assert parse_query(build_query(command)) == command


SWITCHES = {
    "always_on": "AlwaysFwdOn={target}",
    "always_off": "AlwaysFwdOff",
    "busy_on": "BusyFwdOn={target}",
    "busy_off": "BusyFwdOff",
    "no_answer_on": "NoAnswFwdOn={target}",
    "no_answer_off": "NoAnswFwdOff",
}


@pytest.mark.parametrize(
    ("query", "command"),
    [
        ("key=AlwaysFwdOn=1003", SwitchForward(ForwardKind.ALWAYS, True, "1003")),
        ("key=alwaysfwdon%3D1003", SwitchForward(ForwardKind.ALWAYS, True, "1003")),
        ("key=AlwaysFwdOn", SwitchForward(ForwardKind.ALWAYS, True)),
        ("key=AlwaysFwdOn=", SwitchForward(ForwardKind.ALWAYS, True)),
        ("key=AlwaysFwdOff", SwitchForward(ForwardKind.ALWAYS, False)),
        ("key=BUSYFWDON=*3%23", SwitchForward(ForwardKind.BUSY, True, "*3#")),
        ("key=BusyFwdOff", SwitchForward(ForwardKind.BUSY, False)),
        ("key=NoAnswFwdOn=1001=24", SwitchForward(ForwardKind.NO_ANSWER, True, "1001", 24)),
        ("key=NoAnswFwdOn=sip:anna@pbx.example", SwitchForward(ForwardKind.NO_ANSWER, True, "sip:anna@pbx.example")),
        ("key=NoAnswFwdOff", SwitchForward(ForwardKind.NO_ANSWER, False)),
    ],
)
def test_forwards_as_a_sister_lineage_switches_them(query: str, command: SwitchForward) -> None:
    assert parse_query(query) == command


@pytest.mark.parametrize("kind", ForwardKind)
@pytest.mark.parametrize("is_on", [True, False])
def test_what_is_written_to_switch_a_forward_is_read_again(kind: ForwardKind, is_on: bool) -> None:
    command = SwitchForward(kind, is_on, "*3#" if is_on else "")
    assert command.switch in SWITCHES
    assert parse_query(build_query(command, forwards=SWITCHES)) == command
    with pytest.raises(UnknownKey):
        build_query(command)


def test_seconds_may_be_part_of_a_dialects_spelling() -> None:
    query = build_query(
        SwitchForward(ForwardKind.NO_ANSWER, True, "1003"), forwards={"no_answer_on": "NoAnswFwdOn={target}=24"}
    )
    assert query == "key=NoAnswFwdOn=1003=24"
    assert parse_query(query) == SwitchForward(ForwardKind.NO_ANSWER, True, "1003", 24)

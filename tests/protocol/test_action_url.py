"""Action URL: templates on the phone's side, what arrives on the console's."""

import re
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.errors import UnknownVariable, UnsupportedUrl
from offhook.protocol.action_url import (
    MAX_TEMPLATE_CHARS,
    ReportTarget,
    check_template,
    expand,
    normalise_mac,
    parse_target,
)
from offhook.protocol.events import Event
from offhook.protocol.request_reader import RequestReader
from offhook.protocol.variables import Variable
from tests.wire.samples import SAMPLES, WireSample

ALL_TWELVE = "http://c/incoming.xml?" + "&".join(f"{v.value}=${v.value}" for v in Variable)
PLAIN = {Variable.IP: "192.168.20.134", Variable.MAC: "00a859112233"}


class TestCheckTemplate:
    @pytest.mark.parametrize(
        "template",
        [
            "http://192.168.20.76/outgoing.xml?ip=$ip",
            "HTTP://console.example:8801/incoming.xml",
            "http://[2001:db8::1]:8801/$mac/$ip",
            "http://user:word@console/hold.xml?mac=$mac&x=$call_id",
            "http://console?ip=$ip",
            "http://console/?action=Incoming call",  # vendors.md §5 no. 27
            "http://console/münchen.xml",
            "http://console/?price=$5&$$ip",
            ALL_TWELVE,
        ],
    )
    def test_good(self, template: str) -> None:
        check_template(template)

    @pytest.mark.parametrize(
        "template",
        [
            "",
            "   ",
            "console/outgoing.xml",
            "//console/outgoing.xml",
            "/outgoing.xml?ip=$ip",
            "https://console/outgoing.xml",
            "ftp://console/",
            "http:console/",
            "http:///outgoing.xml",
            "http://:80/",
            "http://user@/x",
            " http://console/",
            "http://con sole/",
            "http://c:0/",
            "http://c:65536/",
            "http://c:port/",
            "http://[2001:db8::1/",
            "http://console/\r\nX-Evil:1",
            "http://console/\t",
            "http://console/\x7f",
            "http://\x00console/",
            "http://münchen.example/",
            "http://c\\d/",
            "http://<c>/",
            "http://$ip/",
            "http://$remote@console/",
            "http://console:$ip/",
            "http://$nosuch/",
            "http://℀.example/",
            "http://\ud800/",
        ],
    )
    def test_cannot_be_sent(self, template: str) -> None:
        with pytest.raises(UnsupportedUrl) as refused:
            check_template(template)
        assert refused.value.url == template
        assert refused.value.reason

    @pytest.mark.parametrize("name", ["nosuch", "call", "IP", "ip_", "remote_name"])
    def test_unknown_variable(self, name: str) -> None:
        with pytest.raises(UnknownVariable) as refused:
            check_template(f"http://console/x.xml?a=$ip&b=${name}")
        assert refused.value.name == name

    def test_length_at_the_limit_and_one_over(self) -> None:
        fill = "http://console/"
        check_template(fill + "x" * (MAX_TEMPLATE_CHARS - len(fill)))
        with pytest.raises(UnsupportedUrl, match="511"):
            check_template(fill + "x" * (MAX_TEMPLATE_CHARS - len(fill) + 1))

    @given(st.text() | st.text(alphabet="htp:/$ip@[]?#%.c0 ").map(lambda tail: "http://" + tail))
    def test_any_text_is_taken_or_refused(self, template: str) -> None:
        try:
            check_template(template)
        except (UnsupportedUrl, UnknownVariable):
            return
        url = expand(template, {variable: "a@b/?#" for variable in Variable})
        # The values changed nothing about where the request goes.
        assert re.match("http://[^/?#]*", url, re.I).group() == re.match("http://[^/?#]*", template, re.I).group()  # type: ignore[union-attr]
        assert url.isascii()
        assert " " not in url


class TestExpand:
    def test_the_documents_example(self) -> None:
        url = expand("http://192.168.20.76/outgoing.xml?ip=$ip", PLAIN)
        assert url == "http://192.168.20.76/outgoing.xml?ip=192.168.20.134"

    @pytest.mark.parametrize("variable", Variable)
    def test_each_variable_alone(self, variable: Variable) -> None:
        assert expand(f"http://c/?v=${variable.value}", {variable: "x y"}) == "http://c/?v=x%20y"

    def test_in_the_path_side_by_side_and_with_text(self) -> None:
        assert expand("http://c/$mac/$ip$mac.xml", PLAIN) == ("http://c/00a859112233/192.168.20.13400a859112233.xml")

    def test_no_value_is_nothing(self) -> None:
        assert expand("http://c/?remote=$remote&ip=$ip", PLAIN) == "http://c/?remote=&ip=192.168.20.134"

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("a&b=c", "a%26b%3Dc"),
            ("Müller & Söhne", "M%C3%BCller%20%26%20S%C3%B6hne"),
            ("+39 02", "%2B39%2002"),
            ("$ip", "%24ip"),
            ("100%", "100%25"),
            ("a\r\nX-Evil: 1", "a%0D%0AX-Evil%3A%201"),
            ("sip:1@h;user=phone", "sip%3A1%40h%3Buser%3Dphone"),
            ("", ""),
        ],
    )
    def test_values_are_encoded_once(self, value: str, written: str) -> None:
        assert expand("http://c/?v=$remote", {Variable.REMOTE: value}) == f"http://c/?v={written}"

    def test_fixed_text_is_made_legal_and_escapes_stay(self) -> None:
        assert expand("http://c/?action=Incoming call&x=a%20b&n=Zoë&p=$5", {}) == (
            "http://c/?action=Incoming%20call&x=a%20b&n=Zo%C3%AB&p=$5"
        )

    @pytest.mark.parametrize("template", ["http://c/?x=$nosuch", "http://c/?x=$call-id"])
    def test_unknown_variable(self, template: str) -> None:
        with pytest.raises(UnknownVariable):
            expand(template, {})

    @given(st.fixed_dictionaries({}, optional={v: st.text() for v in Variable}))
    def test_the_console_reads_what_the_phone_wrote(self, values: dict[Variable, str]) -> None:
        target = expand(ALL_TWELVE, values).removeprefix("http://c").encode("ascii")
        parsed = parse_target(target)
        assert parsed.event_word == "incoming"
        # "" and a text that looks like a placeholder are the two that mean "no value" at the wire.
        assert parsed.values == {
            v.value: text for v, text in values.items() if text and not re.fullmatch(r"\$[A-Za-z_-]+", text)
        }


class TestParseTarget:
    @pytest.mark.parametrize("sample", [pytest.param(s, id=s.id) for s in SAMPLES])
    def test_wire_sample(self, sample: WireSample) -> None:
        reader = RequestReader()
        reader.receive(sample.raw)
        request = reader.next_request()
        assert request is not None
        target = parse_target(request.target)
        assert target.event_word == Event(sample.event).value
        assert target.secret is None
        assert sample.values
        for name, value in sample.values.items():
            found = target.values.get(name)
            assert (normalise_mac(found) if name == "mac" and found else found) == value

    @pytest.mark.parametrize("event", Event)
    def test_each_event_in_both_forms(self, event: Event) -> None:
        slug = event.value.encode()
        assert parse_target(b"/" + slug + b".xml?ip=1").event_word == event.value
        with_secret = parse_target(b"/a/s3cret/" + slug + b"?ip=1")
        assert with_secret == ReportTarget(event.value, "s3cret", {"ip": "1"})

    @pytest.mark.parametrize(
        ("target", "word", "secret", "values"),
        [
            (b"/Outgoing.XML?IP=1", "outgoing", None, {"ip": "1"}),
            (b"/x/y/hold.xml", "hold", None, {}),
            (b"//hold.xml//?a=1", "hold", None, {"a": "1"}),
            (b"/hold.", "hold", None, {}),
            (b"/ho%6cd.xml", "hold", None, {}),
            (b"/hold", "hold", None, {}),
            (b"/off.hook.xml", "off.hook", None, {}),
            (b"/.xml", ".xml", None, {}),
            (b"/", "", None, {}),
            (b"", "", None, {}),
            (b"*", "*", None, {}),
            (b"hold.xml?ip=1", "hold", None, {"ip": "1"}),
            (b"http://console:8801/hold.xml?u=http://x/y", "hold", None, {"u": "http://x/y"}),
            (b"http://console?ip=1", "", None, {"ip": "1"}),
            # the event in the query
            (b"/?event=Incoming&ip=1", "incoming", None, {"event": "Incoming", "ip": "1"}),
            (b"/?e=hold", "hold", None, {"e": "hold"}),
            (b"/a/s?e=hold", "hold", "s", {"e": "hold"}),
            # the secret
            (b"/a/s%2Ft/hold.xml", "hold", "s/t", {}),
            (b"/a/hold.xml", "", "hold.xml", {}),
            (b"/a", "a", None, {}),
            (b"/A/s/hold", "hold", None, {}),
            # the query
            (b"/h?a=1&a=2", "h", None, {"a": "1"}),
            (b"/h?a=&a=2", "h", None, {"a": "2"}),
            (b"/h?a&=x&&b=1&", "h", None, {"b": "1"}),
            (b"/h?a=b=c;d=e", "h", None, {"a": "b=c;d=e"}),
            (b"/h?a=1?b=2", "h", None, {"a": "1?b=2"}),
            (b"/h?%61b=1", "h", None, {"ab": "1"}),
            (b"/h?a=$remote&b=$call-id&c=%24ip&d=$5&e=$&f=cash $x", "h", None, {"d": "$5", "e": "$", "f": "cash $x"}),
            (b"/h?a=%00", "h", None, {"a": "\0"}),
        ],
    )
    def test_forms(self, target: bytes, word: str, secret: str | None, values: dict[str, str]) -> None:
        assert parse_target(target) == ReportTarget(word, secret, values)

    @given(
        st.binary()
        | st.lists(st.sampled_from([b"/", b"a", b"?", b"&", b"=", b"%", b"$", b"://", b"\xff"])).map(b"".join)
    )
    def test_any_bytes_are_read(self, target: bytes) -> None:
        parsed = parse_target(target)
        for text in (parsed.event_word, parsed.secret or "", *parsed.values, *parsed.values.values()):
            assert text.encode("utf-8") is not None
        assert all(parsed.values.values())


class TestNormaliseMac:
    @pytest.mark.parametrize(
        "text",
        [
            *("00a859112233", "00A859112233", "00:a8:59:11:22:33", "00-A8-59-11-22-33", "00.a8.59.11.22.33"),
            *("00a8.5911.2233", "00a8:5911:2233", " 00a859112233\n"),
        ],
    )
    def test_every_way_to_write_it(self, text: str) -> None:
        assert normalise_mac(text) == "00a859112233"

    @pytest.mark.parametrize(
        "text",
        ["", "00a85911223", "00a8591122334", "00a85911223g", "192.168.200.134", "::1", "00:a8:59:11:22", "٠" * 12],
    )
    def test_no_mac(self, text: str) -> None:
        assert normalise_mac(text) is None

    @given(st.text())
    def test_any_text(self, text: str) -> None:
        assert normalise_mac(text) is None or re.fullmatch("[0-9a-f]{12}", normalise_mac(text) or "")


_PIECES = st.sampled_from(
    [b"a", b"Z", b"%41", b"%26", b"%3D", b"%3d", b"%", b"%%3A", b"%2540", b"+", b"$mac", b"=", b"&"]
)
_BYTES = st.binary(max_size=3).filter(lambda piece: b"?" not in piece)


@given(st.lists(_PIECES | _BYTES | st.sampled_from(["é".encode(), "é".encode("latin-1")]), max_size=12).map(b"".join))
def test_a_query_decoded_in_one_go_is_decoded_as_if_value_by_value(query: bytes) -> None:
    expected: dict[str, str] = {}
    for piece in query.split(b"&"):
        name, _, value = piece.partition(b"=")
        if name and value:
            text = _one_by_one(value)
            if not re.fullmatch(r"\$[A-Za-z_-]+", text):
                expected.setdefault(_one_by_one(name).lower(), text)
    assert parse_target(b"/e.xml?" + query).values == expected


def _one_by_one(raw: bytes) -> str:
    plain = unquote_to_bytes(raw)
    try:
        return plain.decode("utf-8")
    except UnicodeDecodeError:
        return plain.decode("latin-1")

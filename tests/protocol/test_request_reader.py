"""The lenient reader: what phones send, however it is cut into pieces, and nothing beyond the limits."""

import itertools
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offhook.errors import HeadTooLarge, MalformedRequest, RemoteProtocolError
from offhook.protocol.request_reader import (
    MAX_BODY_BYTES,
    MAX_HEAD_BYTES,
    MAX_LINE_BYTES,
    PhoneRequest,
    RequestReader,
)
from tests.wire.samples import SAMPLES, WireSample

HELLO = bytes.fromhex("160301006a0100006603030a0a0d0a") + b"\n\n\r\n"
Outcome = PhoneRequest | tuple[type[RemoteProtocolError], int, str]


def read(pieces: Iterable[bytes]) -> list[Outcome]:
    """Feed the pieces to a reader, as a listener does; the requests, and the error that ended them."""
    reader = RequestReader()
    outcomes: list[Outcome] = []
    for piece in pieces:
        reader.receive(piece)
        try:
            while (request := reader.next_request()) is not None:
                outcomes.append(request)
        except RemoteProtocolError as error:
            outcomes.append((type(error), error.http_status_hint, str(error)))
            break
    return outcomes


def every_byte(raw: bytes) -> list[bytes]:
    return [raw[i : i + 1] for i in range(len(raw))]


def cut(raw: bytes, places: Iterable[int]) -> list[bytes]:
    """Cut at the given places, taken modulo the length."""
    edges = [0, *sorted(place % (len(raw) + 1) for place in places), len(raw)]
    return [raw[start:end] for start, end in itertools.pairwise(edges)]


def only(raw: bytes) -> PhoneRequest:
    (outcome,) = read([raw])
    assert isinstance(outcome, PhoneRequest)
    return outcome


def refused(raw: bytes) -> tuple[type[RemoteProtocolError], int, str]:
    """The error, the same whole and byte by byte."""
    (outcome,) = read([raw])
    assert not isinstance(outcome, PhoneRequest)
    assert read(every_byte(raw)) == [outcome]
    return outcome


class TestWireSamples:
    @pytest.mark.parametrize("sample", [pytest.param(s, id=s.id) for s in SAMPLES])
    def test_whole_and_byte_by_byte(self, sample: WireSample) -> None:
        outcomes = read([sample.raw])
        assert outcomes
        for outcome in outcomes:
            assert isinstance(outcome, PhoneRequest)
            assert outcome.method == "GET"
            assert outcome.keep_alive is (b"HTTP/1.1" in sample.raw)
        assert read(every_byte(sample.raw)) == outcomes

    @given(st.sampled_from(SAMPLES), st.lists(st.integers(min_value=0), max_size=8))
    def test_cut_at_random_places(self, sample: WireSample, places: list[int]) -> None:
        assert read(cut(sample.raw, places)) == read([sample.raw])

    def test_all_in_one_connection(self) -> None:
        raw = b"".join(sample.raw for sample in SAMPLES if b"HTTP/1.0" not in sample.raw)
        outcomes = read([raw])
        assert len(outcomes) == raw.count(b"GET ")
        assert all(isinstance(outcome, PhoneRequest) for outcome in outcomes)
        assert read(every_byte(raw)) == outcomes

    def test_two_at_once_come_in_order(self) -> None:
        (pipelined,) = (sample for sample in SAMPLES if sample.name == "two requests at once")
        first, second = read([pipelined.raw])
        assert isinstance(first, PhoneRequest)
        assert isinstance(second, PhoneRequest)
        assert (first.target[:8], second.target[:9]) == (b"/dnd_on.", b"/dnd_off.")


class TestRequestLine:
    @pytest.mark.parametrize(
        ("line", "target"),
        [
            (b"GET /x?n=John van Doe&y=1 HTTP/1.1", b"/x?n=John van Doe&y=1"),
            (b"GET /x?n=a HTTP/1.1 HTTP/1.1", b"/x?n=a HTTP/1.1"),
            (b"GET  /x  HTTP/1.1", b"/x"),
            (b"GET /x HTTP/1.1 \t", b"/x"),
            (b'GET /x?r="Bob" <sip:2@h> HTTP/1.1', b'/x?r="Bob" <sip:2@h>'),
            (b"GET /x?n=Zo\xeb\x00\x01 HTTP/1.1", b"/x?n=Zo\xeb\x00\x01"),
            (b"GET http://c/x HTTP/1.1", b"http://c/x"),
            (b"GET x HTTP/1.1", b"x"),
            (b"GET /x HTTP/2", b"/x"),
        ],
    )
    def test_target(self, line: bytes, target: bytes) -> None:
        for end in (b"\r\n\r\n", b"\n\n", b"\r\n\n", b"\n\r\n"):
            assert only(line + end) == PhoneRequest("GET", target, keep_alive=True)

    @pytest.mark.parametrize(
        ("line", "target"),
        [
            (b"GET /x", b"/x"),
            (b"GET /x?n=My HTTP/Joe", b"/x?n=My HTTP/Joe"),
            (b"GET /x?n=a b", b"/x?n=a b"),
            (b"GET HTTP/1.1", b"HTTP/1.1"),
        ],
    )
    def test_no_version_is_the_oldest(self, line: bytes, target: bytes) -> None:
        assert only(line + b"\r\n\r\n") == PhoneRequest("GET", target, keep_alive=False)

    def test_the_method_is_told(self) -> None:
        assert only(b"POST /x HTTP/1.1\r\n\r\n").method == "POST"
        assert only(b"A" * 16 + b" /x HTTP/1.1\r\n\r\n").method == "A" * 16

    @pytest.mark.parametrize(
        "line",
        [
            *(b"GET", b"/x", b"\x00\x01\x02", b" GET /x HTTP/1.1", b"GET\t/x\tHTTP/1.1", b"G3T /x HTTP/1.1"),
            *(b"A" * 17 + b" /x HTTP/1.1", b"G\xebT /x HTTP/1.1", b"\x80\x80", b"GET  ", b"GET  HTTP/1.1"),
        ],
    )
    def test_no_request(self, line: bytes) -> None:
        error, status, _ = refused(line + b"\r\nHost: c\r\n\r\n")
        assert (error, status) == (MalformedRequest, 400)

    def test_tls_is_named_at_its_first_byte(self) -> None:
        error, _, text = refused(HELLO)
        assert error is MalformedRequest
        assert "https" in text
        assert read([HELLO[:1]]) == read([HELLO])


class TestKeepAlive:
    @pytest.mark.parametrize(
        ("version", "fields", "keep_alive"),
        [
            (b"HTTP/1.1", b"", True),
            (b"HTTP/1.0", b"", False),
            (b"HTTP/0.9", b"", False),
            (b"HTTP/1.1", b"Connection: close\r\n", False),
            (b"HTTP/1.1", b"connection:Close\r\n", False),
            (b"HTTP/1.1", b"CONNECTION : keep-alive, close\r\n", False),
            (b"HTTP/1.1", b"Connection: close\r\nConnection: keep-alive\r\n", False),
            (b"HTTP/1.0", b"Connection: Keep-Alive\r\n", True),
            (b"HTTP/1.1", b"Connection: upgrade\r\n", True),
            (b"HTTP/1.1", b"Transfer-Encoding: chunked\r\n", False),
            (b"HTTP/1.1", b"no colon at all\r\n: no name\r\n  folded\r\n", True),
        ],
    )
    def test_table(self, version: bytes, fields: bytes, keep_alive: bool) -> None:
        assert only(b"GET /x " + version + b"\r\n" + fields + b"\r\n").keep_alive is keep_alive

    @pytest.mark.parametrize(
        "last",
        [
            b"GET /1 HTTP/1.0\r\n\r\n",
            b"GET /1 HTTP/1.1\r\nConnection: close\r\nContent-Length: 2\r\n\r\nab",
            b"GET /1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n",
        ],
    )
    def test_nothing_after_the_last_request_is_a_request(self, last: bytes) -> None:
        raw = last + b"GET /smuggled HTTP/1.1\r\n\r\n"
        (outcome,) = read([raw])
        assert isinstance(outcome, PhoneRequest)
        assert outcome.target == b"/1"
        assert read(every_byte(raw)) == [outcome]

    def test_what_is_dropped_is_not_waited_for(self) -> None:
        reader = RequestReader()
        reader.receive(b"GET /1 HTTP/1.0\r\n\r\njunk")
        assert reader.next_request() is not None
        assert reader.next_request() is None
        assert not reader.is_mid_request


class TestBlankLines:
    def test_some_before_a_request_are_tolerated_each_time(self) -> None:
        raw = (b"\r\n" * 8 + b"GET /x HTTP/1.1\r\n\r\n") * 3
        assert len(read([raw])) == 3
        assert read(every_byte(raw)) == read([raw])

    @pytest.mark.parametrize("blank", [b"\r\n", b"\n", b"\r"])
    def test_an_endless_stream_is_not(self, blank: bytes) -> None:
        error, status, text = refused(blank * 17)
        assert (error, status) == (MalformedRequest, 400)
        assert "empty" in text

    def test_they_do_not_make_a_request_unfinished(self) -> None:
        reader = RequestReader()
        reader.receive(b"\r\n")
        assert reader.next_request() is None
        assert not reader.is_mid_request


class TestLimits:
    @pytest.mark.parametrize("end", [b"\r\n", b"\n"])
    def test_line_at_the_limit_and_one_over(self, end: bytes) -> None:
        line = b"GET /".ljust(MAX_LINE_BYTES - 9, b"x") + b" HTTP/1.1"
        assert len(line) == MAX_LINE_BYTES
        raw = line + end + end
        assert len(only(raw).target) == MAX_LINE_BYTES - 13
        assert read(every_byte(raw)) == read([raw])
        error, status, text = refused(b"GET /x" + line[5:] + end + end)
        assert (error, status) == (HeadTooLarge, 414)
        assert "request line" in text

    def test_line_without_an_end(self) -> None:
        assert read([b"x" * MAX_LINE_BYTES]) == []
        assert read([b"x" * MAX_LINE_BYTES + b"\r"]) == []
        assert refused(b"x" * (MAX_LINE_BYTES + 1))[1] == 414
        assert refused(b"x" * MAX_LINE_BYTES + b"\r\r\n\n")[1] == 414
        assert refused(b"x" * 100_000)[1] == 414

    @staticmethod
    def head(size: int) -> bytes:
        start, end = b"GET /x HTTP/1.1\r\nFill: ", b"\r\n\r\n"
        return start + b"x" * (size - len(start) - len(end)) + end

    def test_head_at_the_limit_and_one_over(self) -> None:
        raw = self.head(MAX_HEAD_BYTES)
        assert only(raw).target == b"/x"
        assert read(every_byte(raw)) == read([raw])
        error, status, text = refused(self.head(MAX_HEAD_BYTES + 1))
        assert (error, status) == (HeadTooLarge, 431)
        assert text.startswith("head ")

    def test_head_without_an_end(self) -> None:
        assert read([self.head(MAX_HEAD_BYTES + 4)[:-4]]) == []
        assert refused(self.head(MAX_HEAD_BYTES * 3)[:-4])[1] == 431

    def test_body_at_the_limit_and_one_over(self) -> None:
        start = b"GET /x HTTP/1.1\r\nContent-Length: "
        next_one = b"GET /y HTTP/1.1\r\n\r\n"
        outcomes = read([start + str(MAX_BODY_BYTES).encode() + b"\r\n\r\n" + b"\n" * MAX_BODY_BYTES + next_one])
        assert [o.target for o in outcomes if isinstance(o, PhoneRequest)] == [b"/x", b"/y"]
        error, status, text = refused(start + str(MAX_BODY_BYTES + 1).encode() + b"\r\n\r\n")
        assert (error, status) == (HeadTooLarge, 413)
        assert text.startswith("body ")

    @pytest.mark.parametrize(
        "value", [b"", b"-1", b"+1", b"1x", b"0x10", b"4, 4", b"1" * 13, b"\xb2", b"4\r\nContent-Length: 5"]
    )
    def test_length_that_is_no_length(self, value: bytes) -> None:
        error, _, text = refused(b"GET /x HTTP/1.1\r\nContent-Length: " + value + b"\r\n\r\n")
        assert error is MalformedRequest
        assert "Content-Length" in text

    def test_the_same_length_twice_is_one(self) -> None:
        raw = b"GET /x HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab"
        assert only(raw).target == b"/x"


class TestMidRequest:
    def test_from_the_first_byte_to_the_last_of_the_body(self) -> None:
        reader = RequestReader()
        seen = []
        for piece in (b"", b"G", b"ET /x HTTP/1.1\r\n", b"Content-Length: 3\r\n\r", b"\n", b"ab", b"c"):
            reader.receive(piece)
            seen.append((reader.next_request() is not None, reader.is_mid_request))
        assert seen == [
            (False, False),
            (False, True),
            (False, True),
            (False, True),
            (True, True),
            (False, True),
            (False, False),
        ]


tokens = st.sampled_from(
    [
        *(b"GET ", b"/hold.xml", b"?mac=00a859112233", b" ", b" HTTP/1.1", b" HTTP/1.0", b"\r", b"\n", b"\r\n"),
        *(b"\r\n\r\n", b"\n\n", b"Host: c", b"Connection: close", b"Content-Length: 3", b"Content-Length: x", b"abc"),
        *(b"Transfer-Encoding: chunked", b"\x16\x03", b"\x00", b"\xff", b":", b"GET /x HTTP/1.1\r\n\r\n"),
        *(b"\n" * 15, b"x" * 8_150, b"F: " + b"y" * 8_000 + b"\r\n"),
    ]
)
traffic = st.lists(tokens, max_size=24).map(b"".join) | st.binary(max_size=200)


@settings(max_examples=300)
@given(traffic, st.lists(st.integers(min_value=0), max_size=12))
def test_any_bytes_in_any_splitting_mean_the_same(raw: bytes, places: list[int]) -> None:
    whole = read([raw])
    assert read(cut(raw, places)) == whole
    assert not any(isinstance(outcome, tuple) for outcome in whole[:-1])


@settings(max_examples=50)
@given(traffic)
def test_byte_by_byte_means_the_same(raw: bytes) -> None:
    assert read(every_byte(raw)) == read([raw])


def test_a_flood_of_small_requests_in_one_piece() -> None:
    one = b"GET / HTTP/1.1\n\n"
    assert len(read([one * 20_000])) == 20_000

"""What the console says in SIP, and what it understands."""

import hashlib

import pytest

from offhook.console.sip_messages import (
    Notify,
    Response,
    SipAddress,
    answer_challenge,
    goes_by_sip,
    read_response,
    read_sip_address,
)
from offhook.errors import NotValid

TO = SipAddress("1001", "192.0.2.1", 5070)
REQUEST = Notify(TO, "192.0.2.9:40000", "de sk", "key=OK", "id@host", "tag", "z9hG4bKx")


@pytest.mark.parametrize(
    ("text", "address", "uri"),
    [
        ("sip:1001@pbx", SipAddress("1001", "pbx", 5060), "sip:1001@pbx"),
        ("SIP:*1@pbx:5060", SipAddress("*1", "pbx", 5060), "sip:*1@pbx"),
        (
            "sip:a%20b@pbx.example.org:5070",
            SipAddress("a%20b", "pbx.example.org", 5070),
            "sip:a%20b@pbx.example.org:5070",
        ),
        ("sip:1@[2001:db8::1]", SipAddress("1", "2001:db8::1", 5060), "sip:1@[2001:db8::1]"),
        ("sip:1@[::1]:5070", SipAddress("1", "::1", 5070), "sip:1@[::1]:5070"),
    ],
)
def test_an_address_is_read_and_written(text: str, address: SipAddress, uri: str) -> None:
    assert read_sip_address(text) == address
    assert address.uri == uri
    assert read_sip_address(uri) == address


def test_the_address_says_which_way() -> None:
    assert goes_by_sip("sip:1001@pbx") and goes_by_sip("SIP:1001@pbx")
    assert not goes_by_sip("http://sip:80") and not goes_by_sip("")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sip:",
        "sip:pbx",
        "sip:@pbx",
        "sip:1001@",
        "sips:1001@pbx",
        "sip:1001@pbx:0",
        "sip:1001@pbx:65536",
        "sip:1001@pbx:x",
        "sip:1001@pbx;transport=tcp",
        "sip:1001@pbx\r\nX: y",
        "sip:1001@pbx\n",
        "sip:1001:secret@pbx",
        "sip:1 1@pbx",
        "http://pbx",
    ],
)
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(NotValid, match="such as sip:1001@"):
        read_sip_address(text)


def test_a_request_as_it_is_sent() -> None:
    head, _, body = REQUEST.write().decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    assert first == "NOTIFY sip:1001@192.0.2.1:5070 SIP/2.0"
    headers = dict(line.split(": ", 1) for line in lines)
    assert headers["Via"] == "SIP/2.0/UDP 192.0.2.9:40000;rport;branch=z9hG4bKx"
    assert headers["From"] == "<sip:de%20sk@192.0.2.1:5070>;tag=tag"
    assert (headers["CSeq"], headers["Event"], headers["Content-Type"]) == ("1 NOTIFY", "ACTION-URI", "message/sipfrag")
    assert (headers["Content-Length"], body) == ("6", "key=OK")


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_response_in_any_spelling(end: str) -> None:
    lines = [
        "sip/2.0 407 Who\x07 are you",
        "V: SIP/2.0/UDP 192.0.2.9:40000 ; rport=40000;",
        "\tBranch = z9hG4bKx , SIP/2.0/UDP elsewhere;branch=z9hG4bKfirst",
        "via: SIP/2.0/UDP 192.0.2.8;branch=z9hG4bKy",
        "cseq:   1   NOTIFY ",
        "no header",
        'Proxy-Authenticate: Digest realm="r", nonce="n"',
        'WWW-Authenticate: Basic realm="r"',
        "",
        "",
    ]
    response = read_response(end.join(lines).encode() if end == "\r\n" else end.join(lines[:-2]).encode())
    assert response is not None
    assert (response.status, response.reason) == (407, "Who are you")
    assert response.answers(REQUEST)
    assert [header for header, _ in response.challenges] == ["Proxy-Authorization", "Authorization"]


def test_a_response_to_something_else() -> None:
    for via, cseq in (("z9hG4bKother", "1 NOTIFY"), ("z9hG4bKx", "2 NOTIFY"), ("z9hG4bKx", "1 INVITE"), ("", "")):
        response = read_response(f"SIP/2.0 200 OK\r\nVia: x;branch={via}\r\nCSeq: {cseq}\r\n\r\n".encode())
        assert response is not None
        assert not response.answers(REQUEST)
    first_counts = b"SIP/2.0 200 OK\r\nVia: x\r\nVia: y;branch=z9hG4bKx\r\nCSeq: 1 NOTIFY\r\n\r\n"
    response = read_response(first_counts)
    assert response is not None and not response.answers(REQUEST)


@pytest.mark.parametrize(
    "datagram",
    [b"", b"\r\n\r\n", b"\xff\xfe\x00", b"SIP/2.0 700 No", b"SIP/2.0 20 OK", b"HTTP/1.1 200 OK", REQUEST.write()],
)
def test_what_is_no_response(datagram: bytes) -> None:
    assert read_response(datagram) is None


def challenged(*challenges: str, header: str = "Proxy-Authorization") -> Response:
    return Response(407, "", "z9hG4bKx", "1 NOTIFY", tuple((header, each) for each in challenges))


def test_the_answer_to_a_challenge_as_rfc_3261_makes_it() -> None:
    given = challenged('Digest realm="pbx", nonce="n\\"1", opaque="o", qop="auth-int, AUTH", algorithm=MD5')
    line = answer_challenge(given, TO.uri, 'de"sk', "secret", "word")

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    first, second = md5('de"sk:pbx:secret'), md5(f"NOTIFY:{TO.uri}")
    right = md5(f'{first}:n"1:00000001:word:auth:{second}')
    assert line.startswith('Proxy-Authorization: Digest username="de\\"sk", realm="pbx", nonce="n\\"1"')
    assert f'response="{right}"' in line
    assert 'opaque="o"' in line and 'qop=auth, nc=00000001, cnonce="word"' in line


def test_without_quality_of_protection_as_old_exchanges_have_it() -> None:
    line = answer_challenge(challenged('Digest realm="r",nonce="n"', header="Authorization"), TO.uri, "u", "p", "word")
    assert line.startswith("Authorization: ") and "qop" not in line and "cnonce" not in line


def test_the_first_challenge_that_can_be_answered() -> None:
    line = answer_challenge(
        challenged(
            'Digest realm="r", nonce="n", algorithm=SHA-512-256', 'Digest realm="r", nonce="n", algorithm=SHA-256'
        ),
        TO.uri,
        "u",
        "p",
        "word",
    )
    assert line.endswith("algorithm=SHA-256")
    assert len(line.partition('response="')[2].partition('"')[0]) == 64


@pytest.mark.parametrize(
    "challenge",
    ["", "Basic realm=x", "Digest", 'Digest realm="r"', 'Digest nonce="n", qop="auth-int"', 'NTLM nonce="n"'],
)
def test_a_challenge_that_cannot_be_answered(challenge: str) -> None:
    assert answer_challenge(challenged(challenge), TO.uri, "u", "p", "word") == ""

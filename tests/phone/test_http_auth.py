"""The client's half of Digest is written out here from RFC 7616 §3.4, apart from the code under test."""

import base64
import hashlib

import pytest

from offhook.phone.http_auth import NONCE_LIFETIME_S, REALM, AuthRequest, HttpAuth, Verdict

TARGET = "/cgi-bin/ConfigManApp.com?key=OK"
USER, PASSWORD = "admin", "gehe!im:ß"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def nonce_of(auth: HttpAuth, now: float = 0.0) -> str:
    return auth.challenges(now)[0].partition('nonce="')[2].partition('"')[0]


def digest(nonce: str, **changes: str) -> str:
    """Write an Authorization header; changes replace what goes into it, `uri` and `password` among them."""
    parts = {"user": USER, "password": PASSWORD, "uri": TARGET, "algorithm": "MD5", "nc": "00000001"} | changes
    algorithm = hashlib.sha256 if parts["algorithm"] == "SHA-256" else hashlib.md5

    def h(text: str) -> str:
        return algorithm(text.encode()).hexdigest()

    a1, a2 = h(f"{parts['user']}:{REALM}:{parts['password']}"), h(f"GET:{parts['uri']}")
    response = changes.get("response", h(f"{a1}:{nonce}:{parts['nc']}:0a4f113b:auth:{a2}"))
    return (
        f'Digest username="{parts["user"]}", realm="{REALM}", nonce="{nonce}", uri="{parts["uri"]}", '
        f'algorithm={parts["algorithm"]}, nc={parts["nc"]}, cnonce="0a4f113b", qop=auth, response="{response}"'
    )


def check(auth: HttpAuth, authorization: str, now: float = 0.0, target: str = TARGET) -> Verdict:
    return auth.check(AuthRequest("GET", target, authorization), USER, PASSWORD, now)


@pytest.fixture
def auth() -> HttpAuth:
    return HttpAuth()


def test_the_challenges_are_digest_twice_and_basic_with_one_nonce(auth: HttpAuth) -> None:
    md5, sha256, plain = auth.challenges(0.0)
    assert "algorithm=MD5" in md5
    assert "algorithm=SHA-256" in sha256
    assert plain.startswith("Basic ")
    assert md5.partition("nonce=")[2].split(",")[0] == sha256.partition("nonce=")[2].split(",")[0]
    assert all('qop="auth"' in each and "stale" not in each for each in (md5, sha256))
    assert all("stale=true" in each for each in auth.challenges(0.0, is_stale=True)[:2])


def test_basic(auth: HttpAuth) -> None:
    assert check(auth, basic(USER, PASSWORD)) is Verdict.GOOD
    assert check(auth, basic(USER, PASSWORD).replace("Basic", "bAsIc")) is Verdict.GOOD
    assert check(auth, basic(USER, "wrong")) is Verdict.WRONG
    assert check(auth, basic("other", PASSWORD)) is Verdict.WRONG
    assert check(auth, basic("", "")) is Verdict.WRONG


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
def test_digest(auth: HttpAuth, algorithm: str) -> None:
    nonce = nonce_of(auth)
    assert check(auth, digest(nonce, algorithm=algorithm)) is Verdict.GOOD
    assert check(auth, digest(nonce, algorithm=algorithm, password="wrong", nc="00000002")) is Verdict.WRONG
    assert check(auth, digest(nonce, algorithm=algorithm, user="other", nc="00000003")) is Verdict.WRONG


def test_the_examples_of_the_rfc_would_match() -> None:
    """RFC 7616 §3.9.1: the same computation with its realm and nonce gives its response."""
    h = hashlib.md5
    a1 = h(b"Mufasa:http-auth@example.org:Circle of Life").hexdigest()
    a2 = h(b"GET:/dir/index.html").hexdigest()
    nonce, cnonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    response = h(f"{a1}:{nonce}:00000001:{cnonce}:auth:{a2}".encode()).hexdigest()
    assert response == "8ca523f5e9506fed4657c9700eebdbec"


def test_the_same_request_again_is_refused_the_next_one_is_not(auth: HttpAuth) -> None:
    nonce = nonce_of(auth)
    assert check(auth, digest(nonce)) is Verdict.GOOD
    assert check(auth, digest(nonce)) is Verdict.REPLAYED
    assert check(auth, digest(nonce, nc="00000003")) is Verdict.GOOD
    assert check(auth, digest(nonce, nc="00000002")) is Verdict.GOOD  # two connections: order is not promised
    assert check(auth, digest(nonce, nc="00000002")) is Verdict.REPLAYED


def test_a_wrong_password_uses_no_count_up(auth: HttpAuth) -> None:
    nonce = nonce_of(auth)
    assert check(auth, digest(nonce, password="wrong")) is Verdict.WRONG
    assert check(auth, digest(nonce)) is Verdict.GOOD


def test_nonces_go_stale_and_those_of_others_are(auth: HttpAuth) -> None:
    nonce = nonce_of(auth, 100.0)
    assert check(auth, digest(nonce), 100.0 + NONCE_LIFETIME_S) is Verdict.GOOD
    assert check(auth, digest(nonce, nc="00000002"), 101.0 + NONCE_LIFETIME_S) is Verdict.STALE
    assert check(auth, digest(nonce_of(HttpAuth()))) is Verdict.STALE
    assert check(auth, digest("made up")) is Verdict.STALE
    assert check(auth, digest("")) is Verdict.STALE
    assert check(auth, digest(nonce_of(auth, 1000.0)), 0.0) is Verdict.STALE  # from the future


def test_a_digest_is_good_for_its_own_command_only(auth: HttpAuth) -> None:
    header = digest(nonce_of(auth))
    assert check(auth, header, target="/cgi-bin/ConfigManApp.com?key=Reboot") is Verdict.MALFORMED


@pytest.mark.parametrize(
    "header",
    ["", "Bearer abc", "Negotiate xyz", "Digestible", "x" * 5000],
)
def test_what_was_not_offered_is_no_credential(auth: HttpAuth, header: str) -> None:
    assert check(auth, header) is Verdict.MISSING


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"nocolon").decode(),
        "Basic é",
        "Digest",
        "Digest ,,,",
        'Digest username="admin"',
        'Digest username="a", username="b"',
        'Digest username="unclosed',
        digest("n", algorithm="SHA-512"),
        digest("n", nc="1"),
        digest("n", nc="zzzzzzzz"),
        digest("n").replace("qop=auth", "qop=auth-int"),
        digest("n").replace("qop=auth, ", ""),
    ],
)
def test_malformed(auth: HttpAuth, header: str) -> None:
    assert check(auth, header) is Verdict.MALFORMED


def test_many_requests_with_one_nonce_end_in_a_new_challenge_not_in_endless_memory(auth: HttpAuth) -> None:
    nonce = nonce_of(auth)
    verdicts = [check(auth, digest(nonce, nc=f"{count:08x}")) for count in range(5000)]
    assert verdicts[0] is Verdict.GOOD
    assert verdicts[-1] is Verdict.STALE
    assert Verdict.REPLAYED not in verdicts


def test_a_program_that_asks_anew_for_every_command_is_never_turned_away(auth: HttpAuth) -> None:
    nonces = [nonce_of(auth, now=number / 100) for number in range(1000)]
    assert {check(auth, digest(nonce), now=10.0) for nonce in nonces} == {Verdict.GOOD}
    # What had to be forgotten is stale, not good again.
    assert {check(auth, digest(nonce), now=10.0) for nonce in nonces[:500]} == {Verdict.STALE}
    assert check(auth, digest(nonces[-1]), now=10.0) is Verdict.REPLAYED

from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from litestar import Request

from offhook.phone.lockout import FREE_FAILURES
from offhook.phone.settings import DEFAULT_PASSWORD, ActiveUri, Login, Network, PhoneSettings
from offhook.phone.web.gate import Admission, Gate, WebRequest, is_foreign, is_local, target_of, wants_page

SETTINGS = PhoneSettings(
    login=Login(user="admin", password="geheim"),
    active_uri=ActiveUri(allowed=["192.0.2.*"]),
    network=Network(address="auto"),
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def request(
    *, client: str = "192.0.2.9", server: str = "192.0.2.4", port: str = "80", target: str = "/x?y=%26", **headers: str
) -> WebRequest:
    given = {"host": f"{server}:{port}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    path, _, query = target.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": (client, 1234),
        "server": (server, int(port)),
        "state": {},
    }
    return Request(scope)  # type: ignore[arg-type]


def basic(password: str, user: str = "admin") -> str:
    return aiohttp.encode_basic_auth(user, password)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(clock: Clock) -> Iterator[Gate]:
    yield Gate(lambda: SETTINGS, now=clock)


def cookie_of(header: str) -> str:
    return header.partition(";")[0]


def test_nobody_comes_in_without_credentials(gate: Gate) -> None:
    assert gate.rule(request()).admission is Admission.LOGIN_NEEDED
    assert gate.rule(request(cookie="offhook_phone_80=guess")).admission is Admission.LOGIN_NEEDED
    assert gate.rule(request(cookie="\x00=;;;[")).admission is Admission.LOGIN_NEEDED
    assert gate.rule(request(authorization="Bearer x")).admission is Admission.LOGIN_NEEDED
    assert gate.rule(request(authorization=basic("geheim"))).admission is Admission.GRANTED


def test_a_session_lasts_until_logging_out(gate: Gate) -> None:
    ruling, header = gate.log_in(request(), "admin", "geheim")
    assert ruling.admission is Admission.GRANTED
    assert "HttpOnly; SameSite=Strict" in header
    visit = request(cookie=cookie_of(header))
    assert gate.rule(visit).session is ruling.session is not None
    assert "Max-Age=0" in gate.log_out(visit)
    assert gate.rule(visit).admission is Admission.LOGIN_NEEDED


def test_phones_on_one_computer_do_not_share_a_cookie(gate: Gate) -> None:
    _, header = gate.log_in(request(port="8081"), "admin", "geheim")
    assert header.startswith("offhook_phone_8081=")
    assert gate.rule(request(port="8082", cookie=cookie_of(header))).session is None


@pytest.mark.parametrize("other", ['theme={"dark":true}', "broken", "a=b c", "=v", 'x="open', "n\xe4me=1", "na me=2"])
def test_cookies_of_other_programs_do_not_log_anybody_out(gate: Gate, other: str) -> None:
    _, header = gate.log_in(request(), "admin", "geheim")
    for cookies in (f"{other}; {cookie_of(header)}", f"{cookie_of(header)}; {other}"):
        assert gate.rule(request(cookie=cookies)).admission is Admission.GRANTED


def test_a_changed_password_ends_the_other_sessions(gate: Gate) -> None:
    _, mine = gate.log_in(request(), "admin", "geheim")
    _, other = gate.log_in(request(), "admin", "geheim")
    gate.log_others_out(request(cookie=cookie_of(mine)))
    assert gate.rule(request(cookie=cookie_of(mine))).admission is Admission.GRANTED
    assert gate.rule(request(cookie=cookie_of(other))).admission is Admission.LOGIN_NEEDED


@pytest.mark.parametrize("way", ["login page", "program"])
def test_guessing_locks_the_guesser_out_for_a_while_and_nobody_else(gate: Gate, clock: Clock, way: str) -> None:
    for _ in range(FREE_FAILURES):
        if way == "login page":
            gate.log_in(request(), "admin", "wrong")
        else:
            gate.rule(request(authorization=basic("wrong")))
    locked = gate.rule(request(authorization=basic("geheim")))
    assert (locked.admission, locked.wait_s) == (Admission.LOCKED, 2.0)
    assert gate.log_in(request(), "admin", "geheim")[0].admission is Admission.LOCKED
    assert gate.rule(request(client="192.0.2.10", authorization=basic("geheim"))).admission is Admission.GRANTED
    clock.now += 2.1
    assert gate.rule(request(authorization=basic("geheim"))).admission is Admission.GRANTED


def test_asking_without_credentials_is_no_guess(gate: Gate) -> None:
    for _ in range(50):
        gate.rule(request())
    assert gate.rule(request(authorization=basic("geheim"))).admission is Admission.GRANTED


def test_a_session_is_not_locked_out_by_what_others_at_its_address_do(gate: Gate) -> None:
    _, header = gate.log_in(request(), "admin", "geheim")
    for _ in range(FREE_FAILURES + 1):
        gate.rule(request(authorization=basic("wrong")))
    assert gate.rule(request(cookie=cookie_of(header))).admission is Admission.GRANTED


@pytest.mark.parametrize(
    ("server", "host", "admission"),
    [
        ("127.0.0.1", "127.0.0.1:80", Admission.GRANTED),
        ("127.0.0.1", "localhost", Admission.GRANTED),
        ("127.0.0.9", "127.0.0.9", Admission.GRANTED),
        ("::1", "[::1]:80", Admission.GRANTED),
        ("192.0.2.4", "192.0.2.4", Admission.PASSWORD_UNSET),
        ("192.0.2.4", "127.0.0.1", Admission.PASSWORD_UNSET),
        ("127.0.0.1", "evil.example", Admission.PASSWORD_UNSET),
        ("127.0.0.1", "127.0.0.1.evil.example", Admission.PASSWORD_UNSET),
        ("127.0.0.1", "", Admission.PASSWORD_UNSET),
        ("127.0.0.1", "[", Admission.PASSWORD_UNSET),
    ],
)
def test_the_default_password_is_good_on_the_phones_own_computer_only(
    clock: Clock, server: str, host: str, admission: Admission
) -> None:
    gate = Gate(PhoneSettings, now=clock)
    visit = request(server=server, host=host, authorization=basic(DEFAULT_PASSWORD))
    assert gate.rule(visit).admission is admission
    assert is_local(visit) is (admission is Admission.GRANTED)
    ruling, header = gate.log_in(request(server=server, host=host), "admin", DEFAULT_PASSWORD)
    assert ruling.admission is admission
    assert bool(header) is (admission is Admission.GRANTED)


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),
        ({"sec_fetch_site": "none"}, False),
        ({"sec_fetch_site": "same-origin"}, False),
        ({"sec_fetch_site": "same-site"}, True),
        ({"sec_fetch_site": "cross-site"}, True),
        ({"origin": "http://192.0.2.4:80"}, False),
        ({"origin": "http://192.0.2.4:81"}, True),
        ({"origin": "null"}, True),
        ({"origin": "http://["}, True),
        ({"referer": "http://192.0.2.4:80/phone/features?x"}, False),
        ({"referer": "http://evil.example/"}, True),
        ({"origin": "http://192.0.2.4:80", "referer": "http://evil.example/"}, True),
    ],
)
def test_whose_page_made_the_request(gate: Gate, headers: dict[str, str], foreign: bool) -> None:
    assert is_foreign(request(**headers)) is foreign
    expected = Admission.FOREIGN if foreign else Admission.GRANTED
    assert gate.rule(request(authorization=basic("geheim"), **headers)).admission is expected
    assert gate.log_in(request(**headers), "admin", "geheim")[0].admission is expected


def test_a_foreign_page_may_link_to_ours(gate: Gate) -> None:
    _, header = gate.log_in(request(), "admin", "geheim")
    ruling = gate.rule(request(cookie=cookie_of(header), sec_fetch_site="same-site"))
    assert ruling.admission is Admission.FOREIGN
    assert ruling.session is not None  # pages are shown, forms and commands are not taken


def test_a_challenge_is_answered_by_a_digest_of_the_exact_target(gate: Gate) -> None:
    assert [name for name, _ in gate.challenges()] == ["www-authenticate"] * 3
    assert "stale=true" in gate.challenges(is_stale=True)[0][1]
    assert target_of(request(target="/a%20b?c=%2F;d")) == "/a%20b?c=%2F;d"
    assert target_of(request(target="/a")) == "/a"


def test_who_wants_a_page() -> None:
    assert wants_page(request(accept="text/html,*/*;q=0.8"))
    assert not wants_page(request(accept="*/*"))
    assert not wants_page(request())


def test_commands_come_from_allowed_addresses_only(gate: Gate) -> None:
    right = basic("geheim")
    assert gate.rule_command(request(authorization=right)).admission is Admission.GRANTED
    assert gate.rule_command(request(client="127.0.0.1", authorization=right)).admission is Admission.GRANTED
    stranger = request(client="198.51.100.1", authorization=right)
    assert gate.rule_command(stranger).admission is Admission.ADDRESS_REFUSED
    assert gate.rule(stranger).admission is Admission.GRANTED  # pages are for whoever has the password


def test_who_is_not_allowed_learns_nothing_about_the_password(gate: Gate) -> None:
    for password in ("geheim", "wrong"):
        stranger = request(client="198.51.100.1", authorization=basic(password))
        assert gate.rule_command(stranger).admission is Admission.ADDRESS_REFUSED


@pytest.mark.parametrize(("address", "due"), [("127.0.0.1", False), ("192.0.2.4", True), ("auto", True), ("::", True)])
def test_a_phone_that_others_can_reach_insists_on_another_password(clock: Clock, address: str, due: bool) -> None:
    gate = Gate(lambda: PhoneSettings(network=Network(address=address)), now=clock)
    assert gate.is_password_due is due
    ruling, header = gate.log_in(request(server="127.0.0.1", client="127.0.0.1"), "admin", DEFAULT_PASSWORD)
    assert ruling.admission is Admission.GRANTED
    visit = request(server="127.0.0.1", client="127.0.0.1", cookie=cookie_of(header))
    assert gate.rule(visit).admission is Admission.GRANTED
    expected = Admission.PASSWORD_UNSET if due else Admission.GRANTED
    assert gate.rule_command(visit).admission is expected
    program = request(server="127.0.0.1", client="127.0.0.1", authorization=basic(DEFAULT_PASSWORD))
    assert gate.rule_command(program).admission is expected


def test_what_is_open_is_told_when_somebody_was_logged_out(clock: Clock) -> None:
    ended: list[bool] = []
    gate = Gate(lambda: SETTINGS, on_session_ended=lambda: ended.append(True), now=clock)
    ruling, header = gate.log_in(request(), "admin", "geheim")
    other, _ = gate.log_in(request(), "admin", "geheim")
    assert ruling.session is not None
    assert other.session is not None
    assert gate.keep(ruling.session)
    gate.log_out(request(cookie=cookie_of(header)))
    assert not gate.keep(ruling.session)
    assert gate.keep(other.session)
    gate.log_others_out(request())
    assert not gate.keep(other.session)
    assert ended == [True, True]

import msgspec
import pytest

from offhook.callmodel.registration import RegistrationState
from offhook.errors import NotPossibleNow, NotValid
from offhook.phone.engine.port import CallEngine
from offhook.phone.engine.virtual import VirtualEngine, VirtualExchange
from offhook.phone.lines import FIRST_RETRY_S, LAST_RETRY_S, Lines
from offhook.phone.settings import Account
from offhook.protocol.events import Event
from tests.phone.bench import Clock

_STATES = RegistrationState


class Desk:
    """Lines at an exchange that the test can change."""

    def __init__(self, *accounts: Account) -> None:
        self.clock = Clock()
        self.exchange = VirtualExchange(now=self.clock)
        self.exchange.add_subscriber("1001", "pw")
        self.exchange.add_subscriber("1002", "pw")
        self.events: list[Event] = []
        engine: VirtualEngine = self.exchange.engine_for()
        as_port: CallEngine = engine
        self.lines = Lines(as_port, lambda event, line: self.events.append(event), self.clock)
        engine.connect(self._take)
        self.lines.apply(accounts, is_live=False)

    def _take(self, fact: object) -> None:
        account = getattr(fact, "account", "")
        status = getattr(fact, "status", None)
        if status is None:
            self.lines.accepted(account)
        else:
            self.lines.refused(account, status, getattr(fact, "reason", ""))

    def start(self) -> None:
        self.lines.register_all()
        self.exchange.run()

    def apply(self, *accounts: Account) -> list[Event]:
        self.events.clear()
        self.lines.apply(accounts, is_live=True)
        self.exchange.run()
        return self.events

    def states(self) -> list[RegistrationState]:
        return [line.state for line in self.lines]


def account(user: str = "1001", **changes: str | bool) -> Account:
    values: dict[str, str | bool] = {"user": user, "password": "pw", **changes}
    return msgspec.convert(values, Account)


def test_every_enabled_account_registers_at_the_start() -> None:
    desk = Desk(account(), account("1002", is_enabled=False))
    desk.start()
    assert desk.states() == [_STATES.REGISTERED, _STATES.UNREGISTERED]
    assert desk.events == [Event.REGISTERED]


def test_a_refused_registration_is_tried_again_ever_more_rarely_and_reported_once() -> None:
    desk = Desk(account(password="wrong"))
    desk.start()
    waits = []
    for _ in range(9):
        due = desk.lines.next_deadline()
        assert due is not None
        waits.append(due - desk.clock())
        desk.lines.handle_deadline(due - 0.1)
        desk.clock.seconds = due
        desk.lines.handle_deadline(due)
        desk.exchange.run()
    assert waits == [FIRST_RETRY_S, 10, 20, 40, 80, 160, LAST_RETRY_S, LAST_RETRY_S, LAST_RETRY_S]
    assert desk.events == [Event.REGISTRATION_FAILED]
    (line,) = desk.lines
    assert line.reason == "401 Unauthorized"


def test_a_retry_that_works_is_reported_and_starts_the_waits_anew() -> None:
    desk = Desk(account("1003"))
    desk.start()
    desk.exchange.add_subscriber("1003", "pw")
    desk.lines.handle_deadline(desk.clock() + FIRST_RETRY_S)
    desk.exchange.run()
    assert desk.events == [Event.REGISTRATION_FAILED, Event.REGISTERED]
    (line,) = desk.lines
    assert (line.reason, line.backoff_s, desk.lines.next_deadline()) == ("", FIRST_RETRY_S, None)


def test_a_refresh_says_nothing() -> None:
    desk = Desk(account())
    desk.start()
    desk.lines.accepted("1001@127.0.0.1")
    assert desk.events == [Event.REGISTERED]


def test_an_account_that_the_engine_lost_is_unregistered_until_it_is_back() -> None:
    desk = Desk(account())
    desk.start()
    desk.lines.lost("1001@127.0.0.1")
    desk.lines.lost("1001@127.0.0.1")
    desk.lines.lost("nobody@127.0.0.1")
    assert desk.events == [Event.REGISTERED, Event.UNREGISTERED]
    assert desk.states() == [_STATES.REGISTERING]
    desk.lines.accepted("1001@127.0.0.1")
    assert desk.events[2:] == [Event.REGISTERED]


def test_removing_disabling_and_enabling_an_account() -> None:
    desk = Desk(account(), account("1002"))
    desk.start()
    assert desk.apply(account()) == [Event.UNREGISTERED]
    assert desk.apply(account(is_enabled=False)) == [Event.UNREGISTERED]
    assert desk.apply(account(is_enabled=False)) == []
    assert desk.apply(account()) == [Event.REGISTERED]
    assert desk.apply() == [Event.UNREGISTERED]


def test_an_edit_that_the_registrar_takes_is_no_news() -> None:
    desk = Desk(account())
    desk.start()
    assert desk.apply(account(display_name="Ann")) == []
    assert desk.states() == [_STATES.REGISTERED]


def test_an_edit_that_the_registrar_refuses() -> None:
    desk = Desk(account())
    desk.start()
    assert desk.apply(account(password="wrong")) == [Event.REGISTRATION_FAILED]


def test_an_edit_that_mends_it_is_tried_at_once() -> None:
    desk = Desk(account(password="wrong"))
    desk.start()
    assert desk.apply(account()) == [Event.REGISTERED]


def test_another_user_is_another_account() -> None:
    desk = Desk(account())
    desk.start()
    assert desk.apply(account("1002")) == [Event.UNREGISTERED, Event.REGISTERED]


def test_accounts_may_change_places() -> None:
    desk = Desk(account(), account("1002"))
    desk.start()
    assert desk.apply(account("1002"), account()) == []
    assert [(line.position, line.account.user) for line in desk.lines] == [(1, "1002"), (2, "1001")]


def test_an_acceptance_after_logging_out_is_undone() -> None:
    desk = Desk(account())
    desk.lines.register_all()
    desk.lines.log_out_all()
    desk.exchange.run()
    assert desk.states() == [_STATES.UNREGISTERED]
    assert desk.events == []


def test_twins_are_two_accounts() -> None:
    desk = Desk(account(), account())
    assert len({line.id for line in desk.lines}) == 2


def test_facts_about_no_account_do_no_harm() -> None:
    desk = Desk(account())
    desk.lines.accepted("nobody")
    desk.lines.refused("nobody", 401, "no")
    assert desk.events == []


@pytest.mark.parametrize(
    ("wanted", "position"),
    [
        (None, 1),
        ("", 1),
        ("1002@127.0.0.1", 2),
        ("sip:1002@127.0.0.1", 2),
        ("1002", 2),
        ("@127.0.0.1", 1),
        ("2", 2),
        ("Account2", 2),
        ("account1", 1),
        ("1002@127.0.0.1:5060", 2),
    ],
)
def test_every_form_of_outgoing_uri(wanted: str | None, position: int) -> None:
    desk = Desk(account(), account("1002"))
    desk.start()
    assert desk.lines.to_dial_from(wanted)[0].position == position


def test_a_user_that_looks_like_a_position_is_a_user() -> None:
    desk = Desk(account("2"), account("1002"))
    desk.exchange.add_subscriber("2", "pw")
    desk.start()
    assert [line.position for line in desk.lines.to_dial_from("2")] == [1]


@pytest.mark.parametrize("wanted", ["9", "0", "Account9", "nobody@x", "1001@other", "\u0662", "Account", "-1"])
def test_an_unknown_account_is_answered_with_those_there_are(wanted: str) -> None:
    desk = Desk(account(), account("1002"))
    desk.start()
    with pytest.raises(NotValid, match=r"1001@127\.0\.0\.1, 1002@127\.0\.0\.1") as refused:
        desk.lines.to_dial_from(wanted)
    assert refused.value.error_id == "unknown-account"


@pytest.mark.parametrize("wanted", [None, "", "@127.0.0.1"])
def test_where_several_are_meant_it_is_those_that_are_registered(wanted: str | None) -> None:
    desk = Desk(account(password="wrong"), account("1002"))
    desk.start()
    assert [line.position for line in desk.lines.to_dial_from(wanted)] == [2]


@pytest.mark.parametrize(("wanted", "error_id"), [(None, "no-registered-account"), ("1001", "account-not-registered")])
def test_an_account_that_is_not_registered(wanted: str | None, error_id: str) -> None:
    desk = Desk(account(password="wrong"))
    desk.start()
    with pytest.raises(NotPossibleNow) as refused:
        desk.lines.to_dial_from(wanted)
    assert refused.value.error_id == error_id


def test_an_account_is_found_whether_it_is_registered_or_not() -> None:
    desk = Desk(account(password="wrong"), account("1002"))
    assert [line and line.position for line in map(desk.lines.find, ("1002", "Account1", "@127.0.0.1", "x"))] == [
        2,
        1,
        1,
        None,
    ]


def test_a_line_key_finds_its_account() -> None:
    desk = Desk(account(), account("1002"))
    line = desk.lines.at(2)
    assert line is not None
    assert line.account.user == "1002"
    assert desk.lines.at(0) is desk.lines.at(3) is None

from offhook.phone.sessions import IDLE_S, LIFETIME_S, Sessions


def test_a_session_is_found_by_its_cookie_only() -> None:
    sessions = Sessions()
    token = sessions.open(0.0)
    assert sessions.find(token, 1.0) is not None
    assert sessions.find(token + "x", 1.0) is None
    assert sessions.find("", 1.0) is None
    assert sessions.find("\udcff", 1.0) is None


def test_tokens_are_never_the_same() -> None:
    sessions = Sessions()
    tokens = {sessions.open(0.0) for _ in range(20)}
    found = [sessions.find(token, 0.0) for token in tokens]
    assert len(tokens) == 20
    assert len({session.form_token for session in found if session}) == 20


def test_an_idle_session_ends_and_a_used_one_lives_on() -> None:
    sessions = Sessions()
    token = sessions.open(0.0)
    assert sessions.find(token, IDLE_S) is not None
    assert sessions.find(token, IDLE_S * 1.5) is not None
    assert sessions.find(token, IDLE_S * 2.5 + 1) is None


def test_no_session_lives_for_ever() -> None:
    sessions = Sessions()
    token = sessions.open(0.0)
    now = 0.0
    while now < LIFETIME_S - IDLE_S:
        now += IDLE_S / 2
        assert sessions.find(token, now) is not None
    assert sessions.find(token, now + IDLE_S / 2) is not None
    assert sessions.find(token, LIFETIME_S + 1) is None


def test_forms_are_accepted_from_the_same_session_only() -> None:
    sessions = Sessions()
    first = sessions.find(sessions.open(0.0), 0.0)
    second = sessions.find(sessions.open(0.0), 0.0)
    assert first is not None
    assert second is not None
    assert first.accepts(first.form_token)
    assert not first.accepts(second.form_token)
    assert not first.accepts("")
    assert not first.accepts("\udc80")


def test_closing_one_and_all_others() -> None:
    sessions = Sessions()
    tokens = [sessions.open(0.0) for _ in range(3)]
    sessions.close(tokens[0])
    sessions.close(tokens[0])
    assert sessions.find(tokens[0], 0.0) is None
    sessions.close_others(tokens[1])
    assert sessions.find(tokens[1], 0.0) is not None
    assert sessions.find(tokens[2], 0.0) is None


def test_logging_in_again_and_again_ends_the_oldest() -> None:
    sessions = Sessions()
    tokens = [sessions.open(0.0) for _ in range(100)]
    assert sessions.find(tokens[0], 0.0) is None
    assert sessions.find(tokens[-1], 0.0) is not None


def test_who_holds_on_to_a_session_sees_that_it_is_over() -> None:
    sessions = Sessions()
    tokens = [sessions.open(0.0) for _ in range(3)]
    first, second, third = (sessions.find(token, 0.0) for token in tokens)
    assert first is not None
    assert second is not None
    assert third is not None
    sessions.close(tokens[0])
    sessions.close_others(tokens[1])
    assert [each.is_over for each in (first, second, third)] == [True, False, True]
    assert not sessions.keep(first, 1.0)
    assert sessions.keep(second, IDLE_S)
    assert sessions.keep(second, IDLE_S * 2)
    assert not sessions.keep(second, IDLE_S * 3 + 1)

"""What a log line shows, and what it must never show."""

import io
import json
import logging

import pytest
import structlog

from offhook.runtime.logs import escape_control_characters, redact_secrets, redact_text, set_up_logs

pytestmark = pytest.mark.usefixtures("logging_as_found")


def redacted(**event: object) -> dict[str, object]:
    return dict(redact_secrets(None, "info", event))


def test_a_json_line_is_one_object_with_event_level_time_and_name() -> None:
    out = io.StringIO()
    set_up_logs(json=True, stream=out)
    structlog.get_logger("offhook.console").info("phone_seen", phone="1001")
    line = json.loads(out.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("phone_seen", "info", "offhook.console")
    assert line["phone"] == "1001"
    assert line["timestamp"].endswith("Z")


def test_a_line_for_people_has_no_colour_codes_away_from_a_terminal() -> None:
    out = io.StringIO()
    set_up_logs(stream=out)
    structlog.get_logger("offhook").warning("queue_full", waiting=256)
    assert "queue_full" in out.getvalue()
    assert "waiting=256" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_lines_of_libraries_take_the_same_way_from_warning_on() -> None:
    out = io.StringIO()
    set_up_logs(json=True, level="debug", stream=out)
    logging.getLogger("uvicorn.error").info("not shown")
    logging.getLogger("uvicorn.error").warning("no answer from http://admin:admin@10.0.0.9/")
    assert json.loads(out.getvalue())["event"] == "no answer from http://***@10.0.0.9/"


def test_a_level_below_the_chosen_one_is_dropped() -> None:
    out = io.StringIO()
    set_up_logs(level="warning", stream=out)
    structlog.get_logger("offhook").info("quiet")
    assert out.getvalue() == ""


def test_a_second_set_up_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    set_up_logs(stream=first)
    log = structlog.get_logger("offhook")
    set_up_logs(stream=second)
    log.info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_a_traceback_keeps_its_lines_but_not_its_secrets() -> None:
    out = io.StringIO()
    set_up_logs(json=True, stream=out)
    try:
        raise ValueError("http://admin:hunter2@10.0.0.9/ \x1b[31m")
    except ValueError:
        structlog.get_logger("offhook").exception("failed")
    text = json.loads(out.getvalue())["exception"]
    assert "\n" in text
    assert "hunter2" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    "key", ["password", "token", "secret", "authorization", "cookie", "api_token", "Set-Cookie", "PASSWORD"]
)
def test_the_value_of_a_key_that_names_a_secret_is_not_shown(key: str) -> None:
    assert redacted(**{key: "hunter2"}) == {key: "***"}


def test_secrets_are_found_at_any_depth() -> None:
    shown = redacted(request={"headers": {"Cookie": "sid=1"}, "tries": [{"token": "t"}, 2, None]})
    assert shown == {"request": {"headers": {"Cookie": "***"}, "tries": [{"token": "***"}, 2, None]}}


def test_other_keys_and_values_stay() -> None:
    event = {"tokens_left": 3, "secretary": "1002", "is_on": True, "share": 0.5, "nothing": None}
    assert redacted(**event) == event


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://admin:admin@10.0.0.9/cgi-bin", "http://***@10.0.0.9/cgi-bin"),
        ("postgresql+psycopg://u:p@ss@db/x", "postgresql+psycopg://***@db/x"),
        ("see http://h/in?token=abc&user=1", "see http://h/in?token=***&user=1"),
        ("http://h/x?api_token=abc", "http://h/x?api_token=***"),
        ("http://10.0.0.2:8801/a/s3cret/hold?mac=1", "http://10.0.0.2:8801/a/***/hold?mac=1"),
        ("GET /a/s3cret/hold.xml HTTP/1.1", "GET /a/***/hold.xml HTTP/1.1"),
        ("sip:1001@127.0.0.1", "sip:1001@127.0.0.1"),
        ("http://h/data/b/c?mail=me@x.org", "http://h/data/b/c?mail=me@x.org"),
    ],
)
def test_credentials_inside_urls_are_not_shown(text: str, shown: str) -> None:
    assert redacted(url=text) == {"url": shown}


def test_an_object_is_shown_as_its_text_without_secrets() -> None:
    assert redacted(error=OSError("http://u:p@h/")) == {"error": "http://***@h/"}


def test_control_and_direction_characters_are_made_visible() -> None:
    event = {"name": "Eve\r\n\x1b[2J\x00\u202e\u2028", "list": ["\x07", {"k\n": "é ü 漢"}], "n": 1}
    assert escape_control_characters(None, "info", event) == {
        "name": "Eve\\r\\n\\x1b[2J\\x00\\u202e\\u2028",
        "list": ["\\x07", {"k\\n": "é ü 漢"}],
        "n": 1,
    }


def test_a_forged_line_stays_inside_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs()
    structlog.get_logger("offhook").info("seen", name="x\n2026-01-01 [info] all is well")
    assert capsys.readouterr().err.count("\n") == 1


def test_half_a_character_does_not_break_the_stream() -> None:
    assert escape_control_characters(None, "info", {"name": "a\udc80"}) == {"name": "a\\udc80"}


def test_text_that_is_shown_elsewhere_is_redacted_the_same_way() -> None:
    text = "http://ada:pw@console:8801/a/s3cret/hold.xml?token=abc"
    assert redact_text(text) == "http://***@console:8801/a/***/hold.xml?token=***"

from collections import deque
from typing import Any

import pytest

from offhook.phone.action_url_sender import SentRequest
from offhook.phone.web.phone_port import ReceivedRequest
from offhook.phone.web.request_log import MAX_SHOWN, log_entries, with_log
from offhook.protocol.active_uri import ACTIVE_URI_PATH
from offhook.protocol.events import Event


async def ask(
    path: str, query: str = "", *, method: str = "GET", status: int = 200, **answer: Any
) -> list[ReceivedRequest]:
    """Let an application answer one request, and give what was written down."""
    log: deque[ReceivedRequest] = deque()
    sent: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(name.replace("_", "-").encode(), value) for name, value in answer.items() if name != "body"]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.get("body", b"")})

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": method, "path": path, "query_string": query.encode(), "client": ("192.0.2.9", 1)}
    await with_log(app, log)(scope, None, send)
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    return list(log)


async def test_a_command_is_written_down_with_its_answer() -> None:
    (got,) = await ask(ACTIVE_URI_PATH, "key=OK", content_type=b"text/plain; charset=utf-8", body=b"OK\n")
    assert (got.sender, got.method, got.target) == ("192.0.2.9", "GET", f"{ACTIVE_URI_PATH}?key=OK")
    assert (got.status, got.answer) == (200, "OK")
    assert got.took_ms >= 0


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/", 200), ("HEAD", "/x", 200), ("GET", "/", 302)])
async def test_pages_that_were_shown_are_left_out(method: str, path: str, status: int) -> None:
    assert await ask(path, method=method, status=status) == []


async def test_forms_and_refusals_are_written_down() -> None:
    (form,) = await ask("/phone/features", method="POST", status=303, location=b"/login?next=/phone/features")
    assert form.answer == "to /login"
    (lost,) = await ask("/wp-admin", status=404, content_type=b"text/html", body=b"<h1>")
    assert (lost.status, lost.answer) == (404, "")


async def test_secrets_are_blanked_and_what_has_no_end_is_cut() -> None:
    (got,) = await ask(
        ACTIVE_URI_PATH, "password=hunter2&key=" + "1" * 5000, content_type=b"text/plain", body=b"x" * 5000
    )
    assert "hunter2" not in got.target
    assert len(got.target) < 200
    assert len(got.answer) < 200


async def test_what_is_no_request_passes() -> None:
    log: deque[ReceivedRequest] = deque()
    seen = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    await with_log(app, log)({"type": "lifespan"}, None, None)
    assert (seen, list(log)) == (["lifespan"], [])


def test_sent_and_received_are_one_list_newest_first_and_bounded() -> None:
    url = "http://192.0.2.7:8801/a/s3cret/hold.xml?token=abc&ip=192.0.2.4"
    sent = [SentRequest(at, Event.HOLD, url, 200, "", 1.5) for at in range(0, 1000, 2)]
    received = [ReceivedRequest(at, "192.0.2.9", "GET", "/x", 404, "no", 0.5) for at in range(1, 1000, 2)]
    entries = log_entries(sent, received)
    assert len(entries) == MAX_SHOWN
    assert [entry.at for entry in entries[:3]] == [999, 998, 997]
    assert entries[1].is_sent
    assert (entries[1].peer, entries[1].what) == ("192.0.2.7:8801", "Hold")
    assert entries[1].target == "/a/***/hold.xml?token=***&ip=192.0.2.4"

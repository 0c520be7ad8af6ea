"""The Host check and the headers of every answer."""

from typing import Any

from offhook.console.gate import CONTENT_SECURITY_POLICY, Gate


async def ask(
    kind: str = "http", path: str = "/", hosts: tuple[bytes, ...] = (b"localhost:1",)
) -> list[dict[str, Any]]:
    async def http(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Cache-Control", b"no-cache")]})
        await send({"type": "http.response.body", "body": b"in"})

    async def websocket(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    scope = {"type": kind, "path": path, "headers": [(b"host", host) for host in hosts], "server": ("127.0.0.1", 1)}
    await Gate(http, websocket, "/events", ("localhost",))(scope, receive, send)
    return sent


async def test_an_allowed_host_gets_the_answer_and_the_headers() -> None:
    start, body = await ask()
    headers = dict(start["headers"])
    assert (start["status"], body["body"]) == (200, b"in")
    assert headers[b"content-security-policy"].decode() == CONTENT_SECURITY_POLICY
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert headers[b"Cache-Control"] == b"no-cache"
    assert b"cache-control" not in headers


async def test_scripts_come_from_the_console_alone() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "frame-ancestors 'none'" in CONTENT_SECURITY_POLICY


async def test_any_other_host_gets_no_answer_but_421() -> None:
    for hosts in ((b"evil.example",), (), (b"localhost", b"localhost")):
        start, body = await ask(hosts=hosts)
        assert start["status"] == 421
        assert b"host-not-allowed" in body["body"]
        assert (b"x-content-type-options", b"nosniff") in start["headers"]


async def test_websockets() -> None:
    assert (await ask("websocket", "/events"))[0]["type"] == "websocket.accept"
    assert (await ask("websocket", "/elsewhere"))[0]["type"] == "websocket.close"
    assert (await ask("websocket", "/events", (b"evil.example",)))[0]["type"] == "websocket.close"

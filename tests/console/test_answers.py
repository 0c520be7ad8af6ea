import pytest

from offhook.console.answers import answer


@pytest.mark.parametrize("keep_alive", [True, False])
def test_no_answer_has_a_body(keep_alive: bool) -> None:
    for status in (200, 400, 403, 405, 408, 413, 414, 431, 503):
        head, _, body = answer(status, keep_alive=keep_alive).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert b"\r\nContent-Length: 0" in head
        assert (b"keep-alive" in head) is keep_alive
        assert body == b""


def test_some_answers_say_what_to_do() -> None:
    assert b"Allow: GET, POST" in answer(405, keep_alive=False)
    assert b"Retry-After: 1" in answer(503, keep_alive=False)

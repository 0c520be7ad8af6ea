import pytest

from offhook.console.answers import answer, file_answer
from offhook.console.setup_desk import ReadyFile


@pytest.mark.parametrize("keep_alive", [True, False])
def test_no_answer_has_a_body(keep_alive: bool) -> None:
    for status in (200, 400, 403, 404, 405, 408, 413, 414, 431, 503):
        head, _, body = answer(status, keep_alive=keep_alive).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert b"\r\nContent-Length: 0" in head
        assert (b"keep-alive" in head) is keep_alive
        assert body == b""


@pytest.mark.parametrize("keep_alive", [True, False])
def test_a_file_goes_with_its_length_and_is_kept_by_nobody(keep_alive: bool) -> None:
    whole = file_answer(ReadyFile("a.toml", "application/toml", b"x = 1\n"), keep_alive=keep_alive)
    head, _, body = whole.partition(b"\r\n\r\n")
    assert body == b"x = 1\n"
    assert b"\r\nContent-Length: 6\r\n" in head
    assert b"\r\nContent-Type: application/toml\r\n" in head
    assert b"no-store" in head
    assert (b"keep-alive" in head) is keep_alive


def test_some_answers_say_what_to_do() -> None:
    assert b"Allow: GET, POST" in answer(405, keep_alive=False)
    assert b"Retry-After: 1" in answer(503, keep_alive=False)

from litestar.response.base import ASGIResponse

from offhook.phone.web.answers import html, plain, see_other, static


def headers_of(answer: ASGIResponse) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in answer.encode_headers()}


def test_a_program_gets_a_line_of_text_that_no_browser_takes_for_a_page() -> None:
    answer = plain(400, "no <b>such</b> key", [("retry-after", "1")])
    headers = headers_of(answer)
    assert (answer.status_code, answer.body) == (400, b"no <b>such</b> key\n")
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["retry-after"] == "1"


def test_a_page_may_run_nothing_and_is_not_kept() -> None:
    headers = headers_of(html(200, "<p>"))
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert headers["cache-control"] == "no-store"


def test_redirects() -> None:
    assert see_other("/x").status_code == 303
    assert see_other("/login", status=302).status_code == 302
    assert headers_of(see_other("/x"))["location"] == "/x"


def test_a_file_is_sent_once_and_then_found_unchanged() -> None:
    first = static("a {}", "text/css", "")
    etag = headers_of(first)["etag"]
    assert (first.status_code, first.body) == (200, b"a {}")
    assert static("a {}", "text/css", etag).status_code == 304
    assert static("b {}", "text/css", etag).status_code == 200

import re

import jinja2
import pytest

from offhook.phone.web.rendering import STATIC_FILES, render


def test_what_is_filled_in_is_escaped() -> None:
    page = render("message.html", title="<script>1</script>", text="\"&'", back="/\"onclick='x'")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "&#34;&amp;&#39;" in page
    assert "onclick='x'" not in page


def test_a_value_that_is_forgotten_is_an_error_not_a_gap() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("message.html", title="x", text="y")


@pytest.mark.parametrize("name", STATIC_FILES)
def test_files_need_nothing_from_elsewhere(name: str) -> None:
    text, kind = STATIC_FILES[name]
    assert "@import" not in text
    assert re.findall(r"url\(|https?://(?!www\.w3\.org/)", text) == []
    assert kind.startswith(("text/", "image/"))

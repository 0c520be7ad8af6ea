"""The page is markup of ours and text of everybody else's."""

from html.parser import HTMLParser

from offhook.console.sign_in_page import SIGN_IN_STYLE, render_moving_on, render_sign_in

HOSTILE = '"><script>alert(1)</script>{0}'


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(page)
    return parser.tags


def test_what_comes_from_outside_is_text() -> None:
    page = render_sign_in(link=HOSTILE, target=HOSTILE, name=HOSTILE, problem=HOSTILE)
    assert "script" not in {tag for tag, _ in tags(page)}
    values = {attributes.get("name"): attributes.get("value") for tag, attributes in tags(page) if tag == "input"}
    assert values == {"next": HOSTILE, "name": HOSTILE, "password": None}
    assert "script" not in {tag for tag, _ in tags(render_moving_on(HOSTILE))}


def test_fields_have_labels_and_the_next_one_to_fill_has_the_focus() -> None:
    for name, focused in (("", "name"), ("anna", "password")):
        found = tags(render_sign_in(link="x", name=name))
        labels = {attributes["for"] for tag, attributes in found if tag == "label"}
        assert labels == {"name", "password"}
        assert [attributes["id"] for tag, attributes in found if "autofocus" in attributes] == [focused]


def test_a_problem_is_told_to_who_cannot_see_it_too() -> None:
    assert 'role="alert">Wrong.<' in render_sign_in(link="x", problem="Wrong.")
    assert 'role="alert"' not in render_sign_in(link="x")


def test_after_an_old_link_where_the_newest_is_found_is_open() -> None:
    assert "<details open>" in render_sign_in(link="x", is_link_old=True)
    assert "<details>" in render_sign_in(link="x")


def test_nothing_is_loaded_from_elsewhere_and_nothing_is_inline() -> None:
    page = render_sign_in(link="x") + render_moving_on("/")
    assert "style=" not in page and "<style" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "prefers-color-scheme: dark" in SIGN_IN_STYLE and "url(" not in SIGN_IN_STYLE

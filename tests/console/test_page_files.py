"""The page's files as they are served."""

from pathlib import Path

from offhook.console.page_files import read_page


def test_every_file_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "assets" / "deep").mkdir(parents=True)
    (tmp_path / "index.html").write_text("<p>")
    (tmp_path / "assets" / "deep" / "a.js").write_text("1")
    (tmp_path / "assets" / "b.unknown").write_text("1")
    files = read_page(tmp_path)
    assert {name: file.media_type for name, file in files.items()} == {
        "assets/b.unknown": "application/octet-stream",
        "assets/deep/a.js": "text/javascript",
        "index.html": "text/html",
    }
    assert files["assets/deep/a.js"].etag == files["assets/b.unknown"].etag != files["index.html"].etag


def test_the_operator_page_has_a_type_for_everything_it_loads() -> None:
    loaded = {name: file for name, file in read_page().items() if "LICENSE" not in name and not name.endswith(".md")}
    assert "index.html" in loaded
    assert [name for name, file in loaded.items() if file.media_type == "application/octet-stream"] == []

import pytest

from offhook.console import contact_rows
from offhook.console.contact_rows import ContactFile, decoded


def reasons(file: ContactFile) -> list[tuple[int, str]]:
    return [(each.line, each.reason) for each in file.refused]


def test_a_row_without_a_name_takes_another() -> None:
    file = ContactFile("csv")
    file.take(2, "", {"organisation": "Kranz"}, "")
    file.take(3, "ct_1", {"name": "", "numbers": [{"number": "1002"}]}, "")
    file.take(4, "", {"note": "x"}, ";;" * 100)
    assert [(row.id, row.contact.name) for row in file.rows] == [("", "Kranz"), ("ct_1", "1002")]
    assert reasons(file) == [(4, "no name, and no number to name it by")]
    assert len(file.refused[0].text) == 80


def test_what_does_not_fit_is_refused_by_itself() -> None:
    file = ContactFile("csv")
    file.take(2, "", {"name": "x" * 121}, "")
    file.take(3, "", {"name": "x", "numbers": [{"number": "--"}]}, "")
    assert [line for line, _ in reasons(file)] == [2, 3]
    assert "length <= 120" in file.refused[0].reason
    assert file.refused[1].reason == "'--' is no number"


def test_a_file_has_so_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact_rows, "MAX_ROWS", 2)
    file = ContactFile("csv")
    for line in range(2, 8):
        file.take(line, "", {"name": "x"}, "")
    assert len(file.rows) == 2
    assert [line for line, _ in reasons(file)] == [4]


@pytest.mark.parametrize("raw", ["Zoë".encode(), "\ufeffZoë".encode(), "Zoë".encode("utf-16"), "Zoë".encode("cp1252")])
def test_texts_as_programs_write_them(raw: bytes) -> None:
    assert decoded(raw) == "Zoë"


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert decoded(b"\xff\xfe\x00") and decoded(bytes(range(256)))

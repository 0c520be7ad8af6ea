import csv
import io

import pytest

from offhook.console.csv_text import csv_lines, plain_cell


def test_rows_are_written_as_rfc_4180_says() -> None:
    text = csv_lines([("a", None, True), ('say "x"', "one\ntwo, three", 1.5), (False, -1, "é")])
    assert text == 'a,,yes\r\n"say ""x""","one\ntwo, three",1.5\r\nno,-1,é\r\n'


_FORMULAS = ["=1+1", "+49", "-1", "@SUM(A1)", "\tx", "\r=1", "\n=1", '=cmd|" /C calc"!A0']
_WIDE = ["\uff1d1+1", "\uff0b49", "\uff0d1", "\uff20SUM(A1)", "\ufe661", "\ufe621", "\ufe631", "\ufe6bA"]
_HIDDEN = [" =1", "\u3000\uff1d1", "\u200b=1", "\ufeff+1", "\u202e-1", "\u2066@A"]


@pytest.mark.parametrize("cell", [*_FORMULAS, *_WIDE, *_HIDDEN])
def test_no_cell_is_a_formula(cell: str) -> None:
    ((written,),) = csv.reader(io.StringIO(csv_lines([(cell,)]), newline=""))
    assert written == f"'{cell}"
    assert plain_cell(written) == cell


def test_an_apostrophe_of_its_own_stays() -> None:
    assert plain_cell("'tis") == "'tis"
    assert plain_cell("") == ""


@pytest.mark.parametrize(
    "cell", ["Anna-Maria", "a=1", "Rossi & Figli", "\u200bAnna", "two words", "１２３", "'=", "x\ty"]
)
def test_other_cells_stay_as_they_are(cell: str) -> None:
    ((written,),) = csv.reader(io.StringIO(csv_lines([(cell,)]), newline=""))
    assert written == cell


@pytest.mark.parametrize("code", [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0)])
def test_control_characters_become_visible(code: int) -> None:
    """ESC colours terminals and more; NUL ends a text in some programs; 0x9B is ESC [ in one byte."""
    ((written,),) = csv.reader(io.StringIO(csv_lines([(f"{chr(code)}[31m Anna{chr(code)}",)]), newline=""))
    assert written == "\ufffd[31m Anna\ufffd"


def test_a_control_character_hides_no_formula() -> None:
    assert csv_lines([("\x1b=1",)]) == "\ufffd=1\r\n", "it begins with a sign that can be seen"
    assert csv_lines([("one\r\ntwo",)]) == '"one\r\ntwo"\r\n'

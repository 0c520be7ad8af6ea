import csv
import io

import pytest

from offhook.console.csv_text import csv_lines, plain_cell


def test_rows_are_written_as_rfc_4180_says() -> None:
    text = csv_lines([("a", None, True), ('say "x"', "one\ntwo, three", 1.5), (False, -1, "é")])
    assert text == 'a,,yes\r\n"say ""x""","one\ntwo, three",1.5\r\nno,-1,é\r\n'


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@SUM(A1)", "\tx", "\r=1", "\n=1", '=cmd|" /C calc"!A0'])
def test_no_cell_is_a_formula(cell: str) -> None:
    ((written,),) = csv.reader(io.StringIO(csv_lines([(cell,)]), newline=""))
    assert written == f"'{cell}"
    assert plain_cell(written) == cell


def test_an_apostrophe_of_its_own_stays() -> None:
    assert plain_cell("'tis") == "'tis"
    assert plain_cell("") == ""

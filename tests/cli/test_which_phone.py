import pytest

from offhook.cli.which_phone import find_phone
from offhook.errors import NotFound, NotPossibleNow
from tests.console.planning import phone


def test_a_phone_by_number_name_or_id() -> None:
    phones = [
        phone(id="a", name="Anna Bianchi", extension="1001"),
        phone(id="b", name="Anna Carter", extension="1002"),
        phone(id="c", name="Chloé", extension=""),
    ]
    for text, id_ in (("a", "a"), ("1002", "b"), ("anna bianchi", "a"), ("chl", "c"), ("CHLOÉ", "c")):
        assert find_phone(phones, text).id == id_
    for text in ("", "nobody"):
        with pytest.raises(NotFound):
            find_phone(phones, text)
    with pytest.raises(NotPossibleNow, match="a, b"):
        find_phone(phones, "anna")

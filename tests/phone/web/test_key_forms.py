import pytest

from offhook.phone.settings import Contact, DssKey, PhoneSettings
from offhook.phone.web.key_forms import directory_text, edit_directory, edit_dss_keys

BEFORE = PhoneSettings(
    dss_keys=[DssKey(position=2, type="dnd")], directory=[Contact(name="Rossi, Figli", number="0255501234")]
)


def test_keys_are_set_and_cleared() -> None:
    fields = {"1.type": "busy_lamp", "1.value": " 1002 ", "1.label": "Ben", "2.type": "none", "10.type": "dnd"}
    edited = edit_dss_keys(BEFORE, fields)
    assert edited.settings is not None
    assert edited.settings.dss_keys == [
        DssKey(position=1, type="busy_lamp", value="1002", label="Ben"),
        DssKey(position=10, type="dnd"),
    ]
    assert edit_dss_keys(BEFORE, {}).settings == BEFORE


@pytest.mark.parametrize(
    ("fields", "wrong", "says"),
    [
        ({"1.type": "speed_dial"}, "1.value", "say which number"),
        ({"1.type": "action_url", "1.value": "ftp://x"}, "1.value", "must start with http://"),
        ({"1.type": "dtmf", "1.value": "x"}, "1.value", "digits are"),
        ({"1.type": "dnd", "1.label": "x" * 21}, "1.label", "length <= 20"),
        ({"1.type": "explode"}, "1.type", "choose one"),
    ],
)
def test_keys_that_make_no_sense(fields: dict[str, str], wrong: str, says: str) -> None:
    edited = edit_dss_keys(BEFORE, fields)
    assert (edited.settings, set(edited.errors)) == (None, {wrong})
    assert says in edited.errors[wrong]


def test_the_directory_is_text_and_comes_back_as_it_was() -> None:
    assert edit_directory(BEFORE, {"contacts": directory_text(BEFORE)}).settings == BEFORE
    assert edit_directory(BEFORE, {}).settings == BEFORE
    edited = edit_directory(BEFORE, {"contacts": "Ben Carter, 1002\r\n\nAda\tsip:ada@pbx\nZoe;1004"})
    assert edited.settings is not None
    assert [(each.name, each.number) for each in edited.settings.directory] == [
        ("Ben Carter", "1002"),
        ("Ada", "sip:ada@pbx"),
        ("Zoe", "1004"),
    ]


def test_lines_that_are_no_contact_are_named() -> None:
    edited = edit_directory(BEFORE, {"contacts": "Ben, 1002\n1003\nx,\n,1\n" + "W" * 41 + ",1"})
    assert edited.settings is None
    assert edited.errors["contacts"].startswith("line 2: a name of 1 to 40 characters, a comma, a number; line 3:")
    assert edited.errors["contacts"].endswith("(and 1 more)")
    assert "500 contacts" in edit_directory(BEFORE, {"contacts": "a,1\n" * 501}).errors["contacts"]

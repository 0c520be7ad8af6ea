from offhook.console.store.contacts import (
    MAX_KEY_CHARS,
    ContactRecord,
    NumberRecord,
    contact_keys,
    group_key,
    identity_key,
    sort_key,
)


def test_a_contact_is_found_by_its_words_digits_groups_and_itself() -> None:
    contact = ContactRecord(
        id="ct_1",
        name="Anna Müller",
        changed=1.0,
        organisation="Kranz",
        numbers=(NumberRecord(number="+49 30/9018"), NumberRecord(number="*")),
        emails=("Anna@Example.org",),
        groups=("Büro",),
    )
    assert contact_keys(contact) == {
        *("anna", "muller", "kranz", "49309018", "anna@example.org", "example", "org"),
        group_key("BURO"),
        identity_key("anna MULLER", " kranz "),
    }


def test_no_key_is_longer_than_anybody_types() -> None:
    contact = ContactRecord(id="ct_1", name="x" * 120, changed=1.0)
    assert "x" * MAX_KEY_CHARS in contact_keys(contact)


def test_what_marks_a_key_is_in_no_word() -> None:
    assert identity_key("a|b", "") != identity_key("a", "b")
    assert {group_key("a")[0], identity_key("a", "")[0]} == {"=", "#"}
    assert sort_key(ContactRecord(id="ct_1", name="Ö\x00", changed=1.0)) == "o\ufffd"

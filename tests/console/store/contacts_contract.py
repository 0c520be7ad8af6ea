"""What every store promises of contacts; run by the test module of each."""

from pathlib import Path

import msgspec

from offhook.console.store.contacts import ContactRecord, ContactSearch, NumberRecord, identity_key
from tests.console.store.over_a_folder import OverAFolder

ANNA = ContactRecord(
    id="ct_1",
    name="Anna Müller",
    changed=1.0,
    organisation="Kranz GmbH",
    numbers=(NumberRecord(number="+4930901820", label="work"), NumberRecord(number="1002")),
    emails=("anna@example.org",),
    groups=("Suppliers", "Berlin\x00"),
    note="<b>\x00",
)
BEN = ContactRecord(id="ct_0", name="ben", changed=2.0, groups=("suppliers",))
ZOE = ContactRecord(id="ct_2", name="Anna Müller", changed=3.0, organisation="Ölwerk")


class ContactsContract(OverAFolder):
    """Inherited by the tests of each store; ``a_store`` makes one over a folder."""

    async def test_contacts_come_back_by_name(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.save_contacts([])
        await store.save_contacts([BEN, ZOE, ANNA])
        assert await store.contacts(ContactSearch()) == [ANNA, ZOE, BEN]
        assert await store.contacts(ContactSearch(limit=1, after="ct_1")) == [ZOE]
        assert await store.contacts(ContactSearch(after="ct_none")) == []
        assert await store.contact("ct_1") == ANNA
        assert await store.contact("ct_none") is None
        await store.close()

    async def test_they_are_found_by_beginnings(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.save_contacts([BEN, ZOE, ANNA])

        async def found(*words: tuple[str, ...], group: str | None = None) -> list[ContactRecord]:
            return await store.contacts(ContactSearch(words=words, group=group))

        assert await found(("ann",)) == [ANNA, ZOE]
        assert await found(("ann",), ("kranz",)) == [ANNA]
        assert await found(("x", "49309")) == [ANNA]
        assert await found(("anna@ex",)) == [ANNA]
        assert await found(("olw",)) == [ZOE]
        assert await found(("uller",)) == []
        assert await found(("%",)) == []
        assert await found(group="SUPPLIERS") == [ANNA, BEN]
        assert await found(("be",), group="suppliers") == [BEN]
        assert await found(("=",)) == [ANNA, BEN], "nobody types that, and nothing breaks"
        await store.close()

    async def test_one_is_replaced_or_removed_with_all_it_was_found_by(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        await store.save_contacts([ANNA, msgspec.structs.replace(ANNA, name="Twice")])
        renamed = msgspec.structs.replace(ANNA, name="Chloé", groups=())
        await store.save_contacts([renamed])
        assert await store.contacts(ContactSearch(words=(("anna",),))) == [renamed], "by the address"
        assert await store.contacts(ContactSearch(words=(("muller",),))) == []
        assert await store.contacts(ContactSearch(group="Suppliers")) == []
        await store.remove_contact("ct_1")
        await store.remove_contact("ct_1")
        assert await store.contacts(ContactSearch(words=(("chloe",),))) == []
        await store.close()

    async def test_who_is_known_is_told_by_id_or_identity(self, tmp_path: Path) -> None:
        store = await self.opened(tmp_path)
        many = [msgspec.structs.replace(BEN, id=f"ct_{number}", name=f"Nr {number}") for number in range(10, 1210)]
        await store.save_contacts([ANNA, BEN, ZOE, *many])
        assert await store.contacts_known(["ct_0", "ct_none"], [identity_key("ANNA  muller", "Olwerk")]) == [BEN, ZOE]
        assert len(await store.contacts_known([each.id for each in many], [])) == 1200
        assert await store.contacts_known([], []) == []
        await store.close()

"""Recognising phones anew when the console starts: it may know makes that it did not know when they first reported.

A report recognises its phone when it names another model or MAC address than before, and at no other time, so that
it costs nothing; a phone that was stored as one of unknown make would stay that for ever.

Source: `dialects.registry`; architecture decision 3 (vendors' differences are data).
"""

from collections.abc import Collection, Iterable

import msgspec

from offhook.console.records import CallRecord, PhoneRecord
from offhook.console.reduce_setup import dialect_name
from offhook.dialects.registry import Registry

__all__ = ["recognised"]


def recognised(phones: Iterable[PhoneRecord], calls: Iterable[CallRecord], registry: Registry) -> list[PhoneRecord]:
    """Give phones with the dialect they are recognised by now; one that somebody chose stays.

    Args:
        phones: As they were stored.
        calls: As they were stored: in the middle of a call its Call-ID must not come to be read in another way.
    """
    calling = {each.phone for call in calls for each in call.connections if each.is_live}
    return [each if each.wanted_dialect else _recognised(each, calling, registry) for each in phones]


def _recognised(phone: PhoneRecord, calling: Collection[str], registry: Registry) -> PhoneRecord:
    name = dialect_name(registry, phone.mac or phone.id, phone.model, "")
    if name == phone.dialect:
        return phone
    before, after = registry.named_or_base(phone.dialect), registry.named(name)
    if phone.id in calling and before.call_id_scope is not after.call_id_scope:
        return phone
    return msgspec.structs.replace(phone, dialect=name)

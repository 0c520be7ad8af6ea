"""What people type about programmable keys and the directory, turned into settings or into reasons. Pure.

Source: DOC §3.2 (`D1`-`D10`); `offhook.phone.dss_keys`.
"""

from typing import Any

import msgspec

from offhook.phone.dss_keys import DSS_NAMES
from offhook.phone.keypad import DSS_KEYS
from offhook.phone.settings import Contact, DssKey, PhoneSettings
from offhook.phone.web.forms import Edited, Fields

__all__ = ["directory_text", "edit_directory", "edit_dss_keys"]

_MAX_REASONS = 3


def edit_dss_keys(settings: PhoneSettings, fields: Fields) -> Edited:
    """Take the ten keys, fields `<position>.type`, `.value`, `.label`; a key without a type keeps what it has."""
    before = {key.position: key for key in settings.dss_keys}
    keys: list[DssKey] = []
    errors: dict[str, str] = {}
    for position in DSS_KEYS.values():
        kind = fields.get(f"{position}.type")
        if kind is None:
            keys += [before[position]] if position in before else []
            continue
        if kind == "none":
            continue
        if kind not in DSS_NAMES:
            errors[f"{position}.type"] = "choose one of the list"
            continue
        wanted: dict[str, Any] = {"position": position, "type": kind}
        wanted |= {name: fields.get(f"{position}.{name}", "").strip() for name in ("value", "label")}
        try:
            keys.append(msgspec.convert(wanted, DssKey))
        except msgspec.ValidationError as error:
            reason, _, place = str(error).partition(" - at `$.")
            name = place.rstrip("`") or "value"
            errors[f"{position}.{name}"] = reason.removeprefix(f"D{position}: ")
    if errors:
        return Edited(None, errors)
    return Edited(msgspec.structs.replace(settings, dss_keys=keys))


def edit_directory(settings: PhoneSettings, fields: Fields) -> Edited:
    """Take the directory, field `contacts`: one contact a line, the name, a comma, the number."""
    if "contacts" not in fields:
        return Edited(settings)
    contacts: list[Contact] = []
    reasons: list[str] = []
    for number, line in enumerate(fields["contacts"].splitlines(), start=1):
        if not line.strip():
            continue
        name, _, target = line.replace("\t", ",").replace(";", ",").rpartition(",")
        try:
            contacts.append(msgspec.convert({"name": name.strip(" ,"), "number": target.strip()}, Contact))
        except msgspec.ValidationError:
            reasons.append(f"line {number}: a name of 1 to 40 characters, a comma, a number")
    limit = 500
    if len(contacts) > limit:
        reasons.append(f"{limit} contacts at most")
    if reasons:
        more = f" (and {len(reasons) - _MAX_REASONS} more)" if len(reasons) > _MAX_REASONS else ""
        return Edited(None, {"contacts": "; ".join(reasons[:_MAX_REASONS]) + more})
    return Edited(msgspec.structs.replace(settings, directory=contacts))


def directory_text(settings: PhoneSettings) -> str:
    """Write the directory as `edit_directory` reads it."""
    return "\n".join(f"{contact.name}, {contact.number}" for contact in settings.directory)

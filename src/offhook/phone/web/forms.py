"""What people type into the management page, turned into settings or into a reason beside the field. Pure.

Each function takes the settings as they are and the fields as typed, and gives the settings as they should be, or what
is wrong with which field. A field that is missing keeps its value; a check box that is missing is off, as browsers do.
Source: DOC §2.3 (Phone → Action URL), §2.4 nos. 8-15 (what the features page causes), §3.3 (login).
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from offhook.errors import ProtocolError
from offhook.phone.address_watch import AUTO
from offhook.phone.allow_list import MAX_ENTRIES, wrong_entry
from offhook.phone.settings import (
    DEFAULT_PASSWORD,
    Account,
    ActiveUri,
    FeatureSettings,
    Login,
    Network,
    PhoneSettings,
    ProvisioningSettings,
)
from offhook.phone.settings_file import with_console
from offhook.protocol.action_url import check_template
from offhook.protocol.events import Event

__all__ = [
    "FORWARDS",
    "MAX_ACCOUNTS",
    "Edited",
    "Fields",
    "edit_accounts",
    "edit_action_urls",
    "edit_features",
    "edit_network",
    "edit_password",
    "edit_provisioning",
    "edit_remote",
    "fill_action_urls",
]

Fields = Mapping[str, str]
"""A form's fields by name, as typed."""

MAX_ACCOUNTS = 8
FORWARDS = {
    "always": "Always forward",
    "busy": "Forward when busy",
    "no_answer": "Forward when unanswered",
}
_LISTENER_PORT = 8801

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of a form."""

    settings: PhoneSettings | None
    """None when something is wrong; then nothing at all is changed."""
    errors: Mapping[str, str] = field(default_factory=dict)
    """Reason by field name."""


def edit_action_urls(settings: PhoneSettings, fields: Fields) -> Edited:
    """Take the 27 URLs, field `url.<slug>`; an empty one means: do not report this event."""
    urls: dict[Event, str] = {}
    errors: dict[str, str] = {}
    for event in Event:
        name = f"url.{event.value}"
        url = fields.get(name, settings.action_urls.get(event, "")).strip()
        if not url:
            continue
        try:
            check_template(url)
        except ProtocolError as error:
            errors[name] = getattr(error, "reason", None) or str(error)
        urls[event] = url
    return _changed(settings, errors, action_urls=urls)


def fill_action_urls(settings: PhoneSettings, fields: Fields) -> tuple[dict[str, str], dict[str, str]]:
    """Write the 27 URLs of one console, given its address in field `console`.

    Returns:
        The fields to show, not saved yet, and what is wrong with the address.
    """
    typed = fields.get("console", "").strip()
    if not typed:
        return dict(fields), {"console": "enter the console's address, such as 192.0.2.76"}
    base = typed if "://" in typed else f"http://{typed}"
    authority = base.partition("://")[2].partition("/")[0]
    if not authority.rpartition("]")[2].count(":"):
        base = base.replace(authority, f"{authority}:{_LISTENER_PORT}", 1)
    try:
        urls = with_console(settings, base).action_urls
    except ProtocolError as error:
        return dict(fields), {"console": getattr(error, "reason", None) or str(error)}
    return {**fields, **{f"url.{event.value}": url for event, url in urls.items()}}, {}


def edit_features(settings: PhoneSettings, fields: Fields) -> Edited:
    """Take do-not-disturb, the three forwards and the voicemail number."""
    before = settings.features
    errors: dict[str, str] = {}
    wanted: dict[str, Any] = {"dnd": "dnd" in fields}
    for name in FORWARDS:
        target = fields.get(f"{name}.target", getattr(before, name).target).strip()
        is_on = f"{name}.is_on" in fields
        if is_on and not target:
            errors[f"{name}.target"] = "say where to forward to"
        wanted[name] = {"is_on": is_on, "target": target}
    wanted["voicemail"] = fields.get("voicemail", before.voicemail).strip()
    seconds = fields.get("no_answer_s", f"{before.no_answer_s:g}")
    try:
        wanted["no_answer_s"] = float(seconds)
    except ValueError:
        errors["no_answer_s"] = "a number of seconds from 1 to 600"
        wanted["no_answer_s"] = before.no_answer_s
    features = _converted(wanted, FeatureSettings, errors)
    return _changed(settings, errors, features=features)


def edit_accounts(settings: PhoneSettings, fields: Fields) -> Edited:
    """Take the accounts, fields `<line>.user` and so on; a line without a user is not used."""
    accounts: list[Account] = []
    errors: dict[str, str] = {}
    for line in range(MAX_ACCOUNTS):
        before = settings.accounts[line] if line < len(settings.accounts) else None
        account = _edit_account(f"{line}.", before, fields, errors)
        if account is None:
            continue
        if any((account.user, account.host) == (other.user, other.host) for other in accounts):
            errors[f"{line}.user"] = "this account is on another line already"
        accounts.append(account)
    return _changed(settings, errors, accounts=accounts)


def edit_network(settings: PhoneSettings, fields: Fields) -> Edited:
    """Take the address and port the phone is reached at."""
    errors: dict[str, str] = {}
    address = fields.get("address", settings.network.address).strip().strip("[]")
    port = fields.get("http_port", str(settings.network.http_port)).strip()
    if address != AUTO:
        try:
            address = str(ipaddress.ip_address(address))
        except ValueError:
            errors["address"] = f"an IP address of this computer, or {AUTO}"
    if not port.isascii() or not port.isdigit() or not 1 <= int(port[:6]) <= 65535:
        errors["http_port"] = "a number from 1 to 65535"
        port = "0"
    return _changed(settings, errors, network=Network(address=address, http_port=int(port[:6])))


def edit_remote(settings: PhoneSettings, fields: Fields) -> Edited:
    """Take the switches of Active URI, who may use it, and the meaning of `$local`."""
    errors: dict[str, str] = {}
    before = settings.active_uri
    allowed = fields["allowed"].replace(",", " ").split() if "allowed" in fields else before.allowed
    reasons = [reason for reason in map(wrong_entry, allowed) if reason]
    if reasons or len(allowed) > MAX_ENTRIES:
        errors["allowed"] = "; ".join(reasons[:3]) or f"{MAX_ENTRIES} entries at most"
        allowed = before.allowed
    notify_from = fields.get("notify_from", "kept")  # a list is edited in the file
    wanted = {
        "is_enabled": "is_enabled" in fields,
        "x_key": fields.get("x_key", before.x_key),
        "allowed": allowed,
        "notify_from": before.notify_from if notify_from == "kept" else notify_from,
    }
    active_uri = _converted(wanted, ActiveUri, errors)
    local_means = fields.get("local_means", settings.local_means)
    if local_means not in ("callee", "own_side"):
        errors["local_means"] = "choose one of the two"
    return _changed(settings, errors, active_uri=active_uri, local_means=local_means)


def edit_provisioning(settings: PhoneSettings, fields: Fields) -> Edited:
    """Take where settings are fetched from."""
    errors: dict[str, str] = {}
    before = settings.provisioning
    wanted = msgspec.to_builtins(before)
    wanted["at_start"] = "at_start" in fields
    wanted["url"] = fields.get("url", before.url).strip()
    wanted["user"] = fields.get("user", before.user).strip()
    # A password is never shown, so an empty field means: keep it, unless nobody is to log in any more.
    wanted["password"] = (fields.get("password") or before.password) if wanted["user"] else ""
    hours = fields.get("interval_h", f"{before.interval_s / 3600:g}").strip()
    try:
        wanted["interval_s"] = round(float(hours) * 3600)
    except (ValueError, OverflowError):
        errors["interval_h"] = "a number of hours; 0 for never"
    provisioning = _converted(wanted, ProvisioningSettings, errors)
    reason = errors.pop("", "")  # what the type says of itself names its field: "url: ..."
    name, _, words = reason.partition(": ")
    if reason:
        errors["interval_h" if name == "interval_s" else name] = words
    if "interval_s" in errors:
        errors["interval_h"] = errors.pop("interval_s")
    return _changed(settings, errors, provisioning=provisioning)


def edit_password(settings: PhoneSettings, fields: Fields) -> Edited:
    """Take another user name and password. Whether the current one is right is the gate's to say."""
    errors: dict[str, str] = {}
    user = fields.get("user", settings.login.user).strip()
    new = fields.get("new", "")
    if not user or len(user) > 64 or ":" in user:
        errors["user"] = "1 to 64 characters, no colon"  # the colon ends the user in Basic credentials
    if len(new) > 128 or len(new) < 5:
        errors["new"] = "5 to 128 characters"
    elif new == DEFAULT_PASSWORD:
        errors["new"] = "this is the default password, which everybody knows"
    if new != fields.get("again", ""):
        errors["again"] = "not the same as above"
    return _changed(settings, errors, login=None if errors else Login(user=user, password=new))


def _edit_account(prefix: str, before: Account | None, fields: Fields, errors: dict[str, str]) -> Account | None:
    """Read one line's fields; None when the line is empty or to be removed."""
    if f"{prefix}user" not in fields:
        return before
    if f"{prefix}remove" in fields or (before is None and not fields[f"{prefix}user"].strip()):
        return None
    # What the form does not show stays as it was.
    wanted: dict[str, Any] = msgspec.to_builtins(before) if before is not None else {}
    wanted["is_enabled"] = f"{prefix}is_enabled" in fields
    for name in ("user", "host", "display_name", "auth_user"):
        wanted[name] = fields.get(prefix + name, "").strip()
    if f"{prefix}transport" in fields:
        wanted["transport"] = fields[f"{prefix}transport"]
        wanted["is_registering"] = f"{prefix}is_registering" in fields
        wanted["proxy"] = fields.get(f"{prefix}proxy", "").strip()
        wanted["peers"] = _read_peers(fields.get(f"{prefix}peers", ""), errors, f"{prefix}peers")
    for name in ("user", "host"):
        if not wanted[name] or any(c.isspace() or c in '@<>"' for c in wanted[name]):
            errors[prefix + name] = "needed; without spaces, quotes or @"
            wanted[name] = "x"
    # A password is never shown, so an empty field means: keep it.
    wanted["password"] = fields.get(f"{prefix}password", "") or (before.password if before else "")
    return _converted(wanted, Account, errors, prefix=prefix) or before


def _read_peers(text: str, errors: dict[str, str], name: str) -> dict[str, str]:
    """Read lines such as ``1002 = 192.0.2.7:5060``."""
    peers: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        number, _, place = (part.strip() for part in line.partition("="))
        if not number or not place or any(c.isspace() for c in number + place):
            errors[name] = f"{line.strip()[:40]!r}: a number, =, an address such as 192.0.2.7:5060"
        peers[number] = place
    return peers


def _converted(wanted: Mapping[str, Any], kind: type[_T], errors: dict[str, str], prefix: str = "") -> _T | None:
    """Check fields against the settings' own types, so that file and page have the same limits."""
    try:
        return msgspec.convert(wanted, kind)
    except msgspec.ValidationError as error:
        reason, _, place = str(error).partition(" - at `$.")
        errors.setdefault(prefix + place.rstrip("`"), reason[:1].lower() + reason[1:])
        return None


def _changed(settings: PhoneSettings, errors: Mapping[str, str], **parts: object) -> Edited:
    if errors:
        return Edited(None, errors)
    return Edited(msgspec.structs.replace(settings, **parts))

"""Whether a wish is within the reach of whoever has it, and what the audit tells of it.

Source: docs/access.md.
"""

from collections.abc import Iterable
from dataclasses import replace

from offhook.console.audit_trail import AuditDetail
from offhook.console.commander import Commander, Wish
from offhook.console.journal import Journal
from offhook.console.plan_parts import RESTARTING_KEYS, read_keys
from offhook.console.principal import Principal
from offhook.console_api.resources import Call, Command, Verb
from offhook.console_api.scopes import Scope
from offhook.errors import NotAllowed, NotFound, NotPossibleNow
from offhook.protocol.keys import Key

__all__ = ["calls_seen", "commands_seen", "told", "within_reach"]

_VERB_OF_KEY = {Key.REBOOT: Verb.RESTART, Key.AUTO_P: Verb.PROVISION}
_MAY_BE_SECRET = frozenset({"digits", "keys"})
"""Digits sent into a call are as often as not somebody's PIN."""


async def within_reach(journal: Journal, principal: Principal, wish: Wish) -> Wish:
    """Give the wish in the name of whoever asks, and with one of their own phones if it names none.

    Raises:
        NotAllowed: It is about a phone that is not theirs, or does what they may not.
        NotFound: They are in no such call.
        NotPossibleNow: Several of their phones could be meant.
        StoreError: An old call cannot be read.
    """
    phone = wish.phone
    if principal.commands is not None and phone is None:
        phone = await _own_phone(journal, principal, wish)
    if phone is not None:
        principal.require_phone(phone)
    if wish.verb is Verb.PRESS_KEYS and Scope.PHONES_ADMIN not in principal.scopes:
        _require_no_restart(journal, wish)
    return replace(wish, phone=phone, by=principal.by)


def told(wish: Wish) -> AuditDetail:
    """Give what the audit tells of a wish: what for, but no digits."""
    detail: AuditDetail = {"verb": str(wish.verb), "phone": wish.phone, "call": wish.call}
    for name, value in wish.arguments.items():
        detail[name] = f"{len(value)} of them" if name in _MAY_BE_SECRET and isinstance(value, str | list) else value
    return {name: value for name, value in detail.items() if value is not None}


async def calls_seen(
    journal: Journal, phones: Iterable[str] | None, *, is_live: bool | None, limit: int, before: str | None
) -> list[Call]:
    """Give the calls these phones were in, newest first; None: all calls.

    Raises:
        StoreError: The store cannot be read.
    """
    if phones is None:
        return await journal.calls(is_live=is_live, limit=limit, before=before)
    found: dict[str, Call] = {}
    for phone in sorted(phones):
        calls = await journal.calls(phone=phone, is_live=is_live, limit=limit, before=before)
        found |= {call.id: call for call in calls}
    return sorted(found.values(), key=lambda call: (call.began, call.id), reverse=True)[:limit]


async def commands_seen(commander: Commander, phones: Iterable[str] | None, *, limit: int) -> list[Command]:
    """Give the commands to these phones, newest first; None: all commands.

    Raises:
        StoreError: The store cannot be read.
    """
    if phones is None:
        return await commander.commands(phone=None, limit=limit)
    found = [command for phone in sorted(phones) for command in await commander.commands(phone=phone, limit=limit)]
    return sorted(found, key=lambda command: (command.created, command.id), reverse=True)[:limit]


def _require_no_restart(journal: Journal, wish: Wish) -> None:
    """Refuse keys that do what takes another scope than keys do."""
    record = journal.state.phone_records.get(wish.phone or "")
    tokens = wish.arguments.get("keys")
    if record is None or not isinstance(tokens, list):
        return  # refused later, with words of its own
    dialect = journal.registry.named_or_base(record.dialect)
    for key in read_keys(tokens, dialect):
        if key in RESTARTING_KEYS:
            verb = _VERB_OF_KEY[key]
            raise NotAllowed(
                "key-restarts-phone",
                f"the key {key} is what {verb} presses, and may restart the phone: use {verb}, "
                f"which needs {Scope.PHONES_ADMIN} as this key does; ask an administrator",
            )


async def _own_phone(journal: Journal, principal: Principal, wish: Wish) -> str:
    """Find the phone of theirs that is in the call; of several the one for which it would work."""
    assert wish.call is not None, "a wish without a phone is about a call"
    call = await journal.call(wish.call)
    own = [each for each in call.connections if principal.sees_phone(each.phone)] if call else []
    if not own:
        raise NotFound("call", wish.call)
    own = [each for each in own if principal.commands is None or each.phone in principal.commands]
    if not own:
        raise NotAllowed("phone-not-yours", "none of your phones is in this call")
    fitting = [each for each in own if wish.verb in each.verbs]
    for candidates in (fitting, own):
        if len(candidates) == 1:
            return candidates[0].phone
    names = ", ".join(each.phone for each in own)
    raise NotPossibleNow("phone-not-named", f"several of your phones are in this call; name one of {names}")

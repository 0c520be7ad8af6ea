"""What each route needs, and who hears of each event: the one place that says so.

A route that is not in the table serves nobody, and an event that is not in the table reaches administrators only: who
adds one decides here. What a role may is `console_api.scopes`; that a phone may be one's own or not is `principal`.

Source: docs/access.md; console-api.md §1 no. 4.
"""

from enum import Enum, auto
from functools import lru_cache

from offhook.console_api.event_types import EventType
from offhook.console_api.scopes import Scope

__all__ = ["ROUTE_NEEDS", "Audience", "Need", "View", "audience_of", "views_of"]


class Need(Enum):
    """What a route needs that is no scope."""

    SIGNED_IN = auto()
    """Whoever is known: it is about themselves."""
    USER = auto()
    """A user in a browser; a token has no sessions and no password."""


ROUTE_NEEDS: dict[str, Scope | Need] = {
    # calls
    "listCalls": Scope.CALLS_READ,
    "getCall": Scope.CALLS_READ,
    "dial": Scope.CALLS_CONTROL,
    "answerCall": Scope.CALLS_CONTROL,
    "rejectCall": Scope.CALLS_CONTROL,
    "hangUp": Scope.CALLS_CONTROL,
    "holdCall": Scope.CALLS_CONTROL,
    "sendDigits": Scope.CALLS_CONTROL,
    # transfers
    "transferCall": Scope.CALLS_CONTROL,
    "listTransfers": Scope.CALLS_READ,
    "getTransfer": Scope.CALLS_READ,
    "completeTransfer": Scope.CALLS_CONTROL,
    "cancelTransfer": Scope.CALLS_CONTROL,
    "joinConference": Scope.CALLS_CONTROL,
    # phones
    "listPhones": Scope.PHONES_READ,
    "getPhone": Scope.PHONES_READ,
    "setUpPhone": Scope.PHONES_ADMIN,
    "removePhone": Scope.PHONES_ADMIN,
    "listDialects": Scope.PHONES_ADMIN,
    "getPhoneSetup": Scope.PHONES_ADMIN,
    "getPhoneSetupFile": Scope.PHONES_ADMIN,
    "tryPhone": Scope.PHONES_ADMIN,
    "setDnd": Scope.PHONES_CONTROL,
    "setForwarding": Scope.PHONES_CONTROL,
    "setMic": Scope.PHONES_CONTROL,
    "changeVolume": Scope.PHONES_CONTROL,
    "setAudioPath": Scope.PHONES_CONTROL,
    "redial": Scope.CALLS_CONTROL,
    "callVoicemail": Scope.CALLS_CONTROL,
    "pressLine": Scope.PHONES_CONTROL,
    "pressDss": Scope.PHONES_CONTROL,
    "pressSoft": Scope.PHONES_CONTROL,
    "navigate": Scope.PHONES_CONTROL,
    "pressKeys": Scope.PHONES_CONTROL,
    "restartPhone": Scope.PHONES_ADMIN,
    "provisionPhone": Scope.PHONES_ADMIN,
    # commands, events
    "getCommand": Scope.CALLS_READ,
    "listCommands": Scope.CALLS_READ,
    "getSnapshot": Scope.EVENTS_READ,
    # contacts, history
    "listContacts": Scope.CONTACTS_READ,
    "listContactGroups": Scope.CONTACTS_READ,
    "exportContacts": Scope.CONTACTS_READ,
    "getContact": Scope.CONTACTS_READ,
    "createContact": Scope.CONTACTS_WRITE,
    "replaceContact": Scope.CONTACTS_WRITE,
    "removeContact": Scope.CONTACTS_WRITE,
    "importContacts": Scope.CONSOLE_ADMIN,
    "listHistory": Scope.CALLS_READ,
    "exportHistory": Scope.CALLS_READ,
    "listOutcomes": Scope.CALLS_READ,
    "annotateCall": Scope.CALLS_READ,
    "getStatistics": Scope.HISTORY_READ,
    "exportStatistics": Scope.HISTORY_READ,
    # oneself
    "getMe": Need.SIGNED_IN,
    "changeMe": Need.USER,
    "changeMyPassword": Need.USER,
    "getMyPreferences": Need.USER,
    "replaceMyPreferences": Need.USER,
    "listMyPhones": Need.SIGNED_IN,
    "listMyCalls": Scope.CALLS_READ,
    "countMissed": Need.USER,
    "markMissedSeen": Need.USER,
    "signOut": Need.SIGNED_IN,
    "signOutEverywhere": Need.USER,
    "listSessions": Need.USER,
    "endSession": Need.USER,
    # people
    "listUsers": Scope.USERS_ADMIN,
    "createUser": Scope.USERS_ADMIN,
    "getUser": Scope.USERS_ADMIN,
    "changeUser": Scope.USERS_ADMIN,
    "removeUser": Scope.USERS_ADMIN,
    "setPassword": Scope.USERS_ADMIN,
    "endUserSessions": Scope.USERS_ADMIN,
    "listTokens": Scope.USERS_ADMIN,
    "createToken": Scope.USERS_ADMIN,
    "removeToken": Scope.USERS_ADMIN,
    "listAudit": Scope.AUDIT_READ,
    "listActions": Scope.CONSOLE_ADMIN,
    # the console itself
    "getSettings": Need.SIGNED_IN,
    "replaceSettings": Scope.CONSOLE_ADMIN,
    "listWebhooks": Scope.CONSOLE_ADMIN,
    "createWebhook": Scope.CONSOLE_ADMIN,
    "getWebhook": Scope.CONSOLE_ADMIN,
    "changeWebhook": Scope.CONSOLE_ADMIN,
    "removeWebhook": Scope.CONSOLE_ADMIN,
    "rotateWebhookSecret": Scope.CONSOLE_ADMIN,
    "testWebhook": Scope.CONSOLE_ADMIN,
    "listDeadLetters": Scope.CONSOLE_ADMIN,
    "replayDeadLetters": Scope.CONSOLE_ADMIN,
    "getMetrics": Scope.METRICS_READ,
}
"""By operation id, as in the OpenAPI document."""


class Audience(Enum):
    """Who hears of an event."""

    PRESENCE = auto()
    """Everybody: what a phone is doing as such."""
    CALLS = auto()
    """In full who sees the phone's calls; everybody else the phone and its connection's state, which is presence."""
    OWN = auto()
    """Who sees the phone's calls, nobody else."""
    SETUP = auto()
    """In full who sets phones up; everybody else only that it happened."""
    ADMINISTRATORS = auto()
    """Who may see what phones send, word by word."""


class View(Enum):
    """How much of an event is shown."""

    FULL = auto()
    """All, with the request it came from."""
    PLAIN = auto()
    """All but the request."""
    REDUCED = auto()
    """The phone, and the state of its connection; of whom it talks to, nothing."""


_AUDIENCES: dict[str, Audience] = {
    EventType.PHONE_ADDED: Audience.SETUP,
    EventType.PHONE_CHANGED: Audience.SETUP,
    EventType.PHONE_REMOVED: Audience.SETUP,
    EventType.PHONE_ADDRESS_CHANGED: Audience.ADMINISTRATORS,
    EventType.PHONE_VENDOR_EVENT: Audience.ADMINISTRATORS,
    EventType.PHONE_REPORT_IGNORED: Audience.ADMINISTRATORS,
    EventType.PHONE_HOOKSWITCH_CHANGED: Audience.PRESENCE,
    EventType.PHONE_BUSY_CHANGED: Audience.PRESENCE,
    EventType.PHONE_DND_CHANGED: Audience.PRESENCE,
    EventType.PHONE_FORWARDING_CHANGED: Audience.CALLS,
    EventType.PHONE_STARTED: Audience.PRESENCE,
    "phone.certainty_changed": Audience.PRESENCE,
    "call.": Audience.CALLS,
    "line.": Audience.CALLS,
    "command.": Audience.OWN,
    "webhook.": Audience.ADMINISTRATORS,
}
"""By type, or by its beginning for all of a kind."""


def audience_of(type_: str) -> Audience | None:
    """Say who hears of events of a type; None for one that nobody decided about."""
    return _AUDIENCES.get(type_) or _AUDIENCES.get(f"{type_.partition('.')[0]}.")


@lru_cache(maxsize=64)
def views_of(scopes: frozenset[Scope]) -> dict[EventType, tuple[View | None, View | None]]:
    """Give, for every type, how much is shown of a phone whose calls one sees, and of any other; None: nothing."""
    full = View.FULL if Scope.CONSOLE_ADMIN in scopes else View.PLAIN
    whole_setup = full if Scope.PHONES_ADMIN in scopes else View.REDUCED
    raw = View.FULL if Scope.CONSOLE_ADMIN in scopes else None
    by_audience: dict[Audience | None, tuple[View | None, View | None]] = {
        Audience.PRESENCE: (full, full),
        Audience.CALLS: (full, View.REDUCED),
        Audience.OWN: (full, None),
        Audience.SETUP: (whole_setup, whole_setup),
        Audience.ADMINISTRATORS: (raw, raw),
        None: (raw, raw),
    }
    return {type_: by_audience[audience_of(type_)] for type_ in EventType}

"""A phone for the menu to show, without the phone."""

from offhook.callmodel.features import Features, Forward
from offhook.callmodel.registration import RegistrationState
from offhook.phone.keypad import AudioPath
from offhook.phone.menu_pages import MenuSource
from offhook.phone.recent_calls import CallKind, RecentCall
from offhook.phone.settings import Contact, FeatureSettings, Identity, PhoneSettings
from offhook.phone.status import AccountStatus

CALLS = [
    RecentCall(CallKind.MISSED, "1002", "Bob", "1001@127.0.0.1", 940.0, 3),
    RecentCall(CallKind.DIALLED, "1003", "", "1004@127.0.0.1", 700.0),
    RecentCall(CallKind.RECEIVED, "", "", "1001@127.0.0.1", 10.0),
]
PEOPLE = [Contact(name="Anna", number="1001"), Contact(name="Cleo", number="sip:1003@192.0.2.7")]
ACCOUNTS = [
    AccountStatus(1, "1001@127.0.0.1", "Ann", True, RegistrationState.REGISTERED, ""),
    AccountStatus(2, "1004@127.0.0.1", "", True, RegistrationState.FAILED, "403 Forbidden"),
    AccountStatus(3, "1005@127.0.0.1", "", False, RegistrationState.UNREGISTERED, ""),
    AccountStatus(4, "1006@127.0.0.1", "", True, RegistrationState.REGISTERING, ""),
]


def source(
    *,
    calls: list[RecentCall] = CALLS,
    people: list[Contact] = PEOPLE,
    features: Features = Features(always=Forward(True, "1009"), no_answer=Forward(False, "1008")),  # noqa: B008 - frozen
) -> MenuSource:
    return MenuSource(
        settings=PhoneSettings(
            identity=Identity(mac="02000f001001"), directory=people, features=FeatureSettings(voicemail="500")
        ),
        features=features,
        accounts=ACCOUNTS,
        next_account=1,
        calls=lambda kind: [call for call in calls if kind in (None, call.kind)],
        volume=8,
        audio_path=AudioPath.SPEAKER,
        address="192.0.2.4",
        seconds_up=3700,
        now=1000.0,
    )

"""Whether the console reaches a phone: one request that presses no key.

The control path without a command is asked for. A phone that answers, whatever it thinks of that, was reached and has
let the console in; 401 and 403 say that it did not.
Source: DOC §3.3; vendors.md §3.6, §3.7.
"""

from offhook.console.phone_courier import PhoneSender
from offhook.console.phone_desk import PhoneDesk
from offhook.console.sip_messages import goes_by_sip
from offhook.console_api.resources import Phone
from offhook.console_api.setup import ReachOutcome, ReachTest
from offhook.dialects.dialect import Dialect
from offhook.errors import (
    PhoneBrokeOff,
    PhoneMoved,
    PhoneRefused,
    PhoneRequestError,
    PhoneTimeout,
    PhoneUnauthorized,
    PhoneUnreachable,
)

__all__ = ["try_to_reach"]

_WORDS = {
    ReachOutcome.REACHED: "the phone answers, and takes the user and the password",
    ReachOutcome.SILENT: "the phone takes connections and does not answer: is this the address of its management page?",
    ReachOutcome.WRONG_PASSWORD: "the phone refuses the user or the password: correct them here or at the phone",
    ReachOutcome.FORBIDDEN: "the phone answers and refuses commands: switch remote control on there, and put the "
    "console's address on its list of those who may send any",
    ReachOutcome.NOT_SET_UP: "enter the address, user and password of its management page first",
    ReachOutcome.NOT_TESTED: "this phone cannot be tried without pressing a key: let it do something, and see whether "
    "the command is confirmed",
}
_FORBIDDEN = 403


async def try_to_reach(phone: Phone, dialect: Dialect, desk: PhoneDesk, sender: PhoneSender) -> ReachTest:
    """Try.

    Raises:
        NotPossibleNow: The phone's password cannot be read.
    """
    if not phone.is_set_up or not phone.control_url:
        return _test(ReachOutcome.NOT_SET_UP)
    if goes_by_sip(phone.control_url) or not dialect.control.path:
        return _test(ReachOutcome.NOT_TESTED)
    try:
        answer = await sender.send(await desk.address(phone.id), dialect.control.path, dialect)
    except PhoneRequestError as error:
        return _of(error)
    return _test(ReachOutcome.REACHED, answer.ms)


def _of(error: PhoneRequestError) -> ReachTest:
    match error:
        case PhoneRefused(status=status):
            return _test(ReachOutcome.FORBIDDEN if status == _FORBIDDEN else ReachOutcome.REACHED)
        case PhoneUnauthorized():
            return _test(ReachOutcome.WRONG_PASSWORD)
        case PhoneTimeout() | PhoneBrokeOff():
            return _test(ReachOutcome.SILENT)
        case PhoneUnreachable() | PhoneMoved():
            return ReachTest(outcome=ReachOutcome.UNREACHABLE, message=str(error))
    raise error


def _test(outcome: ReachOutcome, ms: float | None = None) -> ReachTest:
    return ReachTest(outcome=outcome, message=_WORDS[outcome], ms=ms)

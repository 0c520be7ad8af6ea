"""What is entered at a phone so that it reports to a console: its Action URLs, and the file that sets them.

Pure. Every URL has at least one parameter (vendors.md §5 no. 31), and as many of the 12 variables as the phone keeps.
Source: DOC §2.2-2.5; vendors.md §2.3, §2.4, §4.
"""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from offhook.dialects.dialect import Dialect, Escaping, SetupFile
from offhook.errors import UnsupportedUrl
from offhook.protocol.events import Event
from offhook.protocol.variables import Variable

__all__ = ["action_urls", "file_name", "setting_names", "setup_file", "setup_steps"]

_OF_A_CALL = (
    Variable.MAC,
    Variable.CALL_ID,
    Variable.REMOTE,
    Variable.LOCAL,
    Variable.DISPLAY_REMOTE,
    Variable.ACTIVE_USER,
    Variable.IP,
    Variable.ACTIVE_HOST,
    Variable.DISPLAY_LOCAL,
    Variable.ACTIVE_URL,
    Variable.MODEL,
    Variable.FIRMWARE,
)
"""The most useful first; what does not fit is left out from the end."""
_OF_THE_PHONE = (
    Variable.MAC,
    Variable.IP,
    Variable.MODEL,
    Variable.FIRMWARE,
    Variable.ACTIVE_USER,
    Variable.ACTIVE_HOST,
    Variable.ACTIVE_URL,
)
_PHONE_EVENTS = frozenset(
    {Event.SETUP_COMPLETED, Event.IP_CHANGED, Event.REGISTERED, Event.REGISTRATION_FAILED, Event.UNREGISTERED}
)


def action_urls(dialect: Dialect, base_url: str, mac: str) -> dict[Event, str]:
    """Write the phone's 27 Action URLs, in the order of DOC §2.4.

    Args:
        base_url: The console's phone listener as the phone reaches it, with `/a/<secret>` where one is set.
        mac: Twelve hexadecimal digits, written into the URLs of a phone that has no variable for it; "" when unknown.
    Raises:
        UnsupportedUrl: ``base_url`` is so long that the phone could not keep a URL with one parameter.
    """
    return {event: _action_url(dialect, base_url.rstrip("/"), mac, event) for event in Event}


def setup_file(file: SetupFile, urls: Mapping[Event, str], *, mac: str, console: str) -> str:
    """Write a set-up file.

    Args:
        urls: From `action_urls`.
        mac: Twelve lower-case hexadecimal digits.
        console: IP address that commands come from.
    """
    lines = [
        file.line.replace("{setting}", setting).replace("{url}", _escaped(urls[event], file.escaping))
        for event, setting in file.settings.items()
    ]
    head, foot = (_filled(text, mac, console) for text in (file.head, file.foot))
    return "".join([head, *(f"{line}\n" for line in lines), foot])


def file_name(file: SetupFile, mac: str) -> str:
    """Name the file as the phone asks for it."""
    return _filled(file.name, mac, "")


def setting_names(dialect: Dialect) -> dict[Event, str]:
    """Name each event's setting as the make's newest form does; empty where the names are not known."""
    return dict(dialect.setup.files[0].settings) if dialect.setup.files else {}


def setup_steps(dialect: Dialect, console: str) -> list[str]:
    """Say what has to be switched on at the phone."""
    return [step.replace("{console}", console) for step in dialect.setup.steps]


def _action_url(dialect: Dialect, base: str, mac: str, event: Event) -> str:
    known = dialect.variable_spellings
    wanted = _OF_THE_PHONE if event in _PHONE_EVENTS else _OF_A_CALL
    pairs = [f"{variable}=${known[variable]}" for variable in wanted if variable in known]
    if Variable.MAC not in known and mac:
        pairs.insert(0, f"{Variable.MAC}={mac}")
    limit = dialect.setup.max_url_chars
    start = f"{base}/{event}.xml?"
    while len(pairs) > 1 and len(start) + len("&".join(pairs)) > limit:
        pairs.pop()
    url = start + "&".join(pairs)
    if len(url) > limit:
        raise UnsupportedUrl(url, f"such a phone keeps {limit} characters; give the console a shorter address")
    return url


def _filled(text: str, mac: str, console: str) -> str:
    return text.replace("{mac}", mac).replace("{MAC}", mac.upper()).replace("{console}", console)


def _escaped(url: str, escaping: Escaping) -> str:
    return escape(url, {'"': "&quot;"}) if escaping is Escaping.XML else url

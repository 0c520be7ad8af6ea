"""What a phone needs to be set up: its Action URLs as it reaches the console, and the files that set them.

A file can be fetched by the phone itself, from the port it reports to: `/provision/<key>/<file name>`. The key is the
phone's own, made of the data folder's key and the phone's id; it opens this file and nothing else, and only while the
phone is set up. The file holds no password.

Source: vendors.md §2.3-2.4, §4; docs/administration.md.
"""

import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from offhook.console.journal import Journal
from offhook.console.own_address import address_towards
from offhook.console_api.resources import Phone, Problem
from offhook.console_api.setup import DialectInfo, SetupFileInfo, SetupSheet, SetupUrl
from offhook.dialects.dialect import Dialect, SetupFile
from offhook.dialects.setup_sheet import action_urls, file_name, setting_names, setup_file, setup_steps
from offhook.errors import ConfigError, NotFound, NotPossibleNow, ProtocolError, UnsupportedUrl
from offhook.protocol.action_url import check_template
from offhook.protocol.events import Event
from offhook.runtime.loopback import is_loopback

__all__ = ["PROVISION_PATH", "ListenerAddress", "ReadyFile", "SetupDesk", "check_public_url"]

PROVISION_PATH = b"/provision/"
"""What requests for files begin with, at the port that phones report to."""

_ANY_HOST = frozenset({"", "0.0.0.0", "::"})
_REQUEST = re.compile(rb"/provision/([A-Za-z0-9_-]{32})/([\x21-\x3e\x40-\x7e]{1,80})")
_MAC = re.compile(r"[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerAddress:
    """Where phones report to."""

    host: str
    """As the listener was bound; may mean "all addresses"."""
    port: int
    secret: str | None = None
    public_url: str | None = None
    """What to tell phones instead, where they reach the listener by another way."""


@dataclass(frozen=True, slots=True)
class ReadyFile:
    """A set-up file as it is handed over."""

    name: str
    media_type: str
    content: bytes


def check_public_url(url: str) -> str:
    """Check what phones are told instead of the listener's own address, and give it without a slash at its end.

    Raises:
        ConfigError: Phones could not report to it.
    """
    flag = "--public-listener-url"
    try:
        check_template(url)
        parts = urlsplit(url)
    except (ProtocolError, ValueError) as error:
        raise ConfigError(url, flag, "must be http://host or http://host:port, as in http://192.0.2.76:8801") from error
    if parts.query or parts.fragment or parts.username or not set(parts.path) <= {"/"}:
        raise ConfigError(url, flag, "must end with the host or its port")
    return url.rstrip("/")


class SetupDesk:
    """Writes what is entered at phones, or fetched by them."""

    def __init__(
        self,
        journal: Journal,
        listener: ListenerAddress,
        own_address: Callable[[str], str] = address_towards,
    ) -> None:
        """Prepare.

        Args:
            own_address: Gives this machine's address as another one sees it.
        """
        self._journal = journal
        self._registry = journal.registry
        self._secrets = journal.secrets
        self._listener = listener
        self._own_address = own_address

    def dialects(self) -> list[DialectInfo]:
        """List the makes that are known; the document first."""
        return [
            DialectInfo(name=each.name, title=each.title, can_be_commanded=bool(each.control.path))
            for each in self._registry.all()
        ]

    def sheet(self, phone_id: str) -> SetupSheet:
        """Tell how a phone is set up.

        Raises:
            NotFound: The phone is not known.
            NotPossibleNow: The console's address is too long for such a phone.
        """
        phone, dialect = self._find(phone_id)
        urls, names = self._urls(phone, dialect), setting_names(dialect)
        folder = self._folder(phone)
        shown = [
            SetupUrl(event=event.value, title=event.title, setting=names.get(event, ""), url=url)
            for event, url in urls.items()
        ]
        files = [
            SetupFileInfo(
                format=file.id,
                title=file.title,
                name=(name := file_name(file, phone.mac)),
                url=folder and folder + name,
            )
            for file in self._files(phone, dialect)
        ]
        console = self._console_address(phone)
        return SetupSheet(
            phone=phone.id,
            dialect=dialect.name,
            dialect_title=dialect.title,
            listener_url=self._base_url(phone),
            console_address=console,
            provisioning_url=folder,
            steps=setup_steps(dialect, console),
            urls=shown,
            text="".join(f"{each.title}\n{each.url}\n\n" for each in shown).rstrip("\n") + "\n",
            files=files,
            warnings=self._warnings(phone, dialect),
        )

    def file(self, phone_id: str, format_: str | None) -> ReadyFile:
        """Write a set-up file.

        Args:
            format_: Which form; None takes the make's first.
        Raises:
            NotFound: The phone is not known, or its make has no such form.
            NotPossibleNow: As with `sheet`.
        """
        phone, dialect = self._find(phone_id)
        for file in self._files(phone, dialect):
            if format_ in (None, file.id):
                return self._ready(phone, dialect, file)
        raise NotFound("file", format_ or dialect.name)

    def fetched(self, target: bytes) -> ReadyFile | None:
        """Give the file that a phone asks for; None, without a reason, when it may not have it or there is none.

        Args:
            target: As it arrived at the listener; hostile.
        """
        asked = _REQUEST.fullmatch(target)
        if asked is None:
            return None
        key, name = asked[1].decode("ascii"), unquote(asked[2].decode("ascii"))
        mac = _MAC.search(name)
        for phone in self._journal.state.phones_by_mac(mac[0].lower()) if mac else ():
            if phone.is_set_up and hmac.compare_digest(key, self._secrets.file_key(phone.id)):
                return self._file_named(phone, name)
        return None

    # --- parts ------------------------------------------------------------------------------------------------------

    def _find(self, phone_id: str) -> tuple[Phone, Dialect]:
        phone = self._journal.state.phone(phone_id)
        if phone is None:
            raise NotFound("phone", phone_id)
        return phone, self._registry.named_or_base(phone.dialect)

    def _file_named(self, phone: Phone, name: str) -> ReadyFile | None:
        dialect = self._registry.named_or_base(phone.dialect)
        for file in self._files(phone, dialect):
            if file_name(file, phone.mac) == name:
                try:
                    return self._ready(phone, dialect, file)
                except NotPossibleNow:
                    return None
        return None

    def _ready(self, phone: Phone, dialect: Dialect, file: SetupFile) -> ReadyFile:
        mac = phone.mac
        text = setup_file(file, self._urls(phone, dialect), mac=mac, console=self._console_address(phone))
        return ReadyFile(file_name(file, mac), file.media_type, text.encode("utf-8"))

    def _urls(self, phone: Phone, dialect: Dialect) -> dict[Event, str]:
        try:
            return action_urls(dialect, self._base_url(phone), phone.mac)
        except UnsupportedUrl as error:
            raise NotPossibleNow("listener-url-too-long", str(error.reason)) from error

    def _files(self, phone: Phone, dialect: Dialect) -> tuple[SetupFile, ...]:
        """Files are named after the MAC address; without one there are none."""
        return dialect.setup.files if phone.mac else ()

    def _root_url(self, phone: Phone) -> str:
        listener = self._listener
        if listener.public_url is not None:
            return listener.public_url
        host = self._console_address(phone) if listener.host in _ANY_HOST else listener.host
        return f"http://{f'[{host}]' if ':' in host else host}:{listener.port}"

    def _base_url(self, phone: Phone) -> str:
        secret = self._listener.secret
        return self._root_url(phone) + ("" if secret is None else f"/a/{quote(secret, safe='')}")

    def _folder(self, phone: Phone) -> str:
        if not (phone.is_set_up and phone.mac):
            return ""
        return f"{self._root_url(phone)}{PROVISION_PATH.decode()}{self._secrets.file_key(phone.id)}/"

    def _console_address(self, phone: Phone) -> str:
        fixed = "" if self._listener.host in _ANY_HOST else self._listener.host
        return self._own_address(phone.address or urlsplit(phone.control_url).hostname or fixed)

    def _warnings(self, phone: Phone, dialect: Dialect) -> list[Problem]:
        found = []
        listener, is_far = self._listener, bool(phone.address) and not is_loopback(phone.address)
        if is_far and listener.public_url is None and is_loopback(listener.host):
            found.append(
                Problem(
                    error_id="listener-on-loopback",
                    message=f"the console takes reports at {listener.host} only, and this phone is elsewhere: start it "
                    "with --listener-host 0.0.0.0, or the address of one network",
                )
            )
        if phone.is_set_up and not phone.control_url and dialect.control.path:
            found.append(
                Problem(
                    error_id="no-control-address",
                    message="no address to command it at was entered: it is seen, and not commanded",
                )
            )
        if not dialect.control.path:
            found.append(
                Problem(
                    error_id="make-not-commanded", message="how its make is commanded is not known: it is seen only"
                )
            )
        return found

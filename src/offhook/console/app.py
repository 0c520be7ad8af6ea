"""The console as a whole: the one place that builds its parts and joins them.

Order of start: ports, store and journal, listener, commander, HTTP. Whoever can see the console can use it, and a port
that is taken is known before anything else has happened. Stop goes the other way round.

Source: architecture, "The picture".
"""

import contextlib
import socket
from importlib.metadata import version

from offhook.console.access import Access
from offhook.console.audit_trail import AuditTrail
from offhook.console.bus.in_process import InProcessBus
from offhook.console.call_notes import CallNotes
from offhook.console.certainty import Patience
from offhook.console.commander import Commander
from offhook.console.contact_book import ContactBook
from offhook.console.doubt_watch import DoubtWatch
from offhook.console.handled_calls import HandledCalls
from offhook.console.http_app import build_http_app
from offhook.console.intake import Intake
from offhook.console.journal import Journal
from offhook.console.metrics import ConsoleMetrics
from offhook.console.numbers import Numbers
from offhook.console.page_files import read_page
from offhook.console.phone_courier import PhoneCourier
from offhook.console.phone_desk import PhoneDesk
from offhook.console.phone_listener import PhoneListener
from offhook.console.phone_secrets import PhoneSecrets
from offhook.console.proof_watch import ProofWatch
from offhook.console.readiness import Readiness
from offhook.console.rest.route_parts import ApiParts
from offhook.console.retention import RetentionWatch
from offhook.console.settings import ConsoleSettings
from offhook.console.setup_desk import ListenerAddress, SetupDesk
from offhook.console.sign_in import SIGN_IN_PATH
from offhook.console.store.sql import SqlStore
from offhook.console.store.sqlite_engine import DATABASE_FILE
from offhook.console.users import Users
from offhook.console.webhooks.courier import WebhookCourier
from offhook.console.webhooks.delivery import Deliveries
from offhook.console.webhooks.subscriptions import Subscriptions
from offhook.console.websocket import EventFeeds
from offhook.dialects.registry import Registry
from offhook.errors import ConfigError
from offhook.runtime.http_server import HttpServer, bind_tcp
from offhook.runtime.loopback import is_loopback

__all__ = ["ConsoleApp"]

_FIRST_BYTE_S = 1
"""See `PhoneListener.start`."""

_GRACE_S = 1
"""For requests under way at stop; a command's request to a phone is not waited for."""


class ConsoleApp:
    """One console; `start` once, `stop` as often as you like."""

    def __init__(self, settings: ConsoleSettings) -> None:
        """Prepare; nothing is opened before `start`."""
        self.settings = settings
        self._closing = contextlib.AsyncExitStack()
        self._access: Access | None = None
        self._deliveries: Deliveries | None = None
        self._api_port = 0
        self._listener_port = 0

    async def start(self) -> None:
        """Start everything; when it returns, phones and browsers are served.

        Raises:
            PortTaken: Names the flag to choose another port by.
            StoreError: The store cannot be opened.
            DataFolderError: The key beside the store cannot be read or made.
            ConfigError: An address cannot be listened on, or others could reach it and nobody has a password.
        """
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop everything, within about three seconds whatever clients do; may be called twice."""
        await self._closing.aclose()

    @property
    def api_url(self) -> str:
        """Address of page and API, without a slash at the end."""
        return f"http://{_reachable(self.settings.api_host)}:{self._api_port}"

    @property
    def listener_url(self) -> str:
        """What the phones' Action URLs begin with."""
        return f"http://{_reachable(self.settings.listener_host)}:{self._listener_port}"

    @property
    def access(self) -> Access:
        """Users, sessions and tokens, once the console runs."""
        if self._access is None:
            raise RuntimeError("the console was not started")
        return self._access

    @property
    def webhooks(self) -> Deliveries:
        """What is delivered to whom, once the console runs."""
        if self._deliveries is None:
            raise RuntimeError("the console was not started")
        return self._deliveries

    def sign_in_link(self) -> str:
        """Give the link whose opening signs a browser in, as long as this console runs. It is a secret."""
        return f"{self.api_url}{SIGN_IN_PATH}?token={self.access.sign_in_secret}"

    async def issue_token(self, name: str) -> str:
        """Make an API token for a program; an earlier one of the same name ends."""
        return await self.access.issue_token(name)

    async def _start(self) -> None:
        settings, closing = self.settings, self._closing
        api_socket = bind_tcp(settings.api_host, settings.api_port, flag="--api-port")
        closing.callback(api_socket.close)
        listener_socket = bind_tcp(settings.listener_host, settings.listener_port, flag="--listener-port")
        closing.callback(listener_socket.close)
        self._api_port = api_socket.getsockname()[1]
        self._listener_port = listener_socket.getsockname()[1]

        numbers, registry = Numbers(settings.region), Registry()
        store, bus = SqlStore(settings.data), InProcessBus()
        encryption = PhoneSecrets.in_folder(settings.data)
        journal = Journal(store, bus, encryption, registry, max_phones=settings.max_phones)
        closing.push_async_callback(journal.stop)
        await journal.start()
        closing.push_async_callback(bus.close)
        contacts = ContactBook(store, numbers)
        await contacts.load()
        journal.state.name_party = contacts.name_party

        patience = Patience(ringing_s=settings.ringing_silence_s, talking_s=settings.talking_silence_s)
        doubts = DoubtWatch(journal, patience)
        closing.push_async_callback(doubts.stop)
        doubts.start()

        retention = RetentionWatch(journal, settings.retention)
        closing.push_async_callback(retention.stop)
        retention.start()

        intake = Intake(journal, secret=settings.listener_secret)
        listener = PhoneListener(intake, files=self._setup_desk(journal).fetched)
        closing.push_async_callback(listener.stop, 1.0)
        await listener.start(listener_socket, until_first_byte_s=_FIRST_BYTE_S)

        commander = Commander(
            journal,
            store,
            PhoneDesk(journal, registry),
            ProofWatch(journal),
            PhoneCourier(settings.command_timeout_s),
            confirm_timeout_s=settings.confirm_timeout_s,
        )
        closing.push_async_callback(commander.stop)
        await commander.start()

        await self._serve(api_socket, journal, commander, listener, contacts, encryption)

    async def _serve(
        self,
        api_socket: socket.socket,
        journal: Journal,
        commander: Commander,
        listener: PhoneListener,
        contacts: ContactBook,
        encryption: PhoneSecrets,
    ) -> None:
        """Start what people and programs use."""
        settings, closing, store = self.settings, self._closing, journal.store
        users = Users(store)
        closing.callback(users.close)
        await users.load()
        _require_somebody(settings.api_host, users)
        self._access = Access(store, users)
        self._deliveries = webhooks = self._make_webhooks(journal, encryption)
        closing.push_async_callback(webhooks.stop)
        await webhooks.start()
        feeds = EventFeeds(journal, journal.bus, self._access)
        metrics = ConsoleMetrics(journal, listener, webhooks, settings.data / DATABASE_FILE)
        closing.callback(metrics.stop)
        parts = ApiParts(
            journal=journal,
            commander=commander,
            access=self._access,
            audit=AuditTrail(store),
            setup=self._setup_desk(journal),
            version=version("offhook"),
            webhooks=webhooks,
            contacts=contacts,
            notes=CallNotes(journal),
            statistics=HandledCalls(journal, users),
            metrics=metrics,
            readiness=Readiness(journal, listener),
        )
        allowed_hosts = (*settings.allowed_hosts, _bracketed(settings.api_host))
        http_app = build_http_app(parts, feeds, read_page(), allowed_hosts)
        server = HttpServer(http_app, api_socket, grace_s=_GRACE_S, trusted_proxies=settings.trusted_proxies)
        closing.push_async_callback(server.stop)
        closing.push_async_callback(feeds.close)
        await server.start()

    def _setup_desk(self, journal: Journal) -> SetupDesk:
        settings = self.settings
        address = ListenerAddress(
            host=settings.listener_host,
            port=self._listener_port,
            secret=settings.listener_secret,
            public_url=settings.public_listener_url,
        )
        return SetupDesk(journal, address)

    def _make_webhooks(self, journal: Journal, encryption: PhoneSecrets) -> Deliveries:
        may_stay = self.settings.webhook_loopback
        subscriptions = Subscriptions(journal.store, encryption, is_loopback_allowed=may_stay)
        courier = WebhookCourier(is_loopback_allowed=may_stay, agent=f"offhook/{version('offhook')}")
        return Deliveries(journal, subscriptions, self.access, courier)


def _require_somebody(api_host: str, users: Users) -> None:
    """Keep a console that anybody can sign in to by nothing but a link in clear off the network."""
    if is_loopback(api_host) or users.is_anybody_able_to_sign_in:
        return
    raise ConfigError(
        api_host,
        "--api-host",
        "others could reach this console, and nobody has a password: run `offhook user add NAME --role administrator` "
        "with the same --data first",
    )


def _bracketed(host: str) -> str:
    """Write a host as URLs have it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _reachable(host: str) -> str:
    """Give the address to show for one that means "all of them"."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, _bracketed(host))

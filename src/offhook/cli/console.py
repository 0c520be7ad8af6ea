"""`offhook console`: the CTI server."""

import argparse
import asyncio
from pathlib import Path

from rich.console import Console

from offhook.cli.api_token import write_token
from offhook.cli.foreground import run_in_foreground
from offhook.console.app import ConsoleApp
from offhook.console.settings import ConsoleSettings, Retention
from offhook.console.setup_desk import check_public_url
from offhook.errors import ConfigError
from offhook.runtime.data_folder import open_data_folder
from offhook.runtime.garbage import kept_for_good
from offhook.runtime.logs import set_up_logs
from offhook.runtime.loopback import is_loopback
from offhook.runtime.open_files import raise_open_files_limit

__all__ = ["run"]


def run(arguments: argparse.Namespace) -> int:
    """Run a console until Ctrl-C."""
    set_up_logs(json=arguments.json_logs, level=arguments.log_level)
    raise_open_files_limit()
    data = open_data_folder(Path(arguments.data) if arguments.data else None)
    defaults = ConsoleSettings(data=data)
    settings = ConsoleSettings(
        data=data,
        api_host=arguments.api_host,
        api_port=arguments.api_port,
        listener_host=arguments.listener_host,
        listener_port=arguments.listener_port,
        allowed_hosts=(*defaults.allowed_hosts, *arguments.allow_host),
        trusted_proxies=tuple(arguments.trusted_proxy),
        public_listener_url=arguments.public_listener_url and check_public_url(arguments.public_listener_url),
        listener_secret=_secret(arguments.listener_secret_file),
        region=arguments.region,
        webhook_loopback=arguments.webhook_loopback,
        retention=Retention(
            events=arguments.keep_events,
            events_hours=arguments.keep_events_hours,
            calls_days=arguments.keep_calls_days,
            commands_days=arguments.keep_commands_days,
        ),
    )
    return run_in_foreground(lambda stop: _serve(settings, stop))


async def _serve(settings: ConsoleSettings, stop: asyncio.Event) -> int:
    out = Console(highlight=False, soft_wrap=True)
    console = ConsoleApp(settings)
    with kept_for_good():
        await console.start()
    try:
        token_file = settings.data / "api-token"
        write_token(token_file, await console.issue_token("api-token file"))
        out.print(f"Sign in           {console.sign_in_link()}")
        out.print(f"API               {console.api_url}/api/v1  (token in {token_file})")
        out.print(f"Phones report to  {console.listener_url}")
        if settings.listener_secret is None and not is_loopback(settings.listener_host):
            out.print(
                "Anybody who reaches that port can report. To take only your phones' reports: "
                "--listener-secret-file FILE, and URLs of the form /a/SECRET/EVENT."
            )
        if not settings.trusted_proxies and not is_loopback(settings.api_host):
            out.print(
                "Passwords and sessions go over the network in clear. To have https, put a reverse proxy before the "
                "page and name it: --trusted-proxy ADDRESS."
            )
        out.print("Ctrl-C stops it.")
        await stop.wait()
    finally:
        await console.stop()
    return 0


def _secret(path: str | None) -> str | None:
    """Read the listener's secret from its file; a secret on the command line would be seen by every user."""
    if path is None:
        return None
    try:
        secret = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(path, "--listener-secret-file", f"cannot be read: {error}") from error
    if not secret or "/" in secret:
        raise ConfigError(path, "--listener-secret-file", "must hold one line of text without a slash")
    return secret

"""The console from Python: everything the operator page can do, as an async client.

`ConsoleClient` speaks REST, `ConsoleClient.events` the event feed. Imports the API's types and an HTTP client, nothing
of the console itself.
"""

from offhook.sdk.client import ConsoleClient

__all__ = ["ConsoleClient"]

"""The console's public API as types: what REST, WebSocket, the sdk, the cli and the operator page exchange.

Shared by the console, which fills them, and the sdk, which reads them, so that the two cannot disagree. Messages are
msgspec structs; `msgspec.json` turns them into JSON and back. Imports nothing that does I/O.
Source: console-api.md §1-4; terms are CSTA's.
"""

"""The console: receives Action URLs, keeps the live picture, obeys operators, serves API and page.

The route of one report: `phone_listener` → `intake` (decode, reduce with `live_state`, commit to `store`) → 200 to the
phone → `bus` → `websocket`. The route of one wish: `rest` → `commander` → phone → its report → confirmed. `app` wires
them together and is the only place that does. May import the core and `offhook.runtime`; never the phone.
Source: architecture decisions 2-5.
"""

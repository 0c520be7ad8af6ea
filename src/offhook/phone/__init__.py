"""The phone: a software IP phone that reports by Action URL and obeys Active URI.

`call_control` decides what happens (pure: keys, numbers and engine facts in, engine orders and reports out); `engine/`
makes calls; `action_url_sender` reports; `web/` obeys and is the management page; `app` wires them together and is the
only place that does. May import the core and `offhook.runtime`; never the console.
Source: DOC §2 (reports), §3 (obedience).
"""

"""The REST API, one module a subject: `calls`, `phones`, `commands`, `session`; `route_parts` is what they share.

Handlers translate between HTTP and the journal, the commander and access; they decide nothing. Types come from
`offhook.console_api`, errors are answered by `error_answers`, `/api/v1/openapi.json` describes all of it.
Source: console-api.md §1, §4.
"""

"""The SIP engine: real calls, made by a child process that this package starts and supervises.

`engine` is what the phone uses. `child` and the modules it alone imports (`stack`, `accounts`, `calls`, `transfers`,
`conversation`, `sound`, `watch`) run in the child process and are the only ones that touch the SIP library, which is
GPL and ends the process on ordinary mistakes; `protocol` is all that both ends share.
"""

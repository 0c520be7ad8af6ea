"""Every state machine of offhook, shared by phone and console so that neither can bend its rules. No I/O, no clock.

One machine a file: a state enum, one transition table, and one function `(state, given) -> Step(state, effects)`.
Effects are values; the applications carry them out. Imports `offhook.errors` and `offhook.protocol` only.

There are two entrances. An *own command* that is illegal raises `InvalidTransition` and changes nothing (`advance`).
An *observed report* may come late, twice or never (DOC §2.1-2.2 promise no delivery), so `follow` never raises: it
follows the report as far as it makes sense and says what was odd about it.

Terms are CSTA's: a connection is one call at one device; HELD is a state, "held by the other party" is not.
"""

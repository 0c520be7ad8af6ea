"""What console and phone both need of the outside world: an HTTP server, a data folder, logs.

May import ``errors`` and the rest of the core; is imported by ``phone``, ``console``, ``sdk`` and everything
above them. Knows nothing of phones or calls.
"""

__all__: list[str] = []

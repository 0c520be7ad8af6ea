"""How many files and sockets this program may have open.

Source: getrlimit(2). Systems start programs with a soft limit of 1,024, which a console with 1,000 phones connected
reaches; the hard limit is what the administrator allows, and a program may raise itself to it.
"""

import resource

__all__ = ["raise_open_files_limit"]

_ENOUGH = 65_536
"""More than a console's connection caps, and no more: some systems make the cost depend on the limit."""


def raise_open_files_limit() -> int:
    """Raise the soft limit to what is allowed, `_ENOUGH` at most; never lowers it. Gives the limit now in force."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wished = _ENOUGH if hard == resource.RLIM_INFINITY else min(_ENOUGH, hard)
    if soft == resource.RLIM_INFINITY or soft >= wished:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wished, hard))
    return wished

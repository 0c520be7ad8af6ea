"""From the target of a request to a report in the journal: the secret is checked, and taken out of what is kept.

Source: architecture, "Names at the edge" (`/a/<secret>/<event>`); decision 3.
"""

import hmac
import re
from collections.abc import Callable

from offhook.console.journal import Journal, Tell
from offhook.console.records import IncomingReport
from offhook.errors import NotAllowed
from offhook.protocol.action_url import parse_target

__all__ = ["REDACTED", "Intake", "read_report"]

REDACTED = b"***"

_SECRET_SEGMENT = re.compile(rb"^((?:[^/?]*://[^/?]*)?/+a/+)[^/?]+")


def read_report(target: bytes, source_address: str, received: float) -> IncomingReport:
    """Read the target of an Action URL request; never fails.

    Args:
        target: As it arrived.
        source_address: IP address the request came from.
        received: Seconds since 1970.
    """
    return IncomingReport(
        target=parse_target(target),
        request=_SECRET_SEGMENT.sub(rb"\g<1>" + REDACTED, target) if b"/a/" in target else target,
        source_address=source_address,
        received=received,
    )


class Intake:
    """Hands reports to the journal."""

    def __init__(self, journal: Journal, *, secret: str | None = None) -> None:
        """Prepare.

        Args:
            secret: When set, only `/a/<secret>/<event>` is taken.
        """
        self._journal = journal
        self._clock: Callable[[], float] = journal.now
        self._secret = None if secret is None else secret.encode("utf-8")

    def take(self, target: bytes, source_address: str, tell: Tell) -> None:
        """Read a report and queue it.

        Args:
            tell: Called when it is committed, or could not be.
        Raises:
            NotAllowed: The secret is missing or wrong; nothing is recorded.
            JournalFull: Too many reports are waiting.
        """
        report = read_report(target, source_address, self._clock())
        if self._secret is not None:
            given = (report.target.secret or "").encode("utf-8", "surrogatepass")
            if not hmac.compare_digest(given, self._secret):
                raise NotAllowed("wrong-secret", "the Action URL lacks the console's secret, or has a wrong one")
        self._journal.take(report, tell)

"""What was answered to commands, so that one that comes twice is carried out once. Pure.

Over UDP whoever hears no answer sends the request again, for 32 s; it gets the answer that the first one got.
Source: RFC 3261 §17.2.2 (64*T1), §8.2.2.2.
"""

__all__ = ["KEPT_S", "MAX_KEPT", "Answered"]

KEPT_S = 32.0
MAX_KEPT = 4096
"""More commands than this in 32 s are no people's; the oldest are forgotten."""


class Answered:
    """The answers of the last while, by the identity of the request."""

    def __init__(self) -> None:
        self._answers: dict[str, tuple[float, int, str]] = {}

    def find(self, identity: str, now: float) -> tuple[int, str] | None:
        """Give status and words of the answer to this request; None when it is new.

        Args:
            now: Seconds, monotonic.
        """
        for known, (until, _, _) in list(self._answers.items()):
            if until > now and len(self._answers) <= MAX_KEPT:
                break
            del self._answers[known]
        found = self._answers.get(identity)
        return found[1:] if found is not None else None

    def keep(self, identity: str, status: int, reason: str, now: float) -> None:
        """Remember an answer."""
        self._answers[identity] = (now + KEPT_S, status, reason)

"""Phones that report to a console which may die at any moment, and what is true of them whatever it heard."""

from urllib.parse import urlencode

import aiohttp

__all__ = ["ReportingPhone"]

SHOWN_AFTER = {
    "": {"unknown"},
    "incoming": {"ringing"},
    "idle_to_busy": {"ringing"},
    "established": {"talking"},
    "hold": {"on_hold"},
    "unhold": {"talking"},
    "terminated": {"idle"},
    "busy_to_idle": {"idle"},
}


class ReportingPhone:
    """One phone in one call; it goes on after each 200 and stops at the first report that got none."""

    def __init__(self, number: int, http: aiohttp.ClientSession, listener: str) -> None:
        self.id = f"02000f{number:06x}"
        self._http = http
        self._listener = listener
        self._variables = {"mac": self.id, "call_id": f"call-{number:09d}@pbx", "remote": f"sip:{number}@pbx"}
        self.answered: list[str] = []
        self.unanswered = ""
        """What it said last without hearing whether it arrived."""

    async def play(self, steps: tuple[str, ...]) -> None:
        for step in steps:
            self.unanswered = step
            url = f"{self._listener}/{step}.xml?{urlencode(self._variables)}"
            try:
                async with self._http.get(url) as answer:
                    assert answer.status == 200
            except (aiohttp.ClientError, OSError, TimeoutError):
                return
            self.unanswered = ""
            self.answered.append(step)

    @property
    def may_show(self) -> set[str]:
        """States that a console may show which has every answered report: a report without an answer may have come."""
        last = self.answered[-1] if self.answered else ""
        return SHOWN_AFTER[last] | (SHOWN_AFTER[self.unanswered] if self.unanswered else set())

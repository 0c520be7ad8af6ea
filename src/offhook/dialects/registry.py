"""Which dialect a phone speaks.

Source: house rule "two equal matches are an error, an unknown phone gets the base dialect, graded unknown".
"""

from collections.abc import Iterable
from enum import IntEnum

from offhook.dialects.dialect import Dialect
from offhook.dialects.loader import load_all
from offhook.errors import AmbiguousDialect, UnknownDialect

__all__ = ["Grade", "Registry"]

_BASE = "base"


class Grade(IntEnum):
    """How well a dialect fits a phone."""

    UNKNOWN = 0
    """Nothing is known of the phone; it is spoken to as the document says."""
    VENDOR = 1
    """Its MAC address is the vendor's."""
    MODEL = 2
    """Vendor and model are known."""


class Registry:
    """All dialects, to be asked for one."""

    def __init__(self, dialects: Iterable[Dialect] | None = None) -> None:
        loaded = load_all() if dialects is None else tuple(dialects)
        self._dialects = {dialect.name: dialect for dialect in loaded}
        base = self._dialects.get(_BASE)
        self._like_base = {each.name for each in loaded if base is not None and each.variables == base.variables}

    def all(self) -> list[Dialect]:
        """List the dialects by title, the document's first."""
        return sorted(self._dialects.values(), key=lambda each: (each.name != _BASE, each.title.casefold()))

    @property
    def base(self) -> Dialect:
        """The source document's dialect.

        Raises:
            UnknownDialect: It is not among the dialects given.
        """
        return self.named(_BASE)

    def reads_like_base(self, dialect: Dialect) -> bool:
        """Whether one of these dialects spells the variables as the document's does; then one reading is enough."""
        return dialect.name in self._like_base

    def named(self, name: str) -> Dialect:
        """Give the dialect of that name.

        Raises:
            UnknownDialect: There is none.
        """
        try:
            return self._dialects[name]
        except KeyError:
            raise UnknownDialect(name, tuple(sorted(self._dialects))) from None

    def named_or_base(self, name: str) -> Dialect:
        """Give the dialect of that name, or the document's: a store may have been used with more dialects before."""
        return self._dialects.get(name) or self.base

    def for_phone(self, mac: str, model: str) -> tuple[Dialect, Grade]:
        """Find the dialect of a phone by what it says of itself.

        Args:
            mac: Twelve lower-case hexadecimal digits, or "" when unknown.
            model: As the phone reports it, or "".
        Raises:
            AmbiguousDialect: Two fit equally well.
        """
        fitting = [
            # Of two models' beginnings that fit, the longer one is the narrower one.
            ((grade, len(dialect.match.model)), dialect)
            for dialect in self._dialects.values()
            if (grade := _grade(dialect, mac, model)) is not Grade.UNKNOWN
        ]
        if not fitting:
            return self.base, Grade.UNKNOWN
        best_fit = max(fit for fit, _ in fitting)
        best = [dialect for fit, dialect in fitting if fit == best_fit]
        if len(best) > 1:
            raise AmbiguousDialect(tuple(sorted(dialect.name for dialect in best)))
        return best[0], best_fit[0]


def _grade(dialect: Dialect, mac: str, model: str) -> Grade:
    match = dialect.match
    if match.model and model.casefold().startswith(match.model.casefold()):
        return Grade.MODEL
    if mac and mac.startswith(match.mac_prefixes or ("-",)) and not match.model:
        return Grade.VENDOR
    return Grade.UNKNOWN

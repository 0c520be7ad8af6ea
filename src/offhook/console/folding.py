"""Text made comparable: without case, accents and the spellings of one letter. Pure.

Source: Unicode Standard Annex #15 (NFKD), Unicode §3.13 (caseless matching).
"""

import re
import unicodedata

__all__ = ["fold", "words_of"]

_WORD = re.compile(r"\w+")


def fold(text: str) -> str:
    """Write a text in the one form in which searches compare: `Müller` and `MULLER` become `muller`."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def words_of(text: str) -> list[str]:
    """Cut a text into folded words."""
    return _WORD.findall(fold(text))

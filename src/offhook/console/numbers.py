"""Telephone numbers: one form inside (E.164), another one for people.

A number is taken for one of the public network where that is sure: it says its country, or it is a valid number of the
console's region and too long for an extension. All others, extensions and service codes among them, stay as they are.

Source: ITU-T E.164; the `phonenumbers` library's metadata.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import CountryCodeSource, NumberParseException, PhoneNumberFormat

from offhook.console.folding import fold
from offhook.errors import ConfigError

__all__ = ["Number", "Numbers"]

_MAX_CHARS = 128
_LONGEST_EXTENSION = 6
"""Digits; what is shorter than a number of the public network is one of the exchange's own."""
_REMEMBERED = 8_192
"""Numbers whose forms are kept: the same ones call again and again."""
_WRITTEN = re.compile(r"\+?[\d\s()./\-]*\d[\d\s()./\-]*((ext\.?|x|;ext=|#)\s*\d{1,12})?", re.IGNORECASE)
_ORNAMENTS = re.compile(r"[\s()./\-]")
_DIGITS = re.compile(r"[\d\s()./+\-]*\d[\d\s()./+\-]*")


@dataclass(frozen=True, slots=True)
class Number:
    """One number in its forms."""

    key: str
    """What two spellings of the same number have in common: E.164, or the characters that are dialled."""
    display: str
    extension: str = ""
    """To be dialled once the call is answered."""


class Numbers:
    """Reads numbers as people of one region write them."""

    def __init__(self, region: str = "") -> None:
        """Prepare.

        Args:
            region: Country of numbers that do not say theirs, two letters as in ISO 3166; "" for none.
        Raises:
            ConfigError: There is no such region.
        """
        self._region = region.upper()
        if region and self._region not in phonenumbers.SUPPORTED_REGIONS:
            raise ConfigError(region, "--region", "name a country by its two letters, for example DE")
        self._country = phonenumbers.country_code_for_region(self._region) if region else 0
        self._trunk = (phonenumbers.ndd_prefix_for_region(self._region, True) or "") if region else ""
        self.read = lru_cache(_REMEMBERED)(self._read)
        """Gives a number's forms, however it is written."""

    def beginnings(self, text: str) -> tuple[str, ...]:
        """Give what the digits of a number may begin with, that somebody began to write so."""
        digits = "".join(filter(str.isdigit, text))
        found = [digits]
        if digits.startswith("00"):
            found.append(digits[2:])
        elif self._trunk and digits.startswith(self._trunk):
            found.append(f"{self._country}{digits[len(self._trunk) :]}")
        return tuple(each for each in found if each)

    def spellings(self, number: str) -> tuple[str, ...]:
        """Give the forms in which phones may report a number that is kept in E.164."""
        if not number.startswith("+"):
            return (number,)
        bare = number[1:]
        country = str(self._country)
        if self._country and bare.startswith(country):
            return (number, bare, f"00{bare}", f"{self._trunk}{bare[len(country) :]}")
        return (number, bare, f"00{bare}")

    def words(self, text: str) -> tuple[tuple[str, ...], ...]:
        """Cut what somebody looks for into words, each in the forms it may be found in; a number is one word."""
        found: list[tuple[str, ...]] = []
        number = ""
        for part in [*fold(text).split(), ""]:
            if _DIGITS.fullmatch(part):
                number += part
                continue
            if number:
                found.append(self.beginnings(number))
                number = ""
            found += [(word,) for word in re.findall(r"[\w@.\-]*\w", part)]
        return tuple(found)

    def _read(self, text: str) -> Number:
        written = text.strip()[:_MAX_CHARS]
        if not _WRITTEN.fullmatch(written):
            return Number(written, written)
        bare = _ORNAMENTS.sub("", written)
        if bare.isdigit() and len(bare) <= _LONGEST_EXTENSION:
            return Number(bare, written)
        try:
            parsed = phonenumbers.parse(written, self._region or None, keep_raw_input=True)
        except NumberParseException:
            return Number(bare, written)
        if parsed.country_code_source == CountryCodeSource.FROM_DEFAULT_COUNTRY:
            is_public = phonenumbers.is_valid_number(parsed)
        else:
            is_public = phonenumbers.is_possible_number(parsed)
        if not is_public:
            return Number(bare, written)
        extension, parsed.extension = parsed.extension or "", None
        is_at_home = parsed.country_code == self._country
        form = PhoneNumberFormat.NATIONAL if is_at_home else PhoneNumberFormat.INTERNATIONAL
        key = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
        return Number(key, phonenumbers.format_number(parsed, form), extension)

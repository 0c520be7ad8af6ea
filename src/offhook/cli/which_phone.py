"""Which phone somebody means on the command line."""

from offhook.console_api.resources import Phone
from offhook.errors import NotFound, NotPossibleNow

__all__ = ["find_phone"]


def find_phone(phones: list[Phone], text: str) -> Phone:
    """Find the phone that somebody means: by number, name or id.

    Raises:
        NotFound: None.
        NotPossibleNow: Several.
    """
    wanted = text.casefold()
    for fits in (
        [phone for phone in phones if phone.id == text],
        [phone for phone in phones if text and phone.extension == text],
        [phone for phone in phones if wanted and phone.name.casefold() == wanted],
        [phone for phone in phones if wanted and phone.name.casefold().startswith(wanted)],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            ids = ", ".join(phone.id for phone in fits)
            raise NotPossibleNow("phone-not-named", f"{text!r} means several phones; name one of {ids}")
    raise NotFound("phone", text)

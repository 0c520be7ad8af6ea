"""Users, sessions, tokens and the audit, as the API shows and takes them.

In Python a pattern's `$` also matches before a last line end, hence the `(?!\\n)` in those here.

Source: docs/access.md.
"""

from typing import Annotated

import msgspec

from offhook.console_api.scopes import Role, Scope

__all__ = [
    "AuditEntry",
    "Me",
    "MeChange",
    "NewPassword",
    "NewToken",
    "NewUser",
    "OwnPassword",
    "SessionInfo",
    "Token",
    "TokenWithSecret",
    "User",
    "UserChange",
]

_UserName = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}(?!\n)$",
        description="What the user signs in with; upper and lower case are the same.",
        examples=["anna"],
    ),
]
_Password = Annotated[
    str, msgspec.Meta(min_length=8, max_length=256, description="At least 8 characters.", examples=["four quiet words"])
]
_DisplayName = Annotated[str, msgspec.Meta(max_length=80, examples=["Anna Berg"])]
_Group = Annotated[str, msgspec.Meta(max_length=64, description="For wallboards.", examples=["Sales"])]
_Language = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^([a-z]{2,3}(-[A-Za-z0-9]{2,8})?)?(?!\n)$",
        description='Language of the page, as in BCP 47; "" takes the browser\'s.',
        examples=["en"],
    ),
]
_PhoneIds = Annotated[
    list[Annotated[str, msgspec.Meta(min_length=1, max_length=64)]],
    msgspec.Meta(max_length=64, description="Ids of the user's own phones.", examples=[["02000f001001"]]),
]
_Scopes = Annotated[list[Scope], msgspec.Meta(min_length=1, max_length=64, examples=[["phones:read", "events:read"]])]


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign in."""

    id: Annotated[str, msgspec.Meta(examples=["u_1f2e3d4c5b6a"])]
    name: _UserName
    display_name: _DisplayName
    role: Role
    phones: _PhoneIds
    group: _Group
    language: _Language
    is_enabled: bool
    has_password: bool
    """False: the user cannot sign in but by the terminal's link."""
    created: Annotated[str, msgspec.Meta(examples=["2026-01-05T09:12:03.418Z"])]


class NewUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /api/v1/users`."""

    name: _UserName
    role: Role
    password: _Password | None = None
    """None makes a user who cannot sign in until a password is set."""
    display_name: _DisplayName = ""
    phones: _PhoneIds = []
    group: _Group = ""
    language: _Language = ""
    is_enabled: bool = True


class UserChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`PATCH /api/v1/users/{id}`: what is left out stays as it is."""

    name: _UserName | msgspec.UnsetType = msgspec.UNSET
    display_name: _DisplayName | msgspec.UnsetType = msgspec.UNSET
    role: Role | msgspec.UnsetType = msgspec.UNSET
    phones: _PhoneIds | msgspec.UnsetType = msgspec.UNSET
    group: _Group | msgspec.UnsetType = msgspec.UNSET
    language: _Language | msgspec.UnsetType = msgspec.UNSET
    is_enabled: bool | msgspec.UnsetType = msgspec.UNSET


class NewPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`PUT /api/v1/users/{id}/password`."""

    password: _Password


class OwnPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`PUT /api/v1/me/password`."""

    password: _Password
    current: Annotated[str, msgspec.Meta(max_length=256)] = ""
    """The one that is to be replaced; "" when none was set."""


class MeChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """`PATCH /api/v1/me`: what users may change of themselves."""

    display_name: _DisplayName | msgspec.UnsetType = msgspec.UNSET
    language: _Language | msgspec.UnsetType = msgspec.UNSET


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Whoever asks."""

    name: Annotated[str, msgspec.Meta(examples=["anna"])]
    """The user's or the token's."""
    kind: Annotated[str, msgspec.Meta(examples=["session"])]
    """`session` for a browser, `token` for a program."""
    user: User | None
    """None for a token."""
    role: Role | None
    scopes: list[Scope]
    phones: list[str]
    """The user's own."""
    sees_all_phones: bool
    """False: of phones that are not one's own only the presence is shown."""
    commands_all_phones: bool
    """False: only one's own phones obey."""


class SessionInfo(msgspec.Struct, frozen=True, kw_only=True):
    """One browser in which the user is signed in."""

    id: Annotated[str, msgspec.Meta(examples=["9f86d081884c7d65"])]
    is_current: bool
    """The session that asks."""
    created: Annotated[str, msgspec.Meta(examples=["2026-01-05T09:12:03.418Z"])]
    last_used: str
    """To within the hour."""
    expires: str
    address: Annotated[str, msgspec.Meta(examples=["192.0.2.10"])]
    """Where it signed in from."""
    browser: str
    """What the browser called itself; hostile text."""


class NewToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /api/v1/tokens`."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=64, examples=["wallboard"])]
    scopes: _Scopes
    expires_in_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] | None = None
    """None: it does not expire."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """What a program may do; its secret is not shown again."""

    id: Annotated[str, msgspec.Meta(examples=["5e884898da280471"])]
    name: Annotated[str, msgspec.Meta(examples=["wallboard"])]
    scopes: list[Scope]
    created: Annotated[str, msgspec.Meta(examples=["2026-01-05T09:12:03.418Z"])]
    created_by: Annotated[str, msgspec.Meta(examples=["user:anna"])]
    """"" for one that the console made itself."""
    expires: str | None


class TokenWithSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A new token, shown this once."""

    token: Token
    secret: Annotated[str, msgspec.Meta(examples=["(43 characters)"])]
    """What to send as `Authorization: Bearer SECRET`."""


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody did something, or tried to."""

    number: Annotated[int, msgspec.Meta(examples=[4711])]
    """Rises; the cursor to page by."""
    time: Annotated[str, msgspec.Meta(examples=["2026-01-05T09:12:03.418Z"])]
    by: Annotated[str, msgspec.Meta(examples=["user:anna"])]
    """`user:NAME` or `token:NAME`; a name somebody tried to sign in with is `user:NAME?`; hostile text."""
    address: Annotated[str, msgspec.Meta(examples=["192.0.2.10"])]
    what: Annotated[str, msgspec.Meta(examples=["createUser"])]
    """The operation, by its id in the OpenAPI document; `signIn` for a sign-in."""
    target: Annotated[str, msgspec.Meta(examples=["/api/v1/users"])]
    """What it was done to: the path that was asked for."""
    outcome: Annotated[str, msgspec.Meta(examples=["done"])]
    """`done`, `accepted` for a command, or the `error_id` of the refusal."""
    command: str | None
    """Id of the command; `GET /commands/{id}` tells what became of it."""
    detail: dict[str, str | int | bool | list[str] | None]
    """What was asked for, without secrets."""
    request_id: Annotated[str, msgspec.Meta(examples=["req_5f0c2a91d37e4b68"])] = ""
    """That of the request, as in its `X-Request-ID`; "" for one of before requests had ids."""

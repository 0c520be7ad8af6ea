"""What is taken for a user, a password, a token."""

import msgspec
import pytest

from offhook.console_api.people import MeChange, NewToken, NewUser, UserChange


@pytest.mark.parametrize("name", ["anna", "Anna.Berg", "a", "a@b-c_", "9"])
def test_names(name: str) -> None:
    assert msgspec.json.decode(msgspec.json.encode({"name": name, "role": "operator"}), type=NewUser).name == name


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"name": "anna\n"},
        {"name": "a b"},
        {"name": "a:b"},
        {"name": ".a"},
        {"name": "x" * 65},
        {"role": "king"},
        {"password": "short"},
        {"password": "x" * 257},
        {"language": "<b>"},
        {"language": "en\n"},
        {"phones": ["x"] * 65},
        {"phones": [""]},
        {"is_admin": True},
    ],
)
def test_what_cannot_be_a_user(change: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": "anna", "role": "operator", **change}, NewUser)


def test_a_change_holds_only_what_is_to_change() -> None:
    change = msgspec.convert({"group": ""}, UserChange)
    assert msgspec.to_builtins(change) == {"group": ""}
    assert msgspec.to_builtins(MeChange(language="de")) == {"language": "de"}


def test_a_token_needs_scopes_that_exist() -> None:
    assert msgspec.convert({"name": "n", "scopes": ["calls:read"]}, NewToken).expires_in_days is None
    for scopes in ([], ["everything"]):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({"name": "n", "scopes": scopes}, NewToken)

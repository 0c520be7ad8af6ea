import msgspec
import pytest

from offhook.console_api.preferences import Preferences, SharedSettings, Theme, check_pop_url
from offhook.errors import NotValid


@pytest.mark.parametrize(
    "template",
    [
        "https://crm.example.com/find?number={number}",
        "http://192.0.2.7:8080/{number}/{name}#{call}",
        "https://[2001:db8::1]/?q={name}&id={call}",
        "https://kunden.müller.example/{name}",
        "https://crm.example.com",
        "HTTPS://crm.example.com/a%20b",
    ],
)
def test_a_page_about_the_caller(template: str) -> None:
    assert check_pop_url(f"  {template}\n") == template


def test_none_is_wanted() -> None:
    assert check_pop_url(" ") == ""


@pytest.mark.parametrize(
    "template",
    [
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,{name}",
        "file:///etc/passwd",
        "//crm.example.com/{number}",
        "crm.example.com/{number}",
        "https:///{number}",
        "https:/crm.example.com",
        "https://{name}/",
        "https://{name}.example.com/",
        "https://crm.example.com:{number}/",
        "https://crm.example.com{name}",
        "https://{name}@crm.example.com/",
        "https://user:secret@crm.example.com/",
        "https://crm.example.com:99999/",
        "https://crm.example.com:x/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://crm.example.com\\@evil.example/",
        "https://crm.example.com/a b",
        "https://crm.example.com/\x00",
        "https://crm.example.com/\u202e{name}",
        "https://crm.example.com/{nmae}",
        "https://crm.example.com/{number",
        "https://crm.example.com/}{",
        "https://<script>/",
        "https://crm%2eexample.com/",
    ],
)
def test_addresses_that_no_browser_is_sent_to(template: str) -> None:
    with pytest.raises(NotValid) as caught:
        check_pop_url(template)
    assert caught.value.error_id == "pop-url-not-valid"


def test_who_chose_nothing() -> None:
    assert msgspec.json.decode(b"{}", type=Preferences) == Preferences()
    assert (Preferences().theme, Preferences().pop_url, SharedSettings().pop_url) == (Theme.AUTO, None, "")
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"thme": "dark"}', type=Preferences)

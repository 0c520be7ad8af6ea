import pytest

from offhook.phone.provisioning_url import FILLED_IN, wrong_url


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.9/phone.toml",
        "https://prov.example:8443/$mac.toml?model=$model&ip=$ip&firmware=$firmware",
        "http://[2001:db8::9]/$mac",
        "http://prov.example/costs%20$5",
    ],
)
def test_good_ones(url: str) -> None:
    assert wrong_url(url) == ""


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://192.0.2.9/s3cret", "http://"),
        ("file:///etc/passwd", "http://"),
        ("192.0.2.9/s3cret", "http://"),
        ("http://", "http://"),
        ("http://192.0.2.9:0/", "http://"),
        ("http://192.0.2.9:port/", "no URL"),
        ("http://[2001:db8::9/", "no URL"),
        ("http://ada:s3cret@192.0.2.9/", "provisioning.password"),
        ("http://$mac.example/", "host"),
        ("http://bücher.example/", "host"),
        ("http://192.0.2.9/\x07", "control character"),
        ("http://192.0.2.9/a b", "space"),
        ("http://192.0.2.9/$call_id?s3cret", "$call_id"),
        ("http://192.0.2.9/$teatime", "$teatime"),
    ],
)
def test_bad_ones_are_told_in_words_and_not_repeated(url: str, reason: str) -> None:
    assert reason in wrong_url(url)
    assert "s3cret" not in wrong_url(url)


def test_every_variable_that_is_filled_in_may_be_named() -> None:
    for variable in FILLED_IN:
        assert wrong_url(f"http://192.0.2.9/${variable.value}") == ""

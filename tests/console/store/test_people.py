from offhook.console.store.people import Login


def test_a_login_is_named_without_its_hash() -> None:
    login = Login(hash="0123456789abcdef" * 4, kind="token", name="t", created=0.0, expires=None)
    assert login.id == "0123456789abcdef"

"""The fence around callbacks."""

import pytest

from offhook.phone.engine.pjsip.guard import guarded


class Called:
    @guarded
    def back(self, value: int) -> None:
        raise ValueError(value)


def test_an_error_goes_to_stderr_and_no_further(capsys: pytest.CaptureFixture[str]) -> None:
    Called().back(7)
    assert "ValueError: 7" in capsys.readouterr().err

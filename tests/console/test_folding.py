import pytest

from offhook.console.folding import fold, words_of


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Anna", "anna"), ("MÜLLER", "muller"), ("Straße", "strasse"), ("Zoe\u0308", "zoe"), ("ﬁle²", "file2"), ("", "")],
)
def test_case_accents_and_spellings_go(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words() -> None:
    assert words_of("Ben O'Neil-Ölander <b>\x00") == ["ben", "o", "neil", "olander", "b"]

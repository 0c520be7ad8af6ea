"""docs/keys.md: every cell of 55 keys × situations is tried out, keeps its promise, and is as the document says."""

import pytest

from offhook.phone.soft_keys import Action, Situation
from offhook.protocol.keys import Key
from tests.docs.key_effects import DOCUMENT, PROMISES, SITUATIONS, document, promise_is_kept, try_key


def test_nothing_is_undefined() -> None:
    assert set(SITUATIONS) == set(Situation)
    assert set(PROMISES) == set(Action)


@pytest.mark.parametrize("situation", Situation)
def test_every_key_keeps_its_promise(situation: Situation) -> None:
    for key in Key:
        seen = try_key(situation, key)
        assert promise_is_kept(seen), seen


def test_the_document_says_what_happens() -> None:
    everything = [try_key(situation, key) for situation in Situation for key in Key]
    assert len(everything) == 55 * len(Situation)
    assert document(everything) == DOCUMENT.read_text("utf-8")

import msgspec
import pytest

from offhook.console.api_examples import EXAMPLES
from offhook.console.api_examples_people import PEOPLE_EXAMPLES


@pytest.mark.parametrize("example", PEOPLE_EXAMPLES, ids=lambda each: type(each).__name__)
def test_an_example_is_what_the_api_takes_or_gives_and_in_the_document(example: msgspec.Struct) -> None:
    assert msgspec.json.decode(msgspec.json.encode(example), type=type(example)) == example
    assert example in EXAMPLES

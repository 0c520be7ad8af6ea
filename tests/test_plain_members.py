import pickle
from enum import Enum, StrEnum, unique

import pytest

from offhook.plain_members import plain_members
from offhook.protocol.variables import Variable


@plain_members
@unique
class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def test_members_are_found_as_before() -> None:
    assert Colour.RED is Colour("red") is Colour["RED"]
    assert list(Colour) == [Colour.RED, Colour.BLUE]
    assert (Colour.RED.name, Colour.RED.value, str(Colour.RED)) == ("RED", "red", "red")
    assert pickle.loads(pickle.dumps(Colour.BLUE)) is Colour.BLUE
    assert isinstance(Colour.RED, Enum)


def test_they_are_in_the_class_itself() -> None:
    assert vars(Colour)["RED"] is Colour.RED
    assert vars(Variable)["MAC"] is Variable.MAC


def test_they_still_cannot_be_replaced() -> None:
    with pytest.raises(AttributeError):
        Colour.RED = "other"  # type: ignore[misc]

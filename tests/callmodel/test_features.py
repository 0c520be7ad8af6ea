"""Do-not-disturb and forwards: each change is reported once, and calls are treated in the right order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offhook.callmodel.features import (
    FEATURE_EVENTS,
    Disposition,
    Feature,
    Features,
    Forward,
    Treatment,
    change_feature,
    treat_incoming,
)
from offhook.errors import NotValid
from offhook.protocol.events import Event

FORWARDS = {
    Feature.ALWAYS_FORWARD: "always",
    Feature.BUSY_FORWARD: "busy",
    Feature.NO_ANSWER_FORWARD: "no_answer",
}
ON, OFF = Forward(True, "1009"), Forward(False, "1009")


def is_on(features: Features, feature: Feature) -> bool:
    if feature is Feature.DND:
        return features.dnd
    forward: Forward = getattr(features, FORWARDS[feature])
    return forward.is_on


def test_each_change_has_its_event() -> None:
    assert FEATURE_EVENTS == {
        (Feature.DND, True): Event("dnd_on"),
        (Feature.DND, False): Event("dnd_off"),
        (Feature.ALWAYS_FORWARD, True): Event("always_forward_on"),
        (Feature.ALWAYS_FORWARD, False): Event("always_forward_off"),
        (Feature.BUSY_FORWARD, True): Event("busy_forward_on"),
        (Feature.BUSY_FORWARD, False): Event("busy_forward_off"),
        (Feature.NO_ANSWER_FORWARD, True): Event("no_answer_forward_on"),
        (Feature.NO_ANSWER_FORWARD, False): Event("no_answer_forward_off"),
    }


@pytest.mark.parametrize("feature", Feature)
def test_on_and_off_again_is_reported_once_each(feature: Feature) -> None:
    target = "1009" if feature in FORWARDS else None
    features = Features()
    told = []
    for wish in (True, True, False, False, True):
        features, event = change_feature(features, feature, wish, target)
        assert is_on(features, feature) is wish
        told.append(event)
    on, off = FEATURE_EVENTS[feature, True], FEATURE_EVENTS[feature, False]
    assert told == [on, None, off, None, on]


@given(st.lists(st.tuples(st.sampled_from(Feature), st.booleans()), max_size=30))
def test_features_do_not_touch_one_another(changes: list[tuple[Feature, bool]]) -> None:
    features = Features()
    wanted = dict.fromkeys(Feature, False)
    for feature, wish in changes:
        features, event = change_feature(features, feature, wish, "1009")
        assert event == (FEATURE_EVENTS[feature, wish] if wanted[feature] is not wish else None)
        wanted[feature] = wish
        assert {each: is_on(features, each) for each in Feature} == wanted
    assert features.no_answer_s == Features().no_answer_s


@pytest.mark.parametrize(("feature", "field"), FORWARDS.items())
def test_a_forward_keeps_its_target(feature: Feature, field: str) -> None:
    features, _ = change_feature(Features(), feature, True, "1009")
    features, _ = change_feature(features, feature, False)
    assert getattr(features, field) == Forward(False, "1009")
    features, event = change_feature(features, feature, True)
    assert (getattr(features, field), event) == (Forward(True, "1009"), FEATURE_EVENTS[feature, True])
    features, event = change_feature(features, feature, True, "1010")
    assert (getattr(features, field), event) == (Forward(True, "1010"), None)


@pytest.mark.parametrize("feature", FORWARDS)
@pytest.mark.parametrize("target", [None, ""])
def test_a_forward_needs_a_target(feature: Feature, target: str | None) -> None:
    with pytest.raises(NotValid) as refused:
        change_feature(Features(), feature, True, target)
    assert refused.value.error_id == "forward-without-target"
    assert change_feature(Features(), feature, False, target) == (Features(), None)


def test_a_forward_that_is_on_does_not_lose_its_target() -> None:
    features = Features(busy=ON)
    with pytest.raises(NotValid):
        change_feature(features, Feature.BUSY_FORWARD, True, "")


@pytest.mark.parametrize(
    ("features", "has_free_line", "disposition"),
    [
        (Features(), True, Disposition(Treatment.RING)),
        (Features(), False, Disposition(Treatment.REJECT_BUSY)),
        (Features(dnd=True), True, Disposition(Treatment.REJECT_BUSY)),
        (Features(dnd=True), False, Disposition(Treatment.REJECT_BUSY)),
        (Features(dnd=True, no_answer=ON), True, Disposition(Treatment.REJECT_BUSY)),
        (Features(dnd=True, busy=ON), True, Disposition(Treatment.FORWARD, "1009")),
        (Features(busy=ON), False, Disposition(Treatment.FORWARD, "1009")),
        (Features(busy=ON), True, Disposition(Treatment.RING)),
        (Features(no_answer=ON, no_answer_s=12.0), True, Disposition(Treatment.RING, "1009", 12.0)),
        (Features(no_answer=ON), False, Disposition(Treatment.REJECT_BUSY)),
        (Features(always=ON, dnd=True, busy=Forward(True, "x")), True, Disposition(Treatment.FORWARD, "1009")),
        (Features(always=ON), False, Disposition(Treatment.FORWARD, "1009")),
        (Features(always=OFF, busy=OFF, no_answer=OFF), True, Disposition(Treatment.RING)),
        (Features(always=OFF, busy=OFF, no_answer=OFF), False, Disposition(Treatment.REJECT_BUSY)),
    ],
)
def test_an_incoming_call(features: Features, has_free_line: bool, disposition: Disposition) -> None:
    assert treat_incoming(features, has_free_line=has_free_line) == disposition

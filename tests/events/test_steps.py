"""A frequent event is one number, and comes back as it was."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reqtrace.events.kinds import CORE_LAYER, Event, Hook, LayerLeft, Outcome, UnknownEvent, ViewLeft
from reqtrace.events.steps import (
    FLAG_STEP,
    LAYER_OFFSET,
    OUTCOME_STEP,
    STATUS_STEP,
    STEP_FIELDS,
    STEP_KINDS,
    StepCode,
)

LAST_LAYER = 4095 - LAYER_OFFSET
LAYERS = st.integers(min_value=-LAYER_OFFSET, max_value=LAST_LAYER)
STATUSES = st.integers(min_value=0, max_value=2**31)

GOLDEN = [
    "layer.entered",
    "layer.left",
    "hook.entered",
    "hook.left",
    "view.left",
    "template.left",
    "response.closed",
    "request.finished",
]


def test_step_numbers_are_what_they_were() -> None:
    """A code of format 1 means the same in every later version."""
    assert [kind.KIND for kind in STEP_KINDS][: len(GOLDEN)] == GOLDEN
    assert {kind.KIND for kind in STEP_KINDS} == set(GOLDEN)
    assert len(STEP_KINDS) <= 16, "a code has four bits for the kind"
    code = StepCode.pack(LayerLeft, layer=3, outcome=Outcome.raised, status=500)
    assert code == 1 + (3 + 2) * 128 + 2 * 524_288 + 500 * 4_194_304


@pytest.mark.parametrize("kind", STEP_KINDS, ids=lambda kind: kind.KIND)
@given(layer=LAYERS, hook=st.sampled_from(Hook), outcome=st.sampled_from(Outcome), status=STATUSES)
def test_what_is_packed_comes_back(kind: type[Event], layer: int, hook: int, outcome: int, status: int) -> None:
    """Whatever layer, hook, outcome and status, none spills into another."""
    code = StepCode.pack(kind, layer=layer, hook=hook, outcome=outcome, status=status)
    event = StepCode.event(code, time=1, request=2, thread=3)
    given_values = {"layer": layer, "hook": hook, "outcome": outcome, "status": status, "is_unrendered": False}
    names = [field.name for field in fields(kind)][3:]
    assert event == kind(time=1, request=2, thread=3, **{name: given_values[name] for name in names})


@given(layer=LAYERS, outcome=st.sampled_from(Outcome), status=STATUSES)
def test_outcome_and_status_may_be_added_later(layer: int, outcome: int, status: int) -> None:
    """As the hot path does: the code of the layer is made once, the rest is added to it."""
    code = StepCode.pack(LayerLeft, layer=layer) + outcome * OUTCOME_STEP + status * STATUS_STEP
    assert code == StepCode.pack(LayerLeft, layer=layer, outcome=outcome, status=status)


def test_the_core_and_the_unknown_layer_fit() -> None:
    """The core is layer -1; -2 is a hook of nobody known."""
    for layer in (CORE_LAYER, CORE_LAYER - 1):
        event = StepCode.event(StepCode.pack(LayerLeft, layer=layer), time=0, request=0, thread=0)
        assert isinstance(event, LayerLeft)
        assert event.layer == layer


def test_the_flag_says_unrendered() -> None:
    """One bit between outcome and status."""
    code = StepCode.pack(ViewLeft, outcome=Outcome.response, status=200) + FLAG_STEP
    event = StepCode.event(code, time=0, request=0, thread=0)
    assert event == ViewLeft(time=0, request=0, thread=0, outcome=1, status=200, is_unrendered=True)


@given(st.integers())
def test_any_number_is_some_event(code: int) -> None:
    """A code from a newer version, or from nowhere, is kept as it came; none is an error."""
    event = StepCode.event(code, time=1, request=2, thread=3)
    assert (event.time, event.request, event.thread) == (1, 2, 3)
    if code & 15 >= len(STEP_KINDS):
        assert isinstance(event, UnknownEvent)
        assert event.fields == (code,)


def test_every_field_of_a_step_can_be_unpacked() -> None:
    """A field added to one of these kinds has to find a place in the code."""
    assert {name for names in STEP_FIELDS for name in names} <= {"layer", "hook", "outcome", "status", "is_unrendered"}

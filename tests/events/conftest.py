"""Values of any event kind, made from its annotations."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import strategies as st

from reqtrace.events.kinds import EVENT_KINDS, Event

NUMBERS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
SCALARS: dict[Any, st.SearchStrategy[Any]] = {int: NUMBERS, str: st.text(max_size=12), bool: st.booleans()}


def values_of(annotation: Any) -> st.SearchStrategy[Any]:
    """Any value of an annotation that a kind may use."""
    if annotation in SCALARS:
        return SCALARS[annotation]
    if get_origin(annotation) is tuple:
        arguments = get_args(annotation)
        if arguments[-1] is Ellipsis:
            return st.lists(values_of(arguments[0]), max_size=3).map(tuple)
        return st.tuples(*map(values_of, arguments))
    hints = get_type_hints(annotation)
    return st.builds(annotation, **{name: values_of(hints[name]) for name in annotation._fields})


def events_of(kind: type[Event]) -> st.SearchStrategy[Event]:
    """Any event of a kind."""
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: values_of(hints[field.name]) for field in fields(kind)})


@pytest.fixture(scope="session")
def any_event() -> dict[type[Event], st.SearchStrategy[Event]]:
    """A strategy for each kind."""
    return {kind: events_of(kind) for kind in EVENT_KINDS}

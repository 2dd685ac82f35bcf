"""The two sentences under a picture fit where a projector shows eighty columns."""

from __future__ import annotations

import pytest
from scenarios import SCENARIOS

from reqtrace.analysis.explain import narrate
from reqtrace.render.canvas import phrase_width
from reqtrace.render.roles import INK
from reqtrace.trace.store import TraceStore
from reqtrace.tui.narrative import narrative
from reqtrace.tui.widgets.narration import fitted

WIDTH = 77
"""Of a terminal of 80 columns without the bar and the margins."""
FOREIGN = ("message", "file", "sql", "list", "names", "line", "text", "middleware")
"""What the project says, or how its files are called; only that may be cut."""


@pytest.mark.parametrize("name", SCENARIOS)
def test_our_own_words_are_never_cut(name: str) -> None:
    """A sentence that holds nothing of the project's but the names of layers and views is shown whole."""
    store = TraceStore()
    store.add_process(1, SCENARIOS[name].header)
    store.add(1, SCENARIOS[name].events)
    trace = store.trace(store.summaries()[0].key)
    assert trace is not None
    for stop in trace.stops:
        told = narrate(trace, stop)
        for message, phrase in zip((told.title, told.why), narrative(trace, stop.index), strict=True):
            if not any(message.values.get(value) for value in FOREIGN):
                assert phrase_width(fitted(phrase, WIDTH)) <= WIDTH, phrase


def test_only_a_list_of_hooks_is_shortened() -> None:
    """Where room is short the first hook of a list keeps its name; a sentence about one hook keeps it always."""
    many = (("5 CommonMiddleware has process_request, process_view, process_response", INK),)
    one = (("the view is known now, process_view runs top-down: 3 hooks", INK),)
    assert fitted(many, 50) == (("5 Common has process_request, _view, _response", INK),)
    assert fitted(one, 50) == one

"""Every stop can be read aloud: two lines that are complete, harmless and short."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rich.cells import cell_len
from scenarios import SCENARIOS, Scenario, make

from reqtrace.analysis.explain import narrate
from reqtrace.analysis.messages import Message, MessageId, Value
from reqtrace.events.kinds import Change
from reqtrace.render.narration import message_text
from reqtrace.trace.model import Direction, RequestTrace, SpanChange, StopSort


def request_change(op: str, part: str, name: str, *, lazy: bool = False) -> SpanChange:
    change = Change(op=op, part=part, name=name, before="", after="", lazy=lazy)
    return SpanChange(direction=Direction.IN, target="request", change=change)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_stop_is_told_in_two_lines(name: str, trace_of: Callable[..., RequestTrace]) -> None:
    """No line is empty, has a hole, or shows the inside of a value."""
    trace = trace_of(name)
    for stop in trace.stops:
        narration = narrate(trace, stop)
        for line in (message_text(narration.title), message_text(narration.why)):
            assert line.strip(), stop
            assert "()" not in line
            assert "SpanChange" not in line
            assert ": ;" not in line
            assert "  :" not in line
            assert "{" not in line or stop.sort in (StopSort.TAG, StopSort.FILTERS)
            assert cell_len(line) <= 140, line


def test_narrations(trace_of: Callable[..., RequestTrace], golden: Callable[[str, str], None]) -> None:
    """The words of whole requests are those in the golden file, which was read aloud."""
    lines = []
    for name in ("detail", "csrf_403", "short_circuit_301", "process_exception_passes", "streaming", "static"):
        trace = trace_of(name)
        lines.append(f"== {name}")
        for stop in trace.stops:
            narration = narrate(trace, stop)
            lines += [f"{stop.index:>2} {message_text(narration.title)}", f"   {message_text(narration.why)}"]
    golden("narrations.txt", "\n".join(lines))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ((), "2 SessionMiddleware  process_request, changes nothing"),
        ((request_change("+", "attribute", "session", lazy=True),), "2 SessionMiddleware  sets request.session (lazy)"),
        ((request_change("-", "attribute", "x"),), "2 SessionMiddleware  removes request.x"),
        ((request_change(".", "attribute", "POST"),), "2 SessionMiddleware  reads request.POST"),
        ((request_change("~", "META", "A"),), '2 SessionMiddleware  changes request.META["A"]'),
        (
            (request_change("+", "attribute", "_b"), request_change("+", "attribute", "a")),
            "2 SessionMiddleware  sets request.a and 1 more",
        ),
    ],
)
def test_changes_are_told_as_a_sentence(changes: tuple[SpanChange, ...], words: str) -> None:
    """What a layer set, changed, removed or read is named; the most telling one first."""
    values: dict[str, Value] = {
        "number": 2,
        "layer": "SessionMiddleware",
        "hook": "process_request",
        "changes": changes,
    }
    assert message_text(Message(id=MessageId.LAYER_IN, values=values)) == words


def test_numbers_take_their_nouns() -> None:
    """One layer, four layers, and a sentence of its own for none."""
    said = [
        message_text(Message(id=MessageId.WHY_LAYER_IN_ANSWERED, values={"hook": "process_request", "skipped": number}))
        for number in (0, 1, 4)
    ]
    assert [sentence.partition(": ")[2] for sentence in said] == [
        "the view is never reached",
        "1 layer and the view are never reached",
        "4 layers and the view are never reached",
    ]


def test_hostile_text_is_told_harmlessly(fold_of: Callable[[Scenario], RequestTrace]) -> None:
    """A path with an escape sequence is told with the escape shown."""
    trace = fold_of(make("hostile", path="/\x1b[31m\u202e/"))
    for stop in trace.stops:
        narration = narrate(trace, stop)
        assert message_text(narration.title).isprintable()
        assert message_text(narration.why).isprintable()
    assert "\\x1b[31m<U+202E>" in message_text(narrate(trace, trace.stops[0]).title)

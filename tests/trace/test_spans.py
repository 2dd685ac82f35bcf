"""The tree of spans survives what is missing from a stream, and says so."""

from __future__ import annotations

from typing import Any

from reqtrace.events.kinds import (
    NO_LAYER,
    Change,
    Event,
    ExceptionConverted,
    ExceptionRaised,
    Hook,
    HookEntered,
    HookLeft,
    LayerEntered,
    LayerLeft,
    Outcome,
    RequestChanged,
    ResponseChanged,
    SqlExecuted,
    TemplateEntered,
    TemplateLeft,
)
from reqtrace.trace.model import Direction
from reqtrace.trace.spans import MAX_DEPTH, SpanBuilder, SpanTree

REQUEST, RESPONSE = int(Hook.process_request), int(Hook.process_response)
HEADER = Change("+", "header", "X", "", "1", False)


def tell(kind: type[Event], time: int, **fields: Any) -> Event:
    return kind(time=time, request=1, thread=1, **fields)


def entered(layer: int, time: int) -> Event:
    return tell(LayerEntered, time, layer=layer)


def left(layer: int, time: int, status: int = 200) -> Event:
    return tell(LayerLeft, time, layer=layer, outcome=Outcome.response, status=status)


def hook_entered(layer: int, hook: int, time: int) -> Event:
    return tell(HookEntered, time, layer=layer, hook=hook)


def hook_left(layer: int, hook: int, time: int, outcome: Outcome = Outcome.none) -> Event:
    return tell(HookLeft, time, layer=layer, hook=hook, outcome=outcome, status=0)


def raised(time: int) -> Event:
    return tell(ExceptionRaised, time, error="builtins.KeyError", message="x", file="f.py", line=3, function="f")


def converted(layer: int, time: int) -> Event:
    return tell(ExceptionConverted, time, layer=layer, error="builtins.KeyError", status=500)


def tree_of(*events: Event) -> SpanTree:
    builder = SpanBuilder()
    for event in events:
        assert builder.take(event)
    return builder.freeze()


def test_pairs_nest() -> None:
    """An end closes the innermost open beginning of its sort."""
    tree = tree_of(entered(0, 1), entered(1, 2), entered(-1, 3), left(-1, 4), left(1, 5), left(0, 6))
    assert tree.parents == (-1, 0, 1)
    assert [span.duration for span in tree.spans] == [5, 3, 1]
    assert tree.is_matched
    assert tree.is_closed


def test_lost_end_leaves_the_span_open_and_the_rest_right() -> None:
    """The layer around a hook whose end is lost still ends."""
    tree = tree_of(entered(0, 1), hook_entered(0, REQUEST, 2), entered(1, 4), left(1, 5), left(0, 6))
    hook = tree.spans[1]
    assert (hook.end, hook.left, hook.outcome) == (None, None, None)
    assert tree.spans[0].end == 6
    assert not tree.is_closed


def test_lost_beginning_is_noticed() -> None:
    """An end without a beginning opens nothing and closes nothing."""
    tree = tree_of(entered(0, 1), left(1, 2), left(0, 3))
    assert len(tree.spans) == 1
    assert not tree.is_matched


def test_a_conversion_needs_its_layer() -> None:
    """One around a layer that was not entered is a loss; outside of every layer (a static file) it is none."""
    assert not tree_of(raised(1), converted(0, 2)).is_matched
    assert tree_of(raised(1), converted(NO_LAYER, 2)).is_matched


def test_overlapping_spans_both_end() -> None:
    """In an async view two things may be under way at once, and the outer one may end first."""
    tree = tree_of(
        tell(TemplateEntered, 1, name="a", file=""),
        hook_entered(0, REQUEST, 2),
        tell(TemplateLeft, 3, outcome=Outcome.none),
        hook_left(0, REQUEST, 4),
    )
    assert [span.end for span in tree.spans] == [3, 4]
    assert tree.is_closed


def test_layer_entered_twice_is_two_spans() -> None:
    """An outer layer may call ``get_response`` again."""
    tree = tree_of(entered(0, 1), entered(1, 2), left(1, 3), entered(1, 4), left(1, 5), left(0, 6))
    assert [child.start for child in tree.roots[0].children] == [2, 4]


def test_hook_that_calls_its_own_hook_holds_it() -> None:
    """The inner call is a span inside the outer one."""
    tree = tree_of(
        hook_entered(0, RESPONSE, 1),
        hook_entered(0, RESPONSE, 2),
        hook_left(0, RESPONSE, 3, Outcome.response),
        hook_left(0, RESPONSE, 4, Outcome.response),
    )
    assert tree.parents == (-1, 0)
    assert [span.end for span in tree.spans] == [4, 3]


def test_exception_belongs_to_the_span_it_left_first() -> None:
    """Spans further out only let it through."""
    tree = tree_of(
        tell(TemplateEntered, 1, name="outer", file=""),
        tell(TemplateEntered, 2, name="inner", file=""),
        raised(3),
        tell(TemplateLeft, 4, outcome=Outcome.raised),
        tell(TemplateLeft, 5, outcome=Outcome.raised),
    )
    outer, inner = tree.spans
    assert inner.raised is not None
    assert outer.raised is None
    assert outer.outcome is Outcome.raised


def test_exception_of_a_layers_own_code_belongs_to_the_layer() -> None:
    """No span of its own is left with it: the film around the layer converts it at once."""
    tree = tree_of(entered(0, 1), raised(2), converted(0, 3), left(0, 4, 500))
    (layer,) = tree.spans
    assert layer.raised is not None
    assert [one.status for one in layer.converted] == [500]
    assert layer.outcome is Outcome.response


def test_changes_belong_to_the_code_that_ran() -> None:
    """Before the next layer was called they are the layer's way in, afterwards its way out."""
    change = tell(RequestChanged, 2, changes=(Change("+", "attribute", "x", "", "int", False),))
    after = tell(ResponseChanged, 5, changes=(HEADER,))
    tree = tree_of(entered(0, 1), change, entered(1, 3), left(1, 4), after, left(0, 6))
    assert [(one.direction, one.target) for one in tree.spans[0].changes] == [
        (Direction.IN, "request"),
        (Direction.OUT, "response"),
    ]


def test_hook_changes_follow_the_hook() -> None:
    """process_response is on the way out, even of a layer that answered itself."""
    tree = tree_of(
        entered(0, 1),
        hook_entered(0, RESPONSE, 2),
        tell(ResponseChanged, 3, changes=(HEADER,)),
        hook_left(0, RESPONSE, 4, Outcome.response),
        left(0, 5),
    )
    assert tree.spans[1].changes[0].direction is Direction.OUT


def test_what_the_film_changes_is_not_the_layers() -> None:
    """The response that takes the place of an exception is Django's doing."""
    replaced = tell(ResponseChanged, 3, changes=(Change("~", "object", "", "HttpResponse", "HttpResponse", False),))
    own = tell(ResponseChanged, 1, changes=(HEADER,))
    tree = tree_of(entered(0, 0), own, raised(2), replaced, converted(0, 4), left(0, 5, 500))
    assert [one.change for one in tree.spans[0].changes] == [HEADER]


def test_statement_that_failed_has_raised() -> None:
    """SQL comes as one event, with its end and its outcome."""
    fields = {"alias": "default", "vendor": "sqlite", "parameters": (), "many": False, "file": "", "line": 0}
    failed = tell(SqlExecuted, 5, sql="SELECT", duration=7, error="OperationalError", function="", **fields)
    (span,) = tree_of(failed).spans
    assert (span.start, span.end, span.outcome) == (5, 12, Outcome.raised)


def test_depth_is_bounded() -> None:
    """A stream that only ever opens makes a tree that can still be walked recursively."""
    tree = tree_of(*[tell(TemplateEntered, time, name="t", file="") for time in range(5_000)])
    depth, spans = 0, tree.roots
    while spans:
        depth, spans = depth + 1, spans[0].children
    assert depth == MAX_DEPTH + 1
    assert len(tree.spans) == 5_000

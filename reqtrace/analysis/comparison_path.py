"""Lays two paths beside each other, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from reqtrace.analysis.comparison_align import aligned
from reqtrace.analysis.comparison_model import LayerPair, Row, Step
from reqtrace.analysis.comparison_settled import settled, settled_sql
from reqtrace.analysis.evidence import Evidence
from reqtrace.analysis.surroundings import class_name
from reqtrace.events.kinds import (
    HOOKS,
    CacheCalled,
    DecoratorHookEntered,
    Hook,
    HttpCalled,
    MailSent,
    SqlExecuted,
    TemplateEntered,
    TransactionStepped,
)
from reqtrace.trace.model import Direction, RequestTrace, Span, Stop, StopSort

__all__ = ["LOOP_HOOKS", "Sides", "lay_side_by_side"]

LOOP_HOOKS = {
    StopSort.VIEW_HOOK: Hook.process_view.name,
    StopSort.EXCEPTION_HOOK: Hook.process_exception.name,
    StopSort.TEMPLATE_RESPONSE_HOOK: Hook.process_template_response.name,
}
LOOP = frozenset(
    {
        StopSort.RECEIVED,
        StopSort.LAYER_IN,
        StopSort.RESOLVED,
        StopSort.VIEW,
        StopSort.CONVERTED,
        StopSort.LAYER_OUT,
        StopSort.STARTED,
        StopSort.BODY,
        StopSort.ESCAPED,
        *LOOP_HOOKS,
    }
)
"""What Django's loop itself does; everything else runs inside one of these."""
OWN_OF_LAYER = frozenset({StopSort.LAYER_IN, StopSort.LAYER_OUT, StopSort.CONVERTED, *LOOP_HOOKS})
TRANSACTION_STEPS = {"savepoint": "begin", "savepoint commit": "commit", "savepoint rollback": "rollback"}
"""Inside another transaction Django sets a savepoint instead, and it means the same to the code."""

LEAST_PID = 1_000
"""Smaller process numbers (in a container) are also the numbers of many other things."""

Key = tuple[object, ...]


@dataclass(frozen=True)
class Sides:
    """Both traces with what was worked out about them, for whoever looks for differences."""

    a: Evidence
    b: Evidence
    layers: tuple[LayerPair, ...]
    rows: tuple[Row, ...]

    @property
    def both(self) -> tuple[Evidence, Evidence]:
        return self.a, self.b

    @property
    def has_chains(self) -> bool:
        """Both went through a chain of middleware."""
        return bool(self.a.trace.passes) and bool(self.b.trace.passes)

    @cached_property
    def names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What each run calls the site and its process."""
        return names_of_run(self.a), names_of_run(self.b)

    @property
    def last_row(self) -> int:
        return max(len(self.rows) - 1, 0)

    def error_name(self, side: str, span: Span) -> str:
        return (self.a if side == "a" else self.b).error_name(span)

    # --- where something is ------------------------------------------------------------------------------------

    def rows_with(self, side: str, matches: Callable[[Step], bool]) -> Iterator[int]:
        """Rows in which one side (either, if none is named) has such a step."""
        for number, row in enumerate(self.rows):
            steps = {"a": (row.a,), "b": (row.b,)}.get(side, (row.a, row.b))
            if any(step is not None and matches(step) for step in steps):
                yield number

    def row_of_layer(self, pair: int, direction: Direction, prefer: str = "") -> int:
        """Where a layer is passed in a direction, on the preferred side if it is there."""
        sort = StopSort.LAYER_IN if direction is Direction.IN else StopSort.LAYER_OUT
        for side in dict.fromkeys((prefer, "")):
            found = next(self.rows_with(side, lambda step: step.pair == pair and step.stop.sort is sort), None)
            if found is not None:
                return found
        return self.last_row if direction is Direction.OUT else 0

    def row_of_sort(self, *sorts: StopSort) -> int:
        """The first row of one of these sorts."""
        return next(self.rows_with("", lambda step: step.stop.sort in sorts), self.last_row)

    def row_of_stop(self, side: str, index: int | None) -> int:
        """Where a stop of one side is; the last row if it is in none."""
        if index is None:
            return self.last_row
        steps = [(number, row.a if side == "a" else row.b) for number, row in enumerate(self.rows)]
        before = [number for number, step in steps if step is not None and step.stop.index <= index]
        return before[-1] if before else 0

    def turning_row(self, side: str) -> int:
        """Where one side turned back before the innermost layer: an answer, or an exception on the way in."""
        trace = (self.a if side == "a" else self.b).trace
        if trace.short_circuit is not None:
            return self.row_of_stop(side, trace.short_circuit.index)
        inward = [stop.index for stop in trace.stops if stop.sort is StopSort.LAYER_IN]
        return self.row_of_stop(side, inward[-1] if inward else 0)


def names_of_run(evidence: Evidence) -> tuple[str, ...]:
    """What the request calls the site, with its port, and the process: two runs differ in them by chance."""
    pid = evidence.trace.process.pid
    names = (evidence.request_headers.get("host", ""), str(pid) if pid >= LEAST_PID else "")
    return tuple(name for name in names if name)


def lay_side_by_side(a: RequestTrace, b: RequestTrace, layers: Sequence[LayerPair]) -> tuple[Row, ...]:
    """The steps of both, aligned."""
    steps_a = list(steps_of(a, [None if pair.a is None else pair.a.layer.index for pair in layers], layers, "a"))
    steps_b = list(steps_of(b, [None if pair.b is None else pair.b.layer.index for pair in layers], layers, "b"))
    return tuple(
        Row(a=None if i is None else steps_a[i], b=None if j is None else steps_b[j])
        for i, j in aligned([step.key for step in steps_a], [step.key for step in steps_b])
    )


# --- the steps of one path ---------------------------------------------------------------------------------------


def steps_of(
    trace: RequestTrace, indexes: Sequence[int | None], layers: Sequence[LayerPair], side: str
) -> Iterator[Step]:
    """The loop's steps in order, and after each what ran inside it, equal things together."""
    pairs = {index: number for number, index in enumerate(indexes) if index is not None}
    inside: dict[Key, Step] = {}
    here: Key = ()
    for stop in trace.stops:
        pair = pairs.get(stop.layer) if stop.layer is not None else None
        if stop.sort in LOOP:
            yield from inside.values()
            inside = {}
            step = loop_step(stop, pair, side if pair is not None and layers[pair].is_moved else "")
            here = step.key
            yield step
            continue
        named = inner_name(stop)
        if named is None:
            continue
        key = ("inside", here, *named)
        known = inside.get(key)
        if known is None:
            inside[key] = Step(key=key, stop=stop, count=stop.repeat, label=named[-1])
        else:
            inside[key] = replace(known, count=known.count + stop.repeat)
    yield from inside.values()


def loop_step(stop: Stop, pair: int | None, side: str) -> Step:
    """A moved layer is not the same step in both: its place in the path is what differs."""
    if stop.sort not in OWN_OF_LAYER:
        return Step(key=(stop.sort.value,), stop=stop, count=1)
    return Step(key=(stop.sort.value, pair, side), stop=stop, count=1, pair=pair)


def inner_name(stop: Stop) -> tuple[str, ...] | None:
    """What makes two things that run inside other code the same, the label last; ``None`` for what is not compared."""
    entered = stop.span.entered if stop.span is not None else None
    match entered:
        case SqlExecuted(alias=alias, sql=sql):
            return ("query", alias, settled_sql(sql))
        case TemplateEntered(name=name):
            return ("template", name)
        case TransactionStepped(alias=alias, action=action):
            return ("transaction", alias, TRANSACTION_STEPS.get(action, action))
        case CacheCalled() as call:
            key, hit = settled(call.key), hit_or_miss(call)
            return ("cache", f"{call.alias}: {call.operation} {key}{hit}")
        case HttpCalled(method=method, url=url, status=status):
            return ("http", f"{method} {settled(url)} {status or 'failed'}")
        case MailSent(subject=subject):
            return ("mail", settled(subject))
        case DecoratorHookEntered(middleware=middleware, hook=hook) if 0 <= hook < len(HOOKS):
            return ("decorator_hook", f"{class_name(middleware)}.{HOOKS[hook]}")
        case _:
            return None


def hit_or_miss(call: CacheCalled) -> str:
    if call.hits < 0:
        return ""
    return " (hit)" if call.hits == call.keys else " (miss)" if not call.hits else " (some found)"

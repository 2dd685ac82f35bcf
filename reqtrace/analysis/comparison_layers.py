"""Finds each layer of one chain in the other, and says what the layers did otherwise."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from reqtrace.analysis.comparison_align import aligned
from reqtrace.analysis.comparison_model import Difference, LayerPair, Value
from reqtrace.analysis.comparison_model import DifferenceId as Id
from reqtrace.analysis.comparison_path import Sides
from reqtrace.analysis.surroundings import class_name
from reqtrace.events.kinds import Outcome
from reqtrace.trace.model import Direction, LayerPass, Way, WayState

__all__ = ["layer_differences", "pair_layers"]

UNKNOWN = frozenset({WayState.UNKNOWN, WayState.PENDING, WayState.RUNNING})
"""What is not known (yet) is compared with nothing."""
ENDED = frozenset({WayState.ANSWERED, WayState.RAISED})
ABSENT = frozenset({WayState.NEVER_REACHED, WayState.SKIPPED})


def pair_layers(a: Sequence[LayerPass], b: Sequence[LayerPass], moved: Collection[str] = ()) -> tuple[LayerPair, ...]:
    """By path: first those in the same order, then those that stand elsewhere, first with first."""
    rows = list(aligned([one.layer.path for one in a], [one.layer.path for one in b], moved))
    left_b = [j for i, j in rows if i is None and j is not None]
    twins: dict[int, int] = {}
    for i, j in rows:
        if j is None and i is not None:
            twin = next((k for k in left_b if b[k].layer.path == a[i].layer.path), None)
            if twin is not None:
                left_b.remove(twin)
                twins[i] = twin
    taken = set(twins.values())
    pairs = []
    for i, j in rows:
        if i is None and j in taken:
            continue
        is_moved = i in twins
        j = twins[i] if i is not None and is_moved else j
        pairs.append(LayerPair(a=None if i is None else a[i], b=None if j is None else b[j], is_moved=is_moved))
    return tuple(pairs)


def layer_differences(sides: Sides) -> Iterator[Difference]:
    """Of the lists, then of what each layer did."""
    a, b = (side.trace.summary.lane for side in sides.both)
    if a != b:
        yield Difference(id=Id.LANE, subject="request", a=a, b=b, row=0)
    for number, pair in enumerate(sides.layers):
        yield from list_differences(sides, number, pair)
        if pair.a is None or pair.b is None:
            yield from stranger_differences(sides, number, pair)
            continue
        yield from reach_differences(sides, number, pair.a, pair.b)
        yield from way_differences(sides, number, Direction.IN, pair.a.way_in, pair.b.way_in)
        yield from way_differences(sides, number, Direction.OUT, pair.a.way_out, pair.b.way_out)


# --- the lists ---------------------------------------------------------------------------------------------------


def list_differences(sides: Sides, number: int, pair: LayerPair) -> Iterator[Difference]:
    a, b = position(pair.a), position(pair.b)
    row = sides.row_of_layer(number, Direction.IN)
    if a is None or b is None:
        # A side without any chain (a static file, an error of the server) lacks no layer in particular.
        if sides.has_chains:
            yield Difference(id=Id.LAYER_LISTED, subject=pair.name, a=a, b=b, row=row)
        return
    if pair.is_moved:
        yield Difference(id=Id.LAYER_MOVED, subject=pair.name, a=a, b=b, row=row)
    if pair.a is not None and pair.b is not None and is_skipped(pair.a) is not is_skipped(pair.b):
        states = (pair.a.layer.state.value, pair.b.layer.state.value)
        yield Difference(id=Id.LAYER_USED, subject=pair.name, a=states[0], b=states[1], row=row)


def position(row: LayerPass | None) -> int | None:
    return None if row is None else row.layer.index + 1


def is_skipped(row: LayerPass) -> bool:
    return row.way_in.state is WayState.SKIPPED


# --- what they did -----------------------------------------------------------------------------------------------


def stranger_differences(sides: Sides, number: int, pair: LayerPair) -> Iterator[Difference]:
    """Of a layer that only one chain has nothing is compared, but it may have ended the request's way."""
    side, row = ("a", pair.a) if pair.a is not None else ("b", pair.b)
    assert row is not None
    for direction, way in ((Direction.IN, row.way_in), (Direction.OUT, row.way_out)):
        end = end_of(sides, side, way)
        if end:
            yield Difference(
                id=Id.HOOK_ENDED,
                subject=f"{pair.name}.{way.hook}",
                a=end if side == "a" else None,
                b=end if side == "b" else None,
                row=sides.row_of_layer(number, direction),
            )


def reach_differences(sides: Sides, number: int, a: LayerPass, b: LayerPass) -> Iterator[Difference]:
    """Whether, and how often, a layer was called."""
    reached_a, reached_b = was_reached(a), was_reached(b)
    if reached_a is None or reached_b is None:
        return
    if reached_a is not reached_b:
        row = sides.turning_row("b" if reached_a else "a")
        numbers = (position(a) if reached_a else None, position(b) if reached_b else None)
        yield Difference(id=Id.LAYER_REACHED, subject=a.layer.name, a=numbers[0], b=numbers[1], row=row)
    elif a.calls != b.calls:
        row = sides.row_of_layer(number, Direction.IN)
        yield Difference(id=Id.LAYER_CALLS, subject=a.layer.name, a=a.calls, b=b.calls, row=row)


def was_reached(row: LayerPass) -> bool | None:
    """``None`` if that is not known, or if there is no such layer in the chain."""
    if row.calls:
        return True
    return False if row.way_in.state is WayState.NEVER_REACHED else None


def way_differences(sides: Sides, number: int, direction: Direction, a: Way, b: Way) -> Iterator[Difference]:
    """How one direction of a layer ended, and what it did to the request."""
    if {a.state, b.state} & UNKNOWN or {a.state, b.state} & ABSENT:
        return
    name = sides.layers[number].name
    subject = f"{name}.{(a if a.span is not None else b).hook}"
    row = sides.row_of_layer(number, direction, prefer=side_that_ended(a, b))
    ends = (end_of(sides, "a", a), end_of(sides, "b", b))
    if ends[0] != ends[1]:
        yield Difference(id=Id.HOOK_ENDED, subject=subject, a=ends[0], b=ends[1], row=row)
    elif a.state is not b.state:
        yield Difference(id=Id.LAYER_WAY, subject=subject, a=a.state.value, b=b.state.value, row=row)
    changed = (changes_of(a), changes_of(b))
    if changed[0] != changed[1] and not {a.state, b.state} & ENDED:
        yield Difference(id=Id.LAYER_CHANGED, subject=subject, a=changed[0] or None, b=changed[1] or None, row=row)


def side_that_ended(a: Way, b: Way) -> str:
    """The side on which the request did not simply pass."""
    return "a" if a.state in ENDED else "b" if b.state in ENDED else ""


def end_of(sides: Sides, side: str, way: Way) -> Value:
    """The status of an answer, the name of an error; empty if the request was passed on."""
    if way.state is WayState.ANSWERED:
        return way.status or "other"
    if way.state is WayState.RAISED and way.span is not None:
        return sides.error_name(side, way.span)
    if way.state is WayState.RAN and way.outcome is Outcome.raised:
        return class_name("")
    return ""


def changes_of(way: Way) -> str:
    """What it did to attributes of the request, in one text; what is only read or evaluated is no change."""
    told = {
        f"{one.change.op}{one.change.name}"
        for one in way.changes
        if one.target == "request" and one.change.part == "attribute" and one.change.op in ("+", "-", "~")
    }
    return ", ".join(sorted(told))

"""Says what differs in the answer: status, headers, cookies, and how the request ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reqtrace.analysis.comparison_model import Difference, Value
from reqtrace.analysis.comparison_model import DifferenceId as Id
from reqtrace.analysis.comparison_path import Sides
from reqtrace.analysis.comparison_settled import VOLATILE_HEADERS, cookie_facts, settled_header
from reqtrace.analysis.evidence import Evidence
from reqtrace.trace.model import Direction, LayerPass, RequestState, StopSort

__all__ = ["response_differences"]

COOKIE_HEADER = "set-cookie"
LENGTH = "content-length"
UNFINISHED = frozenset({RequestState.OPEN, RequestState.LOST})


def response_differences(sides: Sides) -> Iterator[Difference]:
    yield from status_differences(sides)
    if sides.a.trace.response is not None and sides.b.trace.response is not None:
        yield from header_differences(sides)
        yield from cookie_differences(sides)
    states = tuple(side.trace.summary.state for side in sides.both)
    if states[0] is not states[1] and not UNFINISHED & {*states}:
        a, b = (state.value for state in states)
        yield Difference(id=Id.ENDING, subject="request", a=a, b=b, row=sides.last_row)


def status_differences(sides: Sides) -> Iterator[Difference]:
    a, b = (side.trace.summary.status for side in sides.both)
    if a != b:
        row = sides.row_of_sort(StopSort.STARTED)
        yield Difference(id=Id.STATUS, subject="status", a=a or None, b=b or None, row=row)


# --- headers -----------------------------------------------------------------------------------------------------


def header_differences(sides: Sides) -> Iterator[Difference]:
    a, b = (headers_of(side, names) for side, names in zip(sides.both, sides.names, strict=True))
    if has_incidental_length(sides):
        a.pop(LENGTH, None)
        b.pop(LENGTH, None)
    for name in dict.fromkeys((*a, *b)):
        if a.get(name, (name, ()))[1] != b.get(name, (name, ()))[1] or (name in a) is not (name in b):
            yield Difference(
                id=Id.HEADER,
                subject=(a.get(name) or b[name])[0],
                a=told(sides.a, name) if name in a else None,
                b=told(sides.b, name) if name in b else None,
                row=row_of_maker(sides, "header", name),
            )


Headers = dict[str, tuple[str, tuple[str, ...]]]
"""By lower-case name: the name as written, and what can be compared of its values."""


def headers_of(evidence: Evidence, names: tuple[str, ...]) -> Headers:
    found: Headers = {}
    response = evidence.trace.response
    for name, value in response.headers if response is not None else ():
        lowered = name.lower()
        if lowered not in VOLATILE_HEADERS and lowered != COOKIE_HEADER:
            known = found.get(lowered, (name, ()))
            found[lowered] = (known[0], (*known[1], settled_header(name, value, names)))
    return found


def told(evidence: Evidence, name: str) -> str:
    """The values as they were sent."""
    response = evidence.trace.response
    return "; ".join(value for key, value in response.headers if key.lower() == name) if response is not None else ""


def has_incidental_length(sides: Sides) -> bool:
    """The length says nothing: compressed bodies are padded by chance, debug pages hold addresses and times."""
    if any("content-encoding" in side.response_headers for side in sides.both):
        return True
    return all(any(span.converted for span in side.spans) for side in sides.both)


# --- cookies -----------------------------------------------------------------------------------------------------


def cookie_differences(sides: Sides) -> Iterator[Difference]:
    a, b = (cookies_of(side, names) for side, names in zip(sides.both, sides.names, strict=True))
    for name in dict.fromkeys((*a, *b)):
        if a.get(name) != b.get(name):
            row = row_of_maker(sides, "cookie", name)
            yield Difference(id=Id.COOKIE, subject=name, a=a.get(name), b=b.get(name), row=row)


def cookies_of(evidence: Evidence, names: tuple[str, ...]) -> Mapping[str, Value]:
    response = evidence.trace.response
    lines = response.headers if response is not None else ()
    return dict(cookie_facts(value, names) for name, value in lines if name.lower() == COOKIE_HEADER)


# --- who did it --------------------------------------------------------------------------------------------------


def row_of_maker(sides: Sides, part: str, name: str) -> int:
    """Where the header or cookie was last touched: on its way out through a layer, else where the response was made."""
    rows = [
        sides.row_of_layer(number, direction)
        for number, pair in enumerate(sides.layers)
        for one in (pair.a, pair.b)
        if one is not None
        for direction in Direction
        if touches(one, direction, part, name)
    ]
    if rows:
        return max(rows)
    views = [side.trace.view for side in sides.both]
    return sides.row_of_sort(StopSort.VIEW if None not in views else StopSort.STARTED)


def touches(row: LayerPass, direction: Direction, part: str, name: str) -> bool:
    if direction is Direction.CORE:
        return False
    way = row.way_in if direction is Direction.IN else row.way_out
    return any(
        one.target == "response" and one.change.part == part and one.change.name.lower() == name.lower()
        for one in way.changes
    )

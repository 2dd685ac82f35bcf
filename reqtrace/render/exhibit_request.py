"""A request as an exhibit: any of its pictures, a page that steps through it, a sequence diagram, its data."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator, Sequence

from reqtrace import __version__
from reqtrace.analysis.explain import narrate
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.document import trace_document
from reqtrace.render.exhibit import Exhibit, Look, Step, Steps, request_name
from reqtrace.render.export_mermaid import mermaid
from reqtrace.render.figures import format_duration, status_mark
from reqtrace.render.labels import text
from reqtrace.render.narration import message_text
from reqtrace.render.pictures import PICTURES
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import Direction, RequestTrace, Stop

__all__ = ["MOST_STEPS", "request_exhibit", "request_steps", "request_title"]

MOST_STEPS = 2_000
"""Steps that a page has; one of many thousands would be slow to open."""
FEWEST_PICTURES = 60
WORK = 30_000
"""Steps times pictures that are drawn at most: a picture of many steps takes long."""
FIRST_PICTURE = next(iter(PICTURES))
GLYPHS = {Direction.IN: symbols.REQUEST, Direction.CORE: "", Direction.OUT: symbols.RESPONSE}


def request_exhibit(trace: RequestTrace, picture: str = "funnel", stop: int | None = None) -> Exhibit:
    """A picture of a request with a step lit, or of the whole of it."""
    return Exhibit(
        name=request_name(trace.summary),
        part=() if picture == FIRST_PICTURE else (picture,),
        step=None if stop is None else stop + 1,
        label=text("export.part.picture"),
        title=request_title(trace),
        draw=lambda look: drawn(trace, picture, stop, look),
        walk=lambda look: request_steps(trace, lambda at: drawn(trace, picture, at, look), stop),
        documents={
            "mermaid": lambda: mermaid(trace),
            "json": lambda: json.dumps(trace_document(trace), indent=2) + "\n",
        },
    )


def request_title(trace: RequestTrace) -> str:
    """What it asked for, and what it got."""
    return f"{request_words(trace)} {status_mark(trace.summary.status)}"


def drawn(trace: RequestTrace, picture: str, stop: int | None, look: Look) -> Canvas:
    draw = PICTURES[picture]
    return draw(trace, stop=stop, width=look.width, height=None, ascii_only=look.ascii_only).canvas


# --- the steps of a page -----------------------------------------------------------------------------------------


def request_steps(
    trace: RequestTrace, draw: Callable[[int | None], Canvas], stop: int | None, *, is_quick: bool = False
) -> Steps:
    """A page that goes through the request; ``draw`` draws a stop, or the whole of it, ``is_quick`` if at once."""
    process = trace.process
    versions = {"version": __version__, "django": sanitize(process.django), "python": sanitize(process.python)}
    ranked = inwards(trace, stop)
    stops = sorted(ranked[:MOST_STEPS], key=lambda one: one.index)
    most = len(ranked) if is_quick else max(FEWEST_PICTURES, WORK // max(len(ranked), 1))
    with_pictures = {one.index for one in ranked[:most]}
    return Steps(
        steps=steps_of(trace, stops, with_pictures, draw),
        opening=None if stop is None else [one.index for one in stops].index(stop),
        made=text("export.made", **versions),
    )


def inwards(trace: RequestTrace, stop: int | None) -> list[Stop]:
    """What tells most first: the stop one is at, layers, hooks and the view, then what they ran, and so on."""
    return sorted(trace.stops, key=lambda one: (one.index != stop, one.depth, one.index))


def steps_of(
    trace: RequestTrace, stops: Sequence[Stop], with_pictures: Container[int], draw: Callable[[int | None], Canvas]
) -> Iterator[Step]:
    """The stops, and the whole request at the end; without a picture a stop shows that of another, and says so."""
    total = len(trace.stops)
    canvas, drawn_at = None, 0
    for stop in stops:
        if stop.index in with_pictures or canvas is None:
            canvas, drawn_at = draw(stop.index), stop.index
        narration = narrate(trace, stop)
        place = text("narration.step", n=stop.index + 1, total=total)
        if drawn_at != stop.index:
            place = text("export.undrawn", place=place, n=drawn_at + 1)
        way = f"{text(f'narration.{stop.direction.value}')} {GLYPHS[stop.direction]}".rstrip()
        yield Step(canvas, f"{way}  {message_text(narration.title)}", message_text(narration.why), place)
    yield Step(draw(None), outcome_words(trace), end_words(total))


def end_words(total: int) -> str:
    """That it is all, or how much of it has no step here."""
    if total > MOST_STEPS:
        return text("export.end.cut", shown=MOST_STEPS, total=total)
    return text("export.end")


def outcome_words(trace: RequestTrace) -> str:
    summary = trace.summary
    return f"{status_mark(summary.status)}  {format_duration(summary.duration)}  {request_words(trace)}"


def request_words(trace: RequestTrace) -> str:
    summary = trace.summary
    query = f"?{summary.query}" if summary.query else ""
    return sanitize(f"{summary.method} {summary.path}{query}")

"""Says what differs in the core: the match of the URL, the hooks around the view, the view, exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from reqtrace.analysis.comparison_model import Difference, Step, Value
from reqtrace.analysis.comparison_model import DifferenceId as Id
from reqtrace.analysis.comparison_path import LOOP_HOOKS, Sides
from reqtrace.analysis.comparison_settled import settled
from reqtrace.analysis.evidence import Evidence
from reqtrace.analysis.surroundings import class_name
from reqtrace.events.kinds import ExceptionRaised, Outcome, UrlconfEntered, UrlResolved, ViewEntered
from reqtrace.trace.model import Span, StopSort

__all__ = ["core_differences", "exception_differences"]

RESOLVER_404 = "Resolver404"
RETURNED = {Outcome.none: "none", Outcome.other: "other", Outcome.raised: "raised"}


def core_differences(sides: Sides) -> Iterator[Difference]:
    yield from url_differences(sides)
    yield from view_differences(sides)
    yield from hook_differences(sides)


# --- URLconf and view --------------------------------------------------------------------------------------------


def url_differences(sides: Sides) -> Iterator[Difference]:
    """The URLconf that was used, the route that matched, and what it captured."""
    row = sides.row_of_sort(StopSort.RESOLVED)
    urlconfs = tuple(urlconf_of(side.trace.urlconf) for side in sides.both)
    if None not in urlconfs and urlconfs[0] != urlconfs[1]:
        yield Difference(id=Id.URLCONF, subject="URLconf", a=urlconfs[0], b=urlconfs[1], row=row)
    matches = tuple(match_of(side) for side in sides.both)
    routes = tuple(None if match is None else route_of(match) for match in matches)
    if routes[0] != routes[1]:
        yield Difference(id=Id.URL_MATCHED, subject="URLconf", a=routes[0], b=routes[1], row=row)
    elif matches[0] is not None and matches[1] is not None and has_same_path(sides):
        arguments = tuple(arguments_of(match) for match in matches if match is not None)
        if arguments[0] != arguments[1]:
            yield Difference(id=Id.URL_ARGUMENTS, subject="URLconf", a=arguments[0], b=arguments[1], row=row)


def urlconf_of(span: Span | None) -> str | None:
    return span.entered.urlconf if span is not None and isinstance(span.entered, UrlconfEntered) else None


def match_of(evidence: Evidence) -> UrlResolved | None:
    span = evidence.trace.urlconf
    return span.left if span is not None and isinstance(span.left, UrlResolved) else None


def route_of(match: UrlResolved) -> str:
    """The route as written; the empty one, of a front page, is shown as such."""
    return match.route or "''"


def arguments_of(match: UrlResolved) -> str:
    return ", ".join(f"{name}={value}" if name else value for name, value in match.arguments)


def has_same_path(sides: Sides) -> bool:
    """Otherwise captured arguments differ because the requests do."""
    return sides.a.trace.summary.path == sides.b.trace.summary.path


def view_differences(sides: Sides) -> Iterator[Difference]:
    row = sides.row_of_sort(StopSort.VIEW)
    names = tuple(view_of(side.trace.view) for side in sides.both)
    if names[0] != names[1]:
        yield Difference(id=Id.VIEW_CALLED, subject="view", a=names[0], b=names[1], row=row)
        return
    ends = tuple(returned(side.trace.view) for side in sides.both)
    if None not in ends and ends[0] != ends[1] and "raised" not in ends:
        yield Difference(id=Id.VIEW_ENDED, subject=names[0] or "view", a=ends[0], b=ends[1], row=row)


def view_of(span: Span | None) -> str | None:
    if span is None or not isinstance(span.entered, ViewEntered):
        return None
    entered = span.entered
    return f"{entered.name}.{entered.method}" if entered.method else entered.name


def returned(span: Span | None) -> Value | None:
    """The status of a view's response, or what it did instead; ``None`` if that is not known."""
    if span is None or span.outcome is None:
        return None
    return RETURNED.get(span.outcome, span.status)


# --- the hooks of the loop ---------------------------------------------------------------------------------------

HookKey = tuple[int | None, StopSort]


def hook_differences(sides: Sides) -> Iterator[Difference]:
    """``process_view``, ``process_exception`` and ``process_template_response``: called or not, and how they ended."""
    called_a, called_b = hooks_called(sides, "a"), hooks_called(sides, "b")
    for key in dict.fromkeys((*called_a, *called_b)):
        pair, sort = key
        of_a, of_b = called_a.get(key, []), called_b.get(key, [])
        ends = tuple(last_end(sides, side, steps) for side, steps in (("a", of_a), ("b", of_b)))
        prefer = "a" if ends[0] else "b" if ends[1] else ""
        row = next((row for side in (prefer, "") for row in sides.rows_with(side, is_hook(key))), sides.last_row)
        subject = LOOP_HOOKS[sort]
        if pair is not None:
            subject = f"{sides.layers[pair].name}.{subject}"
        if (ends[0] or "") != (ends[1] or ""):
            yield Difference(id=Id.HOOK_ENDED, subject=subject, a=ends[0], b=ends[1], row=row)
        elif len(of_a) != len(of_b) and is_in_both(sides, pair):
            yield Difference(id=Id.HOOK_CALLED, subject=subject, a=len(of_a) or None, b=len(of_b) or None, row=row)


def is_hook(key: HookKey) -> Callable[[Step], bool]:
    return lambda step: (step.pair, step.stop.sort) == key


def hooks_called(sides: Sides, side: str) -> dict[HookKey, list[Step]]:
    called: dict[HookKey, list[Step]] = {}
    for row in sides.rows:
        step = row.a if side == "a" else row.b
        if step is not None and step.stop.sort in LOOP_HOOKS:
            called.setdefault((step.pair, step.stop.sort), []).append(step)
    return called


def is_in_both(sides: Sides, pair: int | None) -> bool:
    """A hook of a layer that only one chain has is told by the list."""
    return pair is None or (sides.layers[pair].a is not None and sides.layers[pair].b is not None)


def last_end(sides: Sides, side: str, steps: list[Step]) -> Value | None:
    """The status of the answer, or the name of the error; empty if it returned ``None``, ``None`` if not called."""
    span = steps[-1].stop.span if steps else None
    if span is None:
        return None
    if span.outcome is Outcome.raised:
        return sides.error_name(side, span)
    return (span.status or "other") if span.outcome in (Outcome.response, Outcome.other) else ""


# --- exceptions --------------------------------------------------------------------------------------------------


def exception_differences(sides: Sides) -> Iterator[Difference]:
    """Exceptions that only one raised, messages that differ, and what the film made of them."""
    raised_a, raised_b = exceptions_of(sides.a), exceptions_of(sides.b)
    for error in dict.fromkeys((*raised_a, *raised_b)):
        of_a, of_b = raised_a.get(error, []), raised_b.get(error, [])
        side, spans = ("a", of_a) if len(of_a) > len(of_b) or not of_b else ("b", of_b)
        row = sides.row_of_stop(side, (sides.a if side == "a" else sides.b).stop_of(spans[-1][0]))
        messages = tuple(
            settled(found[-1][1].message, names) if found else None
            for found, names in zip((of_a, of_b), sides.names, strict=True)
        )
        name = class_name(error)
        if bool(of_a) is not bool(of_b):
            yield Difference(id=Id.EXCEPTION_RAISED, subject=name, a=messages[0], b=messages[1], row=row)
        elif messages[0] != messages[1] and has_same_path(sides):
            yield Difference(id=Id.EXCEPTION_MESSAGE, subject=name, a=messages[0], b=messages[1], row=row)
    yield from conversion_differences(sides)


def exceptions_of(evidence: Evidence) -> dict[str, list[tuple[Span, ExceptionRaised]]]:
    """By type, apart from ``Resolver404``, which the match of the URL tells."""
    found: dict[str, list[tuple[Span, ExceptionRaised]]] = {}
    for span in evidence.spans:
        if span.raised is not None and class_name(span.raised.error) != RESOLVER_404:
            found.setdefault(span.raised.error, []).append((span, span.raised))
    return found


def conversion_differences(sides: Sides) -> Iterator[Difference]:
    """Where, and into which status, an exception was made a response."""
    of_a, of_b = conversions_of(sides, "a"), conversions_of(sides, "b")
    for place in dict.fromkeys((*of_a, *of_b)):
        a, b = of_a.get(place), of_b.get(place)
        if (a and a[1]) == (b and b[1]):
            continue
        row = (a or b or (sides.last_row, 0))[0]
        yield Difference(
            id=Id.EXCEPTION_CONVERTED,
            subject=sides.layers[place].name if place is not None else "",
            a=None if a is None else a[1],
            b=None if b is None else b[1],
            row=row,
        )


def conversions_of(sides: Sides, side: str) -> dict[int | None, tuple[int, Value]]:
    """Row and status of the last conversion around each layer (``None``: around the core)."""
    found: dict[int | None, tuple[int, Value]] = {}
    evidence = sides.a if side == "a" else sides.b
    converted = {one.time: one.status for span in evidence.spans for one in span.converted}
    for number, row in enumerate(sides.rows):
        step = row.a if side == "a" else row.b
        if step is not None and step.stop.sort is StopSort.CONVERTED:
            found[step.pair] = (number, converted.get(step.stop.time, 0))
    return found

"""Says who changed the request and the response, in the order of the path, and what came of it in the end.

Everything is what the agent saw between two neighbouring boundaries (``Span.changes``). Of headers and the status there
are values; of attributes types; of cookies and ``META`` only the names, for the rest may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.evidence import CALL, Evidence, is_setting_true
from reqtrace.events.kinds import (
    CORE_LAYER,
    HOOKS,
    CallEntered,
    DecoratorHookEntered,
    Hook,
    HookEntered,
    LayerEntered,
    TagEntered,
    TemplateEntered,
    UrlconfEntered,
    ViewEntered,
)
from reqtrace.trace.model import Direction, RequestTrace, Span, SpanChange, Stop, StopSort

__all__ = ["ActorSort", "Alterations", "Deed", "SentHeader", "SessionFacts", "alterations"]

SESSION = "session"
SESSION_MIDDLEWARE = "django.contrib.sessions.middleware.SessionMiddleware"


class ActorSort(Enum):
    """Whose code changed something."""

    LAYER = "layer"
    VIEW = "view"
    DJANGO = "django"
    """The innermost part of the chain itself: it notes the match of the URL, and who made the response."""
    TEMPLATE = "template"
    DECORATOR = "decorator"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What one piece of code changed on one way through it."""

    sort: ActorSort
    name: str
    """Class name of the middleware, path of the view, name of the template or function."""
    number: int
    """Position of the middleware in MIDDLEWARE, from 1; 0 if it is none."""
    part: str
    """The hook, or ``__call__``; empty if there is nothing to tell apart."""
    direction: Direction
    file: str
    line: int
    stop: int | None
    """The stop at which it did so."""
    changes: tuple[SpanChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentHeader:
    """A header of the response as it was sent."""

    name: str
    value: str
    by: Deed | None
    """Who set it last; ``None`` if it came with the response."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """What is known of ``request.session``; the flag ``modified`` itself is not observed."""

    accessed_by: Deed | None
    """Whose code looked into it first, which loads it."""
    is_untouched: bool
    """It was surely not modified."""
    saved_by: Deed | None
    """Who set its cookie: it was saved, or found empty and deleted."""
    is_saved_always: bool
    """SESSION_SAVE_EVERY_REQUEST: that it was saved does not tell that it was modified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alterations:
    """Every change of a request and its response."""

    deeds: tuple[Deed, ...]
    """In the order of the path."""
    sent: tuple[SentHeader, ...]
    session: SessionFacts | None
    """``None`` if the request has no session."""

    def at(self, stop: Stop) -> tuple[Deed, ...]:
        """What was changed at one stop."""
        return tuple(deed for deed in self.deeds if deed.stop == stop.index)


def alterations(trace: RequestTrace) -> Alterations:
    """What changed on the way of a request."""
    evidence = Evidence(trace)
    deeds = tuple(read_deeds(evidence))
    return Alterations(deeds=deeds, sent=tuple(sent_headers(trace, deeds)), session=session_facts(evidence, deeds))


# --- who did it --------------------------------------------------------------------------------------------------


def read_deeds(evidence: Evidence) -> Iterator[Deed]:
    """The changes of each span: of a layer before and behind what is inside it, of any other when it has ended."""
    stops = {(span, direction): stop for span, direction, stop in stops_of(evidence)}
    waiting: list[tuple[Span, bool]] = [(span, False) for span in reversed(evidence.trace.root)]
    while waiting:
        span, is_behind = waiting.pop()
        is_layer = isinstance(span.entered, LayerEntered)
        changes = tuple(one for one in span.changes if is_layer is False or is_out(one) is is_behind)
        if changes and (is_behind or is_layer):
            direction = changes[0].direction
            stop = stops.get((span.number, direction), stops.get((span.number, None)))
            yield deed(evidence, span, direction, changes, stop)
        if not is_behind:
            waiting.append((span, True))
            waiting.extend((child, False) for child in reversed(span.children))


def is_out(change: SpanChange) -> bool:
    """Of a layer's change: made behind what is inside it."""
    return change.direction is not Direction.IN


def stops_of(evidence: Evidence) -> Iterator[tuple[int, Direction | None, int]]:
    """Which stop shows which way of which span; no way is told where one stop shows all of it."""
    for stop in evidence.trace.stops:
        if stop.span is None or stop.sort is StopSort.CONVERTED:
            continue
        if stop.sort not in (StopSort.LAYER_IN, StopSort.LAYER_OUT):
            yield stop.span.number, None, stop.index
            if stop.sort is StopSort.TEMPLATE and (core := core_around(evidence, stop.span)) is not None:
                yield core.number, None, stop.index
            continue
        yield stop.span.number, stop.direction, stop.index
        if isinstance(stop.span.entered, HookEntered):
            yield stop.span.number, None, stop.index
            parent = evidence.parents.get(stop.span.number)
            if parent is not None:
                yield parent.number, stop.direction, stop.index


def core_around(evidence: Evidence, span: Span) -> Span | None:
    """The core, if it renders this template itself: what changes meanwhile is noticed when the core ends."""
    parent = evidence.parents.get(span.number)
    is_core = parent is not None and isinstance(parent.entered, LayerEntered) and parent.entered.layer == CORE_LAYER
    return parent if is_core else None


def deed(
    evidence: Evidence, span: Span, direction: Direction, changes: tuple[SpanChange, ...], stop: int | None
) -> Deed:
    sort, name, number, part, file, line = actor(evidence, span)
    return Deed(
        sort=sort,
        name=name,
        number=number,
        part=part,
        direction=direction,
        file=file,
        line=line,
        stop=stop,
        changes=changes,
    )


Actor = tuple[ActorSort, str, int, str, str, int]


def actor(evidence: Evidence, span: Span) -> Actor:
    match span.entered:
        case HookEntered(layer=index, hook=hook) if 0 <= hook < len(HOOKS):
            return of_layer(evidence, index, HOOKS[hook])
        case LayerEntered(layer=index) if index != CORE_LAYER:
            return of_layer(evidence, index, CALL)
        case ViewEntered() as view:
            return ActorSort.VIEW, view.name, 0, view.method, view.file, view.line
        case TemplateEntered(name=name, file=file):
            return ActorSort.TEMPLATE, name, 0, "", file, 1
        case TagEntered(name=name, line=line):
            return ActorSort.TEMPLATE, f"{{% {name} %}}", 0, "", "", line
        case DecoratorHookEntered(middleware=path, hook=hook, file=file, line=line):
            part = HOOKS[hook] if 0 <= hook < len(HOOKS) else ""
            return ActorSort.DECORATOR, path.rpartition(".")[2], 0, part, file, line
        case CallEntered(name=name, file=file, line=line):
            return ActorSort.CODE, name, 0, "", file, line
        case UrlconfEntered():
            return ActorSort.DJANGO, "resolve_request", 0, "", "", 0
    # What the core itself runs, beside hooks and view, is render().
    is_rendering = any(isinstance(child.entered, TemplateEntered) for child in span.children)
    return ActorSort.DJANGO, "_get_response", 0, "render()" if is_rendering else "", "", 0


def of_layer(evidence: Evidence, index: int, part: str) -> Actor:
    file, line = evidence.place(index, part)
    return ActorSort.LAYER, evidence.layer_name(index), index + 1, part, file, line


# --- what came of it ---------------------------------------------------------------------------------------------


def sent_headers(trace: RequestTrace, deeds: tuple[Deed, ...]) -> Iterator[SentHeader]:
    if trace.response is None:
        return
    setters = last_setters(deeds)
    for name, value in trace.response.headers:
        yield SentHeader(name=name, value=value, by=setters.get(name.lower()))


def last_setters(deeds: tuple[Deed, ...]) -> Mapping[str, Deed]:
    """Who set each header last; a response that was put in the place of another brings its own along."""
    setters: dict[str, Deed] = {}
    for one in deeds:
        for change in one.changes:
            if change.target != "response":
                continue
            match change.change.part:
                case "object":
                    setters.clear()
                case "header":
                    setters[change.change.name.lower()] = one
                case "cookie":
                    setters["set-cookie"] = one
    return setters


def session_facts(evidence: Evidence, deeds: tuple[Deed, ...]) -> SessionFacts | None:
    """Accessed is: somebody looked inside. Whether it was modified shows when ``SessionMiddleware`` saves it or not."""
    index = next((row.layer.index for row in evidence.trace.passes if row.layer.path == SESSION_MIDDLEWARE), None)
    has_session = any(change.change.name == SESSION for one in deeds for change in one.changes)
    if index is None or not has_session:
        return None
    saved_by = next((one for one in deeds if one.number == index + 1 and sets_cookie(one)), None)
    is_always = is_setting_true(evidence.setting("SESSION_SAVE_EVERY_REQUEST"))
    return SessionFacts(
        accessed_by=next((one for one in deeds if evaluates(one, SESSION)), None),
        is_untouched=is_untouched(evidence, index, saved_by),
        saved_by=saved_by,
        is_saved_always=is_always,
    )


def is_untouched(evidence: Evidence, index: int, saved_by: Deed | None) -> bool:
    """``process_response`` saved nothing, although it saves whatever was modified; not of a 500 or more."""
    ended = [one for one in evidence.spans if isinstance(one.entered, HookEntered) and is_way_out(one.entered, index)]
    return saved_by is None and bool(ended) and 0 < ended[-1].status < 500


def is_way_out(hook: HookEntered, index: int) -> bool:
    return hook.layer == index and hook.hook == Hook.process_response


def evaluates(one: Deed, name: str) -> bool:
    return any(change.change.op == "!" and change.change.name == name for change in one.changes)


def sets_cookie(one: Deed) -> bool:
    return any(change.target == "response" and change.change.part == "cookie" for change in one.changes)

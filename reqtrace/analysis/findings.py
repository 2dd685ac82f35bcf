"""Finds what is notable about a request as a whole: exceptions and their walk, hops, repeated queries, second calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.early_reads import early_read
from reqtrace.analysis.evidence import Evidence
from reqtrace.analysis.surroundings import class_name
from reqtrace.events.kinds import (
    CORE_LAYER,
    ExceptionRaised,
    Hook,
    HookEntered,
    LayerEntered,
    Outcome,
    SqlExecuted,
    ThreadHopped,
    UrlconfEntered,
    ViewEntered,
)
from reqtrace.trace.model import Layer, RequestTrace, Span, StopSort

__all__ = ["REPEATS_WORTH_TELLING", "Finding", "FindingId", "Walk", "WalkStep", "WalkStepId", "findings", "walks"]

REPEATS_WORTH_TELLING = 3
RESOLVER_404 = "Resolver404"


class FindingId(Enum):
    """Everything that is found: a key, and the values that come with it."""

    def __init__(self, key: str, parameters: str) -> None:
        self.key = key
        self.parameters = frozenset(parameters.split())

    N_PLUS_ONE = "n_plus_one", "sql repeat duration"
    """One statement with different parameters, again and again."""
    SAME_QUERY = "same_query", "sql repeat duration"
    """One statement with the same parameters: one would have done."""
    SYNC_LAYER = "sync_layer", "number layer hops cost"
    """A layer whose mode is not the handler's is reached, and left, by changing between thread and event loop."""
    ASYNC_LAYER = "async_layer", "number layer hops cost"
    SYNC_HOOKS = "sync_hooks", "layers hops cost"
    """The hooks of layers that have the right mode themselves are sync functions."""
    CORE_HOPS = "core_hops", "hops cost"
    """The view, or what it uses, is of the other mode."""
    CALLED_TWICE = "called_twice", "number layer calls"
    REQUEST_REPLACED = "request_replaced", "number layer"
    """The layers further in got another request object."""
    READ_TOO_EARLY = "read_too_early", "attribute number layer setter_number setter"
    """A layer asked for what a layer further in sets."""
    NEVER_SET = "never_set", "attribute setter"
    """What should set it is not in MIDDLEWARE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One of them, and where it is."""

    id: FindingId
    values: Mapping[str, str | int]
    """``duration`` and ``cost`` are nanoseconds."""
    stops: tuple[int, ...] = ()
    file: str = ""
    line: int = 0
    function: str = ""


class WalkStepId(Enum):
    """What an exception meets on its way: a key, and the values that come with it."""

    def __init__(self, key: str, parameters: str) -> None:
        self.key = key
        self.parameters = frozenset(parameters.split())

    RAISED_VIEW = "raised_view", "error message name"
    RAISED_HOOK = "raised_hook", "error message number layer hook"
    RAISED_RESOLVER = "raised_resolver", "error message"
    RAISED_CORE = "raised_core", "error message"
    RAISED_ELSEWHERE = "raised_elsewhere", "error message"
    ASKED = "asked", "number layer"
    """``process_exception`` returned ``None``."""
    ANSWERED = "answered", "number layer status"
    REPLACED = "replaced", "number layer error"
    """``process_exception`` raised another exception, which goes on in place of this one."""
    CONVERTED_CORE = "converted_core", "status"
    CONVERTED_LAYER = "converted_layer", "number layer status"
    ESCAPED = "escaped", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkStep:
    """One thing an exception met."""

    id: WalkStepId
    values: Mapping[str, str | int]
    stop: int | None = None
    file: str = ""
    line: int = 0


Walk = tuple[WalkStep, ...]
"""The way of one exception, from where it was raised to what became of it."""


def findings(trace: RequestTrace) -> tuple[Finding, ...]:
    """All findings of a request."""
    evidence = Evidence(trace)
    return (
        *early_reads(evidence),
        *repeated_queries(evidence),
        *hops(evidence),
        *second_calls(evidence),
        *replaced_requests(evidence),
    )


# --- queries -----------------------------------------------------------------------------------------------------


def repeated_queries(evidence: Evidence) -> Iterator[Finding]:
    """Statements that one line of the project, or one template, executed again and again."""
    groups: dict[tuple[str, str, str, int], list[tuple[Span, SqlExecuted]]] = {}
    for span in evidence.spans:
        entered = span.entered
        if isinstance(entered, SqlExecuted):
            key = (entered.alias, entered.sql, entered.file, entered.line)
            groups.setdefault(key, []).append((span, entered))
    for (_, sql, file, line), members in groups.items():
        if len(members) < REPEATS_WORTH_TELLING:
            continue
        is_same = len({entered.parameters for _, entered in members}) == 1
        stops = {evidence.stop_of(span) for span, _ in members} - {None}
        yield Finding(
            id=FindingId.SAME_QUERY if is_same else FindingId.N_PLUS_ONE,
            values={
                "sql": sql,
                "repeat": len(members),
                "duration": sum(entered.duration for _, entered in members),
            },
            stops=tuple(sorted(stop for stop in stops if stop is not None)),
            file=file,
            line=line,
            function=members[0][1].function,
        )


# --- hops --------------------------------------------------------------------------------------------------------


def hops(evidence: Evidence) -> Iterator[Finding]:
    """Changes between thread and event loop, by the layer because of which they happened."""
    trace = evidence.trace
    is_async = trace.chain.is_async if trace.chain is not None else False
    counts: dict[int | None, list[int]] = {}
    of_hooks: dict[int, list[int]] = {}
    for hop in trace.hops:
        if hop.is_hook and hop.layer is not None:
            of_hooks.setdefault(hop.layer, []).append(hop.cost)
        else:
            counts.setdefault(hop.layer, []).append(hop.cost)
    for index, costs in counts.items():
        layer = evidence.layer(index)
        if layer is None:
            yield Finding(id=FindingId.CORE_HOPS, values={"hops": len(costs), "cost": sum(costs)})
        elif is_known(layer) and layer.is_async is not is_async:
            yield layer_hops(layer, costs)
        else:
            of_hooks.setdefault(layer.index, []).extend(costs)
    if of_hooks:
        costs = [cost for some in of_hooks.values() for cost in some]
        values = {"layers": len(of_hooks), "hops": len(costs), "cost": sum(costs)}
        yield Finding(id=FindingId.SYNC_HOOKS, values=values)


def is_known(layer: Layer) -> bool:
    """Its loading was seen."""
    return bool(layer.shape)


def layer_hops(layer: Layer, costs: list[int]) -> Finding:
    return Finding(
        id=FindingId.ASYNC_LAYER if layer.is_async else FindingId.SYNC_LAYER,
        values={"number": layer.index + 1, "layer": layer.name, "hops": len(costs), "cost": sum(costs)},
        file=layer.file,
        line=layer.line,
    )


# --- get_response, and what it is given --------------------------------------------------------------------------


def second_calls(evidence: Evidence) -> Iterator[Finding]:
    """Layers that called ``get_response`` more than once."""
    for row in evidence.trace.passes:
        most = max((len(evidence.inner_layers(call)) for call in evidence.layer_spans(row.layer.index)), default=0)
        if most > 1:
            yield in_layer(evidence, FindingId.CALLED_TWICE, row.layer, calls=most)


def replaced_requests(evidence: Evidence) -> Iterator[Finding]:
    """Layers that handed another request object on."""
    for row in evidence.trace.passes:
        changes = (*row.way_in.changes, *row.way_out.changes)
        if any(one.target == "request" and one.change.part == "object" for one in changes):
            yield in_layer(evidence, FindingId.REQUEST_REPLACED, row.layer)


def early_reads(evidence: Evidence) -> Iterator[Finding]:
    """The attribute of the request that was not there yet, and the layer that should stand further out."""
    read = early_read(evidence)
    if read is None or read.span.raised is None:
        return
    raised, stop = read.span.raised, evidence.stop_of(read.span)
    values: dict[str, str | int] = {"attribute": read.attribute, "setter": read.setter}
    found = FindingId.NEVER_SET
    if read.setter_layer is not None:
        if read.layer is None:
            return
        found = FindingId.READ_TOO_EARLY
        values |= {"number": read.layer.index + 1, "layer": read.layer.name}
        values["setter_number"] = read.setter_layer.index + 1
    stops = () if stop is None else (stop,)
    yield Finding(id=found, values=values, stops=stops, file=raised.file, line=raised.line, function=raised.function)


def in_layer(evidence: Evidence, number: FindingId, layer: Layer, **more: int) -> Finding:
    row = evidence.trace.passes[layer.index]
    stops = () if row.way_in.stop is None else (row.way_in.stop,)
    values: dict[str, str | int] = {"number": layer.index + 1, "layer": layer.name, **more}
    return Finding(id=number, values=values, stops=stops, file=layer.file, line=layer.line)


# --- exceptions --------------------------------------------------------------------------------------------------


def walks(trace: RequestTrace) -> tuple[Walk, ...]:
    """The way of every exception that was raised, apart from ``Resolver404``, in order."""
    evidence = Evidence(trace)
    raising = [span for span in evidence.spans if span.raised is not None]
    raising.sort(key=lambda span: span.raised.time if span.raised is not None else 0)
    return tuple(
        walk_of(evidence, span, span.raised)
        for span in raising
        if span.raised is not None and class_name(span.raised.error) != RESOLVER_404
    )


def walk_of(evidence: Evidence, span: Span, raised: ExceptionRaised) -> Walk:
    """From the span an exception was first seen leaving to what became of it."""
    steps = [origin(evidence, span, raised)]
    if span.converted:
        return (*steps, conversion(evidence, span))
    here: Span | None = span
    while here is not None:
        around = evidence.parents.get(here.number)
        if around is None:
            break
        if isinstance(around.entered, ThreadHopped):
            here = around
            continue
        if is_core(around) and not is_hook(here, Hook.process_exception) and is_in_try(here):
            asked = list(asked_about(evidence, around, raised))
            steps.extend(asked)
            if asked and asked[-1].id in (WalkStepId.ANSWERED, WalkStepId.REPLACED):
                return tuple(steps)
        if around.outcome is not Outcome.raised and not around.converted:
            # Somebody caught it, or it is not known what came of it.
            return tuple(steps)
        if around.converted:
            return (*steps, conversion(evidence, around))
        here = around
    return (*steps, *last_step(evidence, here))


def last_step(evidence: Evidence, outermost: Span | None) -> Walk:
    """What became of an exception that left the outermost span."""
    if outermost is not None and outermost.converted:
        return (conversion(evidence, outermost),)
    if evidence.trace.escaped is not None:
        return (WalkStep(id=WalkStepId.ESCAPED, values={}),)
    return ()


def is_core(span: Span) -> bool:
    return isinstance(span.entered, LayerEntered) and span.entered.layer == CORE_LAYER


def is_hook(span: Span, hook: Hook) -> bool:
    return isinstance(span.entered, HookEntered) and span.entered.hook == hook


def is_in_try(span: Span) -> bool:
    """The view and rendering are: hooks and the resolver are not (``BaseHandler._get_response``)."""
    return not isinstance(span.entered, HookEntered) and not isinstance(span.entered, UrlconfEntered)


def origin(evidence: Evidence, span: Span, raised: ExceptionRaised) -> WalkStep:
    """Where it was raised."""
    entered, index = span.entered, evidence.layer_of(span)
    values: dict[str, str | int] = {"error": class_name(raised.error), "message": raised.message}
    row = evidence.row(index)
    if row is not None:
        number = WalkStepId.RAISED_HOOK
        hook = Hook(entered.hook).name if isinstance(entered, HookEntered) else row.way_in.hook
        values |= {"number": row.layer.index + 1, "layer": row.layer.name, "hook": hook}
    elif is_in_view(evidence, span):
        number = WalkStepId.RAISED_VIEW
        values["name"] = evidence.view_name
    elif isinstance(entered, UrlconfEntered):
        number = WalkStepId.RAISED_RESOLVER
    else:
        number = WalkStepId.RAISED_CORE if is_core(span) else WalkStepId.RAISED_ELSEWHERE
    stop = evidence.stop_of(span)
    return WalkStep(id=number, values=values, stop=stop, file=raised.file, line=raised.line)


def is_in_view(evidence: Evidence, span: Span) -> bool:
    """It is the view, or ran inside it."""
    here: Span | None = span
    while here is not None and not isinstance(here.entered, ViewEntered):
        here = evidence.parents.get(here.number)
    return here is not None


def asked_about(evidence: Evidence, core: Span, raised: ExceptionRaised) -> Iterator[WalkStep]:
    """The ``process_exception`` hooks that were called after it was raised, up to the one that ended the walk."""
    for span in evidence.hooks_in(core, Hook.process_exception):
        if span.start < raised.time or not isinstance(span.entered, HookEntered):
            continue
        index = span.entered.layer
        file, line = evidence.place(index, Hook.process_exception.name)
        values: dict[str, str | int] = {"number": index + 1, "layer": evidence.layer_name(index)}
        number = WalkStepId.ASKED
        if span.outcome in (Outcome.response, Outcome.other):
            number, values["status"] = WalkStepId.ANSWERED, span.status
        elif span.outcome is Outcome.raised:
            number, values["error"] = WalkStepId.REPLACED, evidence.error_name(span)
        yield WalkStep(id=number, values=values, stop=evidence.stop_of(span), file=file, line=line)
        if number is not WalkStepId.ASKED:
            return


def conversion(evidence: Evidence, span: Span) -> WalkStep:
    """The film around a layer, or around the core, made a response of it."""
    status = span.converted[-1].status
    index = evidence.layer_of(span)
    row = evidence.row(index)
    stops = evidence.trace.stops
    time = span.converted[-1].time
    stop = next((one.index for one in stops if one.time == time and one.sort is StopSort.CONVERTED), None)
    if row is None:
        return WalkStep(id=WalkStepId.CONVERTED_CORE, values={"status": status}, stop=stop)
    values: dict[str, str | int] = {"number": row.layer.index + 1, "layer": row.layer.name, "status": status}
    return WalkStep(id=WalkStepId.CONVERTED_LAYER, values=values, stop=stop)

"""Lays out what changed at a step and on the whole path, grouped by who did it, as sections of lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reqtrace.analysis.alterations import ActorSort, Alterations, Deed, SessionFacts, alterations
from reqtrace.events.kinds import Change
from reqtrace.render.labels import count, text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.why_sections import Line, Section
from reqtrace.render.why_words import place_text
from reqtrace.trace.model import Direction, RequestTrace, SpanChange, Stop, StopSort, WayState

__all__ = ["alteration_sections"]

_QUIET = Paint(Role.SKIP)
_WARN = Paint(Role.WARN)
_PAINTS = {"request": Paint(Role.DOWN), "response": Paint(Role.UP)}


def alteration_sections(trace: RequestTrace, stop: Stop | None) -> tuple[Section, ...]:
    """First the step, the request and the response apart; then the whole path; never nothing."""
    told = alterations(trace)
    here = () if stop is None else (*_at_stop(trace, told, stop),)
    return (*here, _path(told), *_session(told.session), *_sent(trace, told))


# --- at a step ---------------------------------------------------------------------------------------------------


def _at_stop(trace: RequestTrace, told: Alterations, stop: Stop) -> Iterator[Section]:
    changes = [change for deed in told.at(stop) for change in deed.changes]
    for target in ("request", "response"):
        lines = tuple(Line(_words(change), INK) for change in changes if change.target == target)
        nothing = "changed.nothing"
        if target == "response" and not lines and not has_response(trace, stop):
            nothing = "changed.no_response"
        lines = lines or (Line(text(nothing), _QUIET),)
        yield Section(title=text(f"changed.{target}"), lines=(*lines, *_by_now(told, stop, target)))


def _by_now(told: Alterations, stop: Stop, target: str) -> Iterator[Line]:
    """What the code of the path has made of the request or the response up to this step, and this step included."""
    state: dict[str, str] = {}
    for deed in told.deeds:
        if deed.stop is not None and deed.stop <= stop.index:
            for one in deed.changes:
                if one.target == target:
                    _note(state, one)
    if state:
        yield Line(text("changed.by_now", names=", ".join(state.values())), _QUIET)


def _note(state: dict[str, str], span_change: SpanChange) -> None:
    change = span_change.change
    if change.part == "object" and span_change.target == "response":
        # Another response has none of what was set on the one before, or it is told of it anew.
        state.clear()
    if change.op == "." or change.part in ("body", "object"):
        return
    name = _name(span_change)
    if change.op == "-":
        state.pop(name, None)
    elif change.op == "!":
        state[name] = text("changed.now_evaluated", name=name)
    elif change.part == "status":
        state[name] = text("changed.now_status", value=sanitize(change.after))
    else:
        state[name] = text("changed.now_lazy", name=name) if change.lazy else name


def has_response(trace: RequestTrace, stop: Stop) -> bool:
    """Somebody has made a response by then: it is on its way out, or this step made one."""
    if stop.direction is Direction.OUT and stop.sort is not StopSort.EXCEPTION_HOOK:
        return True
    if stop.sort is StopSort.LAYER_IN and stop.layer is not None:
        return trace.passes[stop.layer].way_in.state is WayState.ANSWERED
    return stop.span is not None and stop.span.status > 0 and stop.sort in (StopSort.VIEW, StopSort.VIEW_HOOK)


def _words(span_change: SpanChange) -> str:
    """One change: what was there before, and what after."""
    change = span_change.change
    name = _name(span_change)
    if change.op == ".":
        return text("changed.parsed", name=name)
    if change.op == "!":
        return _evaluated(span_change, name)
    return text("changed.row", name=name, before=_before(change), after=_after(change))


def _name(span_change: SpanChange) -> str:
    change, name = span_change.change, sanitize(span_change.change.name)
    match change.part:
        case "META":
            return f'request.META["{name}"]'
        case "attribute":
            return f"{span_change.target}.{name}"
        case "cookie":
            return text("changed.cookie", name=name)
        case "object":
            return text(f"changed.object.{span_change.target}")
        case "status" | "body" as part:
            return text(f"changed.{part}")
    return name


def _before(change: Change) -> str:
    if change.op == "+":
        return text("changed.not_there")
    return _value(change, change.before) or text("changed.hidden")


def _after(change: Change) -> str:
    if change.op == "-":
        return text("changed.gone")
    value = _value(change, change.after)
    if change.lazy:
        return text("changed.lazy", type=value)
    return value or text("changed.replaced" if change.op == "~" else "changed.hidden")


def _value(change: Change, value: str) -> str:
    if change.part == "body" and value:
        return text("changed.bytes", n=value)
    return sanitize(value)


def _evaluated(span_change: SpanChange, name: str) -> str:
    kind = sanitize(span_change.change.after)
    words = text("changed.evaluated_as", name=name, type=kind) if kind else text("changed.evaluated", name=name)
    if span_change.queries < 0:
        return words
    return text("changed.with_queries", words=words, queries=count("noun.queries", span_change.queries))


# --- on the whole path -------------------------------------------------------------------------------------------


def _path(told: Alterations) -> Section:
    lines: list[Line] = []
    for deed in told.deeds:
        lines.append(Line(_actor(deed), Paint(bold=True), place_text(deed.file, deed.line)))
        lines += [Line(f"  {_words(one)}", _PAINTS[one.target]) for one in _in_order(deed.changes)]
    return Section(title=text("changed.path"), lines=tuple(lines) or (Line(text("changed.path_nothing"), _QUIET),))


def _in_order(changes: Iterable[SpanChange]) -> list[SpanChange]:
    """What was read comes last: it is no change of anybody's making."""
    return sorted(changes, key=lambda one: one.change.op == ".")


def _actor(deed: Deed) -> str:
    part = sanitize(deed.part)
    name = sanitize(deed.name)
    if deed.sort is ActorSort.VIEW and part:
        name = f"{name}.{part}"
    return text(f"changed.by.{deed.sort.value}", number=deed.number, name=name, part=part).rstrip()


def _session(facts: SessionFacts | None) -> Iterator[Section]:
    if facts is None:
        return
    first = facts.accessed_by
    accessed = (
        text("changed.session.not_accessed") if first is None else text("changed.session.accessed", by=_actor(first))
    )
    if facts.saved_by is not None:
        modified = "saved_always" if facts.is_saved_always else "saved"
    else:
        modified = "untouched" if facts.is_untouched else "untold"
    lines = (Line(accessed, INK), Line(text(f"changed.session.{modified}"), INK))
    yield Section(title=text("changed.session"), lines=lines)


def _sent(trace: RequestTrace, told: Alterations) -> Iterator[Section]:
    if trace.response is None:
        return
    lines = tuple(
        Line(
            text("changed.header", name=sanitize(header.name), value=sanitize(header.value)),
            INK if header.by is not None else _QUIET,
            text("changed.header.by", by=_actor(header.by)) if header.by else text("changed.header.own"),
        )
        for header in told.sent
    )
    title = text("changed.sent", status=trace.response.status, reason=sanitize(trace.response.reason))
    yield Section(title=title, lines=lines)

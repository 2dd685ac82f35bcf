"""Explains what other code causes on its way: statements and templates."""

from __future__ import annotations

from reqtrace.analysis.messages import MessageId, Value
from reqtrace.analysis.surroundings import Surroundings, class_name
from reqtrace.analysis.telling import Telling, unfinished
from reqtrace.events.kinds import (
    HOOKS,
    HookEntered,
    LayerEntered,
    Outcome,
    SqlExecuted,
    TemplateEntered,
    ViewEntered,
)
from reqtrace.trace.model import Phase, Span
from reqtrace.trace.summary import MANY_QUERIES

__all__ = ["explain_sql", "explain_template"]

ID = MessageId


def explain_sql(here: Surroundings) -> Telling:
    """A statement, or several of the same in a row."""
    span = here.stop.span
    assert span is not None
    sql = span.entered
    assert isinstance(sql, SqlExecuted)
    values: dict[str, Value] = {
        "sql": sql.sql,
        "alias": sql.alias,
        "repeat": here.stop.repeat,
        "file": sql.file,
        "line": sql.line,
        "function": sql.function,
    }
    if sql.error:
        values["error"] = class_name(sql.error)
        return Telling(ID.SQL_FAILED, ID.WHY_SQL_FAILED, values)
    return Telling(ID.SQL, why_sql(here, sql, values), values)


def why_sql(here: Surroundings, sql: SqlExecuted, values: dict[str, Value]) -> MessageId:
    if here.stop.repeat > 1:
        return ID.WHY_SQL_REPEATED
    if is_in_body(here):
        return ID.WHY_SQL_IN_BODY
    times = times_in_request(here, sql)
    if sql.file and times >= MANY_QUERIES:
        values["repeat"] = times
        return ID.WHY_SQL_ONE_OF_MANY
    parent = here.code
    if parent is not None and isinstance(parent.entered, TemplateEntered):
        values["template"] = parent.entered.name
        return ID.WHY_SQL_IN_TEMPLATE
    return ID.WHY_SQL if sql.file else ID.WHY_SQL_NO_LINE


def times_in_request(here: Surroundings, sql: SqlExecuted) -> int:
    """How often the statement was asked for by the same line of the project."""
    same = (sql.alias, sql.sql, sql.file, sql.line)
    return sum(
        stop.repeat
        for stop in here.trace.stops
        if stop.span is not None
        and isinstance(one := stop.span.entered, SqlExecuted)
        and (one.alias, one.sql, one.file, one.line) == same
    )


def is_in_body(here: Surroundings) -> bool:
    return here.stop.phase is Phase.SEND and here.stop.depth > 0


def explain_template(here: Surroundings) -> Telling:
    """A template that is rendered."""
    span = here.stop.span
    assert span is not None
    assert isinstance(span.entered, TemplateEntered)
    values: dict[str, Value] = {"template": span.entered.name}
    if span.outcome is None:
        return unfinished(here, ID.TEMPLATE_RUNNING, span.entered.name, **values)
    if span.outcome is Outcome.raised:
        values["error"], values["message"] = here.error_and_message(span)
        return Telling(ID.TEMPLATE_RAISED, ID.WHY_TEMPLATE_RAISED, values)
    return Telling(ID.TEMPLATE, why_template(here, span, values), values)


def why_template(here: Surroundings, span: Span, values: dict[str, Value]) -> MessageId:
    """Who had it rendered."""
    parent = here.code
    if parent is None:
        return ID.WHY_TEMPLATE_BODY if is_in_body(here) else ID.WHY_TEMPLATE_ELSEWHERE
    match parent.entered:
        case TemplateEntered(name=outer):
            values["outer"] = outer
            return ID.WHY_TEMPLATE_NESTED
        case ViewEntered(name=name, method=method):
            values["view"] = f"{name}.{method}" if method else name
            return ID.WHY_TEMPLATE_VIEW
        case HookEntered(layer=index, hook=hook):
            values |= {"layer": name_of(here, index), "hook": HOOKS[hook] if 0 <= hook < len(HOOKS) else ""}
            return ID.WHY_TEMPLATE_HOOK
        case LayerEntered(layer=index):
            return why_template_in_layer(here, span, parent, index, values)
    return ID.WHY_TEMPLATE_ELSEWHERE


def why_template_in_layer(
    here: Surroundings, span: Span, parent: Span, index: int, values: dict[str, Value]
) -> MessageId:
    if is_error_page(parent, span):
        return ID.WHY_TEMPLATE_ERROR_PAGE
    if here.is_core(parent):
        return ID.WHY_TEMPLATE_LATE if here.stop.phase is Phase.RENDER else ID.WHY_TEMPLATE_ELSEWHERE
    values["layer"] = name_of(here, index)
    return ID.WHY_TEMPLATE_LAYER


def is_error_page(layer: Span, template: Span) -> bool:
    """Rendered between the exception and the response the film made of it."""
    if any(one.time >= template.start for one in layer.converted):
        failed = [one.end for one in layer.children if one.outcome is Outcome.raised and one.end is not None]
        failed += [layer.raised.time] if layer.raised is not None else []
        return any(time <= template.start for time in failed)
    return False


def name_of(here: Surroundings, index: int) -> str:
    layer = here.layer_at(index)
    return layer.name if layer is not None else ""

"""A trace as a JSON document: documented in docs/trace-json.md, versioned, with names that stay.

Added keys do not change the version; a removed, renamed or reinterpreted key does. Durations and times are integer
nanoseconds; what is not known (yet) is ``null``.
"""

from __future__ import annotations

from typing import Any

from reqtrace.events.kinds import (
    HOOKS,
    Change,
    ExceptionRaised,
    HookEntered,
    LayerEntered,
    SqlExecuted,
    TemplateEntered,
    UrlconfEntered,
    UrlResolved,
    UrlUnresolved,
    ViewEntered,
    ViewLeft,
)
from reqtrace.trace.model import (
    Chain,
    Layer,
    LayerPass,
    ProcessFacts,
    RequestTrace,
    Span,
    SpanChange,
    Stop,
    Way,
)

__all__ = ["DOCUMENT_VERSION", "trace_document"]

DOCUMENT_VERSION = 1

Document = dict[str, Any]


def trace_document(trace: RequestTrace) -> Document:
    """Everything known of a request as plain data."""
    return {
        "reqtrace_trace": DOCUMENT_VERSION,
        "request": _request(trace),
        "response": _response(trace),
        "process": _process(trace.process),
        "connection": _connection(trace),
        "chain": None if trace.chain is None else _chain(trace.chain),
        "layers": [_layer_pass(layer_pass) for layer_pass in trace.passes],
        "urlconf": None if trace.urlconf is None else _urlconf(trace, trace.urlconf),
        "view": None if trace.view is None else _view(trace.view),
        "spans": [_span(span) for span in trace.root],
        "stops": [_stop(stop) for stop in trace.stops],
        "short_circuit": None if trace.short_circuit is None else trace.short_circuit.index,
        "is_complete": trace.is_complete,
    }


def _request(trace: RequestTrace) -> Document:
    summary, started = trace.summary, trace.started
    return {
        "process": summary.key.process,
        "number": summary.key.request,
        "ordinal": summary.ordinal,
        "method": summary.method,
        "path": summary.path,
        "query": summary.query,
        "unix_time": summary.unix_time,
        "duration": summary.duration,
        "status": summary.status or None,
        "state": summary.state.value,
        "lane": summary.lane,
        "flags": list(summary.flags),
        "entry": None if started is None else started.entry,
        "handler": None if started is None else started.handler,
        "protocol": None if started is None else started.protocol,
        "client": None if started is None else started.client,
        "headers": [] if started is None else [list(header) for header in started.headers],
        "parent": None if started is None or not started.parent else started.parent,
    }


def _response(trace: RequestTrace) -> Document:
    response, escaped = trace.response, trace.escaped
    return {
        "status": None if response is None else response.status,
        "reason": None if response is None else response.reason,
        "headers": [] if response is None else [list(header) for header in response.headers],
        "streaming": None if response is None else response.streaming,
        "file": None if response is None else response.file,
        "body_chunks": trace.body_chunks,
        "body_bytes": trace.body_bytes,
        "escaped": None if escaped is None else {"error": escaped.error, "message": escaped.message},
    }


def _process(process: ProcessFacts) -> Document:
    return {
        "number": process.number,
        "pid": process.pid,
        "argv": list(process.argv),
        "python": process.python,
        "django": process.django,
        "settings_module": process.settings_module,
        "settings": dict(process.settings),
        "dropped": process.dropped,
        "warnings": list(process.warnings),
    }


def _connection(trace: RequestTrace) -> Document | None:
    connection, line = trace.connection, trace.request_line
    if connection is None and line is None:
        return None
    return {
        "client": None if connection is None else connection.client,
        "server": None if connection is None else connection.server,
        "thread_name": None if connection is None else connection.thread_name,
        "request_line": None if line is None else line.line,
        "sequence": None if line is None else line.sequence,
    }


# --- the chain and what each layer did ---------------------------------------------------------------------------


def _chain(chain: Chain) -> Document:
    return {
        "number": chain.number,
        "handler": chain.handler,
        "is_async": chain.is_async,
        "view_middleware": list(chain.view_middleware),
        "template_response_middleware": list(chain.template_response_middleware),
        "exception_middleware": list(chain.exception_middleware),
        "error": chain.error or None,
    }


def _layer_pass(layer_pass: LayerPass) -> Document:
    return {
        **_layer(layer_pass.layer),
        "calls": layer_pass.calls,
        "way_in": _way(layer_pass.way_in),
        "way_out": _way(layer_pass.way_out),
    }


def _layer(layer: Layer) -> Document:
    return {
        "index": layer.index,
        "path": layer.path,
        "name": layer.name,
        "state": layer.state.value,
        "reason": layer.reason or None,
        "shape": layer.shape,
        "file": layer.file,
        "line": layer.line,
        "hooks": [
            {"hook": hook.hook, "file": hook.file, "line": hook.line, "is_async": hook.is_async} for hook in layer.hooks
        ],
        "is_async": layer.is_async,
        "adapted": layer.adapted or None,
        "import_time": layer.import_time,
        "init_time": layer.init_time,
    }


def _way(way: Way) -> Document:
    return {
        "state": way.state.value,
        "hook": way.hook or None,
        "duration": way.duration,
        "outcome": None if way.outcome is None else way.outcome.name,
        "status": way.status or None,
        "changes": [_change(change) for change in way.changes],
        "span": None if way.span is None else way.span.number,
        "stop": way.stop,
    }


def _change(span_change: SpanChange) -> Document:
    change: Change = span_change.change
    return {
        "direction": span_change.direction.value,
        "target": span_change.target,
        "op": change.op,
        "part": change.part,
        "name": change.name,
        "before": change.before,
        "after": change.after,
        "lazy": change.lazy,
    }


# --- the core ----------------------------------------------------------------------------------------------------


def _urlconf(trace: RequestTrace, span: Span) -> Document:
    entered, left = span.entered, span.left
    document: Document = {
        "urlconf": entered.urlconf if isinstance(entered, UrlconfEntered) else None,
        "source": entered.source if isinstance(entered, UrlconfEntered) else None,
        "tried": [],
        "matched": [],
        "route": None,
        "view_name": None,
        "arguments": [],
        "error": None,
    }
    if isinstance(left, UrlResolved | UrlUnresolved):
        document["tried"] = [_patterns(trace, path) for path in left.tried]
    if isinstance(left, UrlResolved):
        document["matched"] = _patterns(trace, left.matched)
        document |= {
            "route": left.route,
            "view_name": left.view_name,
            "arguments": [list(one) for one in left.arguments],
        }
    elif isinstance(left, UrlUnresolved):
        document["error"] = left.error
    return document


def _patterns(trace: RequestTrace, numbers: tuple[int, ...]) -> list[Document]:
    known = trace.process.patterns
    return [
        {
            "sort": known[number].sort,
            "text": known[number].text,
            "name": known[number].name,
            "target": known[number].target,
        }
        for number in numbers
        if number in known
    ]


def _view(span: Span) -> Document:
    entered, left = span.entered, span.left
    if not isinstance(entered, ViewEntered):
        return {}
    return {
        "name": entered.name,
        "sort": entered.sort,
        "method": entered.method or None,
        "file": entered.file,
        "line": entered.line,
        "decorators": list(entered.decorators),
        "is_async": entered.is_async,
        "atomic": list(entered.atomic),
        "is_unrendered": left.is_unrendered if isinstance(left, ViewLeft) else None,
        "duration": span.duration,
        "status": span.status or None,
    }


# --- spans and stops ---------------------------------------------------------------------------------------------


def _span(span: Span) -> Document:
    return {
        "number": span.number,
        "kind": span.entered.KIND.partition(".")[0],
        "about": _about(span),
        "start": span.start,
        "end": span.end,
        "thread": span.entered.thread,
        "outcome": None if span.outcome is None else span.outcome.name,
        "status": span.status or None,
        "changes": [_change(change) for change in span.changes],
        "raised": None if span.raised is None else _raised(span.raised),
        "converted": [
            {"error": converted.error, "status": converted.status, "layer": converted.layer}
            for converted in span.converted
        ],
        "children": [_span(child) for child in span.children],
    }


def _about(span: Span) -> Document:
    match span.entered:
        case LayerEntered(layer=layer):
            return {"layer": layer}
        case HookEntered(layer=layer, hook=hook):
            return {"layer": layer, "hook": HOOKS[hook] if 0 <= hook < len(HOOKS) else None}
        case UrlconfEntered(urlconf=urlconf):
            return {"urlconf": urlconf}
        case ViewEntered(name=name):
            return {"view": name}
        case TemplateEntered(name=name, file=file):
            return {"template": name, "file": file}
        case SqlExecuted() as statement:
            return _statement(statement)


def _statement(statement: SqlExecuted) -> Document:
    return {
        "sql": statement.sql,
        "parameters": list(statement.parameters),
        "alias": statement.alias,
        "vendor": statement.vendor,
        "many": statement.many,
        "error": statement.error or None,
        "file": statement.file or None,
        "line": statement.line or None,
        "function": statement.function or None,
    }


def _raised(raised: ExceptionRaised) -> Document:
    return {
        "error": raised.error,
        "message": raised.message,
        "file": raised.file,
        "line": raised.line,
        "function": raised.function,
    }


def _stop(stop: Stop) -> Document:
    return {
        "index": stop.index,
        "sort": stop.sort.value,
        "phase": stop.phase.value,
        "direction": stop.direction.value,
        "time": stop.time,
        "duration": stop.duration,
        "span": None if stop.span is None else stop.span.number,
        "layer": stop.layer,
        "depth": stop.depth,
        "repeat": stop.repeat,
    }

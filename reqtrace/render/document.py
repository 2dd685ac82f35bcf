"""A trace as a JSON document: documented in docs/trace-json.md, versioned, with names that stay.

Added keys do not change the version; a removed, renamed or reinterpreted key does. Durations and times are integer
nanoseconds; what is not known (yet) is ``null``.
"""

from __future__ import annotations

from reqtrace.events.kinds import UrlconfEntered, UrlResolved, UrlUnresolved, ViewEntered, ViewLeft
from reqtrace.render import document_why
from reqtrace.render.document_spans import Document, change_document, span_document, stop_document
from reqtrace.trace.model import Chain, Layer, LayerPass, ProcessFacts, RequestTrace, Span, Way

__all__ = ["DOCUMENT_VERSION", "trace_document"]

DOCUMENT_VERSION = 1


def trace_document(trace: RequestTrace) -> Document:
    """Everything known of a request as plain data."""
    return {
        "reqtrace_trace": DOCUMENT_VERSION,
        "request": _request(trace),
        "response": _response(trace),
        "process": _process(trace.process),
        "connection": _connection(trace),
        "chain": None if trace.chain is None else _chain(trace.chain),
        "layers": [_layer_pass(trace, layer_pass) for layer_pass in trace.passes],
        "urlconf": None if trace.urlconf is None else _urlconf(trace, trace.urlconf),
        "view": None if trace.view is None else _view(trace.view),
        "spans": [span_document(span) for span in trace.root],
        "stops": [stop_document(stop) for stop in trace.stops],
        "short_circuit": None if trace.short_circuit is None else trace.short_circuit.index,
        "is_complete": trace.is_complete,
        "why": document_why.why_documents(trace),
        "walks": document_why.walk_documents(trace),
        "findings": document_why.finding_documents(trace),
        "decisions": document_why.decision_documents(trace),
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
        "hops": len(trace.hops),
        "hop_cost": sum(hop.cost for hop in trace.hops),
    }


def _response(trace: RequestTrace) -> Document:
    response = trace.response
    return {
        "status": None if response is None else response.status,
        "reason": None if response is None else response.reason,
        "headers": [] if response is None else [list(header) for header in response.headers],
        "streaming": None if response is None else response.streaming,
        "file": None if response is None else response.file,
        "body_chunks": trace.body_chunks,
        "body_bytes": trace.body_bytes,
        "escaped": _escape(trace),
        "refused": _refusal(trace),
    }


def _escape(trace: RequestTrace) -> Document | None:
    escaped, raised = trace.escaped, trace.raised_outside
    if escaped is None:
        return None
    return {
        "error": escaped.error,
        "message": escaped.message,
        "file": None if raised is None else raised.file,
        "line": None if raised is None else raised.line,
    }


def _refusal(trace: RequestTrace) -> Document | None:
    refused = trace.refused
    return None if refused is None else {"status": refused.status, "reason": refused.reason, "detail": refused.detail}


def _process(process: ProcessFacts) -> Document:
    return {
        "number": process.number,
        "pid": process.pid,
        "argv": list(process.argv),
        "python": process.python,
        "django": process.django,
        "settings_module": process.settings_module,
        "settings": dict(process.settings),
        "level": process.level or None,
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


def _layer_pass(trace: RequestTrace, layer_pass: LayerPass) -> Document:
    hops = [hop for hop in trace.hops if hop.layer == layer_pass.layer.index]
    return {
        **_layer(layer_pass.layer),
        "calls": layer_pass.calls,
        "hops": len(hops),
        "hop_cost": sum(hop.cost for hop in hops),
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
        "changes": [change_document(change) for change in way.changes],
        "span": None if way.span is None else way.span.number,
        "stop": way.stop,
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
        "refusals": document_why.refusal_documents(trace),
        "nearest": document_why.nearest_document(trace),
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

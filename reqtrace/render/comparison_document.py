"""A comparison as a JSON document: documented in docs/comparison-json.md, versioned, with names that stay."""

from __future__ import annotations

from reqtrace.analysis.comparison_model import IGNORED, Circumstance, Comparison, Difference, LayerPair, Row, Step
from reqtrace.render.comparison_words import difference_words
from reqtrace.render.document_spans import Document
from reqtrace.trace.model import LayerPass, RequestTrace

__all__ = ["COMPARISON_VERSION", "comparison_document", "request_document"]

COMPARISON_VERSION = 1


def comparison_document(comparison: Comparison, *, is_brief: bool = False) -> Document:
    """Everything that was found; a brief one leaves out the layers and the two paths."""
    document: Document = {
        "reqtrace_comparison": COMPARISON_VERSION,
        "a": request_document(comparison.a),
        "b": request_document(comparison.b),
        "is_same": comparison.is_same,
        "first": first_of(comparison),
        "differences": [difference_document(one) for one in comparison.differences],
        "circumstances": [circumstance_document(one) for one in comparison.circumstances],
        "ignored": list(IGNORED),
    }
    if not is_brief:
        document["layers"] = [layer_document(pair) for pair in comparison.layers]
        document["rows"] = [row_document(row) for row in comparison.rows]
    return document


def request_document(trace: RequestTrace) -> Document:
    """Which request it is."""
    summary, process = trace.summary, trace.process
    return {
        "ordinal": summary.ordinal,
        "method": summary.method,
        "path": summary.path,
        "query": summary.query,
        "status": summary.status or None,
        "state": summary.state.value,
        "handler": None if trace.started is None else trace.started.handler,
        "django": process.django or None,
        "python": process.python or None,
        "is_complete": trace.is_complete,
    }


def first_of(comparison: Comparison) -> int | None:
    """The index of the first difference."""
    first = comparison.first
    return None if first is None else next(i for i, one in enumerate(comparison.differences) if one is first)


def difference_document(difference: Difference) -> Document:
    return {
        "id": difference.id.key,
        "aspect": difference.aspect.value,
        "subject": difference.subject or None,
        "a": difference.a,
        "b": difference.b,
        "row": difference.row,
        "text": difference_words(difference),
    }


def circumstance_document(circumstance: Circumstance) -> Document:
    return {
        "id": circumstance.id.value,
        "subject": circumstance.subject,
        "a": circumstance.a,
        "b": circumstance.b,
    }


def layer_document(pair: LayerPair) -> Document:
    known = pair.a or pair.b
    return {
        "path": None if known is None else known.layer.path,
        "name": pair.name,
        "is_moved": pair.is_moved,
        "a": pass_document(pair.a),
        "b": pass_document(pair.b),
    }


def pass_document(row: LayerPass | None) -> Document | None:
    if row is None:
        return None
    return {
        "index": row.layer.index,
        "calls": row.calls,
        "way_in": row.way_in.state.value,
        "way_out": row.way_out.state.value,
    }


def row_document(row: Row) -> Document:
    return {"a": step_document(row.a), "b": step_document(row.b)}


def step_document(step: Step | None) -> Document | None:
    if step is None:
        return None
    return {
        "stop": step.stop.index,
        "sort": step.stop.sort.value,
        "layer": step.stop.layer,
        "count": step.count,
        "label": step.label or None,
    }

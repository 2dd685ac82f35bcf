"""Sequence diagrams: the path in order, readable with many layers and queries, and safe whatever a request says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenarios import SCENARIOS

from reqtrace.render.export_mermaid import MOST_INSIDE, mermaid
from reqtrace.trace.model import RequestTrace, StopSort

TraceOf = Callable[..., RequestTrace]
HOSTILE = "/;end\nend #35; <script>alert(1)</script> %%{init}%%"
LINE = re.compile(
    r"sequenceDiagram|    (?:accTitle: WORDS|(?:actor|participant) \w+ as WORDS|Note over \w+: WORDS|"
    r"\w+(?:->>|-->>|--x)\w+: WORDS)".replace("WORDS", r"(?:[ ._\-/()+=,?0-9]|[^\W\d_]|#\d+;)+")
)
STATEMENTS = ("loop x", "alt", "rect", "participant z", "Note over z: y", "activate z", "autonumber", "accTitle", "end")
SIGNS = (
    ";",
    "#",
    "#35;",
    '"',
    "'",
    "`",
    "[",
    "]]",
    "(",
    "{",
    "}",
    "<br/>",
    "&amp;",
    "%%",
    "%%{init: {}}%%",
    "->>",
    ":",
)
STRANGE = (
    "\n",
    "\r\n",
    "\u2028",
    "\x1b[1m",
    "文章",
    "\u202eשלום",
    "مرحبا",
    "e" + "\u0301" * 4,
    "🎉",
    "\ud800",
    "x" * 200,
    " ",
)
NASTY = st.lists(st.sampled_from([*STATEMENTS, *SIGNS, *STRANGE]) | st.text(max_size=5), max_size=8).map("".join)
"""What means something to some version of Mermaid, and what writing there is, put together at random."""
MOST_CHARACTERS = 50_000
"""Mermaid's own limit (``maxTextSize``)."""


def test_the_sequence_diagram_tells_the_path(trace_of: TraceOf, golden: Callable[[str, str], None]) -> None:
    """In order, and only with who took part."""
    for name in ("detail", "csrf_403", "exception_walk", "thirty_layers", "called_twice", "streaming"):
        golden(f"mermaid_{name}.mmd", mermaid(trace_of(name)))
    turned = mermaid(trace_of("short_circuit_301"))
    assert "Note over m3: returned 301#58; turns back here" in turned
    assert "m4" not in turned


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_request_makes_a_diagram_that_mermaid_can_read(trace_of: TraceOf, name: str) -> None:
    """Each line is one of five statements, each name is declared once, and the client is told at most once."""
    source = mermaid(trace_of(name))
    assert [line for line in source.splitlines() if not LINE.fullmatch(line)] == []
    declared = re.findall(r"^    (?:actor|participant) (\w+)", source, re.MULTILINE)
    used = set(re.findall(r"^    (\w+?)(?:->>|-->>|--x)", source, re.MULTILINE))
    assert len(declared) == len(set(declared))
    assert used <= set(declared)
    assert len(re.findall(r"^    handler(?:-->>|--x)client", source, re.MULTILINE)) <= 1


def test_whatever_a_request_or_a_layer_is_called_is_text(trace_of: TraceOf) -> None:
    """Paths, queries, methods and the names of layers."""
    trace = trace_of("view_raises_500")
    passes = tuple(replace(row, layer=replace(row.layer, path=f"shop.{HOSTILE}")) for row in trace.passes)
    summary = replace(trace.summary, path=HOSTILE, query=HOSTILE, method="end")
    source = mermaid(replace(trace, passes=passes, summary=summary))
    assert [line for line in source.splitlines() if not LINE.fullmatch(line)] == []
    assert len(source.splitlines()) == len(mermaid(trace).splitlines())


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(path=NASTY, query=NASTY, method=NASTY, layer=NASTY, error=NASTY)
def test_nothing_that_is_said_becomes_a_statement(
    trace_of: TraceOf, path: str, query: str, method: str, layer: str, error: str
) -> None:
    """Whatever the request, its layers and its exceptions are called, the diagram has the same statements."""
    trace = trace_of("view_raises_500")
    passes = tuple(replace(row, layer=replace(row.layer, path=f"shop.{layer}")) for row in trace.passes)
    stops = tuple(
        replace(stop, span=replace(stop.span, raised=replace(stop.span.raised, error=error)))
        if stop.span is not None and stop.span.raised is not None
        else stop
        for stop in trace.stops
    )
    summary = replace(trace.summary, path=path, query=query, method=method)
    source = mermaid(replace(trace, passes=passes, stops=stops, summary=summary))
    statements = [re.sub(r":.*|as .*", "", line) for line in source.split("\n")]
    assert statements == [re.sub(r":.*|as .*", "", line) for line in mermaid(trace).split("\n")]
    assert [line for line in source.splitlines() if not LINE.fullmatch(line)] == []
    assert not re.search(r"(?i)(?<![^\s])end(?![^\s])", source), "a word that closes a block"


def test_a_response_keeps_its_status_through_layers_without_a_hook(trace_of: TraceOf) -> None:
    """They cannot change it; who converted an exception says the new one."""
    source = mermaid(trace_of("exception_walk"))
    assert "core-->>m9: 503" in source
    assert "m9-->>m8: 503" in source
    assert "m3-->>m2: 400" in mermaid(trace_of("request_hook_raises"))


def test_the_body_of_a_stream_is_read_after_the_answer(trace_of: TraceOf) -> None:
    """By the handler, outside of all layers."""
    source = mermaid(trace_of("streaming"))
    assert source.index("handler-->>client: 200") < source.index("handler->>db: shop_order")


def test_what_code_asks_of_others_is_told_with_the_answer(trace_of: TraceOf) -> None:
    """Caches, other servers, mail; hooks of a decorator's middleware are where they run."""
    source = mermaid(trace_of("asking_others"))
    assert "participant cache as cache" in source
    assert "participant servers as other servers" in source
    assert re.search(r"view->>servers: GET .*\n    servers-->>view: 200", source)
    assert "process_view of CsrfViewMiddleware, by a decorator" in mermaid(trace_of("csrf_protect"))


def test_thousands_of_queries_are_counted_and_not_drawn(trace_of: TraceOf) -> None:
    """Mermaid would refuse the whole diagram; it is said where they are missing."""
    trace = trace_of("detail")
    query = next(stop for stop in trace.stops if stop.sort is StopSort.SQL)
    path = [*trace.stops[: query.index], *[query] * 5_000, *trace.stops[query.index + 1 :]]
    source = mermaid(replace(trace, stops=tuple(replace(stop, index=index) for index, stop in enumerate(path))))
    assert len(source) < MOST_CHARACTERS
    assert source.count("view->>db") == MOST_INSIDE
    assert "Note over view: 4884 more queries, templates and the like are not drawn\n    view-->>core: 200" in source

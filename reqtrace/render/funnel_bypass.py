"""The pictures of requests that never entered the middleware: static files, and what the server refused."""

from __future__ import annotations

import textwrap

from reqtrace.render.canvas import Phrase
from reqtrace.render.columns import short_name
from reqtrace.render.figures import format_duration, status_role
from reqtrace.render.funnel_core import CoreRow
from reqtrace.render.labels import text
from reqtrace.render.progress import Moment
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.callers import is_tls
from reqtrace.trace.model import Layer, LayerState, RequestState, RequestTrace

__all__ = ["bypass_rows"]

_BOLD = Paint(Role.INK, bold=True)
_QUIET = Paint(Role.SKIP)
_NEVER = Paint(Role.SKIP, italic=True)
_NAMES_WIDTH = 64


def bypass_rows(trace: RequestTrace) -> list[CoreRow]:
    """A bar for who answered, and below it what did not run."""
    if trace.summary.lane == "server":
        return _server_rows(trace)
    handler = sanitize(trace.started.handler) if trace.started is not None else "StaticFilesHandler"
    layers = _layers_passed_by(trace)
    rows = [
        _row(
            text("static.label"),
            ((text("static.served", handler=handler), INK),),
            is_bar=True,
            time=format_duration(trace.summary.duration),
        ),
        _row("", ((text("static.nothing_ran", n=len(layers)), _BOLD),)),
    ]
    if layers:
        names = text("static.not_run", names=", ".join(short_name(layer) for layer in layers))
        rows += [_row("", ((line, _NEVER),)) for line in textwrap.wrap(names, _NAMES_WIDTH, break_on_hyphens=False)]
    return rows


def _server_rows(trace: RequestTrace) -> list[CoreRow]:
    """What the server read, and what it made of it without Django."""
    line = trace.request_line.line if trace.request_line is not None else ""
    rows = [_row(text("server.label"), _server_act(trace, line), is_bar=True)]
    if trace.refused is not None and trace.refused.detail:
        rows.append(_row("", ((sanitize(trace.refused.detail), INK),)))
    if line.strip():
        words = text("server.tls") if is_tls(line) else text("server.line", line=sanitize(line))
        rows.append(_row("", ((words, INK),)))
    return [*rows, _row("", ((text("server.never"), _NEVER),))]


def _server_act(trace: RequestTrace, line: str) -> Phrase:
    refused, response = trace.refused, trace.response
    if refused is not None:
        # Of what is no text, the reason quotes the bytes.
        reason = "" if is_tls(line) else sanitize(refused.reason)
        words = text("server.answered", status=refused.status, reason=reason).rstrip()
        return ((words, Paint(status_role(refused.status), bold=True)),)
    if response is not None:
        return ((text("server.in_front", status=response.status, reason=sanitize(response.reason)), INK),)
    return ((text("server.open" if trace.summary.state is RequestState.OPEN else "server.ended"), INK),)


def _layers_passed_by(trace: RequestTrace) -> tuple[Layer, ...]:
    chains = [chain for chain in trace.process.chains if chain.is_loaded]
    layers = chains[-1].layers if chains else ()
    return tuple(layer for layer in layers if layer.state is LayerState.LOADED)


def _row(label: str, words: Phrase, *, is_bar: bool = False, time: str = "") -> CoreRow:
    return CoreRow(
        sort=None,
        stops=(),
        moment=Moment.DONE,
        label=label,
        label_paint=_BOLD,
        variants=(words,),
        is_bar=is_bar,
        has_node=is_bar,
        time=time,
    )

"""Looks facts up in a whole trace: which span is whose, what left it, where its code is written.

Unlike ``surroundings``, which stands at one stop and looks around, this sees the request from above.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from reqtrace.analysis.surroundings import class_name, what_left
from reqtrace.events.kinds import (
    CORE_LAYER,
    HookEntered,
    LayerEntered,
    ThreadHopped,
    ViewEntered,
)
from reqtrace.trace.model import Layer, LayerPass, RequestState, RequestTrace, Span, Stop

__all__ = ["CALL", "Evidence", "directly_in", "is_layer", "is_setting_true", "walk"]

CALL = "__call__"


def walk(spans: Iterable[Span]) -> Iterator[Span]:
    """All spans, each before what is inside it."""
    waiting = list(spans)[::-1]
    while waiting:
        span = waiting.pop()
        yield span
        waiting.extend(span.children[::-1])


def is_setting_true(value: str | None) -> bool:
    """The text of a setting is that of ``True``."""
    return value == "True"


def directly_in(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, with what stands in a hop between thread and event loop in the place of the hop."""
    for span in spans:
        if isinstance(span.entered, ThreadHopped):
            yield from directly_in(span.children)
        else:
            yield span


@dataclass(frozen=True)
class Evidence:
    """A trace, and what is worked out of it at most once."""

    trace: RequestTrace

    # --- the request -------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """More may happen."""
        return self.trace.summary.state is RequestState.OPEN

    @cached_property
    def request_headers(self) -> dict[str, str]:
        """By lower-case name, the last of each."""
        started = self.trace.started
        return {} if started is None else {name.lower(): value for name, value in started.headers}

    @cached_property
    def response_headers(self) -> dict[str, str]:
        """By lower-case name, the last of each; empty as long as no response was started."""
        response = self.trace.response
        return {} if response is None else {name.lower(): value for name, value in response.headers}

    def setting(self, name: str) -> str | None:
        """The text of a setting, if the process told it."""
        return next((value for key, value in self.trace.process.settings if key == name), None)

    # --- spans -------------------------------------------------------------------------------------------------

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """All, in the order in which they began."""
        return tuple(walk(self.trace.root))

    @cached_property
    def parents(self) -> dict[int, Span]:
        """What a span stands in, by its number."""
        return {child.number: span for span in self.spans for child in span.children}

    @cached_property
    def core(self) -> Span | None:
        """The last call of ``_get_response``."""
        return next((span for span in reversed(self.spans) if is_layer(span, CORE_LAYER)), None)

    def layer_spans(self, index: int) -> tuple[Span, ...]:
        """Every call of a layer."""
        return tuple(span for span in self.spans if is_layer(span, index))

    def hooks(self, hook: int) -> tuple[Span, ...]:
        """The calls of a hook that the handler itself made in the last call of the core, in their order."""
        return self.hooks_in(self.core, hook)

    def hooks_in(self, core: Span | None, hook: int) -> tuple[Span, ...]:
        """The same in one call of the core; anywhere, if its call is lost."""
        inside = directly_in(core.children) if core is not None else self.spans
        return tuple(span for span in inside if isinstance(span.entered, HookEntered) and span.entered.hook == hook)

    def layer_of(self, span: Span | None) -> int | None:
        """The innermost layer a span is or stands in; ``None`` in the core and outside the chain."""
        while span is not None:
            entered = span.entered
            if isinstance(entered, LayerEntered | HookEntered):
                return entered.layer if 0 <= entered.layer < len(self.trace.passes) else None
            span = self.parents.get(span.number)
        return None

    def inner_layers(self, span: Span) -> tuple[Span, ...]:
        """The calls of layers (or the core) that were made inside a span and not inside one of those."""
        found: list[Span] = []
        for child in span.children:
            found.extend((child,) if isinstance(child.entered, LayerEntered) else self.inner_layers(child))
        return tuple(found)

    def error_name(self, span: Span) -> str:
        """Class name of what left a span; of what the film around it converted, if that is all that is known."""
        raised = what_left(span)
        if raised is not None:
            return class_name(raised.error)
        return class_name(span.converted[-1].error if span.converted else "")

    @cached_property
    def stops_by_span(self) -> dict[int, Stop]:
        """The first stop of each span that has one."""
        found: dict[int, Stop] = {}
        for stop in self.trace.stops:
            if stop.span is not None:
                found.setdefault(stop.span.number, stop)
        return found

    def stop_of(self, span: Span | None) -> int | None:
        """Index of the stop at which a span, or what it stands in, is seen."""
        while span is not None:
            stop = self.stops_by_span.get(span.number)
            if stop is not None:
                return stop.index
            span = self.parents.get(span.number)
        return None

    # --- layers ------------------------------------------------------------------------------------------------

    def row(self, index: int | None) -> LayerPass | None:
        passes = self.trace.passes
        return passes[index] if index is not None and 0 <= index < len(passes) else None

    def layer(self, index: int | None) -> Layer | None:
        row = self.row(index)
        return None if row is None else row.layer

    def layer_name(self, index: int | None) -> str:
        layer = self.layer(index)
        return layer.name if layer is not None else ""

    def place(self, index: int | None, hook: str) -> tuple[str, int]:
        """File and line of a layer's hook, or of the layer."""
        layer = self.layer(index)
        if layer is None:
            return "", 0
        source = layer.hook(hook)
        return (source.file, source.line) if source is not None else (layer.file, layer.line)

    @property
    def view_name(self) -> str:
        """Dotted path of the view."""
        span = self.trace.view
        return span.entered.name if span is not None and isinstance(span.entered, ViewEntered) else ""


def is_layer(span: Span, index: int) -> bool:
    return isinstance(span.entered, LayerEntered) and span.entered.layer == index

"""Answers simple questions about a trace that several explanations ask: who is next, who raised, what is around."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from reqtrace.events.kinds import (
    CORE_LAYER,
    ExceptionRaised,
    HookEntered,
    LayerEntered,
    Outcome,
    TemplateEntered,
    ViewEntered,
)
from reqtrace.trace.model import (
    Layer,
    LayerState,
    RequestState,
    RequestTrace,
    Span,
    Stop,
    StopSort,
)

__all__ = ["Surroundings", "class_name", "what_left"]

URLCONF = "URLconf"
CODE = (TemplateEntered, ViewEntered, HookEntered, LayerEntered)
UNTOLD_ERROR = "Exception"
"""The name of an exception of which only its passing is known."""


def class_name(path: str) -> str:
    """``ZeroDivisionError`` for ``builtins.ZeroDivisionError``."""
    return path.rpartition(".")[2] or UNTOLD_ERROR


@dataclass(frozen=True)
class Surroundings:
    """A stop and everything around it."""

    trace: RequestTrace
    stop: Stop

    @property
    def is_live(self) -> bool:
        """More may happen."""
        return self.trace.summary.state is RequestState.OPEN

    # --- layers ------------------------------------------------------------------------------------------------

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers a request can pass: those that were left out at loading are not among them."""
        unbuilt = (LayerState.SKIPPED, LayerState.FAILED)
        return tuple(one.layer for one in self.trace.passes if one.layer.state not in unbuilt)

    def inwards(self, index: int) -> tuple[Layer, ...]:
        """The layers further in than ``index``."""
        return tuple(layer for layer in self.layers if layer.index > index)

    def outwards(self, index: int | None) -> str:
        """Who gets the response from layer ``index`` (from the core if ``None``): a layer, or the handler."""
        outer = [layer for layer in self.layers if index is None or layer.index < index]
        return outer[-1].name if outer else self.handler

    @property
    def handler(self) -> str:
        """Class name of the handler outside all layers."""
        started, chain = self.trace.started, self.trace.chain
        return started.handler if started is not None else chain.handler if chain is not None else "BaseHandler"

    def layer_at(self, index: int | None) -> Layer | None:
        passes = self.trace.passes
        return passes[index].layer if index is not None and 0 <= index < len(passes) else None

    def names(self, indexes: tuple[int, ...]) -> tuple[str, ...]:
        """The names of layers; numbers nothing is known of are left out."""
        layers = [self.layer_at(index) for index in indexes]
        return tuple(layer.name for layer in layers if layer is not None)

    def after(self, order: tuple[int, ...], sort: StopSort) -> tuple[str, ...]:
        """Who comes after this stop's layer in one of the handler's three lists.

        A list nobody told us of (``order`` is empty) is taken from the stops themselves.
        """
        order = order or self.order_of(sort)
        layer = self.stop.layer
        return self.names(order[order.index(layer) + 1 :]) if layer in order else ()

    def order_of(self, sort: StopSort) -> tuple[int, ...]:
        """The layers of the stops of one sort, as they came."""
        return tuple(stop.layer for stop in self.trace.stops if stop.sort is sort and stop.layer is not None)

    @property
    def view_middleware(self) -> tuple[int, ...]:
        """Layers with ``process_view``, in the order of asking."""
        chain = self.trace.chain
        return chain.view_middleware if chain is not None else self.order_of(StopSort.VIEW_HOOK)

    @property
    def template_response_middleware(self) -> tuple[int, ...]:
        chain = self.trace.chain
        return chain.template_response_middleware if chain else self.order_of(StopSort.TEMPLATE_RESPONSE_HOOK)

    @property
    def exception_middleware(self) -> tuple[int, ...]:
        chain = self.trace.chain
        return chain.exception_middleware if chain is not None else self.order_of(StopSort.EXCEPTION_HOOK)

    # --- spans -------------------------------------------------------------------------------------------------

    @cached_property
    def around(self) -> tuple[Span, ...]:
        """The spans around the stop's own, the outermost first."""
        return tuple(descend(self.trace.root, self.stop.span)) if self.stop.span is not None else ()

    @property
    def parent(self) -> Span | None:
        return self.around[-1] if self.around else None

    @property
    def code(self) -> Span | None:
        """The template, view, hook or layer in whose code this ran, whatever calls, tags and hops lie between."""
        return next((one for one in reversed(self.around) if isinstance(one.entered, CODE)), None)

    @property
    def layer_span(self) -> Span | None:
        """The call of the layer this stop is about, or of the core it stands in."""
        span = self.stop.span
        if span is not None and isinstance(span.entered, LayerEntered):
            return span
        return next((one for one in reversed(self.around) if isinstance(one.entered, LayerEntered)), None)

    def is_core(self, span: Span) -> bool:
        return isinstance(span.entered, LayerEntered) and span.entered.layer == CORE_LAYER

    def error_and_message(self, span: Span) -> tuple[str, str]:
        raised = what_left(span)
        return (class_name(raised.error), raised.message) if raised is not None else (UNTOLD_ERROR, "")


def what_left(span: Span) -> ExceptionRaised | None:
    """The exception that left the span: seen there first, or further in and let through."""
    found: ExceptionRaised | None = None
    waiting = [span]
    while waiting:
        one = waiting.pop()
        if one.raised is not None and (found is None or one.raised.time > found.time):
            found = one.raised
        waiting.extend(child for child in one.children if child.outcome is Outcome.raised)
    return found


def descend(spans: tuple[Span, ...], target: Span) -> Iterator[Span]:
    """The way down to a span: what was opened inside a span has a number between its and its next sibling's."""
    while True:
        holder = next((span for span in reversed(spans) if span.number <= target.number), None)
        if holder is None or holder.number == target.number:
            return
        yield holder
        spans = holder.children

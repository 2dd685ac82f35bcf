"""Says for every span in which phase it ran, how deep it stands, and which layer's code caused it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import get_args

from reqtrace.events.kinds import (
    CORE_LAYER,
    CallEntered,
    DecoratorHookEntered,
    Hook,
    HookEntered,
    LayerEntered,
    Outcome,
    TagEntered,
    TemplateEntered,
    TransactionStepped,
    UrlconfEntered,
    ViewEntered,
)
from reqtrace.trace.model import Phase, Span, SpanInOneEvent
from reqtrace.trace.spans import SpanTree

__all__ = ["Context", "read_context"]

HOOK_PHASES = {
    int(Hook.process_request): Phase.ENTER,
    int(Hook.process_view): Phase.VIEW_HOOKS,
    int(Hook.process_exception): Phase.VIEW,
    int(Hook.process_template_response): Phase.RENDER,
    int(Hook.process_response): Phase.LEAVE,
}


INNER = frozenset({TemplateEntered, DecoratorHookEntered, TagEntered, CallEntered, *get_args(SpanInOneEvent)})
"""What happens in other code, wherever that is."""
OUTER = INNER | {ViewEntered}
STRUCTURE = (LayerEntered, HookEntered, UrlconfEntered, ViewEntered, TemplateEntered)
"""What Django's loop takes for a failure if it raises; code of the project may catch what anything else raises."""


MAX_TRANSACTIONS = 20
"""Savepoints nested deeper are drawn no deeper."""


@dataclass(slots=True, kw_only=True)
class Context:
    """What is true of each span because of where it stands; lists by span number."""

    phases: list[Phase] = field(default_factory=list)
    depths: list[int] = field(default_factory=list)
    layers: list[int | None] = field(default_factory=list)
    error_pages: set[int] = field(default_factory=set)
    """Spans that ran while an exception was turned into a response."""


@dataclass(slots=True)
class LayerProgress:
    """How far a layer (or the core) has come when its next inner span begins."""

    has_inner: bool = False
    has_view: bool = False
    is_rendering: bool = False
    has_failed: bool = False


class ContextReader:
    """Goes through the spans in the order in which they began."""

    def __init__(self, tree: SpanTree, send_since: int | None, body_depth: int) -> None:
        self.context = Context()
        self._tree = tree
        self._send_since = send_since
        self._body_depth = body_depth
        self._progress: dict[int, LayerProgress] = {}
        self._transactions: dict[int, int] = {}
        """How many transactions and savepoints are open in a span, by its number."""

    def read(self) -> Context:
        """All of them."""
        for span, number in zip(self._tree.spans, self._tree.parents, strict=True):
            parent = self._tree.spans[number] if number >= 0 else None
            self._place(span, parent)
            if parent is not None and isinstance(parent.entered, LayerEntered):
                self._advance(self._progress[parent.number], span)
            if isinstance(span.entered, LayerEntered):
                self._progress[span.number] = LayerProgress()
        return self.context

    def _place(self, span: Span, parent: Span | None) -> None:
        context = self.context
        if parent is not None and type(parent.entered) in OUTER and type(span.entered) in INNER:
            # By far the most: what runs inside a view or a template is as that is, one step deeper.
            context.phases.append(context.phases[parent.number])
            context.depths.append(context.depths[parent.number] + 1 + self._enclosing(span, parent))
            context.layers.append(context.layers[parent.number])
            if parent.number in context.error_pages:
                context.error_pages.add(span.number)
            return
        context.phases.append(self._phase(span, parent))
        depth = self._depth(span, parent)
        if parent is not None and depth:
            depth += self._enclosing(span, parent)
        context.depths.append(depth)
        context.layers.append(self._layer(span, parent))

    # --- phases ------------------------------------------------------------------------------------------------

    def _phase(self, span: Span, parent: Span | None) -> Phase:
        match span.entered:
            case HookEntered(hook=Hook.process_exception) if self._is_rendering(parent):
                return Phase.RENDER
            case HookEntered(hook=hook):
                return HOOK_PHASES.get(hook, Phase.VIEW)
            case UrlconfEntered():
                return Phase.RESOLVE
            case ViewEntered():
                return Phase.VIEW
            case LayerEntered():
                return Phase.ENTER
        if parent is None:
            return self._phase_outside(span)
        if isinstance(parent.entered, LayerEntered):
            return self._phase_in_layer(span, parent)
        return self.context.phases[parent.number]

    def _phase_outside(self, span: Span) -> Phase:
        """Around the chain: before it, after it, or when the response is sent."""
        if self._send_since is not None and span.start >= self._send_since:
            return Phase.SEND
        chain = next((root for root in self._tree.roots if isinstance(root.entered, LayerEntered)), None)
        has_left = chain is not None and chain.end is not None and chain.end <= span.start
        return Phase.LEAVE if has_left else Phase.ENTER

    def _phase_in_layer(self, span: Span, parent: Span) -> Phase:
        assert isinstance(parent.entered, LayerEntered)
        progress = self._progress[parent.number]
        if progress.has_failed or (parent.raised is not None and parent.raised.time <= span.start):
            self.context.error_pages.add(span.number)
            return Phase.LEAVE
        if parent.entered.layer != CORE_LAYER:
            return Phase.LEAVE if progress.has_inner else Phase.ENTER
        return Phase.RENDER if progress.has_view else Phase.VIEW

    def _is_rendering(self, parent: Span | None) -> bool:
        return parent is not None and parent.number in self._progress and self._progress[parent.number].is_rendering

    def _advance(self, progress: LayerProgress, span: Span) -> None:
        """``span`` ran directly in the layer: what comes after it there comes later in Django's order."""
        if span.outcome is Outcome.raised and isinstance(span.entered, STRUCTURE):
            progress.has_failed = True
        match span.entered:
            case LayerEntered():
                progress.has_inner = True
            case ViewEntered() | HookEntered(hook=Hook.process_view):
                progress.has_view = True
            case HookEntered(hook=Hook.process_template_response):
                progress.is_rendering = True
            case TemplateEntered() if progress.has_view:
                progress.is_rendering = True
            case HookEntered(hook=Hook.process_exception) if span.outcome is Outcome.response:
                progress.has_failed = False

    def _enclosing(self, span: Span, parent: Span) -> int:
        """How many transactions and savepoints of the same code are around; a step of one changes that."""
        number = self._transactions.get(parent.number, 0)
        if isinstance(span.entered, TransactionStepped):
            after = number
            match span.entered.action:
                case "begin":
                    number, after = 0, 1
                case "savepoint":
                    after = number + 1
                case "savepoint commit" | "savepoint rollback" if number:
                    number -= 1
                    # A savepoint that was rolled back to is released afterwards.
                    after = number if span.entered.action == "savepoint commit" else number + 1
                case "commit" | "rollback":
                    number = after = 0
            self._transactions[parent.number] = min(after, MAX_TRANSACTIONS)
        return number

    # --- depth and layer ---------------------------------------------------------------------------------------

    def _depth(self, span: Span, parent: Span | None) -> int:
        if isinstance(span.entered, LayerEntered):
            return 0
        if parent is None:
            return self._body_depth if self.context.phases[span.number] is Phase.SEND else 0
        if isinstance(parent.entered, LayerEntered):
            is_inside = parent.entered.layer != CORE_LAYER and type(span.entered) in INNER
            return 1 if is_inside else 0
        return self.context.depths[parent.number] + 1

    def _layer(self, span: Span, parent: Span | None) -> int | None:
        match span.entered:
            case HookEntered(layer=layer) | LayerEntered(layer=layer):
                return layer if layer >= 0 else None
        if parent is None or isinstance(span.entered, ViewEntered | UrlconfEntered):
            return None
        return self.context.layers[parent.number]


def read_context(tree: SpanTree, send_since: int | None, *, body_depth: int) -> Context:
    """``send_since`` is when the response left the chain; spans outside the chain after it belong to sending."""
    return ContextReader(tree, send_since, body_depth).read()

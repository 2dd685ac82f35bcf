"""Picks out of the tree, for every layer, each call of it: its hooks and the layers further in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from reqtrace.events.kinds import CORE_LAYER, Hook, HookEntered, LayerEntered, Outcome
from reqtrace.trace.model import Direction, Layer, Span, SpanChange
from reqtrace.trace.spans import SpanTree

__all__ = ["CALL", "Calls", "LayerCall", "read_calls"]

CALL = "__call__"
"""What stands for the hooks of a layer that has code of its own around ``get_response``."""

OWN_HOOKS = (int(Hook.process_request), int(Hook.process_response))


@dataclass(slots=True, kw_only=True)
class LayerCall:
    """One passage through one layer."""

    layer: Layer
    span: Span
    request_hook: Span | None = None
    response_hook: Span | None = None
    inner: list[Span] = field(default_factory=list)
    """The layers it called: none if it answered or raised, several if it called ``get_response`` again."""

    @property
    def is_hooked(self) -> bool:
        """The hooks are all there is to the layer (``MiddlewareMixin.__call__``)."""
        if self.layer.shape:
            return self.layer.is_mixin_call
        # What was said of this layer at loading is lost.
        return self.request_hook is not None or self.response_hook is not None

    @property
    def subject_in(self) -> Span | None:
        """The span that is the way in: the hook's, or the whole call where the layer has code of its own."""
        return self.request_hook if self.is_hooked else self.span

    @property
    def subject_out(self) -> Span | None:
        """The same for the way out."""
        return self.response_hook if self.is_hooked else self.span

    @property
    def raised_itself(self) -> bool:
        """The layer's own code raised (an exception from further in is converted further in)."""
        return self.span.raised is not None or bool(self.span.converted)

    @property
    def own_end(self) -> int | None:
        """When the layer's own code ended; what the film does after it raised is not its code."""
        return self.span.end if self.span.raised is None else self.span.raised.time

    @property
    def duration_in(self) -> int | None:
        """Nanoseconds of the layer's own code on the way in."""
        if self.is_hooked:
            return self.request_hook.duration if self.request_hook else None
        end = self.inner[0].start if self.inner else self.own_end
        return None if end is None else end - self.span.start

    @property
    def duration_out(self) -> int | None:
        """Nanoseconds of the layer's own code on the way out."""
        if self.is_hooked:
            return self.response_hook.duration if self.response_hook else None
        if not self.inner or self.own_end is None or self.inner[-1].end is None:
            return None
        return self.own_end - self.inner[0].start - sum(inner.duration or 0 for inner in self.inner)

    @property
    def out_since(self) -> int | None:
        """When its way out began; ``None`` if it has not (yet)."""
        if self.is_hooked and self.response_hook is not None:
            return self.response_hook.start
        inner_end = self.inner[-1].end if self.inner else None
        if self.span.end is not None:
            return self.span.end if inner_end is None else inner_end
        return None if self.is_hooked else inner_end

    def changes(self, direction: Direction) -> tuple[SpanChange, ...]:
        """What the layer's own code changed in one direction, in its hooks or around them."""
        hook = self.request_hook if direction is Direction.IN else self.response_hook
        own = [change for change in self.span.changes if change.direction is direction]
        return (*(hook.changes if hook else ()), *own)


@dataclass(slots=True, kw_only=True)
class Calls:
    """All passages of a request through its layers."""

    by_layer: dict[int, list[LayerCall]] = field(default_factory=dict)
    by_span: dict[int, LayerCall] = field(default_factory=dict)
    by_hook: dict[int, LayerCall] = field(default_factory=dict)
    """Of which passage a ``process_request`` or ``process_response`` span is."""
    stray_hooks: dict[tuple[int, int], Span] = field(default_factory=dict)
    """First span of such a hook outside any call of its layer (the call's beginning is lost), by layer and hook."""
    owners: list[int] = field(default_factory=list)
    """For each span, the number of the innermost layer span it is or stands in; -1 outside the chain."""
    core: Span | None = None
    """The last call of ``_get_response``."""

    def __iter__(self) -> Iterator[LayerCall]:
        """In the order in which they began."""
        return iter(self.by_span.values())


def read_calls(tree: SpanTree, layers: tuple[Layer, ...]) -> Calls:
    """The passages in a tree, for a chain of these layers."""
    calls = Calls()
    for span, parent in zip(tree.spans, tree.parents, strict=True):
        owner = calls.owners[parent] if parent >= 0 else -1
        match span.entered:
            case LayerEntered(layer=index):
                if owner in calls.by_span:
                    calls.by_span[owner].inner.append(span)
                calls.owners.append(span.number)
                note_layer(calls, span, index, layers)
            case HookEntered(hook=hook) if hook in OWN_HOOKS:
                calls.owners.append(owner)
                note_hook(calls, tree, span, parent)
            case _:
                calls.owners.append(owner)
    return calls


def note_layer(calls: Calls, span: Span, index: int, layers: tuple[Layer, ...]) -> None:
    if index == CORE_LAYER:
        calls.core = span
    elif 0 <= index < len(layers):
        call = LayerCall(layer=layers[index], span=span)
        calls.by_span[span.number] = call
        calls.by_layer.setdefault(index, []).append(call)


def note_hook(calls: Calls, tree: SpanTree, span: Span, parent: int) -> None:
    """A hook called by its own layer; one that another hook called (``self.process_response``) is that hook's."""
    assert isinstance(span.entered, HookEntered)
    around = tree.spans[parent].entered if parent >= 0 else None
    if isinstance(around, HookEntered):
        return
    call = calls.by_span.get(parent)
    if call is None or call.layer.index != span.entered.layer:
        calls.stray_hooks.setdefault((span.entered.layer, span.entered.hook), span)
        return
    if span.entered.hook == Hook.process_request:
        call.request_hook = call.request_hook or span
    else:
        call.response_hook = call.response_hook or span
    calls.by_hook[span.number] = call


def is_answer(outcome: Outcome | None) -> bool:
    """Something other than ``None`` was returned."""
    return outcome in (Outcome.response, Outcome.other)

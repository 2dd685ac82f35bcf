"""When each layer's own code ran, and when it waited for the layers further in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from reqtrace.analysis.evidence import directly_in, walk
from reqtrace.events.kinds import Hook, HookEntered, LayerEntered
from reqtrace.trace.model import Layer, RequestTrace, Span

__all__ = ["LayerTimes", "layer_times"]

Period = tuple[int, int]
_OWN_HOOKS = (int(Hook.process_request), int(Hook.process_response))


@dataclass(slots=True)
class LayerTimes:
    """The periods of one layer, over all its calls."""

    inwards: list[Period] = field(default_factory=list)
    between: list[Period] = field(default_factory=list)
    """From one call of ``get_response`` to the next."""
    outwards: list[Period] = field(default_factory=list)
    waited: list[Period] = field(default_factory=list)

    @property
    def own(self) -> int | None:
        """Nanoseconds of the layer's own code; ``None`` if it has none that was seen."""
        periods = [*self.inwards, *self.between, *self.outwards]
        return sum(end - start for start, end in periods) if periods else None


def layer_times(trace: RequestTrace, now: int) -> Mapping[int, LayerTimes]:
    """The times of the layers that were entered, by index; what has not ended goes on until ``now``."""
    layers = {layer_pass.layer.index: layer_pass.layer for layer_pass in trace.passes}
    times: dict[int, LayerTimes] = {}
    for span in walk(trace.root):
        entered = span.entered
        if isinstance(entered, LayerEntered) and entered.layer in layers:
            _read(times.setdefault(entered.layer, LayerTimes()), span, layers[entered.layer], now)
    return times


def _read(times: LayerTimes, span: Span, layer: Layer, now: int) -> None:
    inside = [*directly_in(span.children)]
    inner = [child for child in inside if isinstance(child.entered, LayerEntered)]
    hooks = [child for child in inside if _is_own_hook(child)]
    if layer.is_mixin_call or (not layer.shape and hooks):
        times.waited.append(_period(span, now))
        for hook in hooks:
            assert isinstance(hook.entered, HookEntered)
            way = times.inwards if hook.entered.hook == Hook.process_request else times.outwards
            way.append(_period(hook, now))
    elif inner:
        _read_call(times, span, inner, now)
    else:
        times.inwards.append(_period(span, now))


def _read_call(times: LayerTimes, span: Span, inner: Sequence[Span], now: int) -> None:
    """A layer with code of its own around ``get_response``."""
    times.inwards.append((span.start, inner[0].start))
    for call, following in pairwise(inner):
        if call.end is not None:
            times.between.append((call.end, following.start))
    times.waited += [_period(call, now) for call in inner]
    last = inner[-1].end
    if last is not None:
        times.outwards.append((last, span.end if span.end is not None else now))


def _is_own_hook(span: Span) -> bool:
    return isinstance(span.entered, HookEntered) and span.entered.hook in _OWN_HOOKS


def _period(span: Span, now: int) -> Period:
    return span.start, now if span.end is None else span.end

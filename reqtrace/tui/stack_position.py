"""Where the person is in the mode Stack: which chain, which step of its loading, which layer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from reqtrace.analysis.loading import LoadStep, loading_steps
from reqtrace.trace.site_model import Chain, ProcessFacts

__all__ = ["ChainPlace", "StackPosition", "chain_places", "chosen_place"]


class ChainPlace(NamedTuple):
    """A chain, and the process it was loaded in."""

    process: ProcessFacts
    chain: Chain

    @property
    def key(self) -> tuple[int, int]:
        """Numbers of process and chain, which stay the same while more is learnt."""
        return self.process.number, self.chain.number


def chain_places(processes: Sequence[ProcessFacts]) -> list[ChainPlace]:
    """Every chain that is known, in the order in which they were loaded."""
    return [ChainPlace(process, chain) for process in processes for chain in process.chains]


def chosen_place(
    places: Sequence[ChainPlace], key: tuple[int, int] | None, process: int | None = None
) -> ChainPlace | None:
    """The chain that was chosen; else the newest one of a process, but of one that lives if there is any."""
    for place in places:
        if place.key == key:
            return place
    own = [place for place in places if place.process.number == process]
    alive = [place for place in places if place.process.is_alive]
    both = [place for place in own if place.process.is_alive]
    return next((group[-1] for group in (both, alive, own, list(places)) if group), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class StackPosition:
    """Never changed; every move gives another one."""

    step: int | None = None
    """Index of the step; ``None`` is the end, whatever that is by now."""
    layer: int = 0
    """The selected layer, by its place in MIDDLEWARE."""

    def current(self, chain: Chain) -> LoadStep:
        """The step that is shown."""
        steps = loading_steps(chain)
        return steps[-1 if self.step is None else min(self.step, len(steps) - 1)]

    def by_steps(self, chain: Chain, distance: int) -> StackPosition:
        """Steps back or on; the layer goes with it."""
        return self.at_step(chain, self.current(chain).index + distance)

    def at_step(self, chain: Chain, step: int) -> StackPosition:
        """A step; past the last one is the end."""
        steps = loading_steps(chain)
        index = min(max(step, 0), len(steps) - 1)
        layer = steps[index].layer
        return replace(
            self,
            step=None if index == len(steps) - 1 else index,
            layer=self.layer if layer is None else layer.index,
        )

    def at_layer(self, chain: Chain, layer: int) -> StackPosition:
        """A layer, and the first step of its loading."""
        if not chain.layers:
            return self
        index = min(max(layer, 0), len(chain.layers) - 1)
        steps = [step for step in loading_steps(chain) if step.layer is not None and step.layer.index == index]
        return replace(self, layer=index, step=steps[0].index if steps else self.step)

    def by_layers(self, chain: Chain, distance: int) -> StackPosition:
        """Layers up (negative) or down in MIDDLEWARE; from the end of loading, up is the last layer that was built."""
        if self.current(chain).layer is None and self.step is not None:
            return self.at_layer(chain, len(chain.layers) - 1)
        return self.at_layer(chain, self.layer + distance)

    def settled(self, chain: Chain) -> StackPosition:
        """The same in a chain that may have fewer layers."""
        return replace(self, layer=min(self.layer, max(len(chain.layers) - 1, 0)))

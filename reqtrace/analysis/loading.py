"""Replays ``BaseHandler.load_middleware`` step by step from what is known of a chain.

Django reads MIDDLEWARE from its last line to its first. Each entry is imported, called with the handler built so far,
asked for three hooks, and wrapped; what was wrapped last is the outermost layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from reqtrace.trace.site_model import Chain, Layer, LayerState

__all__ = ["COLLECTED", "HookLists", "LoadSort", "LoadStep", "hook_adaptation", "loading_steps"]

COLLECTED = ("process_view", "process_template_response", "process_exception")
"""The hooks that ``load_middleware`` keeps in lists, in the order in which it asks a layer for them."""


class LoadSort(Enum):
    """What happens at a step."""

    BEGIN = "begin"
    """The lists are empty, ``_get_response`` is wrapped."""
    IMPORT = "import"
    ADAPT = "adapt"
    """The handler built so far is put between sync and async for this layer."""
    BUILD = "build"
    """The middleware is called with ``get_response``."""
    NOT_USED = "not_used"
    FAILED = "failed"
    COLLECT = "collect"
    """A hook goes into its list."""
    WRAP = "wrap"
    """``convert_exception_to_response`` makes it the handler."""
    UNTOLD = "untold"
    """Loading has not come to it yet, or what was told of it is lost."""
    BROKEN = "broken"
    """``load_middleware`` raised."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class HookLists:
    """The three lists of a handler: numbers of layers, in the order in which their hooks are called."""

    view: tuple[int, ...] = ()
    template_response: tuple[int, ...] = ()
    exception: tuple[int, ...] = ()

    def of(self, hook: str) -> tuple[int, ...]:
        """The list a hook goes into."""
        match hook:
            case "process_view":
                return self.view
            case "process_template_response":
                return self.template_response
            case _:
                return self.exception

    def collect(self, hook: str, layer: int) -> HookLists:
        """The lists after ``insert(0, …)`` of ``process_view``, or ``append`` of the other two."""
        match hook:
            case "process_view":
                return replace(self, view=(layer, *self.view))
            case "process_template_response":
                return replace(self, template_response=(*self.template_response, layer))
            case _:
                return replace(self, exception=(*self.exception, layer))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStep:
    """One thing ``load_middleware`` does, and how everything stands after it."""

    index: int
    sort: LoadSort
    layer: Layer | None = None
    """The entry of MIDDLEWARE it is about."""
    hook: str = ""
    """What is collected."""
    adaptation: str = ""
    """``sync_to_async`` or ``async_to_sync``, if something is adapted here."""
    handler: tuple[int, ...] = ()
    """The layers of the handler as it is now, the outermost first; below them is ``_get_response``."""
    lists: HookLists = HookLists()

    @property
    def inside(self) -> int | None:
        """The layer that is the handler now; ``None`` is ``_get_response``."""
        return self.handler[0] if self.handler else None


def hook_adaptation(chain: Chain, hook: str, is_async: bool) -> str:
    """How ``adapt_method_mode`` changes a hook on its way into its list; empty if it stays as it is.

    Hooks of exceptions are always called by synchronous code, the others by code of the handler's own mode.
    """
    wants_async = chain.is_async and hook != "process_exception"
    if wants_async == is_async:
        return ""
    return "sync_to_async" if wants_async else "async_to_sync"


def loading_steps(chain: Chain) -> tuple[LoadStep, ...]:
    """Everything ``load_middleware`` did for a chain, in order; at least its beginning."""
    steps: list[LoadStep] = []
    last = LoadStep(index=0, sort=LoadSort.BEGIN)
    for step in _steps(chain):
        last = _after(last, step, len(steps))
        steps.append(last)
    return tuple(steps)


def _after(last: LoadStep, step: LoadStep, index: int) -> LoadStep:
    """The step with the state that the steps before it led to."""
    handler, lists = last.handler, last.lists
    if step.layer is not None and step.sort is LoadSort.WRAP:
        handler = (step.layer.index, *handler)
    if step.layer is not None and step.sort is LoadSort.COLLECT:
        lists = lists.collect(step.hook, step.layer.index)
    if step.sort is LoadSort.DONE:
        lists = step.lists
    return replace(step, index=index, handler=handler, lists=lists)


def _steps(chain: Chain) -> Iterator[LoadStep]:
    yield LoadStep(index=0, sort=LoadSort.BEGIN)
    for layer in reversed(chain.layers):
        yield from _steps_of(chain, layer)
        if layer.state is LayerState.FAILED or (layer.state is LayerState.UNKNOWN and not chain.is_loaded):
            break
    if chain.error:
        yield LoadStep(index=0, sort=LoadSort.BROKEN)
    elif chain.is_loaded:
        outermost = next((layer for layer in chain.layers if layer.state is LayerState.LOADED), None)
        is_async = chain.is_async if outermost is None else outermost.is_async
        adaptation = "" if is_async == chain.is_async else "sync_to_async" if chain.is_async else "async_to_sync"
        yield LoadStep(index=0, sort=LoadSort.DONE, adaptation=adaptation, lists=_told_lists(chain))


def _steps_of(chain: Chain, layer: Layer) -> Iterator[LoadStep]:
    match layer.state:
        case LayerState.UNKNOWN:
            yield LoadStep(index=0, sort=LoadSort.UNTOLD, layer=layer)
        case LayerState.FAILED:
            yield LoadStep(index=0, sort=LoadSort.FAILED, layer=layer)
        case LayerState.SKIPPED:
            yield LoadStep(index=0, sort=LoadSort.IMPORT, layer=layer)
            yield LoadStep(index=0, sort=LoadSort.NOT_USED, layer=layer)
        case LayerState.LOADED:
            yield from _steps_of_built(chain, layer)


def _steps_of_built(chain: Chain, layer: Layer) -> Iterator[LoadStep]:
    yield LoadStep(index=0, sort=LoadSort.IMPORT, layer=layer)
    if layer.adapted:
        yield LoadStep(index=0, sort=LoadSort.ADAPT, layer=layer, adaptation=layer.adapted)
    yield LoadStep(index=0, sort=LoadSort.BUILD, layer=layer)
    for hook in COLLECTED:
        if (source := layer.hook(hook)) is not None:
            adaptation = hook_adaptation(chain, hook, source.is_async)
            yield LoadStep(index=0, sort=LoadSort.COLLECT, layer=layer, hook=hook, adaptation=adaptation)
    yield LoadStep(index=0, sort=LoadSort.WRAP, layer=layer)


def _told_lists(chain: Chain) -> HookLists:
    """The lists as the loaded handler really has them."""
    return HookLists(
        view=chain.view_middleware,
        template_response=chain.template_response_middleware,
        exception=chain.exception_middleware,
    )

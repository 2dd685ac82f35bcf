"""What is said about a chain: two lines for each step of its loading, and for each layer of the hook matrix."""

from __future__ import annotations

from collections.abc import Mapping

from reqtrace.analysis.hook_order import HookUse, hook_uses
from reqtrace.analysis.loading import LoadSort, LoadStep
from reqtrace.events.kinds import HOOKS
from reqtrace.render.figures import format_duration
from reqtrace.render.labels import count, has, text
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stack_lists import core_name
from reqtrace.trace.site_model import Chain, Layer, LayerState

__all__ = ["layer_words", "numbered_name", "reason_words", "step_words"]

Words = tuple[str, str]
"""What happens, and why or what comes of it."""


def numbered_name(layer: Layer) -> str:
    """As people call a line of the list: ``4 CsrfViewMiddleware``."""
    return f"{layer.index + 1} {sanitize(layer.name)}"


def mode_words(is_async: bool) -> str:
    return text(f"stack.mode.{'async' if is_async else 'sync'}")


# --- the replay --------------------------------------------------------------------------------------------------


def step_words(chain: Chain, step: LoadStep) -> Words:
    """Two sentences about a step of loading."""
    if step.layer is None:
        return chain_words(chain, step)
    match step.sort:
        case LoadSort.IMPORT | LoadSort.BUILD:
            return made_words(chain, step, step.layer)
        case LoadSort.COLLECT:
            return collect_words(step, step.layer)
        case LoadSort.UNTOLD:
            key = "stack.say.untold" if chain.is_loaded else "stack.say.waiting"
            return text(key, layer=numbered_name(step.layer)), text(f"{key}.why")
        case LoadSort.NOT_USED | LoadSort.FAILED:
            return unbuilt_words(step, step.layer)
        case _:
            key = f"stack.say.{step.sort.value}"
            ending = step.adaptation if step.sort is LoadSort.ADAPT else "why"
            title = text(key, layer=numbered_name(step.layer), adaptation=step.adaptation)
            return title, text(f"{key}.{ending}")


def chain_words(chain: Chain, step: LoadStep) -> Words:
    """About the chain as a whole: its beginning and its end."""
    handler, core = sanitize(chain.handler), core_name(chain.is_async)
    if step.sort is LoadSort.BEGIN:
        return text("stack.say.begin", handler=handler), text("stack.say.begin.why", core=core)
    if step.sort is LoadSort.BROKEN:
        return text("stack.say.broken"), text("stack.say.broken.why", error=without_module(chain.error))
    built, left = len(step.handler), len(chain.layers) - len(step.handler)
    title = count("stack.say.done", built)
    if left:
        title = count("stack.say.done.left", left, chain=title)
    if step.adaptation:
        mode = mode_words(chain.is_async)
        return title, text("stack.say.done.adapted", adaptation=step.adaptation, handler=handler, mode=mode)
    if not step.handler:
        return title, text("stack.say.done.empty", core=core)
    return title, text("stack.say.done.why", layer=inside_words(chain, step), core=core)


def inside_words(chain: Chain, step: LoadStep) -> str:
    """The handler built so far, by the name of its outermost part."""
    inside = next((layer for layer in chain.layers if layer.index == step.inside), None)
    return core_name(chain.is_async) if inside is None else numbered_name(inside)


def made_words(chain: Chain, step: LoadStep, layer: Layer) -> Words:
    name = numbered_name(layer)
    if step.sort is LoadSort.BUILD:
        title = text("stack.say.build", layer=name, time=format_duration(layer.init_time))
        return title, text("stack.say.build.why", inside=inside_words(chain, step))
    title = text("stack.say.import", layer=name)
    if not layer.import_time:
        return title, text("stack.say.import.untimed")
    return title, text("stack.say.import.why", time=format_duration(layer.import_time))


def unbuilt_words(step: LoadStep, layer: Layer) -> Words:
    key = f"stack.say.{step.sort.value}"
    if step.sort is LoadSort.NOT_USED and not layer.reason:
        return text(f"{key}.silent", layer=numbered_name(layer)), text(f"{key}.why")
    reason = reason_words(layer)
    if step.sort is LoadSort.FAILED:
        return text(key, layer=numbered_name(layer)), reason
    return text(key, layer=numbered_name(layer), reason=reason), text(f"{key}.why")


def reason_words(layer: Layer) -> str:
    """Why an entry gave no layer; the class of an exception without its module."""
    return without_module(layer.reason) if layer.state is LayerState.FAILED else sanitize(layer.reason)


def without_module(words: str) -> str:
    """``builtins.ImportError: …`` as people say it."""
    error, colon, message = sanitize(words).partition(": ")
    return f"{error.rpartition('.')[2]}{colon}{message}"


def collect_words(step: LoadStep, layer: Layer) -> Words:
    way = "insert" if step.hook == "process_view" else "append"
    title = text(f"stack.say.collect.{way}", layer=numbered_name(layer), hook=step.hook)
    if not step.adaptation:
        return title, text(f"stack.say.collect.{way}.why")
    mode = mode_words(step.adaptation == "async_to_sync")
    return title, text("stack.say.collect.adapted", mode=mode, adaptation=step.adaptation)


# --- the hook matrix ---------------------------------------------------------------------------------------------


def layer_words(chain: Chain, layer: Layer) -> Words:
    """Two sentences about what a layer has, and when it runs."""
    if layer.state is not LayerState.LOADED:
        return not_in_chain_words(layer)
    name, shape = numbered_name(layer), f"stack.shape.{layer.shape}"
    if has(shape):
        name = text(shape, layer=name)
    hooks = ", ".join(hook for hook in HOOKS if layer.hook(hook) is not None)
    ending = ".call" if not layer.is_mixin_call else ".none" if not hooks else ""
    if ending == ".call" and hooks:
        ending = ".call_and"
    return text(f"stack.say.hooks{ending}", layer=name, hooks=hooks), place_words(hook_uses(chain), layer)


def not_in_chain_words(layer: Layer) -> Words:
    title = text("stack.say.unloaded", layer=numbered_name(layer))
    match layer.state:
        case LayerState.SKIPPED:
            reason = f"MiddlewareNotUsed: {reason_words(layer)}" if layer.reason else "MiddlewareNotUsed"
            return title, reason
        case LayerState.FAILED:
            return title, reason_words(layer)
        case _:
            return title, text("stack.say.untold.why")


def place_words(uses: Mapping[tuple[int, str], HookUse], layer: Layer) -> str:
    inward, outward = uses.get((layer.index, "process_request")), uses.get((layer.index, "process_response"))
    ending = "both" if inward and outward else "in" if inward else "out" if outward else "none"
    return text(
        f"stack.say.place.{ending}",
        inward=inward.place if inward else 0,
        outward=outward.place if outward else 0,
    )

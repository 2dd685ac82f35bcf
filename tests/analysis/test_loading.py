"""The replay of ``load_middleware`` does what Django does, in its order, and ends with Django's own lists."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from scenarios import SCENARIOS

from reqtrace.analysis.loading import COLLECTED, LoadSort, hook_adaptation, loading_steps
from reqtrace.hub.recording import read_recording
from reqtrace.trace.feed import Feed
from reqtrace.trace.site_model import Chain, Layer, LayerState
from reqtrace.trace.store import TraceStore

BOOKSHOP = Path(__file__).parents[1] / "recordings" / "bookshop.reqtrace"


def with_layer(chain: Chain, index: int, change: Callable[[Layer], Layer]) -> Chain:
    layers = tuple(change(layer) if layer.index == index else layer for layer in chain.layers)
    return replace(chain, layers=layers)


def test_the_last_line_of_middleware_is_built_first() -> None:
    """Layers are imported from the end of MIDDLEWARE, each before the one above it."""
    steps = loading_steps(SCENARIOS["detail"].chain)
    imported = [step.layer.index for step in steps if step.sort is LoadSort.IMPORT and step.layer]
    assert imported == sorted(imported, reverse=True)
    assert len(imported) == len(SCENARIOS["detail"].chain.layers)
    assert (steps[0].sort, steps[-1].sort) == (LoadSort.BEGIN, LoadSort.DONE)
    assert [step.index for step in steps] == list(range(len(steps)))


@pytest.mark.parametrize("name", [name for name in SCENARIOS if SCENARIOS[name].loading])
def test_the_lists_come_to_what_django_has(name: str) -> None:
    """Collecting one hook after the other gives the lists that the loaded handler was told to have."""
    chain = SCENARIOS[name].chain
    *before, last = loading_steps(chain)
    assert last.sort is LoadSort.DONE
    assert before[-1].lists == last.lists
    assert last.lists.view == chain.view_middleware


def test_process_view_is_inserted_and_the_others_are_appended() -> None:
    """``process_view`` goes in front of its list, the other two to the end of theirs."""
    chain = SCENARIOS["thirty_layers"].chain
    for before, step in zip(loading_steps(chain), loading_steps(chain)[1:], strict=False):
        if step.sort is LoadSort.COLLECT and step.layer is not None:
            old, new = before.lists.of(step.hook), step.lists.of(step.hook)
            wanted = (step.layer.index, *old) if step.hook == "process_view" else (*old, step.layer.index)
            assert new == wanted


def test_each_layer_wraps_the_handler_built_so_far() -> None:
    """When a layer is built, the handler is the layer below it; when it is wrapped, the handler is the layer."""
    steps = loading_steps(SCENARIOS["detail"].chain)
    for step in steps:
        if step.layer is None:
            continue
        if step.sort is LoadSort.WRAP:
            assert step.inside == step.layer.index
        else:
            below = step.layer.index + 1
            assert step.inside == (below if below < len(SCENARIOS["detail"].chain.layers) else None)


def test_a_layer_that_is_not_used_leaves_the_handler_as_it_was() -> None:
    """``MiddlewareNotUsed`` ends an entry's part after its import; nothing is collected or wrapped."""
    steps = loading_steps(SCENARIOS["not_used"].chain)
    skipped = next(step for step in steps if step.sort is LoadSort.NOT_USED)
    assert skipped.layer is not None
    own = [step.sort for step in steps if step.layer == skipped.layer]
    assert own == [LoadSort.IMPORT, LoadSort.NOT_USED]
    assert skipped.layer.index not in steps[-1].handler
    assert steps[skipped.index].handler == steps[skipped.index - 1].handler


def test_a_layer_that_fails_is_the_last_thing_that_is_tried() -> None:
    """Above a failing layer nothing is imported, and loading is broken."""
    chain = with_layer(
        SCENARIOS["detail"].chain,
        3,
        lambda layer: replace(layer, state=LayerState.FAILED, hooks=(), reason="ImportError: x"),
    )
    chain = replace(chain, is_loaded=False, error="ImportError: x")
    steps = loading_steps(chain)
    assert [step.sort for step in steps[-2:]] == [LoadSort.FAILED, LoadSort.BROKEN]
    assert min(step.layer.index for step in steps if step.layer) == 3


def test_loading_that_is_under_way_stops_where_it_is() -> None:
    """What is not built yet has one step that says so, and there is no end."""
    chain = replace(
        with_layer(SCENARIOS["detail"].chain, 2, lambda layer: replace(layer, state=LayerState.UNKNOWN, hooks=())),
        is_loaded=False,
    )
    steps = loading_steps(chain)
    assert steps[-1].sort is LoadSort.UNTOLD
    assert steps[-1].layer is not None
    assert steps[-1].layer.index == 2


def test_what_is_lost_of_one_layer_does_not_end_a_replay() -> None:
    """In a chain that loaded, a layer nothing is known of is one step between the others."""
    chain = with_layer(SCENARIOS["detail"].chain, 2, lambda layer: replace(layer, state=LayerState.UNKNOWN, hooks=()))
    steps = loading_steps(chain)
    assert steps[-1].sort is LoadSort.DONE
    assert sum(step.sort is LoadSort.UNTOLD for step in steps) == 1


@pytest.mark.parametrize("hook", COLLECTED)
@pytest.mark.parametrize("is_chain_async", [True, False])
@pytest.mark.parametrize("is_hook_async", [True, False])
def test_hooks_are_adapted_as_django_adapts_them(hook: str, is_chain_async: bool, is_hook_async: bool) -> None:
    """A hook is adapted to the handler's mode, but ``process_exception`` always to synchronous code."""
    wanted = is_chain_async if hook != "process_exception" else False
    adaptation = hook_adaptation(replace(SCENARIOS["detail"].chain, is_async=is_chain_async), hook, is_hook_async)
    assert (adaptation == "") is (wanted == is_hook_async)
    assert adaptation in ("", "sync_to_async" if wanted else "async_to_sync")


def test_an_adapted_layer_has_a_step_for_it() -> None:
    """Where the handler inside is of another mode, it is adapted before the layer is built."""
    chain = with_layer(
        SCENARIOS["detail"].chain, 4, lambda layer: replace(layer, is_async=True, adapted="sync_to_async")
    )
    steps = loading_steps(chain)
    sorts = [step.sort for step in steps if step.layer and step.layer.index == 4]
    assert sorts[:3] == [LoadSort.IMPORT, LoadSort.ADAPT, LoadSort.BUILD]


def test_the_whole_chain_is_adapted_to_the_server() -> None:
    """If the outermost layer is of another mode than the handler, the last step adapts it."""
    chain = with_layer(SCENARIOS["detail"].chain, 0, lambda layer: replace(layer, is_async=True))
    assert loading_steps(chain)[-1].adaptation == "async_to_sync"
    assert loading_steps(SCENARIOS["detail"].chain)[-1].adaptation == ""


def test_a_real_chain_is_replayed_to_the_lists_that_django_made() -> None:
    """In a recording of the sample site, whose lists are Django's own, the replay comes to the same lists."""
    store = TraceStore(keep=1)
    feed = Feed(store)
    for arrival in read_recording(BOOKSHOP):
        feed.take(arrival)
    chain = store.processes()[-1].chains[-1]
    *before, last = loading_steps(chain)
    assert len(chain.layers) == 16
    assert before[-1].lists == last.lists
    assert last.lists.view == (1, 7, 13)
    assert last.lists.exception == (14, 1)

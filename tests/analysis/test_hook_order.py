"""The order in which each hook runs is Django's own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scenarios import SCENARIOS

from reqtrace.analysis.hook_order import hook_orders, hook_uses


@pytest.mark.parametrize("name", ["home", "process_exception_passes"])
def test_orders_are_those_in_which_the_model_of_django_called(name: str) -> None:
    """The columns say what a request really went through."""
    chain = SCENARIOS[name].chain
    orders = hook_orders(chain)
    names = {layer.name: layer.index for layer in chain.layers}
    for hook in ("process_request", "process_response"):
        called = [call.partition(".")[0] for call in SCENARIOS[name].calls if call.endswith(f".{hook}")]
        if called:
            assert [names[layer] for layer in called] == [
                index for index in orders[hook] if index in {names[layer] for layer in called}
            ]


def test_ways_in_run_down_and_ways_out_run_up() -> None:
    """``process_request`` and ``process_view`` follow MIDDLEWARE, the other three run backwards."""
    orders = hook_orders(SCENARIOS["thirty_layers"].chain)
    for hook in ("process_request", "process_view"):
        assert list(orders[hook]) == sorted(orders[hook])
    for hook in ("process_exception", "process_template_response", "process_response"):
        assert list(orders[hook]) == sorted(orders[hook], reverse=True)


def test_a_chain_that_is_not_loaded_has_the_orders_it_is_going_to_have() -> None:
    """Before Django's lists are told they follow from the hooks."""
    chain = SCENARIOS["thirty_layers"].chain
    unloaded = replace(
        chain, is_loaded=False, view_middleware=(), template_response_middleware=(), exception_middleware=()
    )
    assert hook_orders(unloaded) == hook_orders(chain)


def test_a_function_takes_part_on_both_ways_by_its_own_code() -> None:
    """A layer without hooks but with code of its own runs where the first and the last hook would."""
    chain = SCENARIOS["function_middleware"].chain
    uses = hook_uses(chain)
    own = next(layer for layer in chain.layers if not layer.is_mixin_call)
    for hook in ("process_request", "process_response"):
        assert uses[own.index, hook].has_own_call
        assert not uses[own.index, hook].is_hook
    assert (own.index, "process_view") not in uses


def test_what_is_not_used_runs_nothing() -> None:
    """A skipped layer has no cell."""
    chain = SCENARIOS["not_used"].chain
    skipped = next(layer for layer in chain.layers if layer.state.value == "skipped")
    assert not [key for key in hook_uses(chain) if key[0] == skipped.index]


def test_sync_hooks_of_an_async_chain_are_adapted() -> None:
    """Django puts ``sync_to_async`` around them, but not around ``process_exception``."""
    chain = replace(SCENARIOS["thirty_layers"].chain, is_async=True)
    uses = hook_uses(chain)
    views = [use for (_, hook), use in uses.items() if hook == "process_view"]
    exceptions = [use for (_, hook), use in uses.items() if hook == "process_exception"]
    assert {use.adaptation for use in views} == {"sync_to_async"}
    assert {use.adaptation for use in exceptions} <= {""}

"""What is known of a process grows with what it says, within bounds."""

from __future__ import annotations

from typing import Any

from scenarios import HEADER, SCENARIOS

from reqtrace.events.kinds import (
    EVENT_KINDS,
    AgentWarned,
    ChainFailed,
    ChainLoading,
    Event,
    LayerFailed,
    RequestChanged,
    RequestLogged,
    SettingsRead,
    UrlResolved,
)
from reqtrace.trace import chains, fold, spans, summary
from reqtrace.trace.chains import MAX_CHAINS, ProcessRecord
from reqtrace.trace.model import LayerState


def say(process: ProcessRecord, kind: type[Event], **fields: Any) -> None:
    process.take(kind(time=1, request=0, thread=1, **fields))


def test_every_kind_goes_somewhere() -> None:
    """A new kind of event cannot be forgotten: the tree, the frame, the list or the process takes it."""
    by_hand = {"BodySent", "EventsDropped"}
    taken = {*spans.HANDLERS, *fold.FRAME_FACTS, *summary.HANDLERS, *chains.HANDLERS}
    assert {kind.__name__ for kind in EVENT_KINDS} - {kind.__name__ for kind in taken} - by_hand == set()
    assert {RequestChanged, UrlResolved, RequestLogged} <= taken


def test_chain_lists_every_entry_of_middleware_in_settings_order() -> None:
    """It is loaded from the bottom, but shown as written; what was not used stays in its place."""
    (chain,) = SCENARIOS["not_used"].process().facts().chains
    assert [layer.name for layer in chain.layers] == [
        "SecurityMiddleware",
        "ProfilerMiddleware",
        "SessionMiddleware",
        "CommonMiddleware",
    ]
    assert chain.layers[1].state is LayerState.SKIPPED
    assert chain.layers[1].reason == "PROFILER is not set"
    assert chain.is_loaded


def test_chain_that_is_being_loaded_has_layers_nothing_is_known_of() -> None:
    """Their paths are known from the settings, what became of them is not."""
    process = ProcessRecord(1, HEADER)
    say(process, ChainLoading, chain=1, handler="WSGIHandler", is_async=False, middleware=("a.B", "c.D"))
    (chain,) = process.facts().chains
    assert [(layer.name, layer.state) for layer in chain.layers] == [
        ("B", LayerState.UNKNOWN),
        ("D", LayerState.UNKNOWN),
    ]


def test_chain_that_fails_says_why() -> None:
    """The layer at fault and the chain both carry the error."""
    process = ProcessRecord(1, HEADER)
    say(process, ChainLoading, chain=1, handler="WSGIHandler", is_async=False, middleware=("a.B", "c.D"))
    say(process, LayerFailed, chain=1, layer=0, path="a.B", error="builtins.ImportError", message="no a")
    say(process, ChainFailed, chain=1, error="builtins.ImportError", message="no a")
    (chain,) = process.facts().chains
    assert (chain.layers[0].state, chain.layers[0].reason) == (LayerState.FAILED, "builtins.ImportError: no a")
    assert chain.error == "builtins.ImportError: no a"
    assert not chain.is_loaded


def test_layer_of_an_unknown_chain_is_no_error() -> None:
    """The beginning may be lost."""
    process = ProcessRecord(1, HEADER)
    say(process, LayerFailed, chain=9, layer=70, path="a.B", error="E", message="")
    assert process.facts().chains == ()


def test_old_chains_are_forgotten() -> None:
    """Every test client loads one of its own."""
    process = ProcessRecord(1, HEADER)
    for number in range(MAX_CHAINS + 5):
        say(process, ChainLoading, chain=number, handler="ClientHandler", is_async=False, middleware=())
    assert [chain.number for chain in process.facts().chains][:1] == [5]


def test_facts_are_the_same_object_until_something_is_learnt() -> None:
    """So a folded trace stays valid while connections come and go."""
    process = SCENARIOS["home"].process()
    facts = process.facts()
    for event in SCENARIOS["home"].loading[-1:]:
        process.take(event)
    assert process.facts() is facts
    say(process, AgentWarned, probe="views", message="TypeError in x.py:1")
    assert process.facts() is not facts
    assert process.facts().warnings == ("views: TypeError in x.py:1",)


def test_settings_and_header() -> None:
    """The clocks of the header give the time of day of every event."""
    process = ProcessRecord(3, HEADER)
    say(process, SettingsRead, settings_module="bookshop.settings", values=(("DEBUG", "True"),))
    facts = process.facts()
    assert (facts.settings_module, facts.settings) == ("bookshop.settings", (("DEBUG", "True"),))
    assert (facts.number, facts.pid, facts.argv[0]) == (3, 4321, "manage.py")
    assert facts.clock_offset == HEADER["clock"]["unix_ns"] - HEADER["clock"]["monotonic_ns"]


def test_header_of_wrong_types_is_left_out() -> None:
    """It comes from outside."""
    facts = ProcessRecord(1, {"pid": "one", "argv": 5, "clock": [1], "django": None}).facts()
    assert (facts.pid, facts.argv, facts.clock_offset, facts.django) == (0, (), 0, "")

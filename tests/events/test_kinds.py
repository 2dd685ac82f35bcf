"""The vocabulary only grows: what an old recording says, every later version understands."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_type_hints

import pytest

from reqtrace.events import kinds
from reqtrace.events.kinds import EVENT_KINDS, HOOKS, Event, Hook, Outcome

COMMON = ("time", "request", "thread")

GOLDEN = {
    "chain.loading": "chain handler is_async middleware",
    "layer.loaded": (
        "chain layer path name shape file line hooks sync_capable async_capable is_async adapted import_time init_time"
        " is_mixin_call"
    ),
    "layer.skipped": "chain layer path reason",
    "layer.failed": "chain layer path error message",
    "chain.loaded": "chain view_middleware template_response_middleware exception_middleware",
    "chain.failed": "chain error message",
    "settings.read": "settings_module values",
    "connection.opened": "connection client thread_name server",
    "connection.closed": "connection requests",
    "request_line.received": "connection sequence line",
    "request.started": "parent entry handler chain method path query protocol client headers unix_time",
    "response.started": "status reason headers streaming file",
    "body.sent": "chunks bytes",
    "request.logged": "text",
    "response.closed": "",
    "request.escaped": "error message",
    "request.finished": "",
    "layer.entered": "layer",
    "layer.left": "layer outcome status",
    "hook.entered": "layer hook",
    "hook.left": "layer hook outcome status",
    "request.changed": "changes",
    "response.changed": "changes",
    "exception.raised": "error message file line function",
    "exception.converted": "layer error status",
    "urlconf.entered": "urlconf source",
    "pattern.seen": "pattern sort text name target",
    "url.resolved": "tried matched route view_name namespaces arguments",
    "url.unresolved": "tried error",
    "view.entered": "name sort method file line decorators is_async atomic",
    "view.left": "outcome status is_unrendered",
    "sql.executed": "alias vendor sql parameters many duration error file line function",
    "template.entered": "name file",
    "template.left": "outcome",
    "events.dropped": "count requests",
    "agent.warned": "probe message",
    "decorator_hook.entered": "middleware hook file line",
    "decorator_hook.left": "middleware hook outcome status",
    "url.looked_up": "path urlconf view_name error duration file line function",
    "transaction.stepped": "alias action duration error file line function",
    "context_processors.ran": "processors names duration",
    "thread.hopped": "direction target wait ran duration",
    "cache.called": "alias backend operation key hits keys duration error file line function",
    "http.called": "library method url status duration error file line function",
    "mail.sent": "backend subject recipients duration error file line function",
    "signal.sent": "signal sender receivers duration error",
    "log.recorded": "logger level message file line",
    "tag.entered": "name template line",
    "tag.left": "outcome",
    "filters.applied": "expression filters duration error",
    "call.entered": "name file line",
    "call.left": "name outcome",
    "level.changed": "level",
    "request.held": "hold place layer hook",
    "request.released": "duration reason",
    "request.refused": "status reason detail",
}
"""Kinds in the order of their numbers, and the fields of each in the order on the wire. Only ever add at the ends."""


def test_numbers_and_fields_are_what_they_were() -> None:
    """Every kind of format 1 keeps its number and its fields their places; new ones stand behind them."""
    assert [kind.KIND for kind in EVENT_KINDS][: len(GOLDEN)] == list(GOLDEN)
    for kind in EVENT_KINDS[: len(GOLDEN)]:
        before = [*COMMON, *GOLDEN[kind.KIND].split()]
        assert [field.name for field in fields(kind)][: len(before)] == before


def test_every_kind_is_in_the_golden_list() -> None:
    """A kind, once released, can never change: it is written down here with the commit that brings it."""
    assert {kind.KIND for kind in EVENT_KINDS} == set(GOLDEN)
    assert all(len(fields(kind)) == len(GOLDEN[kind.KIND].split()) + len(COMMON) for kind in EVENT_KINDS)


def test_names_are_used_once() -> None:
    """No two kinds share a name, none is nameless, and each is public."""
    names = [kind.KIND for kind in EVENT_KINDS]
    assert len(set(names)) == len(names)
    assert all(names)
    assert {kind.__name__ for kind in EVENT_KINDS} <= set(kinds.__all__)


def test_no_kind_is_left_out() -> None:
    """Every event class with a name of its own can be sent."""
    defined = {
        kind for kind in vars(kinds).values() if isinstance(kind, type) and issubclass(kind, Event) and kind.KIND
    }
    assert defined == set(EVENT_KINDS)


@pytest.mark.parametrize("kind", EVENT_KINDS, ids=lambda kind: kind.KIND)
def test_every_kind_says_what_it_is(kind: type[Event]) -> None:
    """A docstring of its own, which is where the reader of a recording looks."""
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}("), "the one dataclass makes up"


@pytest.mark.parametrize("kind", EVENT_KINDS, ids=lambda kind: kind.KIND)
def test_events_are_frozen(kind: type[Event]) -> None:
    """Nobody downstream can change what was observed."""
    hints = get_type_hints(kind)
    empty: dict[Any, Any] = {int: 0, str: "", bool: False}
    event = kind(**{field.name: empty.get(hints[field.name], ()) for field in fields(kind)})
    with pytest.raises(AttributeError):
        event.time = 1  # type: ignore[misc]


def test_numbers_of_hooks_and_outcomes_are_what_they_were() -> None:
    """They travel as numbers, too."""
    assert HOOKS == (
        "process_request",
        "process_view",
        "process_exception",
        "process_template_response",
        "process_response",
    )
    assert [int(hook) for hook in Hook] == [0, 1, 2, 3, 4]
    assert {outcome.name: int(outcome) for outcome in Outcome} == {"none": 0, "response": 1, "raised": 2, "other": 3}

"""Watches ``Node.render_annotated`` and ``FilterExpression.resolve``: template tags, and variables with filters.

At the level ``deep`` only. Texts and plain variables are not told; of values nothing is, only what stands in the
template.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.levels import levels
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, get_ident, number_of, perf_counter_ns
from reqtrace.agent.values import attributes_of, dotted_name, plain_text, shorten
from reqtrace.events.kinds import FiltersApplied, Outcome, TagEntered, TagLeft

ENTERED, LEFT, FILTERED = number_of(TagEntered), number_of(TagLeft), number_of(FiltersApplied)
RENDERED, RAISED = int(Outcome.none), int(Outcome.raised)
BLOCK = 2
"""``django.template.base.TokenType.BLOCK``: ``{% … %}``."""

probe = Probe("tags")


def install(module: ModuleType, patches: Patches) -> None:
    """Patch the two classes of ``django.template.base``."""
    patches.replace(module.Node, "render_annotated", partial(watch_render, module.VariableNode))
    patches.replace(module.FilterExpression, "resolve", watch_resolve)


# --- tags --------------------------------------------------------------------------------------------------------


def watch_render(variable: type, original: Callable[..., Any]) -> Callable[..., Any]:
    def render_annotated(self: Any, context: Any) -> Any:
        # Every other node is a ``{{ variable }}``, which is no tag.
        state = current.get() if type(self) is not variable and levels.is_deep else None
        is_told = state is not None and probe.attempt(tell_entry, state, self)
        try:
            text = original(self, context)
        except BaseException as error:
            if is_told:
                probe.attempt(tell_raised, state, error)
            leave_no_frame(error)
            raise
        if is_told:
            probe.attempt(tell_left, state, RENDERED)
        return text

    return render_annotated


def tell_entry(state: RequestState, node: object) -> bool:
    """Tell a node that was written as ``{% … %}``; whether it was told."""
    attributes = attributes_of(node)
    token = attributes_of(attributes.get("token"))
    kind = attributes_of(token.get("token_type"))
    if kind.get("_value_") != BLOCK or not state.has_room():
        return False
    name = plain_text(token.get("contents")).split(None, 1)
    template = attributes_of(attributes.get("origin")).get("template_name")
    line = token.get("lineno")
    state.tell(ENTERED, name[0] if name else "", plain_text(template), line if type(line) is int else 0)
    return True


def tell_left(state: RequestState, outcome: int) -> None:
    # Without asking for room: what was told to begin is told to end.
    state.tell(LEFT, outcome)


def tell_raised(state: RequestState, error: BaseException) -> None:
    # Not imported above: templates may be imported before django.http is.
    from reqtrace.agent.probes.outcomes import tell_exception

    tell_exception(state, error)
    tell_left(state, RAISED)


# --- filters -----------------------------------------------------------------------------------------------------


def watch_resolve(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(self: Any, context: Any, ignore_failures: bool = False) -> Any:
        state = current.get() if self.filters and levels.is_deep else None
        start = 0 if state is None else perf_counter_ns()
        try:
            value = original(self, context, ignore_failures)
        except BaseException as error:
            if state is not None:
                probe.attempt(tell_filters, state, self, start, error)
            leave_no_frame(error)
            raise
        if state is not None:
            probe.attempt(tell_filters, state, self, start)
        return value

    return resolve


def tell_filters(state: RequestState, expression: Any, start: int, error: BaseException | None = None) -> None:
    """Append ``FiltersApplied``; its time is when the variable was looked up."""
    duration = perf_counter_ns() - start
    if not state.has_room():
        return
    if get_ident() != state.thread:
        state.hop()
    names = tuple([filter_name(function) for function, _arguments in expression.filters])
    raised = "" if error is None else dotted_name(type(error))
    state.log.append((FILTERED, start, shorten(plain_text(expression.token)), names, duration, raised))


def filter_name(function: Any) -> str:
    """The name a filter was registered under (``Library.filter`` leaves it on the function)."""
    return plain_text(attributes_of(function).get("_filter_name")) or dotted_name(function).rpartition(".")[2]

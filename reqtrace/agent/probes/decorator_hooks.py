"""Records one call of a hook of a decorator's middleware, and what it changed (see ``decorators``).

What was changed before the hook is noted in front of it, and what it changes within it, so that nothing is charged
twice. A response that no boundary has met yet is compared with itself as the hook got it, and stays unmet.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any, NamedTuple

from reqtrace.agent import changes
from reqtrace.agent.answers import answer_of, is_response, parts_of
from reqtrace.agent.guard import hide_from_warnings, leave_no_frame
from reqtrace.agent.probes.decorators import probe
from reqtrace.agent.probes.outcomes import tell_exception
from reqtrace.agent.recorder import RequestState, current, number_of
from reqtrace.agent.response_changes import ResponseSnapshot, note_response, response_changes, tell_changes
from reqtrace.agent.sources import NOWHERE, code_of
from reqtrace.agent.values import dotted_name
from reqtrace.events.kinds import DecoratorHookEntered, DecoratorHookLeft, Hook, Outcome

ENTERED, LEFT = map(number_of, (DecoratorHookEntered, DecoratorHookLeft))
RESPONSE_HOOKS = frozenset({int(Hook.process_template_response), int(Hook.process_response)})
"""The hooks whose second argument is a response."""


class Before(NamedTuple):
    """What is known of a call when it begins."""

    name: str
    hook: int
    request: object
    response: object
    snapshot: ResponseSnapshot | None
    """Of a response that no boundary has met."""


@hide_from_warnings
def run_hook(original: Callable[..., Any], kind: type, hook: int, *args: Any, **kwargs: Any) -> Any:
    """Call the hook as the decorator does."""
    state = current.get()
    if state is None:
        try:
            return original(*args, **kwargs)
        except BaseException as error:
            leave_no_frame(error)
            raise
    before = probe.attempt(tell_entry, state, original, kind, hook, args)
    try:
        result = original(*args, **kwargs)
    except BaseException as error:
        probe.attempt(tell_raised, state, before, error)
        leave_no_frame(error)
        raise
    probe.attempt(tell_left, state, before, result)
    return result


def tell_entry(
    state: RequestState, original: Callable[..., Any], kind: type, hook: int, args: tuple[Any, ...]
) -> Before:
    request = args[0] if args else None
    response = args[1] if hook in RESPONSE_HOOKS and len(args) > 1 else None
    snapshot = None
    if state.notes:
        note_request(state, request)
        answer = answer_of(response)
        if response is state.response:
            note_response(state, response)
        elif is_response(answer):
            snapshot = ResponseSnapshot(response, answer)
    name = dotted_name(kind)
    state.tell(ENTERED, name, hook, *place_of(original))
    return Before(name, hook, request, response, snapshot)


def place_of(hook: object) -> tuple[str, int]:
    """Where a function or method is written; another callable might run code of its own when asked."""
    return code_of(hook) if type(hook) in (FunctionType, MethodType) else NOWHERE


def note_request(state: RequestState, request: object) -> None:
    """Another request object, with which the view has called something else, is not looked at."""
    if request is not None and request is state.request:
        changes.note_request(state, request)


def tell_raised(state: RequestState, before: Before | None, error: BaseException) -> None:
    if before is None:
        return
    if state.notes:
        note_request(state, before.request)
    tell_exception(state, error)
    state.tell(LEFT, before.name, before.hook, int(Outcome.raised), 0)


def tell_left(state: RequestState, before: Before | None, result: object) -> None:
    if before is None:
        return
    answer = answer_of(result)
    if state.notes:
        note_request(state, before.request)
        if is_response(answer) and before.snapshot is not None:
            tell_response_changes(state, before, before.snapshot, result, answer)
        elif before.response is not None:
            note_response(state, result)
    state.tell(LEFT, before.name, before.hook, *parts_of(answer))


def tell_response_changes(
    state: RequestState, before: Before, snapshot: ResponseSnapshot, result: object, answer: int
) -> None:
    found = response_changes(snapshot, ResponseSnapshot(result, answer))
    if result is not before.response:
        found.insert(0, ("object", type(before.response), type(result)))
    tell_changes(state, found)

"""Change attribution: what differs on a request between two neighbouring boundaries.

Comparison is by identity only, against shallow copies that are dropped at the end of the request. Nothing is
evaluated: a new attribute is named with its type, and a lazy object is said to be lazy.

This is most of what the agent costs, so the usual case comes first: nothing changed, or something was added. A dict
keeps the order of insertion, so what was added stands at its end. The request's thread only notes raw changes (names,
types, header texts); ``reqtrace.agent.change_texts`` describes and redacts them in the sender's. The response's part is
``reqtrace.agent.response_changes``.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from operator import is_
from typing import Any

from reqtrace.agent.guard import Probe
from reqtrace.agent.known_hooks import KnownHook
from reqtrace.agent.recorder import RequestState, get_ident, number_of, perf_counter_ns
from reqtrace.agent.response_changes import note_headers, note_response
from reqtrace.agent.values import attributes_of, find_in_class
from reqtrace.events.kinds import RequestChanged

__all__ = [
    "note_addition",
    "note_behind",
    "note_headers",
    "note_match",
    "note_request",
    "note_response",
    "note_way_in",
    "probe",
]

REQUEST_CHANGED = number_of(RequestChanged)
MISSING = object()
NO_META: dict[str, Any] = {}
MAX_TYPES = 1_000

probe = Probe("changes")

RawChange = tuple[Any, ...]
"""``("attribute", name, old type or None, new type or None, is lazy)``, ``("META", op, key)``,
``("evaluated", name, lazy type, type or None)``; for those of a response see ``response_changes``."""

Sleeper = tuple[dict[str, Any], str, object, str]
"""An attribute that waits to be evaluated: the ``__dict__`` of its value, the key in there that tells, what stands
there as long as it is not, and its name."""

lazy_types: dict[type, str] = {}
"""For each type met the attribute that tells whether it is evaluated; empty if it is not lazy."""

LAZY_OBJECT, SESSION = "_wrapped", "_session_cache"
NAME = 3

_getattribute = object.__getattribute__
get = dict.get


def note_request(state: RequestState, request: object) -> None:
    """Record what changed on ``request`` since the last boundary."""
    if request is not state.request:
        meet_request(state, request)
    attributes, last = state.live_attributes, state.attributes
    if not all(map(is_, attributes.values(), last.values())) or len(attributes) < len(last):
        tell_changes(state, all_changes(state))
    elif len(attributes) != len(last) or len(state.meta) != state.meta_length or is_one_awake(state):
        tell_changes(state, additions(state))


def note_addition(state: RequestState, request: object) -> None:
    """``note_request`` behind code that only adds attributes, and evaluates none."""
    if request is not state.request or len(state.live_attributes) < len(state.attributes):
        note_request(state, request)
    elif len(state.live_attributes) > len(state.attributes):
        tell_changes(state, added_attributes(state))


def note_behind(known: KnownHook) -> Callable[[RequestState, object], None]:
    """``note_request`` behind a hook that can do no more than is known of it."""
    if known.only_adds:
        return note_addition
    replaces, stores, may_do_more = known.replaces, known.stores, known.evaluates or bool(known.stores)

    def note_known(state: RequestState, request: object) -> None:
        attributes, last = state.live_attributes, state.attributes
        if (
            request is not state.request
            or len(attributes) < len(last)
            or (not last.keys().isdisjoint(replaces) and are_replaced(attributes, last, replaces))
        ):
            note_request(state, request)
        elif stores and are_replaced(state.meta, state.meta_values, stores):
            note_way_in(state, request)
        elif may_do_more:
            if len(attributes) != len(last) or len(state.meta) != state.meta_length or is_one_awake(state):
                tell_changes(state, additions(state))
        elif len(attributes) != len(last):
            tell_changes(state, added_attributes(state))

    return note_known


def are_replaced(values: dict[str, Any], last: dict[str, Any], keys: tuple[str, ...]) -> bool:
    """One of ``keys`` that was there before is gone, or has another value."""
    for key in keys:  # noqa: SIM110 - any() takes four times as long
        if key in last and last[key] is not values.get(key):
            return True
    return False


def note_way_in(state: RequestState, request: object) -> None:
    """``note_request`` where a layer's way in ends: values of ``META`` are compared as well.

    Replacing them (``REMOTE_ADDR``, ``HTTP_HOST``) is of use to the layers further in only, and there are many.
    """
    if request is state.request and state.meta_values is not None:
        meta, last = state.meta, state.meta_values
        if not all(map(is_, meta.values(), last.values())):
            gone = [("META", "-", key) for key in last if key not in meta]
            replaced = [("META", "~", key) for key in last if key in meta and meta[key] is not last[key]]
            added = [("META", "+", key) for key in meta if key not in last]
            meet_meta(state)
            tell_changes(state, gone + replaced + added)
    note_request(state, request)


def note_match(state: RequestState, request: object, match: object) -> None:
    """``note_request`` behind ``resolve_request``, which puts the match in its place (``BaseHandler``)."""
    if request is state.request:
        last = state.attributes
        if state.live_attributes.get("resolver_match") is match and last.get("resolver_match", match) is None:
            last["resolver_match"] = match
            tell_changes(state, [("attribute", "resolver_match", type(None), type(match), False)])
            note_addition(state, request)
            return
    note_request(state, request)


def tell_changes(state: RequestState, changes: list[RawChange]) -> None:
    if changes:
        if get_ident() != state.thread:
            state.hop()
        state.log.append((REQUEST_CHANGED, perf_counter_ns(), changes))


# --- meeting a request -------------------------------------------------------------------------------------------


def meet_request(state: RequestState, request: object) -> None:
    """The first request object of the state, or another one that a middleware has put in its place."""
    state.request = request
    state.live_attributes = attributes = _getattribute(request, "__dict__")
    meta = attributes.get("META")
    state.meta = meta if type(meta) is dict else NO_META
    if state.attributes is None:
        state.attributes = attributes.copy()
        meet_meta(state)


def meet_meta(state: RequestState) -> None:
    state.meta_length = len(state.meta)
    state.meta_values = state.meta.copy()


# --- what changed ------------------------------------------------------------------------------------------------


def additions(state: RequestState) -> list[RawChange]:
    """What was added since the last boundary, which is forgotten, and the lazy values that were evaluated."""
    changes = added_attributes(state) if len(state.live_attributes) != len(state.attributes) else []
    if is_one_awake(state):
        changes += awakened(state)
    grown = len(state.meta) - state.meta_length
    if grown:
        changes.extend(("META", "+", key) for key in list(state.meta)[-grown:] if grown > 0)
        meet_meta(state)
    return changes


def added_attributes(state: RequestState) -> list[RawChange]:
    """The attributes that came behind those of the last boundary, which is forgotten."""
    attributes, last = state.live_attributes, state.attributes
    changes: list[RawChange] = []
    for name in islice(attributes, len(last), None):
        last[name] = value = attributes[name]
        kind = type(value)
        changes.append(("attribute", name, None, kind, lazy_types.get(kind) != "" and meet_lazy(state, name, value)))
    return changes


def all_changes(state: RequestState) -> list[RawChange]:
    """Every difference since the last boundary, which is forgotten."""
    before, after = state.attributes, state.live_attributes
    changes: list[RawChange] = []
    for name, value in after.items():
        old = before.get(name, MISSING)
        if old is not value:
            kind = None if old is MISSING else type(old)
            changes.append(("attribute", name, kind, type(value), meet_lazy(state, name, value)))
    gone = [(name, value) for name, value in before.items() if name not in after]
    changes.extend(("attribute", name, type(value), None, False) for name, value in gone)
    meta = after.get("META")
    state.meta = meta if type(meta) is dict else NO_META
    state.attributes = after.copy()
    return changes + additions(state)


# --- lazy values -------------------------------------------------------------------------------------------------


def meet_lazy(state: RequestState, name: str, value: object) -> bool:
    """``value`` is a ``LazyObject`` whose inner object nobody has asked for. From now on it is watched for that."""
    kind = type(value)
    key = lazy_types.get(kind)
    if key is None:
        key = key_of_lazy(kind)
        if len(lazy_types) < MAX_TYPES:
            lazy_types[kind] = key
    if not key:
        return False
    attributes = attributes_of(value)
    inside = attributes.get(key)
    # django.utils.functional.empty is a bare object(); of a session the key is missing.
    if type(inside) is not object if key == LAZY_OBJECT else key in attributes:
        return False
    others = [other for other in state.sleepers or () if other[NAME] != name]
    watch_sleepers(state, [*others, (attributes, key, inside, name)])
    # A session is filled when somebody asks for it, but it is there.
    return key == LAZY_OBJECT


def watch_sleepers(state: RequestState, sleepers: list[Sleeper]) -> None:
    """From now on these are the values that may wake up."""
    state.sleepers = sleepers
    state.asleep = tuple(zip(*sleepers, strict=True)) or None


def key_of_lazy(kind: type) -> str:
    """``LazyObject`` keeps what it stands for in ``_wrapped``, ``SessionBase`` its data in ``_session_cache``."""
    if find_in_class(kind, "_setup") is not None:
        return LAZY_OBJECT
    return SESSION if find_in_class(kind, "_get_session") is not None else ""


def is_one_awake(state: RequestState) -> bool:
    """One of the lazy values has been evaluated."""
    if state.asleep is None:
        return False
    attributes, keys, inside, _names = state.asleep
    return not all(map(is_, map(get, attributes, keys), inside))


def awakened(state: RequestState) -> list[RawChange]:
    """The values that have been evaluated since the last boundary."""
    found: list[RawChange] = []
    asleep = []
    for sleeper in state.sleepers:
        attributes, key, inside, name = sleeper
        if attributes.get(key) is inside:
            asleep.append(sleeper)
        elif attributes_of(state.live_attributes.get(name)) is attributes:
            found.append(("evaluated", name, type(attributes.get(key)) if key == LAZY_OBJECT else None))
    watch_sleepers(state, asleep)
    return found

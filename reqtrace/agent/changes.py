"""Change attribution: what differs on a request between two neighbouring boundaries.

Comparison is by identity only, against shallow copies that are dropped at the end of the request. Nothing is
evaluated: a new attribute is named with its type, and a lazy object is said to be lazy.

This is most of what the agent costs, so the usual case comes first: nothing changed, or something was added. A dict
keeps the order of insertion, so what was added stands at its end. The request's thread only notes raw changes (names,
types, header texts); ``reqtrace.agent.change_texts`` describes and redacts them in the sender's. The response's part is
``reqtrace.agent.response_changes``.
"""

from __future__ import annotations

from itertools import islice
from operator import is_
from typing import Any

from reqtrace.agent.guard import Probe
from reqtrace.agent.known_hooks import KnownHook
from reqtrace.agent.recorder import RequestState, get_ident, number_of, perf_counter_ns
from reqtrace.agent.response_changes import note_headers, note_response
from reqtrace.agent.values import attributes_of, find_in_class
from reqtrace.events.kinds import RequestChanged

__all__ = ["note_headers", "note_known", "note_match", "note_request", "note_response", "note_way_in", "probe"]

REQUEST_CHANGED = number_of(RequestChanged)
MISSING = object()
NO_META: dict[str, Any] = {}
MAX_TYPES = 1_000
ADDS = KnownHook()

probe = Probe("changes")

RawChange = tuple[Any, ...]
"""``("attribute", name, old type or None, new type or None, is lazy)``, ``("META", op, key)``,
``("evaluated", name, lazy type, type or None)``; for those of a response see ``response_changes``."""

Sleeper = tuple[str, dict[str, Any], str]
"""An attribute that waits to be evaluated: its name, the ``__dict__`` of its value, and the key in there that tells."""

lazy_types: dict[type, str] = {}
"""For each type met the attribute that tells whether it is evaluated; empty if it is not lazy."""

LAZY_OBJECT, SESSION = "_wrapped", "_session_cache"

_getattribute = object.__getattribute__


def note_request(state: RequestState, request: object) -> None:
    """Record what changed on ``request`` since the last boundary."""
    if request is not state.request:
        meet_request(state, request)
    attributes, last = state.live_attributes, state.attributes
    if not all(map(is_, attributes.values(), last.values())) or len(attributes) < len(last):
        tell_changes(state, all_changes(state))
    elif (
        len(attributes) != len(last)
        or len(state.meta) != state.meta_length
        or (state.sleepers is not None and is_one_awake(state.sleepers))
    ):
        tell_changes(state, additions(state))


def note_known(state: RequestState, request: object, known: KnownHook) -> None:
    """``note_request`` behind a hook that can do no more than is known of it."""
    attributes, last, meta = state.live_attributes, state.attributes, state.meta
    if request is not state.request or len(attributes) < len(last):
        note_request(state, request)
        return
    for name in known.replaces:
        if name in last and last[name] is not attributes.get(name):
            note_request(state, request)
            return
    for key in known.stores:
        if key in meta and state.meta_values.get(key, meta[key]) is not meta[key]:
            note_way_in(state, request)
            return
    if (
        len(attributes) != len(last)
        or len(meta) != state.meta_length
        or (known.evaluates and state.sleepers is not None and is_one_awake(state.sleepers))
    ):
        tell_changes(state, additions(state))


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
            note_known(state, request, ADDS)
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
    attributes, last = state.live_attributes, state.attributes
    changes: list[RawChange] = []
    if len(attributes) != len(last):
        for name in islice(attributes, len(last), None):
            last[name] = value = attributes[name]
            kind = type(value)
            is_lazy = lazy_types.get(kind) != "" and meet_lazy(state, name, value)
            changes.append(("attribute", name, None, kind, is_lazy))
    if state.sleepers is not None and is_one_awake(state.sleepers):
        changes.extend(awakened(state))
    grown = len(state.meta) - state.meta_length
    if grown:
        changes.extend(("META", "+", key) for key in list(state.meta)[-grown:] if grown > 0)
        meet_meta(state)
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
    if type(attributes.get(key, MISSING)) is not object:
        return False
    sleeper = (name, attributes, key)
    if state.sleepers is None:
        state.sleepers = [sleeper]
    else:
        state.sleepers = [*(other for other in state.sleepers if other[0] != name), sleeper]
    # A session is filled when somebody asks for it, but it is there.
    return key == LAZY_OBJECT


def key_of_lazy(kind: type) -> str:
    """``LazyObject`` keeps what it stands for in ``_wrapped``, ``SessionBase`` its data in ``_session_cache``."""
    if find_in_class(kind, "_setup") is not None:
        return LAZY_OBJECT
    return SESSION if find_in_class(kind, "_get_session") is not None else ""


def is_one_awake(sleepers: list[Sleeper]) -> bool:
    """One of these values has been evaluated."""
    for _name, attributes, key in sleepers:  # noqa: SIM110 - any() takes four times as long
        # django.utils.functional.empty is a bare object(), and so is what stands for a missing key.
        if type(attributes.get(key, MISSING)) is not object:
            return True
    return False


def awakened(state: RequestState) -> list[RawChange]:
    """The values that have been evaluated since the last boundary."""
    found: list[RawChange] = []
    asleep = []
    for sleeper in state.sleepers:
        name, attributes, key = sleeper
        if not is_one_awake([sleeper]):
            asleep.append(sleeper)
        elif attributes_of(state.live_attributes.get(name)) is attributes:
            found.append(("evaluated", name, type(attributes[key]) if key == LAZY_OBJECT else None))
    state.sleepers = asleep or None
    return found

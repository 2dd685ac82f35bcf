"""A middleware stack as rules see it: layers from the outermost to the innermost, and the settings that matter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

__all__ = ["DEFAULTS", "Certainty", "Layer", "LoadFailure", "Place", "Read", "Stack", "Trait", "read_stack"]

DEFAULTS: Mapping[str, Any] = {
    "ALLOWED_HOSTS": (),
    "APPEND_SLASH": True,
    "CSRF_USE_SESSIONS": False,
    "DISALLOWED_USER_AGENTS": (),
    "MAINTENANCE_MODE_IGNORE_ANONYMOUS_USER": False,
    "MAINTENANCE_MODE_IGNORE_AUTHENTICATED_USER": False,
    "MAINTENANCE_MODE_IGNORE_STAFF": False,
    "MAINTENANCE_MODE_IGNORE_SUPERUSER": False,
    "MANAGERS": (),
    "MESSAGE_STORAGE": "django.contrib.messages.storage.fallback.FallbackStorage",
    "PREPEND_WWW": False,
    "SECURE_SSL_REDIRECT": False,
    "SILENCED_SYSTEM_CHECKS": (),
    "USE_I18N": True,
}
"""Every setting a rule asks for, and what it is in a project that does not mention it."""


class Certainty(Enum):
    """How certain it is that a middleware takes an attribute of the request."""

    ALWAYS = "always"
    SOMETIMES = "sometimes"
    """For some requests."""
    MAYBE = "maybe"
    """Behind a condition that has nothing to do with the request."""
    GUARDED = "guarded"
    """It looks first whether it is there."""


class Trait(Enum):
    """What a middleware does, as its source says."""

    ANSWERS = "answers"
    """It can answer on the way in, and nothing below it is reached."""
    ANSWERS_EVERY_EXCEPTION = "answers-every-exception"
    ASKS_HOST = "asks-host"
    REWRITES_HOST = "rewrites-host"
    EDITS_BODY = "edits-body"
    READS_BODY = "reads-body"
    SETS_LENGTH = "sets-length"
    SETS_VARY = "sets-vary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A line of a file."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A middleware takes an attribute of the request."""

    attribute: str
    is_on_way_in: bool
    certainty: Certainty
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFailure:
    """Why an entry of MIDDLEWARE gives no layer, or none that answers."""

    stage: str
    """``entry`` (it is no text), ``import``, ``factory``, or ``call`` (it is built, and every request fails)."""
    cause: str
    traceback: str = ""
    near: tuple[str, ...] = ()
    """Names that exist where this one does not."""
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One entry of MIDDLEWARE."""

    index: int
    """0 is the outermost."""
    path: str
    mro: tuple[str, ...]
    """Dotted paths of the class and its ancestors, and the path it is listed by."""
    hooks: tuple[str, ...] = ()
    is_sync_capable: bool = True
    is_async_capable: bool = True
    is_source_known: bool = False
    reads: tuple[Read, ...] = ()
    sets: frozenset[str] = frozenset()
    """Attributes of the request it sets on the way in."""
    traits: frozenset[Trait] = frozenset()
    is_used: bool = True
    """``False`` if it took itself out with ``MiddlewareNotUsed``."""
    failure: LoadFailure | None = None
    place: Place | None = None
    """Where the entry is written in the settings."""
    parts: tuple[Layer, ...] = ()
    """The layers it really is, if a missing comma made one text of their paths; all can be imported."""

    @property
    def number(self) -> int:
        """As people count the lines of the list."""
        return self.index + 1

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    @property
    def is_in_chain(self) -> bool:
        return self.is_used and self.failure is None

    def reading(self, attribute: str, *, is_on_way_in: bool = True) -> Read | None:
        """How it takes an attribute of the request, if it does."""
        return next((r for r in self.reads if r.attribute == attribute and r.is_on_way_in == is_on_way_in), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """MIDDLEWARE of one project, with what decides whether its order is right."""

    layers: tuple[Layer, ...]
    settings: Mapping[str, Any] = field(default_factory=dict)
    apps: tuple[str, ...] = ()
    django: tuple[int, int] = (5, 2)
    is_asgi: bool = False
    type_name: str = "list"
    """What MIDDLEWARE is; nothing but ``list`` and ``tuple`` can be gone through."""
    place: Place | None = None
    """Where MIDDLEWARE is assigned."""
    lookalike: str | None = None
    """The setting that has the list instead, under nearly the same name."""

    @property
    def is_list(self) -> bool:
        return self.type_name in ("list", "tuple")

    @property
    def chain(self) -> tuple[Layer, ...]:
        """The layers that requests pass, as far as they could be loaded."""
        return tuple(layer for layer in self.layers if layer.is_in_chain)

    @property
    def parted(self) -> Stack:
        """The stack with the commas that are missing in it."""
        layers = [part for layer in self.layers for part in layer.parts or (layer,)]
        return replace(self, layers=tuple(replace(layer, index=index) for index, layer in enumerate(layers)))

    @property
    def is_known(self) -> bool:
        """Whether nothing in the stack is hidden, so that what is not seen is not there."""
        return (
            self.is_list
            and not self.lookalike
            and all(layer.is_source_known or not layer.is_used for layer in self.layers)
        )

    def setting(self, name: str) -> Any:
        return self.settings.get(name, DEFAULTS[name])


def read_stack(facts: Mapping[str, Any], *, django: str, is_asgi: bool) -> Stack:
    """The stack from what ``reqtrace.agent.stack_facts`` tells of it."""
    major, minor, *_ = (int(part) for part in (*django.split("."), "0", "0") if part.isdigit())
    return Stack(
        layers=tuple(read_layer(index, layer) for index, layer in enumerate(facts["layers"] or ())),
        settings=facts["settings"],
        apps=tuple(facts["apps"]),
        django=(major, minor),
        is_asgi=is_asgi,
        type_name=facts["type"] if facts["layers"] is None else "list",
        place=read_place(facts["place"]),
        lookalike=facts.get("lookalike"),
    )


def read_layer(index: int, facts: Mapping[str, Any]) -> Layer:
    path = facts["path"]
    if facts["stage"] in ("entry", "import"):
        return Layer(
            index=index,
            path=path,
            mro=(path,),
            failure=read_failure(facts),
            place=read_place(facts.get("place")),
            parts=tuple(read_layer(index, part) for part in facts.get("parts", ())),
        )
    return Layer(
        index=index,
        path=path,
        mro=tuple(dict.fromkeys((path, *facts["mro"]))),
        hooks=tuple(facts["hooks"]),
        is_sync_capable=facts["is_sync_capable"],
        is_async_capable=facts["is_async_capable"],
        is_source_known=facts["is_source_known"],
        reads=tuple(map(read_read, facts["reads"])),
        sets=frozenset(facts["sets"]),
        traits=frozenset(map(Trait, facts["traits"])),
        is_used=facts.get("is_used", True),
        failure=read_failure(facts) if facts["stage"] else None,
        place=read_place(facts.get("place")),
    )


def read_failure(facts: Mapping[str, Any]) -> LoadFailure:
    if facts["stage"] == "entry":
        return LoadFailure(stage="entry", cause=f"it is of type {facts['type']}, not a dotted path in quotes")
    if facts["stage"] == "call":
        return read_fault(facts["fault"])
    failure = facts["failure"]
    message = failure["message"].strip().partition("\n")[0].rstrip(".")
    return LoadFailure(
        stage=facts["stage"],
        cause=f"{failure['error']}: {message}" if message else failure["error"],
        traceback=failure["traceback"],
        near=tuple(facts.get("near", ())),
    )


FAULTS = {
    "no-call": ("{name} has no __call__", "Derive it from MiddlewareMixin, or write __call__(self, request)."),
    "async": (
        "it is async, but Django calls it as sync code",
        "Say so: sync_capable = False and async_capable = True, and markcoroutinefunction(self) in __init__.",
    ),
    "no-return": ("{name} has no return with a response{place}", "Let it end with return response."),
}


def read_fault(fault: Mapping[str, Any]) -> LoadFailure:
    cause, advice = FAULTS[fault["sort"]]
    place = f" ({fault['file']}:{fault['line']})" if fault["file"] else ""
    return LoadFailure(stage="call", cause=cause.format(name=fault["name"], place=place), advice=advice)


def read_read(facts: Mapping[str, Any]) -> Read:
    return Read(
        attribute=facts["attribute"],
        is_on_way_in=facts["phase"] == "in",
        certainty=Certainty(facts["certainty"]),
        place=Place(file=facts["file"], line=facts["line"]),
    )


def read_place(place: Sequence[Any] | None) -> Place | None:
    return Place(file=place[0], line=place[1]) if place and place[0] else None

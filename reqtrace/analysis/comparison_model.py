"""What a comparison of two requests consists of: frozen data, and the closed list of what can differ.

There are no words here: a ``DifferenceId`` and its two values become a sentence in ``render/comparison_words.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from reqtrace.trace.model import LayerPass, RequestTrace, Stop

__all__ = [
    "IGNORED",
    "Aspect",
    "Circumstance",
    "CircumstanceId",
    "Comparison",
    "Difference",
    "DifferenceId",
    "LayerPair",
    "Row",
    "Step",
    "Value",
]

Value = str | int
"""A number of times, a status, or a short text."""


class Aspect(Enum):
    """What of a request a difference is about, from cause to consequence."""

    MIDDLEWARE = "middleware"
    """The list of layers itself."""
    HOOK = "hook"
    """A hook, or the code of a layer, answered or raised."""
    EXCEPTION = "exception"
    URL = "url"
    VIEW = "view"
    LAYER = "layer"
    """What a layer did, and whether it was reached."""
    QUERY = "query"
    TRANSACTION = "transaction"
    TEMPLATE = "template"
    OUTSIDE = "outside"
    """Caches, e-mails, other servers."""
    STATUS = "status"
    HEADER = "header"
    COOKIE = "cookie"
    ENDING = "ending"


class DifferenceId(Enum):
    """Everything that can differ: a key, and what it is about. ``subject`` of the difference is named in the text."""

    def __init__(self, key: str, aspect: Aspect) -> None:
        self.key = key
        self.aspect = aspect

    LAYER_LISTED = "layer_listed", Aspect.MIDDLEWARE
    """A layer (subject) stands in one list only; the value is its number there."""
    LAYER_MOVED = "layer_moved", Aspect.MIDDLEWARE
    """A layer stands elsewhere among the others; the values are its numbers."""
    LAYER_USED = "layer_used", Aspect.MIDDLEWARE
    """A layer took its place in one chain and not in the other (``MiddlewareNotUsed``); values are states."""
    HOOK_ENDED = "hook_ended", Aspect.HOOK
    """A hook or layer answered or raised in one, or did so otherwise; values are a status, an error's name, empty if
    it passed the request on, ``None`` if it was not called. Subject is ``Layer.hook``."""
    LANE = "lane", Aspect.LAYER
    """``chain``, ``static`` (``StaticFilesHandler`` answered before the chain) or ``server`` (it refused)."""
    HOOK_CALLED = "hook_called", Aspect.HOOK
    """A hook of the loop was called in one only (``process_exception``, ``process_template_response`` …)."""
    EXCEPTION_RAISED = "exception_raised", Aspect.EXCEPTION
    """An exception (subject) that only one raised; the value is its message."""
    EXCEPTION_MESSAGE = "exception_message", Aspect.EXCEPTION
    EXCEPTION_CONVERTED = "exception_converted", Aspect.EXCEPTION
    """Around a layer (subject) the film made a response of an exception; the values are the status."""
    URL_MATCHED = "url_matched", Aspect.URL
    """The route; ``None`` where nothing matched or nothing was resolved."""
    URLCONF = "urlconf", Aspect.URL
    URL_ARGUMENTS = "url_arguments", Aspect.URL
    VIEW_CALLED = "view_called", Aspect.VIEW
    """Dotted path of the view; ``None`` where none was called."""
    VIEW_ENDED = "view_ended", Aspect.VIEW
    """The status the view returned, or ``raised``, ``none`` or ``other``."""
    LAYER_REACHED = "layer_reached", Aspect.LAYER
    """A layer was reached in one only; the value is its number."""
    LAYER_WAY = "layer_way", Aspect.LAYER
    """Subject is ``Layer.hook``; values are the states of that way (``ran``, ``no hook``, ``not run``)."""
    LAYER_CALLS = "layer_calls", Aspect.LAYER
    """How often a layer was called."""
    LAYER_CHANGED = "layer_changed", Aspect.LAYER
    """What a layer did to the request (attributes with ``+``, ``-`` and ``~``)."""
    QUERY = "query", Aspect.QUERY
    """How often a statement (subject) was executed at this place."""
    TRANSACTION = "transaction", Aspect.TRANSACTION
    TEMPLATE = "template", Aspect.TEMPLATE
    DECORATOR_HOOK = "decorator_hook", Aspect.HOOK
    CACHE = "cache", Aspect.OUTSIDE
    HTTP = "http", Aspect.OUTSIDE
    MAIL = "mail", Aspect.OUTSIDE
    STATUS = "status", Aspect.STATUS
    HEADER = "header", Aspect.HEADER
    """The value of a response header (subject)."""
    COOKIE = "cookie", Aspect.COOKIE
    """The attributes of a cookie (subject) that was set; never its value."""
    ENDING = "ending", Aspect.ENDING
    """How the request ended: ``done``, ``escaped`` (an exception left the handler) …"""


class CircumstanceId(Enum):
    """What the two were given, or are: it may explain differences, and is none."""

    METHOD = "method"
    PATH = "path"
    REQUEST_HEADER = "request_header"
    """Only the names of headers, and values that are no secret and no name of a browser."""
    DJANGO = "django"
    PYTHON = "python"
    HANDLER = "handler"
    SETTING = "setting"
    MODE = "mode"
    """Subject is a layer; values are ``sync`` and ``async``."""
    HOPS = "hops"
    """Changes between thread and event loop."""
    LEVEL = "level"
    INCOMPLETE = "incomplete"
    """Events are missing, or the request is not over; values are 1 where that is so."""
    NO_HEADERS = "no_headers"
    """No response was started where it could be seen, so its headers are not compared."""


IGNORED = (
    "times",
    "dates",
    "object_ids",
    "tokens",
    "hosts",
    "parameters",
    "processes",
    "lines",
    "bodies",
    "details",
)
"""What never is a difference, as keys of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerPair:
    """A layer of one chain and what it is in the other, by path and occurrence; one of them may be missing."""

    a: LayerPass | None
    b: LayerPass | None
    is_moved: bool = False

    @property
    def name(self) -> str:
        """Class or function name; its number, if nothing of its loading was heard."""
        known = self.a or self.b
        layer = None if known is None else known.layer
        return "" if layer is None else layer.name or layer.path or f"#{layer.index + 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stop of one path, with those that are equal to it in the same place."""

    key: tuple[object, ...]
    """Equal for what is the same step in two requests."""
    stop: Stop
    count: int
    pair: int | None = None
    """Index into ``Comparison.layers``, if the step is a layer's own."""
    label: str = ""
    """Of what runs inside other code: the statement, the template …, without what differs by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The same step of both paths, or a step that only one of them has."""

    a: Step | None
    b: Step | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference of substance."""

    id: DifferenceId
    subject: str
    a: Value | None
    """``None`` where there is none."""
    b: Value | None
    row: int
    """Index into ``Comparison.rows`` of the step at which it comes about."""

    @property
    def aspect(self) -> Aspect:
        """What it is about."""
        return self.id.aspect


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstance:
    """One thing that the two requests were not given alike."""

    id: CircumstanceId
    subject: str
    a: Value | None
    b: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two requests beside each other."""

    a: RequestTrace
    b: RequestTrace
    layers: tuple[LayerPair, ...]
    """In the order of ``a``, with what only ``b`` has where it stands there."""
    rows: tuple[Row, ...]
    """The two paths beside each other. Where they part, the shorter part stands first."""
    differences: tuple[Difference, ...]
    """In the order of ``rows``; at one step causes stand before consequences."""
    circumstances: tuple[Circumstance, ...]

    @property
    def outcome(self) -> tuple[Difference, ...]:
        """The differences of what happened, apart from those of the list of layers itself."""
        return tuple(one for one in self.differences if one.aspect is not Aspect.MIDDLEWARE)

    @property
    def first(self) -> Difference | None:
        """The first thing that happened otherwise; if nothing did, the first difference of the lists of layers."""
        return next(iter(self.outcome or self.differences), None)

    @property
    def is_same(self) -> bool:
        """No difference of substance was found."""
        return not self.differences

    def about(self, aspect: Aspect) -> tuple[Difference, ...]:
        """The differences of one aspect."""
        return tuple(one for one in self.differences if one.aspect is aspect)

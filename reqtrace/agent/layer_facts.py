"""Tells about one entry of MIDDLEWARE what decides whether its place in the list is right.

What a middleware does with the request is read in its source (``request_uses``). Only if asked is it built, with a
``get_response`` that nobody calls, as Django does when a server starts: ``MiddlewareNotUsed`` and factories that fail
show only then.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any

from reqtrace.agent.entering import describe_error
from reqtrace.agent.request_uses import Scope, Uses, is_none, parameter, read_function
from reqtrace.agent.source_tree import FunctionNode, plain_function, tree_of

__all__ = ["UNCHANGING", "build_layer", "describe_layer", "inherited", "own_parts", "returned_functions"]

SET_AT_BIRTH = (
    *("GET", "POST", "COOKIES", "META", "FILES", "path", "path_info", "method", "resolver_match", "content_type"),
    *("content_params", "environ", "scope", "urlconf"),
)
"""Attributes that ``HttpRequest.__init__`` and its descendants set, and one that may be missing."""
UNCHANGING = "django.utils.deprecation"
"""``MiddlewareMixin.__call__`` runs ``process_request`` and ``process_response``, which are read by themselves."""


def describe_layer(factory: Any) -> dict[str, Any]:
    """Ancestors, abilities, and what its source says it does with the request."""
    uses = Uses()
    try:
        is_known = read_class(factory, uses) if isinstance(factory, type) else read_factory(factory, uses)
    except RecursionError:  # source that a machine wrote: what has been read so far is true, the rest is not known
        is_known = False
    own = request_attributes()
    return {
        "mro": [dotted(kind) for kind in factory.__mro__[:-1]] if isinstance(factory, type) else [],
        "is_sync_capable": bool(getattr(factory, "sync_capable", True)),
        "is_async_capable": bool(getattr(factory, "async_capable", False)),
        "is_source_known": is_known,
        "reads": [
            {"phase": phase, "attribute": attribute, "certainty": certainty, "file": file, "line": line}
            for (phase, attribute), (certainty, file, line) in uses.reads.items()
            if attribute not in own
        ],
        "sets": sorted(uses.sets),
        "traits": sorted(uses.traits),
    }


def dotted(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def request_attributes() -> set[str]:
    """What every request has from the start."""
    from django.core.handlers.asgi import ASGIRequest
    from django.core.handlers.wsgi import WSGIRequest

    return {*dir(WSGIRequest), *dir(ASGIRequest), *SET_AT_BIRTH}


# --- building ----------------------------------------------------------------------------------------------------


def build_layer(factory: Any, *, is_asgi: bool) -> dict[str, Any]:
    """Whether it takes its place in the chain, and its hooks once it is there."""
    from django.core.exceptions import MiddlewareNotUsed

    from reqtrace.events.kinds import HOOKS

    is_async = bool(getattr(factory, "async_capable", False)) if is_asgi else not getattr(factory, "sync_capable", True)
    try:
        layer = factory(never_called_async if is_async else never_called)
    except MiddlewareNotUsed as reason:
        return {"is_used": False, "remark": str(reason)}
    except Exception as error:  # whatever a factory of the project raises is a finding about this entry
        return {"failure": describe_error(error)}
    if layer is None:
        return {"failure": {**describe_error(TypeError("the factory returned None")), "traceback": ""}}
    from reqtrace.agent.layer_calls import call_fault

    return {"hooks": [hook for hook in HOOKS if hasattr(layer, hook)], "fault": call_fault(factory, layer)}


def never_called(request: Any) -> Any:
    raise RuntimeError("The middleware is only built, nothing is sent.")


async def never_called_async(request: Any) -> Any:
    raise RuntimeError("The middleware is only built, nothing is sent.")


# --- classes -----------------------------------------------------------------------------------------------------


def read_class(kind: type, uses: Uses) -> bool:
    """Read the hooks of a class; whether the source of what it does on the way in is there."""
    is_known = True
    for name in ("process_request", "__call__"):
        function = inherited(kind, name)
        if function is None or (name == "__call__" and function.__module__ == UNCHANGING):
            continue
        is_known = read_method(function, kind, uses) and is_known
    for node in class_nodes(kind):
        uses.traits.update(response_traits(node))
    if (catcher := inherited(kind, "process_exception")) and (node_found := tree_of(catcher)):
        uses.traits.update(exception_traits(node_found))
    return is_known


def inherited(kind: type, name: str) -> FunctionType | None:
    """A method as the class has it, taken from no instance and through no descriptor."""
    return plain_function(inspect.getattr_static(kind, name, None))


def read_method(function: FunctionType, kind: type, uses: Uses) -> bool:
    node = tree_of(function)
    request = parameter(node, 1) if node is not None else ""
    if node is None or not request:
        return False
    read_function(
        Scope(
            node=node,
            file=function.__code__.co_filename,
            names=function.__globals__,
            request=request,
            this=parameter(node, 0),
            kind=kind,
        ),
        uses,
    )
    return True


def class_nodes(kind: type) -> Iterator[FunctionNode]:
    """The methods a class has of its own or of its ancestors."""
    for name in {name for ancestor in kind.__mro__ for name in vars(ancestor)}:
        function = inherited(kind, name)
        if function is not None and function.__module__ != UNCHANGING and (node := tree_of(function)) is not None:
            yield node


# --- functions ---------------------------------------------------------------------------------------------------


def read_factory(factory: Any, uses: Uses) -> bool:
    """Read the functions that a factory function returns; whether there are any that can be read."""
    function = plain_function(factory)
    node = tree_of(function) if function is not None else None
    if function is None or node is None:
        return False
    siblings = {part.name: part for part in own_parts(node) if isinstance(part, FunctionNode)}
    returned = returned_functions(node, siblings)
    for name in returned:
        layer = siblings[name]
        if request := parameter(layer, 0):
            read_function(
                Scope(
                    node=layer,
                    file=function.__code__.co_filename,
                    names=function.__globals__,
                    request=request,
                    inner=frozenset({parameter(node, 0)}),
                    siblings=siblings,
                ),
                uses,
            )
        uses.traits.update(response_traits(layer))
    return bool(returned)


def returned_functions(node: FunctionNode, siblings: Mapping[str, FunctionNode]) -> list[str]:
    """Names of the functions that are returned, by their own name or by another they were given."""
    names: list[str] = []
    aliases: dict[str, list[str]] = {}
    for part in own_parts(node):
        match part:
            case ast.Assign(targets=[ast.Name(id=alias)], value=ast.expr() as value):
                aliases.setdefault(alias, []).extend(named_in(value))
            case ast.Return(value=ast.expr() as value):
                names.extend(named_in(value))
    meant = [*names, *(other for name in names for other in aliases.get(name, ()))]
    return [name for name in dict.fromkeys(meant) if name in siblings]


def named_in(value: ast.expr) -> Iterator[str]:
    """A plain name, or those between which ``… if … else …`` decides."""
    if isinstance(value, ast.Name):
        yield value.id
    elif isinstance(value, ast.IfExp):
        yield from named_in(value.body)
        yield from named_in(value.orelse)


def own_parts(node: FunctionNode) -> Iterator[ast.AST]:
    """Whatever stands in a function, under whatever condition, but not inside the functions and classes in it."""
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop(0)
        yield part
        if not isinstance(part, FunctionNode | ast.ClassDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(part))


# --- what is done to the response --------------------------------------------------------------------------------


def response_traits(node: FunctionNode) -> Iterator[str]:
    """Whether a function writes or reads a response's body, or what the response varies on."""
    for part in ast.walk(node):
        match part:
            case ast.Attribute(attr="content" | "streaming_content", ctx=ast.Store()):
                yield "edits-body"
            case ast.Attribute(value=ast.Name(id="response"), attr="content", ctx=ast.Load()):
                yield "reads-body"
            case ast.Constant(value=str(text)) if text.lower() == "content-length":
                yield "sets-length"
            case ast.Call(func=ast.Name(id="patch_vary_headers")):
                yield "sets-vary"


def exception_traits(node: FunctionNode) -> Iterator[str]:
    """Whether ``process_exception`` answers every exception: it ends in an answer and has no other end."""
    ends = [part for part in ast.walk(node) if isinstance(part, ast.Return | ast.If | ast.Raise)]
    last = node.body[-1]
    if ends == [last] and isinstance(last, ast.Return) and last.value is not None and not is_none(last.value):
        yield "answers-every-exception"

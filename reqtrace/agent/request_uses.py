"""Reads in the source of a middleware what it does with the request before and after it calls ``get_response``.

Only syntax trees are read. What is said is what the source says on its face: an attribute that is looked for with
``hasattr`` or under ``except AttributeError`` is *guarded*, one that is read behind a condition on the request is read
*sometimes*, behind any other condition *maybe*. A helper that gets the request is followed where its name leads.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import FunctionType, ModuleType
from typing import Any

from reqtrace.agent.source_tree import FunctionNode, plain_function, tree_of

__all__ = ["ALWAYS", "GUARDED", "MAYBE", "SOMETIMES", "Scope", "Uses", "is_none", "parameter", "read_function"]

ALWAYS, SOMETIMES, MAYBE, GUARDED = "always", "sometimes", "maybe", "guarded"
CERTAINTIES = (ALWAYS, SOMETIMES, MAYBE, GUARDED)
"""From the most certain to the least."""
DEPTH = 4
"""Helpers within helpers that are followed."""
HELPERS = 200
"""Helpers that are followed at most for one middleware, one in another or one after the other."""
GET_RESPONSE = ("get_response", "_get_response")
CATCHES_MISSING = {"AttributeError", "Exception", "BaseException", "ImproperlyConfigured"}
HOST_KEYS = {"HTTP_HOST", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_PORT"}


@dataclass(slots=True)
class Uses:
    """What was read, over all functions of one middleware."""

    reads: dict[tuple[str, str], tuple[str, str, int]] = field(default_factory=dict)
    """``("in" | "out", attribute)`` to how certain, file and line."""
    sets: set[str] = field(default_factory=set)
    """Attributes of the request that are set on the way in."""
    traits: set[str] = field(default_factory=set)
    budget: int = HELPERS
    """Helpers that may still be followed."""

    def read(self, phase: str, attribute: str, certainty: str, file: str, line: int) -> None:
        """Keep the most certain read of an attribute, the first of its kind."""
        known = self.reads.get((phase, attribute))
        if known is None or CERTAINTIES.index(certainty) < CERTAINTIES.index(known[0]):
            self.reads[phase, attribute] = (certainty, file, line)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A function that is being read."""

    node: FunctionNode
    file: str
    names: Mapping[str, Any]
    """The globals of its module, only looked up."""
    request: str
    """The name its request goes by."""
    this: str = ""
    kind: type | None = None
    """For a method: what ``self`` is called, and the class of the middleware."""
    inner: frozenset[str] = frozenset()
    """Names of ``get_response`` in a closure."""
    siblings: Mapping[str, FunctionNode] = field(default_factory=dict)
    guards: frozenset[str] = frozenset()
    depth: int = 0


@dataclass(slots=True)
class Way:
    """Where the reading stands: still on the way in, and under which condition."""

    is_in: bool = True
    certainty: str = ALWAYS

    def under(self, condition: str) -> Way:
        return Way(self.is_in, weaker(self.certainty, condition))


def weaker(one: str, other: str) -> str:
    return max(one, other, key=CERTAINTIES.index)


def read_function(scope: Scope, uses: Uses) -> None:
    """Add what a function of a middleware does with its request."""
    FunctionReader(scope, uses).block(scope.node.body, Way())


class FunctionReader:
    """Walks one function in the order it would run."""

    def __init__(self, scope: Scope, uses: Uses) -> None:
        self.scope = scope
        self.uses = uses
        self.guards = scope.guards | set(looked_for(scope.node, scope.request))

    # --- statements ----------------------------------------------------------------------------------------------

    def block(self, statements: Sequence[ast.stmt], way: Way) -> bool:
        """Read statements one after the other; whether they certainly leave the function."""
        return any(self.statement(statement, way) for statement in statements)

    def statement(self, node: ast.stmt, way: Way) -> bool:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return False
            case ast.Return():
                self.expressions([node.value], way)
                if way.is_in and node.value is not None and not is_none(node.value):
                    self.uses.traits.add("answers")
                return True
            case ast.Raise():
                self.expressions([node.exc], way)
                return True
            case ast.If():
                return self.choice(node, way)
            case ast.For() | ast.AsyncFor() | ast.While():
                self.expressions([node.test if isinstance(node, ast.While) else node.iter], way)
                self.join(way, [(node.body, MAYBE), (node.orelse, ALWAYS)])
                return False
            case ast.Try() | ast.TryStar():
                return self.attempt(node, way)
            case ast.With() | ast.AsyncWith():
                self.expressions([item.context_expr for item in node.items], way)
                return self.block(node.body, way)
            case ast.Match():
                self.expressions([node.subject], way)
                self.join(way, [(case.body, self.condition(node.subject)) for case in node.cases])
                return False
        self.simple(node, way)
        return False

    def simple(self, node: ast.stmt, way: Way) -> None:
        """An assignment, or a statement of expressions alone."""
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            self.expressions([node.value], way)
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                self.target(target, way)
        elif isinstance(node, ast.Assert) and (wanted := self.looked_for_by(node.test)):
            self.note(wanted, way, node.lineno)
        else:
            self.expressions(list(ast.iter_child_nodes(node)), way)

    def choice(self, node: ast.If, way: Way) -> bool:
        test = node.test
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) and isinstance(node.body[-1], ast.Raise):
            for attribute in filter(None, [self.looked_for_by(test.operand)]):
                self.note(attribute, way, node.lineno)  # "if not hasattr(request, …): raise" is a need, not a guard
        self.expressions([test], way)
        condition = self.condition(test)
        return self.join(way, [(node.body, condition), (node.orelse, condition)])

    def join(self, way: Way, branches: Iterable[tuple[Sequence[ast.stmt], str]]) -> bool:
        """Read branches of which one is taken; afterwards the way is what those that go on agree on."""
        living, left = [], ALWAYS
        for statements, condition in branches:
            branch = way.under(condition)
            if self.block(statements, branch):
                left = weaker(left, condition)
            else:
                living.append(branch)
        if not living:
            return True
        way.is_in = all(branch.is_in for branch in living)
        way.certainty = weaker(way.certainty, left)
        return False

    def attempt(self, node: ast.Try | ast.TryStar, way: Way) -> bool:
        body = way.under(GUARDED if any(map(catches_missing, node.handlers)) else ALWAYS)
        is_over = self.block([*node.body, *node.orelse], body)
        handled = [self.block(handler.body, Way(way.is_in, MAYBE)) for handler in node.handlers]
        way.is_in = body.is_in
        is_over = (is_over and all(handled)) if handled else is_over
        return self.block(node.finalbody, way) or is_over

    # --- expressions ---------------------------------------------------------------------------------------------

    def expressions(self, nodes: Iterable[ast.AST | None], way: Way) -> None:
        for node in nodes:
            if node is not None:
                self.expression(node, way)

    def expression(self, node: ast.AST, way: Way) -> None:
        match node:
            case ast.Lambda():
                return
            case ast.BoolOp():
                self.expression(node.values[0], way)
                self.aside(node.values[1:], way, self.condition(node.values[0]))
            case ast.IfExp():
                self.expression(node.test, way)
                self.aside([node.body, node.orelse], way, self.condition(node.test))
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self.expression(node.generators[0].iter, way)
                self.aside(ast.iter_child_nodes(node), way, MAYBE)
            case ast.Call():
                self.expressions([node.func, *node.args, *(keyword.value for keyword in node.keywords)], way)
                self.call(node, way)
            case ast.Attribute(value=ast.Name(id=self.scope.request), ctx=ast.Load()):
                self.note(node.attr, way, node.lineno)
            case _:
                self.expressions(ast.iter_child_nodes(node), way)

    def aside(self, nodes: Iterable[ast.AST], way: Way, condition: str) -> None:
        """Expressions that may be left out; a ``get_response`` called there ends the way in all the same."""
        branch = way.under(condition)
        self.expressions(nodes, branch)
        way.is_in = branch.is_in

    def target(self, node: ast.AST, way: Way) -> None:
        """What is assigned to."""
        match node:
            case ast.Attribute(value=ast.Name(id=self.scope.request)):
                self.provide(node.attr, way)
            case ast.Subscript(value=ast.Attribute(value=ast.Name(id=self.scope.request), attr="META")):
                if way.is_in and isinstance(node.slice, ast.Constant) and node.slice.value in HOST_KEYS:
                    self.uses.traits.add("rewrites-host")
            case ast.Tuple() | ast.List():
                for element in node.elts:
                    self.target(element, way)
            case ast.Subscript() | ast.Attribute():
                self.expressions(ast.iter_child_nodes(node), way)

    def call(self, node: ast.Call, way: Way) -> None:
        function = node.func
        if self.is_get_response(function):
            way.is_in = False
            return
        match function:
            case ast.Name(id="getattr") if (wanted := self.looked_for_by(node)) is not None:
                self.note(wanted, way.under(GUARDED) if len(node.args) > 2 else way, node.lineno)
            case ast.Name(id="setattr") if (wanted := self.looked_for_by(node)) is not None:
                self.provide(wanted, way)
            case ast.Attribute(value=ast.Name(id=self.scope.request), attr="get_host") if way.is_in:
                self.uses.traits.add("asks-host")
            case _:
                self.follow(node, way)

    def is_get_response(self, function: ast.expr) -> bool:
        match function:
            case ast.Name():
                return function.id in self.scope.inner or function.id in GET_RESPONSE
            case ast.Attribute(value=ast.Name(id=this)) if this == self.scope.this:
                return function.attr in GET_RESPONSE
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
                return function.attr in ("__call__", "__acall__")
        return False

    def follow(self, node: ast.Call, way: Way) -> None:
        """Read a helper that gets the request, as if it stood here."""
        position = next((i for i, value in enumerate(node.args) if is_name(value, self.scope.request)), None)
        if position is None or self.scope.depth >= DEPTH or self.uses.budget <= 0:
            return
        self.uses.budget -= 1
        helper = self.helper(node.func, position)
        if helper is None or helper.node is self.scope.node:
            return
        inside = Way(way.is_in, way.certainty)
        before = "answers" in self.uses.traits
        FunctionReader(helper, self.uses).block(helper.node.body, inside)
        way.is_in = inside.is_in
        if not before:  # what a helper returns is no answer yet: its caller may throw it away
            self.uses.traits.discard("answers")

    def helper(self, function: ast.expr, position: int) -> Scope | None:
        scope = replace(self.scope, depth=self.scope.depth + 1, guards=frozenset(self.guards))
        if isinstance(function, ast.Name) and function.id in self.scope.siblings:
            node = self.scope.siblings[function.id]
            request = parameter(node, position)
            return replace(scope, node=node, request=request) if request else None
        is_method = isinstance(function, ast.Attribute) and is_name(function.value, self.scope.this)
        found = self.method(function) if is_method else self.function(function)
        node_found = tree_of(found) if found is not None else None
        if found is None or node_found is None:
            return None
        request = parameter(node_found, position + is_method)
        return (
            replace(
                scope,
                node=node_found,
                file=found.__code__.co_filename,
                names=found.__globals__,
                request=request,
                this=parameter(node_found, 0) if is_method else "",
                siblings={},
                inner=frozenset(),
            )
            if request
            else None
        )

    def method(self, function: ast.expr) -> FunctionType | None:
        assert isinstance(function, ast.Attribute)
        for kind in self.scope.kind.__mro__ if self.scope.kind is not None else ():
            if function.attr in vars(kind):
                return plain_function(vars(kind)[function.attr])
        return None

    def function(self, function: ast.expr) -> FunctionType | None:
        """A function of this module, or of a module that is known here by a plain name."""
        match function:
            case ast.Name():
                return plain_function(self.scope.names.get(function.id))
            case ast.Attribute(value=ast.Name(id=name)):
                module = self.scope.names.get(name)
                return plain_function(vars(module).get(function.attr)) if isinstance(module, ModuleType) else None
        return None

    # --- what it comes to ----------------------------------------------------------------------------------------

    def note(self, attribute: str, way: Way, line: int) -> None:
        if attribute in self.uses.sets:
            return
        certainty = GUARDED if attribute in self.guards and not self.is_needed(attribute) else way.certainty
        self.uses.read("in" if way.is_in else "out", attribute, certainty, self.scope.file, line)

    def is_needed(self, attribute: str) -> bool:
        """Whether the function looks for the attribute only to complain that it is not there."""
        return attribute in complained_about(self.scope.node, self.scope.request)

    def provide(self, attribute: str, way: Way) -> None:
        if way.is_in:
            self.uses.sets.add(attribute)

    def looked_for_by(self, node: ast.expr) -> str | None:
        return looked_for_in(node, self.scope.request)

    def condition(self, test: ast.expr) -> str:
        """How much a condition says: nothing (sync or async), something about the request, or something else."""
        mentioned = {part.id for part in ast.walk(test) if isinstance(part, ast.Name)}
        words = mentioned | {part.attr for part in ast.walk(test) if isinstance(part, ast.Attribute)}
        if any("async" in word or "coroutine" in word for word in words):
            return ALWAYS
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            conditions = [self.condition(value) for value in test.values]
            return max(conditions, key=CERTAINTIES.index)
        if self.scope.request in mentioned:
            return SOMETIMES
        known = mentioned - set(self.scope.names) - set(dir(builtins)) - {self.scope.this}
        return SOMETIMES if known else MAYBE


# --- small questions to a tree -----------------------------------------------------------------------------------


def is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and bool(name) and node.id == name


def parameter(node: FunctionNode, position: int) -> str:
    """The name of a positional parameter; empty if there is none."""
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    return names[position] if position < len(names) else ""


def looked_for_in(node: ast.expr, request: str) -> str | None:
    """The attribute that ``hasattr``, ``getattr`` or ``setattr`` names of the request."""
    match node:
        case ast.Call(
            func=ast.Name(id="hasattr" | "getattr" | "setattr"),
            args=[ast.Name(id=name), ast.Constant(value=str(attribute)), *_],
        ) if name == request:
            return attribute
    return None


def looked_for(node: FunctionNode, request: str) -> Iterator[str]:
    """Attributes that the function asks for before it takes them."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name):
            has_default = part.func.id == "hasattr" or (part.func.id == "getattr" and len(part.args) > 2)
            if has_default and (attribute := looked_for_in(part, request)):
                yield attribute


def complained_about(node: FunctionNode, request: str) -> set[str]:
    """Attributes for which the function raises if they are missing."""
    found = set()
    for part in ast.walk(node):
        match part:
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=operand)) if isinstance(part.body[-1], ast.Raise):
                found.add(looked_for_in(operand, request))
            case ast.Assert(test=test):
                found.add(looked_for_in(test, request))
    return {attribute for attribute in found if attribute}


def catches_missing(handler: ast.ExceptHandler) -> bool:
    """Whether a missing attribute would end here."""
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in CATCHES_MISSING for kind in kinds)

"""The options that change a list of layers. They are read in the order in which they are written, unlike others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reqtrace.errors import UsageError

if TYPE_CHECKING:
    from reqtrace.analysis.experiment_changes import Change

__all__ = ["InOrder", "change_options", "changes_asked_for"]

Decorated = TypeVar("Decorated", bound=Callable[..., Any])
OPTIONS = (
    ("move", "LAYER", "Move a layer; --above or --below says where to."),
    ("above", "LAYER", "… to directly above this layer."),
    ("below", "LAYER", "… to directly below this layer."),
    ("first", "LAYER", "Move a layer to the beginning of the list."),
    ("last", "LAYER", "Move a layer to the end of the list."),
    ("off", "LAYER", "Leave a layer out."),
    ("add", "PATH", "Add a layer, named by its dotted path; at the end, or --above or --below another."),
    ("duplicate", "LAYER", "Have a layer twice: directly below itself, or --above or --below another."),
)
NAMES = frozenset(name for name, _, _ in OPTIONS)


class InOrder(click.Command):
    """A command that remembers in which order its options were written."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args:
            values, _, order = self.make_parser(ctx).parse_args(args=list(args))
            ctx.meta[__name__] = list(in_order(values, [param.name for param in order if param.name in NAMES]))
        return super().parse_args(ctx, args)


def in_order(values: Any, names: Sequence[str | None]) -> Iterator[tuple[str, str]]:
    """Each option with the value it had there."""
    waiting = {name: iter(values[name]) for name in set(names) if name is not None}
    return ((name, next(waiting[name])) for name in names if name is not None)


def change_options(function: Decorated) -> Decorated:
    """``--move`` and the others, each as often as one likes."""
    for name, metavar, words in reversed(OPTIONS):
        function = click.option(f"--{name}", multiple=True, metavar=metavar, help=words, expose_value=False)(function)
    return function


def changes_asked_for(ctx: click.Context) -> tuple[Change, ...]:
    """The changes, in the order in which they are to be made. Raises ``UsageError``."""
    return tuple(read_changes(ctx.meta.get(__name__, ())))


def read_changes(written: Sequence[tuple[str, str]]) -> Iterator[Change]:
    from reqtrace.analysis.experiment_changes import Change, ChangeKind, Place

    rest = list(written)
    while rest:
        name, layer = rest.pop(0)
        if name in ("first", "last"):
            yield Change(kind=ChangeKind.MOVE, layer=layer, place=Place(name))
        elif name in ("above", "below"):
            raise UsageError(f"--{name} {layer} does not say what goes there.", hint=f"--move X --{name} {layer}")
        elif name == "off":
            yield Change(kind=ChangeKind.OFF, layer=layer)
        elif rest and rest[0][0] in ("above", "below"):
            place, anchor = rest.pop(0)
            yield Change(kind=ChangeKind(name), layer=layer, place=Place(place), anchor=anchor)
        elif name == "move":
            raise UsageError(
                f"--move {layer} does not say where to.", hint=f"--move {layer} --above Y, or --first {layer}."
            )
        else:
            yield Change(kind=ChangeKind(name), layer=layer)

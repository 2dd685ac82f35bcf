"""How the fields of each kind of event are read from JSON: checked, and rebuilt as the types they were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from reqtrace.events.kinds import Event

__all__ = ["FieldPlan", "FrameError", "KindPlan", "plan_for", "read_int", "read_str"]


class FrameError(ValueError):
    """A line that is no record of this format."""


class FieldPlan(NamedTuple):
    """How one field of an event is read from the wire."""

    name: str
    is_interned: bool
    read: Callable[[Any], Any]
    json_type: type
    """What JSON has in its place."""

    def value(self, item: Any, texts: Sequence[str]) -> Any:
        """The value that was meant. Raises ``FrameError``."""
        return text_of(read_int(item), texts) if self.is_interned else self.read(item)


def text_of(number: int, texts: Sequence[str]) -> str:
    if not 0 <= number < len(texts):
        raise FrameError(f"text {number} is referred to before it was sent")
    return texts[number]


def read_int(value: Any) -> int:
    if type(value) is not int:
        raise FrameError(f"a whole number was expected, not {type(value).__name__}")
    return value


def read_str(value: Any) -> str:
    if type(value) is not str:
        raise FrameError(f"a text was expected, not {type(value).__name__}")
    return value


def read_bool(value: Any) -> bool:
    if type(value) is not bool and value not in (0, 1):
        raise FrameError(f"true or false was expected, not {type(value).__name__}")
    return bool(value)


SCALARS: dict[Any, Callable[[Any], Any]] = {int: read_int, str: read_str, bool: read_bool, object: lambda v: v}


def reader_for(annotation: Any) -> Callable[[Any], Any]:
    """A function that checks and rebuilds a value of the annotated type from JSON."""
    if annotation in SCALARS:
        return SCALARS[annotation]
    if get_origin(annotation) is tuple:
        return tuple_reader(get_args(annotation))
    hints = get_type_hints(annotation)
    readers = [reader_for(hints[name]) for name in annotation._fields]

    def read_named(value: Any) -> Any:
        if not isinstance(value, list) or len(value) < len(readers):
            raise FrameError(f"{annotation.__name__} expects {len(readers)} items")
        return annotation(*[read(item) for read, item in zip(readers, value, strict=False)])

    return read_named


def tuple_reader(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    """A reader for ``tuple[X, ...]`` or a tuple of fixed length."""
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        read_item = reader_for(arguments[0])

        def read_many(value: Any) -> Any:
            if not isinstance(value, list):
                raise FrameError("a list was expected")
            return tuple([read_item(item) for item in value])

        return read_many
    readers = [reader_for(argument) for argument in arguments]

    def read_fixed(value: Any) -> Any:
        if not isinstance(value, list) or len(value) != len(readers):
            raise FrameError(f"a list of {len(readers)} was expected")
        return tuple([read(item) for read, item in zip(readers, value, strict=True)])

    return read_fixed


class KindPlan(NamedTuple):
    """How an event of a kind is read. Most are what is expected, and that is seen at a glance: by the types of all."""

    kind: type[Event]
    fields: tuple[FieldPlan, ...]
    """In wire order."""
    names: tuple[str, ...]
    types: tuple[type, ...]
    """Of the JSON values, if every one is as it should be."""
    interned: tuple[int, ...]
    """Positions of the numbers that stand for a text;"""
    nested: tuple[int, ...]
    """and of what has to be rebuilt."""

    def event(self, values: list[Any], texts: Sequence[str]) -> Event:
        """The event with these fields; the list is used up. Raises ``FrameError``."""
        if tuple(map(type, values)) != self.types:
            values = [one.value(value, texts) for one, value in zip(self.fields, values, strict=True)]
        else:
            for place in self.interned:
                values[place] = text_of(values[place], texts)
            for place in self.nested:
                values[place] = self.fields[place].read(values[place])
        return self.kind(**dict(zip(self.names, values, strict=True)))


def plan_for(kind: type[Event]) -> KindPlan:
    """The plan of a kind."""
    hints = get_type_hints(kind, include_extras=True)
    plans = tuple([field_plan(field.name, hints[field.name]) for field in fields(kind)])
    return KindPlan(
        kind,
        plans,
        names=tuple([plan.name for plan in plans]),
        types=tuple([plan.json_type for plan in plans]),
        interned=tuple([place for place, plan in enumerate(plans) if plan.is_interned]),
        nested=tuple([place for place, plan in enumerate(plans) if plan.json_type is list]),
    )


def field_plan(name: str, annotation: Any) -> FieldPlan:
    if "interned" in getattr(annotation, "__metadata__", ()):
        return FieldPlan(name, True, read_str, int)
    # What may be anything has no type that shows it, so an event with such a field is always looked through.
    json_type = annotation if annotation in SCALARS else list
    return FieldPlan(name, False, reader_for(annotation), json_type)

"""What is called is named after the function that runs, whatever sort of callable it is."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from reqtrace.agent.callables import callable_name

HERE = __name__


class Shelf:
    """Can be called, and asks to be left alone."""

    def __call__(self) -> None: ...

    def find(self) -> None: ...

    @classmethod
    def make(cls) -> Shelf:
        return cls()

    @staticmethod
    def measure() -> None: ...

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"somebody asked for {name}")


class OwnPartial(functools.partial[Any]):
    """A partial whose attribute is not what the call uses."""

    func = property(lambda self: pytest.fail("somebody asked for func"))  # type: ignore[assignment]


@functools.lru_cache
def cached() -> None: ...


def plain() -> None: ...


async def aplain() -> None: ...


NAMES: list[tuple[Callable[..., Any], str]] = [
    (plain, f"{HERE}.plain"),
    (lambda: None, f"{HERE}.<lambda>"),
    (str, "builtins.str"),
    (Shelf, f"{HERE}.Shelf"),
    (Shelf(), f"{HERE}.Shelf.__call__"),
    (Shelf().find, f"{HERE}.Shelf.find"),
    (Shelf.make, f"{HERE}.Shelf.make"),
    (Shelf.measure, f"{HERE}.Shelf.measure"),
    (functools.partial(functools.partial(plain)), f"{HERE}.plain"),
    (functools.partial(str, "x"), "builtins.str"),
    (functools.partial(Shelf()), f"{HERE}.Shelf.__call__"),
    (OwnPartial(plain), f"{HERE}.plain"),
    (len, "builtins.len"),
    ([].append, "builtins.list.append"),
    ("a".__len__, "builtins.str.__len__"),
    (str.upper, "builtins.str.upper"),
    (str.__len__, "builtins.str.__len__"),
    (dict.fromkeys, "builtins.dict.fromkeys"),
    (datetime.datetime.now, "datetime.datetime.now"),
    (cached, f"{HERE}.cached"),
    (sync_to_async(plain), f"{HERE}.plain"),
    (async_to_sync(aplain), f"{HERE}.aplain"),
]


@pytest.mark.parametrize(("target", "name"), NAMES, ids=[str(number) for number in range(len(NAMES))])
def test_what_is_called_is_named(target: Callable[..., Any], name: str) -> None:
    """Never by the sort of the callable, and no attribute of the application's is computed."""
    assert callable_name(target) == name


def test_a_partial_that_holds_itself_comes_to_an_end() -> None:
    """``functools.partial.__setstate__`` can make one."""
    circle = functools.partial(plain)
    circle.__setstate__((circle, (), {}, {}))  # type: ignore[attr-defined]
    assert callable_name(circle) == "functools.partial.__call__"

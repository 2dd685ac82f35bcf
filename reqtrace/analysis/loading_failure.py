"""Says which entry of MIDDLEWARE keeps a site from starting, and whether two entries have grown into one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reqtrace.trace.model import LayerState, ProcessFacts

__all__ = ["FailedEntry", "failed_entry", "grown_together"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedEntry:
    """An entry of MIDDLEWARE with which ``load_middleware`` ended."""

    number: int
    """Position in MIDDLEWARE, from 1."""
    path: str
    reason: str
    """The exception, with its dotted type."""
    parts: tuple[str, str] | None
    """The two entries it really is, if the comma between them is missing."""


def failed_entry(processes: Sequence[ProcessFacts]) -> FailedEntry | None:
    """Where the newest loading ended, if it failed at an entry."""
    newest = next((process for process in reversed(processes) if process.chains), None)
    if newest is None:
        return None
    chain = newest.chains[-1]
    layer = next((layer for layer in chain.layers if layer.state is LayerState.FAILED), None)
    if layer is None:
        return None
    parts = grown_together(layer.path, [other.path for other in chain.layers if other is not layer])
    return FailedEntry(number=layer.index + 1, path=layer.path, reason=layer.reason, parts=parts)


def grown_together(path: str, others: Iterable[str]) -> tuple[str, str] | None:
    """The two paths that a missing comma made one of, as Python joins texts that stand side by side."""
    packages = {"django", *(other.partition(".")[0] for other in (path, *others))}
    for place in range(1, len(path)):
        first, second = path[:place], path[place:]
        package, dot, rest = second.partition(".")
        if dot and "." in rest and package in packages and is_like_middleware(first):
            return first, second
    return None


def is_like_middleware(path: str) -> bool:
    """A path with a module and a class, or a function that is called so."""
    module, _, name = path.rpartition(".")
    return bool(module) and (name[:1].isupper() or name.endswith("middleware")) and name.isidentifier()

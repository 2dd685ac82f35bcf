"""The code of a stop and that of its callers, as places in files of this machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reqtrace.analysis.call_path import Caller, call_path
from reqtrace.analysis.django_code import Code, django_directory
from reqtrace.hub.python_files import find_function, find_line
from reqtrace.trace.model import RequestTrace, Stop
from reqtrace.tui.stop_source import SourceLine, source_of
from reqtrace.tui.words import word

__all__ = ["Frame", "django_locator", "frame_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What the source shows at one step of the way from a stop out to the server."""

    source: SourceLine | None
    who: str
    """The function, and for whom it runs; empty for the code of the stop itself."""
    missing: str
    """What to say if there is no source."""


def frame_at(trace: RequestTrace, stop: Stop, depth: int) -> Frame | None:
    """The code of the stop itself, if it has any, then its callers outwards; beyond the last there is nothing.

    Only the frame that is asked for is looked up, since that reads a file of Django's.
    """
    own = source_of(trace, stop)
    if own is not None and depth == 0:
        return Frame(source=own, who="", missing="")
    callers = call_path(trace, stop)
    number = depth if own is not None else depth + 1
    if 1 <= number <= len(callers):
        return _frame(trace, callers[number - 1], number, len(callers))
    return Frame(source=None, who="", missing="") if depth == 0 else None


def _frame(trace: RequestTrace, caller: Caller, number: int, total: int) -> Frame:
    name = caller.name if caller.code is None else caller.code.function
    key = "source.caller.layer" if caller.layer and caller.code is not None else "source.caller"
    source = _source(trace, caller)
    return Frame(
        source=source,
        who=word(key, n=number, total=total, name=name, layer=caller.layer),
        missing="" if source is not None else word("source.unknown", name=name),
    )


def _source(trace: RequestTrace, caller: Caller) -> SourceLine | None:
    if caller.code is None:
        return SourceLine(caller.file, caller.line) if caller.file else None
    directory = django_directory(trace)
    if not directory:
        return None
    file = f"{directory}/{caller.code.file}"
    function = find_function(file, caller.code.function, is_async=caller.code.is_async)
    if function is None:
        # Shown all the same: the pane says why it cannot be read.
        return SourceLine(file, 1)
    mark = find_line(file, function, caller.calls) if caller.calls else 0
    return SourceLine(file, function.first, mark)


def django_locator(trace: RequestTrace) -> Callable[[Code], str]:
    """Tells file and line of a function in the Django that ran; only the file where it cannot be read here."""
    directory = django_directory(trace)

    def locate(code: Code) -> str:
        file = f"{directory}/{code.file}"
        found = find_function(file, code.function, is_async=code.is_async) if directory else None
        return f"django/{code.file}:{found.first}" if found is not None else f"django/{code.file}"

    return locate

"""What the row of a detour says: a decorator's hook, a look-up that is not the resolution, a hop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reqtrace.analysis.explain_detours import decorator_of
from reqtrace.events.kinds import HOOKS, DecoratorHookEntered, Outcome, ThreadHopped, UrlLookedUp
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase
from reqtrace.render.figures import format_duration
from reqtrace.render.funnel_sides import error_name, turning_words
from reqtrace.render.labels import count, text
from reqtrace.render.repeats import Group
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.hops import cost_of
from reqtrace.trace.model import RequestTrace, Span

__all__ = ["Words", "decorator_words", "hop_words", "lookup_words", "place_words", "raised_words"]

_BOLD = Paint(Role.INK, bold=True)
_QUIET = Paint(Role.SKIP)
_ASKERS: Mapping[str, str] = {
    "django/middleware/common.py": "CommonMiddleware",
    "django/middleware/locale.py": "LocaleMiddleware",
    "django/views/debug.py": "technical_404_response",
    "django/contrib/admin/sites.py": "AdminSite",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A label, and variants of what it is about: the first that fits is shown."""

    label: str
    paint: Paint
    variants: tuple[Phrase, ...]
    alarm: tuple[str, ...] = ()
    is_vital: bool = False
    """It must be seen however little room there is."""


def raised_words(span: Span | None) -> tuple[str, ...]:
    """That something raised, in less and less words."""
    raised = span.raised if span is not None else None
    if raised is None:
        return (text("core.raised", error="").rstrip(),)
    name = error_name(raised.error)
    message = sanitize(raised.message)
    short = (text("core.raised", error=name), f"{symbols.STATUS_SERVER_ERROR} {name}")
    return (text("core.raised", error=f"{name}: {message}"), *short) if message else short


def place_words(file: str, line: int) -> str:
    """``views.py:30``, or nothing."""
    return f"{sanitize(file.replace(chr(92), '/')).rpartition('/')[2]}:{line}" if file else ""


def decorator_words(trace: RequestTrace, group: Group) -> Words:
    """The hooks of one decorator's middleware that ran one after the other."""
    span = group.stop.span
    entered = span.entered if span is not None else None
    assert isinstance(entered, DecoratorHookEntered)
    spans = [stop.span for stop in group.members if stop.span is not None]
    numbers = [one.entered.hook for one in spans if isinstance(one.entered, DecoratorHookEntered)]
    hooks = ", ".join(HOOKS[number] if 0 <= number < len(HOOKS) else "?" for number in numbers)
    number = count("core.decorator_hooks", len(numbers)) if len(numbers) > 1 else hooks
    decorator = decorator_of(entered.middleware)
    own = text("core.own_middleware", middleware=sanitize(entered.middleware.rpartition(".")[2]))
    apart = text("core.not_in_chain")
    raising = next((one for one in spans if one.outcome is Outcome.raised), None)
    answering = next((one for one in spans if _has_answered(one)), None)
    alarm = raised_words(raising) if raising is not None else turning_words(answering.status) if answering else ()
    return Words(
        label=f"@{decorator}" if decorator else text("core.decorator"),
        paint=_BOLD,
        variants=(
            ((hooks, INK), (f"  {own}, {apart}", _QUIET)),
            ((hooks, INK), (f"  {apart}", _QUIET)),
            ((number, INK), (f"  {own}, {apart}", _QUIET)),
            ((number, INK), (f"  {apart}", _QUIET)),
        ),
        alarm=alarm,
        is_vital=bool(alarm),
    )


def _has_answered(span: Span) -> bool:
    is_before = isinstance(span.entered, DecoratorHookEntered) and span.entered.hook in (0, 1)
    return is_before and span.outcome is Outcome.response


def lookup_words(trace: RequestTrace, group: Group) -> Words:
    """Who asked whether a URL exists, and the answer."""
    entered = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(entered, UrlLookedUp)
    file = entered.file.replace("\\", "/")
    asker = next((name for ending, name in _ASKERS.items() if file.endswith(ending)), sanitize(entered.function))
    path, view = sanitize(entered.path), sanitize(entered.view_name)
    answer = text("core.would_be_none" if entered.error else "core.would_be", path=path, view=view)
    asked = text("core.asked_by", asker=asker) if asker else text("core.not_resolution")
    return Words(
        label=text("core.lookup"),
        paint=_BOLD,
        variants=(
            ((answer, INK), (f"  {asked}, {text('core.not_resolution')}" if asker else f"  {asked}", _QUIET)),
            ((answer, INK), (f"  {asked}", _QUIET)),
            ((answer, INK),),
        ),
    )


def hop_words(trace: RequestTrace, group: Group) -> Words:
    """A hop of the project's own code."""
    entered = group.stop.span.entered if group.stop.span is not None else None
    assert isinstance(entered, ThreadHopped)
    target = sanitize(entered.target)
    names = (target, target.rpartition(".")[2])
    cost = text("core.hop_cost", cost=format_duration(cost_of(entered)))
    side = text("core.in_loop" if entered.direction == "async_to_sync" else "core.in_thread")
    return Words(
        label=sanitize(entered.direction),
        paint=_BOLD,
        variants=(
            *(((name, INK), (f"  {side}, {cost}", _QUIET)) for name in names),
            ((names[-1], INK),),
        ),
    )

"""Puts what did not happen, and why, into words: for the screens, the plain output and the JSON document alike."""

from __future__ import annotations

from collections.abc import Mapping

from reqtrace.analysis.answers import Answer, AnswerId, AnswerValue, Question, Subject
from reqtrace.analysis.decisions import Decision
from reqtrace.analysis.findings import Finding, Walk, WalkStep
from reqtrace.analysis.nearest import Almost, Nearest
from reqtrace.analysis.patterns import Reason, Refusal
from reqtrace.render.figures import format_duration
from reqtrace.render.labels import count, has, text
from reqtrace.render.narration import Counted
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import short_sql
from reqtrace.trace.model import RequestTrace

__all__ = [
    "answer_text",
    "decision_text",
    "finding_text",
    "nearest_text",
    "place_text",
    "question_text",
    "refusal_text",
    "walk_texts",
    "walk_title",
]

_CALL = "__call__"
_HOOKS = {
    Question.REQUEST_HOOK_NOT_CALLED: "process_request",
    Question.VIEW_HOOK_NOT_CALLED: "process_view",
    Question.EXCEPTION_HOOK_NOT_CALLED: "process_exception",
    Question.TEMPLATE_HOOK_NOT_CALLED: "process_template_response",
    Question.RESPONSE_HOOK_NOT_CALLED: "process_response",
}
_MOST_PATH = 40
"""Characters of a path that are quoted."""
_MOST_SETTING = 60
"""Characters of a setting's value; the log screen shows it all."""


def question_text(trace: RequestTrace, subject: Subject) -> str:
    """The question in words."""
    index = subject.layer
    row = trace.passes[index] if index is not None and 0 <= index < len(trace.passes) else None
    layer = sanitize(f"{row.layer.index + 1} {row.layer.name}") if row is not None else ""
    match subject.question:
        case Question.LAYER_NOT_ENTERED:
            name = layer or sanitize(subject.name)
            return text("ask.layer_not_entered", layer=name) if name else text("ask.layer_not_entered.any")
        case Question.VIEW_NOT_CALLED:
            return text("ask.view_not_called") if trace.view is None else text("ask.function_not_called")
        case Question.HEADER_MISSING:
            return text("ask.header_missing", name=sanitize(subject.name))
        case Question.STATUS:
            status = trace.summary.status
            return text("ask.status", status=status) if status else text("ask.status.none")
        case Question.BROKEN:
            return text("ask.broken")
    if subject.question is Question.RESPONSE_HOOK_NOT_CALLED and row is not None and row.way_out.hook == _CALL:
        return text("ask.code_not_run", layer=layer)
    return text("ask.hook_not_called", hook=_HOOKS[subject.question], layer=layer)


def answer_text(answer: Answer) -> str:
    """The answer in words."""
    words = _words(f"answer.{answer.id.key}", answer.values)
    if answer.id is AnswerId.HEADER_CONDITIONAL:
        condition = f"condition.{str(answer.values['name']).lower()}"
        return f"{words} {text(condition)}" if has(condition) else words
    return words


def place_text(file: str, line: int) -> str:
    """``file:line``, or nothing."""
    return sanitize(f"{file}:{line}" if line else file) if file else ""


def refusal_text(refusal: Refusal) -> str:
    """Why a pattern did not match."""
    got = sanitize(refusal.got if len(refusal.got) <= _MOST_PATH else f"{refusal.got[:_MOST_PATH]}…")
    quoted = refusal.reason in (Reason.LITERAL, Reason.ENDED, Reason.GOES_ON)
    wanted = f"'{sanitize(refusal.wanted)}'" if quoted else sanitize(refusal.wanted)
    return text(f"refusal.{refusal.reason.value}", wanted=wanted, got=f"'{got}'")


def nearest_text(nearest: Nearest) -> str:
    """The pattern that almost matched."""
    route = sanitize(nearest.route) or "''"
    if nearest.almost is Almost.LETTERS:
        return count("almost.letters", nearest.letters, route=route)
    return text(
        f"almost.{nearest.almost.value}",
        route=route,
        got=f"'{sanitize(nearest.got)}'",
        wanted=sanitize(nearest.wanted),
    )


def decision_text(decision: Decision) -> str:
    """The setting, its value if it is short, and what it decided."""
    value = sanitize(decision.value)
    named = f"{decision.setting} = {value}" if value and len(value) <= _MOST_SETTING else decision.setting
    return f"{named}: {_words(f'decision.{decision.id.key}', decision.values)}"


def finding_text(finding: Finding) -> str:
    """The finding in words."""
    return _words(f"finding.{finding.id.key}", finding.values)


def walk_title(walk: Walk) -> str:
    """Which exception it is about."""
    return text("walk.title", error=sanitize(str(walk[0].values["error"])))


def walk_texts(walk: Walk) -> list[tuple[str, WalkStep]]:
    """Each step in words."""
    return [(_words(f"walk.{step.id.key}", step.values), step) for step in walk]


def _words(key: str, values: Mapping[str, AnswerValue]) -> str:
    silent = f"{key}.silent"
    is_silent = any(name in values and not values[name] for name in ("reason", "message")) and has(silent)
    shown = {name: _shown(name, value) for name, value in values.items()}
    return text(silent if is_silent else key, **shown)


def _shown(name: str, value: AnswerValue) -> object:
    if isinstance(value, str):
        return short_sql(value) if name == "sql" else sanitize(value)
    if name in ("duration", "cost"):
        return format_duration(value)
    return Counted(value)

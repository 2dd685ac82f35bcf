"""Lays out the glossary: the terms that contain what was typed, each with its two sentences and its page."""

from __future__ import annotations

from reqtrace.analysis.glossary import Term
from reqtrace.render.labels import text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.why_sections import Line, Section

__all__ = ["glossary_sections"]

_QUIET = Paint(Role.SKIP)


def glossary_sections(typed: str, here: Term | None) -> tuple[Section, ...]:
    """The term of the step first, then those whose name begins with the words, contains them, or whose text does."""
    words = typed.casefold().strip()
    ranked = sorted((_rank(term, words), term is not here, _name(term).casefold(), term.key) for term in Term)
    keys = {term.key: term for term in Term}
    return tuple(_section(keys[key], here) for rank, _, _, key in ranked if rank < _NOT_FOUND)


_NOT_FOUND = 3


def _rank(term: Term, words: str) -> int:
    name = _name(term).casefold()
    if name.startswith(words):
        return 0
    if words in name:
        return 1
    return 2 if words in text(f"term.{term.key}").casefold() else _NOT_FOUND


def _name(term: Term) -> str:
    return text(f"term.{term.key}.name")


def _section(term: Term, here: Term | None) -> Section:
    name = _name(term)
    title = text("glossary.here", name=name) if term is here else name
    page = text("glossary.page", title=term.page.title, path=term.page.path)
    return Section(title=title, lines=(Line(text(f"term.{term.key}"), INK), Line(page, _QUIET)))

"""Each term has two sentences and a page, and is found by what a person types."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from scenarios import SCENARIOS

from reqtrace.analysis.glossary import TERMS, Term, term_of
from reqtrace.analysis.pages import Page
from reqtrace.render.glossary_words import glossary_sections
from reqtrace.render.labels_en_glossary import GLOSSARY
from reqtrace.trace.model import RequestTrace, StopSort

SENTENCE_END = re.compile(r"[.](?= |$)")


@pytest.mark.parametrize("term", Term, ids=lambda term: term.key)
def test_a_term_is_explained_in_two_sentences(term: Term) -> None:
    """No more, since it is read beside the picture."""
    words = GLOSSARY[f"term.{term.key}"]
    assert len(SENTENCE_END.findall(words)) == 2, words
    assert GLOSSARY[f"term.{term.key}.name"]


def test_no_words_are_left_over() -> None:
    """Every term of the words is a term."""
    keys = {key.removeprefix("term.").removesuffix(".name") for key in GLOSSARY if key.startswith("term.")}
    assert keys == {term.key for term in Term}


def test_pages_are_told_apart_by_their_place() -> None:
    """Two pages may have the same title, but not the same place."""
    assert len({page.path for page in Page}) == len(Page)


def test_the_term_of_the_step_comes_first() -> None:
    """Then the others by their names."""
    found = glossary_sections("", Term.CSRF)
    assert found[0].title == "CSRF protection   (this step)"
    names = [section.title.casefold() for section in found[1:]]
    assert names == sorted(names)
    assert len(found) == len(Term)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("queryset", "QuerySet"), ("n+1", "N+1 queries"), ("  CSRF ", "CSRF protection"), ("pk", "path converter")],
)
def test_typing_finds_a_term(typed: str, first: str) -> None:
    """By its name, whatever the case, or by a word in its text."""
    assert glossary_sections(typed, None)[0].title == first


def test_what_is_nowhere_finds_nothing() -> None:
    """The screen says so."""
    assert glossary_sections("zzz", Term.CSRF) == ()


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_step_has_a_term(name: str, trace_of: Callable[..., RequestTrace]) -> None:
    """Also of the whole request, and of a request under way."""
    assert set(TERMS) == set(StopSort)
    for trace in (trace_of(name), trace_of(name, 5)):
        assert all(isinstance(term_of(trace, stop), Term) for stop in (None, *trace.stops))


def test_a_step_has_the_term_of_what_happened(trace_of: Callable[..., RequestTrace]) -> None:
    """Not only of its sort."""
    csrf, static = trace_of("csrf_403"), trace_of("static")
    assert term_of(csrf, csrf.short_circuit) is Term.SHORT_CIRCUIT
    assert term_of(static, static.stops[0]) is Term.STATIC_FILES
    many = trace_of("n_plus_one")
    assert Term.N_PLUS_ONE in {term_of(many, stop) for stop in many.stops}

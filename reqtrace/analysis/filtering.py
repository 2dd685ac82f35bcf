"""The filter language: ``path~polls status>=400 mw:Csrf -is:static "two words"`` as a predicate over requests.

All terms must hold; of several values (``method:POST,PUT``) one is enough. A text that is no filter gives a
``FilterProblem``: what is wrong, where, and the nearest word that would not be.
"""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from reqtrace.analysis.filtering_fields import FIELDS, STATES, Field, FieldSort, field_named
from reqtrace.analysis.filtering_syntax import Term, Value, terms_of
from reqtrace.trace.model import RequestSummary

__all__ = [
    "NO_FILTER",
    "Filter",
    "FilterProblem",
    "FilterProblemId",
    "is_unfinished",
    "matching",
    "near_word",
    "parse_filter",
    "read_time",
    "without_outgrown",
]

Test = Callable[[RequestSummary], bool]
Range = tuple[int, int]
"""Both ends are in it."""

UNITS = {"ns": 1, "us": 1_000, "µs": 1_000, "μs": 1_000, "ms": 1_000_000, "s": 1_000_000_000, "min": 60_000_000_000}
TIME = re.compile(r"(\d+(?:\.\d+)?|\.\d+)([^\d.]*)")
STATUS_CLASS = re.compile(r"([1-5])xx", re.IGNORECASE)
DIGITS = re.compile(r"\d{1,15}")
NEAR = 0.6
"""How alike two words must be, from 0 to 1."""
COMPARISONS: dict[str, Callable[[int, int], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class FilterProblemId(Enum):
    """Why a text is no filter, or no hold."""

    UNKNOWN_FIELD = "unknown_field"
    WRONG_OPERATOR = "wrong_operator"
    MISSING_VALUE = "missing_value"
    UNKNOWN_STATE = "unknown_state"
    NO_NUMBER = "no_number"
    NO_STATUS = "no_status"
    NO_TIME = "no_time"
    # of holds
    NOT_FOR_HOLDS = "not_for_holds"
    NO_NEGATION = "no_negation"
    UNKNOWN_LAYER = "unknown_layer"
    UNKNOWN_HOOK = "unknown_hook"
    UNKNOWN_PLACE = "unknown_place"
    NO_LIMIT = "no_limit"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterProblem:
    """What is wrong with the text from ``start`` up to ``end``."""

    id: FilterProblemId
    start: int
    end: int
    word: str
    """What stands there; of a missing value or a wrong operator, the field."""
    nearest: str = ""
    """What was probably meant."""
    possible: tuple[str, ...] = ()
    """What may stand there, if that can be listed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One term, ready to be asked."""

    test: Test
    is_negated: bool

    def fits(self, summary: RequestSummary) -> bool:
        return self.test(summary) is not self.is_negated


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a request must be; without conditions every request is."""

    text: str = ""
    conditions: tuple[Condition, ...] = ()

    def fits(self, summary: RequestSummary) -> bool:
        """Whether the request fits every condition."""
        return all(condition.fits(summary) for condition in self.conditions)


NO_FILTER = Filter()


def matching(summaries: Sequence[RequestSummary], wanted: Filter) -> Sequence[RequestSummary]:
    """The requests that fit; the very same list if nothing is asked."""
    if not wanted.conditions:
        return summaries
    return [summary for summary in summaries if wanted.fits(summary)]


def parse_filter(text: str) -> Filter | FilterProblem:
    """The filter that is written there, or the first thing that is wrong with it."""
    conditions = []
    for term in terms_of(text):
        condition = read_term(term)
        if isinstance(condition, FilterProblem):
            return condition
        conditions.append(condition)
    return Filter(text=text.strip(), conditions=tuple(conditions))


def is_unfinished(text: str) -> bool:
    """The text ends in a word that may become the name of a field, so nothing can be said about it yet."""
    terms = terms_of(text)
    if not terms or terms[-1].field or terms[-1].end < len(text) or terms[-1].values[0].is_quoted:
        return False
    word = terms[-1].values[0].text.casefold()
    return bool(word) and any(name.startswith(word) for name in FIELDS)


def without_outgrown(text: str, wanted: Filter) -> Filter:
    """The filter without its last word, if in ``text`` that has grown into a term of another sort.

    Whoever types ``stauts>=400`` was looking for the word ``stauts`` on the way, and never meant to.
    """
    terms, typed = terms_of(wanted.text), text.lstrip()
    if not terms or terms[-1].field or not typed.startswith(wanted.text):
        return wanted
    last = terms[-1].start
    has_grown = any(term.start == last and term.field for term in terms_of(typed))
    shorter = parse_filter(wanted.text[:last]) if has_grown else wanted
    return shorter if isinstance(shorter, Filter) else wanted


# --- terms -------------------------------------------------------------------------------------------------------


def read_term(term: Term) -> Condition | FilterProblem:
    if not term.field:
        return Condition(test=word_test(term.values[0].text), is_negated=term.is_negated)
    field = field_named(term.field)
    if field is None:
        return read_unknown(term)
    if term.operator not in field.sort.operators:
        return FilterProblem(
            id=FilterProblemId.WRONG_OPERATOR,
            start=term.operator_start,
            end=term.value_start,
            word=term.field,
            possible=field.sort.operators,
        )
    if not term.values:
        return FilterProblem(id=FilterProblemId.MISSING_VALUE, start=term.start, end=term.value_start, word=term.field)
    test = test_of(field, term)
    if isinstance(test, FilterProblem):
        return test
    return Condition(test=test, is_negated=term.is_negated is not term.operator.startswith("!"))


def read_unknown(term: Term) -> Condition | FilterProblem:
    """``page=2`` is a word: queries of URLs look like that. Anything else with an operator was meant as a field."""
    nearest = near_word(term.field, FIELDS)
    if term.operator == "=" and not nearest:
        written = "=".join((term.field, ",".join(value.text for value in term.values)))
        return Condition(test=word_test(written), is_negated=term.is_negated)
    return FilterProblem(
        id=FilterProblemId.UNKNOWN_FIELD,
        start=term.field_start,
        end=term.operator_start,
        word=term.field,
        nearest=nearest,
        possible=tuple(FIELDS),
    )


def near_word(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one; empty if none is like it."""
    near = difflib.get_close_matches(word.casefold(), tuple(known), n=1, cutoff=NEAR)
    return near[0] if near else ""


def word_test(word: str) -> Test:
    """The word occurs in method, target or status."""
    wanted = word.casefold()

    def test(summary: RequestSummary) -> bool:
        query = f"?{summary.query}" if summary.query else ""
        return wanted in f"{summary.method} {summary.path}{query} {summary.status or ''}".casefold()

    return test


def test_of(field: Field, term: Term) -> Test | FilterProblem:
    match field.sort:
        case FieldSort.TEXT | FieldSort.CHOICE:
            return text_test(field, term)
        case FieldSort.STATE:
            return state_test(term)
        case _:
            return number_test(field, term)


def text_test(field: Field, term: Term) -> Test:
    wanted = tuple(value.text.casefold() for value in term.values)
    texts = field.texts
    if term.operator in ("=", "!=") or (term.operator == ":" and field.sort is FieldSort.CHOICE):
        return lambda summary: any(text.casefold() in wanted for text in texts(summary))
    return lambda summary: any(word in text.casefold() for text in texts(summary) for word in wanted)


def state_test(term: Term) -> Test | FilterProblem:
    tests = []
    for value in term.values:
        test = STATES.get(value.text.casefold())
        if test is None:
            nearest = near_word(value.text, STATES)
            return wrong_value(FilterProblemId.UNKNOWN_STATE, value, nearest=nearest, possible=tuple(STATES))
        tests.append(test)
    return lambda summary: any(test(summary) for test in tests)


# --- numbers -----------------------------------------------------------------------------------------------------


def number_test(field: Field, term: Term) -> Test | FilterProblem:
    ranges = []
    for value in term.values:
        read = READERS[field.sort](value)
        if isinstance(read, FilterProblem):
            return read
        ranges.append(read)
    numbers = field.numbers
    compare = COMPARISONS.get(term.operator)
    if compare is None:
        return lambda summary: any(low <= number <= high for number in numbers(summary) for low, high in ranges)
    # ``>4xx`` begins above all of them, ``>=4xx`` at the first.
    limits = [high if term.operator in (">", "<=") else low for low, high in ranges]
    return lambda summary: any(compare(number, limit) for number in numbers(summary) for limit in limits)


def read_number(value: Value) -> Range | FilterProblem:
    if DIGITS.fullmatch(value.text) is None:
        return wrong_value(FilterProblemId.NO_NUMBER, value)
    return int(value.text), int(value.text)


def read_status(value: Value) -> Range | FilterProblem:
    if (status_class := STATUS_CLASS.fullmatch(value.text)) is not None:
        low = int(status_class[1]) * 100
        return low, low + 99
    number = read_number(value)
    return wrong_value(FilterProblemId.NO_STATUS, value) if isinstance(number, FilterProblem) else number


def read_time(value: Value) -> Range | FilterProblem:
    written = TIME.fullmatch(value.text)
    unit = UNITS.get(written[2].casefold() or "ms") if written is not None else None
    if written is None or unit is None:
        return wrong_value(FilterProblemId.NO_TIME, value)
    nanoseconds = round(float(written[1]) * unit)
    return nanoseconds, nanoseconds


def wrong_value(
    problem: FilterProblemId, value: Value, *, nearest: str = "", possible: tuple[str, ...] = ()
) -> FilterProblem:
    return FilterProblem(
        id=problem, start=value.start, end=value.end, word=value.text, nearest=nearest, possible=possible
    )


READERS: dict[FieldSort, Callable[[Value], Range | FilterProblem]] = {
    FieldSort.NUMBER: read_number,
    FieldSort.STATUS: read_status,
    FieldSort.TIME: read_time,
}

"""The commentary is whole sentences that can be read aloud, for everything that can happen at a stop."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import replace

import pytest
from django_model import DETAIL
from scenarios import MAINTENANCE, SCENARIOS, Scenario, a_page, make

from reqtrace.analysis.commentary import Part, comment
from reqtrace.analysis.django_code import Code
from reqtrace.analysis.known_layers import KNOWN_LAYERS
from reqtrace.analysis.messages import MessageId
from reqtrace.analysis.misconceptions import Misconception
from reqtrace.events.kinds import Outcome, RequestEscaped
from reqtrace.render import labels_en
from reqtrace.render.commentary_words import commentary_sections, sentences
from reqtrace.render.labels_en_explain import EXPLAIN
from reqtrace.render.labels_en_explain_inside import EXPLAIN_INSIDE
from reqtrace.render.labels_en_explain_layers import EXPLAIN_LAYERS
from reqtrace.render.labels_en_myths import MYTHS
from reqtrace.trace.model import RequestTrace, StopSort

WORDS = {**EXPLAIN, **EXPLAIN_INSIDE, **EXPLAIN_LAYERS}
PARTS = {part.value for part in Part}
TITLES = [number for number in MessageId if not number.name.startswith("WHY_")]
GENERAL = frozenset(["layers", "outside", "inside", "handler", "core", "caller"])
"""Values of every commentary."""
SENTENCE_END = re.compile(r"[.](?= [A-Z]|$)")


def no_file(code: Code) -> str:
    return code.file


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_stop_is_told_in_three_to_eight_sentences(name: str, trace_of: Callable[..., RequestTrace]) -> None:
    """What ran and what its result means are always among them; no sentence has a hole."""
    trace = trace_of(name)
    for stop in trace.stops:
        said = sentences(comment(trace, stop))
        assert {Part.WHAT, Part.RESULT} <= said.keys(), stop
        together = " ".join(said.values())
        assert 3 <= len(SENTENCE_END.findall(together)) <= 8, together
        assert "  " not in together.replace("SELECT", ""), together
        assert "{" not in together, together
        assert all(words.endswith(".") for words in said.values()), said


def test_of_a_decorated_view_it_is_not_said_that_it_ran(fold_of: Callable[[Scenario], RequestTrace]) -> None:
    """``login_required`` may have answered in its place: the trace of the path does not tell."""
    for decorators, words in (
        ((), "ran and returned"),
        (("user_passes_test",), "through its decorators (@user_passes_"),
    ):
        match = replace(DETAIL, decorators=decorators)
        trace = fold_of(make("members", acts={"view": a_page}, match=match))
        stop = next(stop for stop in trace.stops if stop.sort is StopSort.VIEW)
        assert words in sentences(comment(trace, stop))[Part.WHAT]


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_request_under_way_is_told_as_well(name: str, trace_of: Callable[..., RequestTrace]) -> None:
    """Whatever has not ended yet has words, too."""
    for count in range(1, len(SCENARIOS[name].request), 7):
        trace = trace_of(name, count)
        for stop in trace.stops[-2:]:
            assert {Part.WHAT, Part.RESULT} <= sentences(comment(trace, stop)).keys(), stop


@pytest.mark.slow
@pytest.mark.parametrize("outcome", Outcome, ids=lambda outcome: outcome.name)
@pytest.mark.parametrize(
    "name", ["process_exception_passes", "template_response", "csrf_protect", "deep", "asking_others"]
)
def test_however_a_call_ends_it_is_told(
    name: str, outcome: Outcome, fold_of: Callable[[Scenario], RequestTrace]
) -> None:
    """Each call of a request ends in another way: as it may in a site that nobody has seen yet."""
    scenario = SCENARIOS[name]
    for number, event in enumerate(scenario.request):
        if getattr(event, "outcome", outcome) is not outcome:
            ended = (
                replace(event, outcome=int(outcome), status=0)
                if hasattr(event, "status")
                else replace(event, outcome=int(outcome))
            )
        elif hasattr(event, "error") and outcome is Outcome.raised:
            ended = replace(event, error="builtins.OSError")
        else:
            continue
        request = (*scenario.request[:number], ended, *scenario.request[number + 1 :])
        trace = fold_of(replace(scenario, request=request))
        for stop in trace.stops:
            said = sentences(comment(trace, stop))
            assert {Part.WHAT, Part.RESULT} <= said.keys(), stop
            assert 3 <= len(SENTENCE_END.findall(" ".join(said.values()))) <= 8, said


def test_a_request_that_left_the_handler_is_told(fold_of: Callable[[Scenario], RequestTrace]) -> None:
    """With the exception, or without where the client went away."""
    scenario = make("escaped", (MAINTENANCE,), {"MaintenanceMiddleware.call": lambda _: None})
    for error in ("builtins.AttributeError", ""):
        request = tuple(
            replace(event, error=error) if isinstance(event, RequestEscaped) else event for event in scenario.request
        )
        trace = fold_of(replace(scenario, request=request))
        stop = next(stop for stop in trace.stops if stop.sort is StopSort.ESCAPED)
        said = sentences(comment(trace, stop))
        assert said[Part.WHAT].startswith("AttributeError left" if error else "The client went away")
        assert len(said) >= 4


@pytest.mark.parametrize("title", TITLES, ids=lambda title: title.name)
def test_whatever_can_happen_has_a_sentence(title: MessageId) -> None:
    """Each title of a stop says what ran, in words of its own."""
    assert f"explain.{title.key}.what" in WORDS


def family(key: str) -> str:
    """``layer_in`` of ``why.layer_in.none_last``."""
    return key.removeprefix("why.").partition(".")[0]


def test_the_words_use_only_values_that_come_with_them() -> None:
    """A sentence uses the values of the messages on such a stop, or those of every commentary."""
    values: dict[str, set[str]] = {}
    for number in MessageId:
        values.setdefault(family(number.key), set()).update(number.parameters)
    for key, words in WORDS.items():
        used = {name for _, name, _, _ in string.Formatter().parse(words) if name} - GENERAL
        topic = family(key.removeprefix("explain."))
        if topic in values:
            assert used <= values[topic], key


def test_no_words_are_left_over() -> None:
    """Each sentence belongs to a message, a sort of stop, a circumstance or a middleware that exists."""
    keys = {number.key for number in MessageId}
    known = {f"known.{layer.key}.{way}" for layer in KNOWN_LAYERS.values() for way in ("in", "view", "out")}
    for key in WORDS:
        topic, _, part = key.removeprefix("explain.").rpartition(".")
        if part not in PARTS:
            topic, _, part = topic.rpartition(".")
        if part in PARTS and topic and not topic.startswith(("sort.", "called.", "received.entry", "view.sort")):
            assert topic in keys | known or ".entry." in topic, key


@pytest.mark.parametrize("layer", sorted({layer.key for layer in KNOWN_LAYERS.values()}))
def test_every_middleware_of_django_is_described(layer: str) -> None:
    """What it is for is said for at least one of its ways."""
    assert any(f"explain.known.{layer}.{way}.does" in WORDS for way in ("in", "view", "out"))


def test_every_misconception_has_a_truth() -> None:
    """What is believed and what is so stand together, and nothing else."""
    wanted = {f"myth.{one.value}" for one in Misconception} | {f"myth.{one.value}.truth" for one in Misconception}
    assert wanted == set(MYTHS)


def test_the_words_are_in_the_one_table() -> None:
    """Translators find them where all words are."""
    assert WORDS.keys() | MYTHS.keys() <= labels_en.TABLE.keys()


def test_commentaries(trace_of: Callable[..., RequestTrace], golden: Callable[[str, str], None]) -> None:
    """The commentaries on whole requests are those in the golden file, which was read aloud."""
    lines = []
    for name in ("detail", "process_exception_answers"):
        trace = trace_of(name)
        lines.append(f"== {name}")
        for stop in trace.stops:
            lines.append(f"{stop.index:>2} {stop.sort.value}")
            for section in commentary_sections(trace, stop, "", no_file):
                lines += [f"   {line.words}{f'  [{line.place}]' if line.place else ''}" for line in section.lines]
    golden("commentaries.txt", "\n".join(lines))

"""What changed is said in whole words: before and after, what is hidden, and plainly that nothing did."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django_model import Journey
from scenarios import SCENARIOS, Scenario, make

from reqtrace.events import kinds as k
from reqtrace.events.kinds import Change
from reqtrace.render.alteration_words import alteration_sections
from reqtrace.trace.model import RequestTrace, StopSort

Fold = Callable[[Scenario], RequestTrace]
LINES = [
    (
        Change("+", "attribute", "user", "", "SimpleLazyObject", True),
        "(not there) → SimpleLazyObject (lazy: not evaluated yet)",
    ),
    (Change("~", "attribute", "user", "AnonymousUser", "User", False), "request.user: AnonymousUser → User"),
    (Change("-", "attribute", "user", "User", "", False), "request.user: User → (gone)"),
    (Change(".", "attribute", "GET", "", "QueryDict", False), "request.GET: read here"),
    (Change("!", "attribute", "user", "", "User", False), "request.user: evaluated here, it is User, with 0 queries"),
    (
        Change("+", "META", "CSRF_COOKIE", "", "", False),
        'request.META["CSRF_COOKIE"]: (not there) → (value not recorded)',
    ),
    (
        Change("~", "META", "HTTP_HOST", "", "", False),
        'request.META["HTTP_HOST"]: (value not recorded) → another value',
    ),
    (Change("-", "META", "HTTP_HOST", "", "", False), 'request.META["HTTP_HOST"]: (value not recorded) → (gone)'),
    (Change("+", "attribute", "\x1b[2J", "", "str", False), "request.\\x1b[2J"),
]


@pytest.mark.parametrize(("change", "words"), LINES, ids=[change.op + change.part for change, _ in LINES])
def test_a_change_of_the_request(fold_of: Fold, change: Change, words: str) -> None:
    """Before and after; values that may be secrets are not there, and are said not to be."""

    def act(journey: Journey) -> None:
        journey.tell(k.RequestChanged, changes=(change,))

    assert words in lines_at(fold_of(make("one", acts={"MessageMiddleware.process_request": act})), StopSort.LAYER_IN)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change("~", "status", "", "404", "301", False), "status: 404 → 301"),
        (Change("~", "object", "", "HttpResponse", "JsonResponse", False), "the response object itself: HttpResponse"),
        (Change("~", "body", "", "120", "80", False), "body: 120 bytes → 80 bytes"),
        (Change("+", "cookie", "sessionid", "", "********", False), "cookie sessionid: (not there) → ********"),
        (Change("~", "header", "Vary", "Cookie", "Cookie, Accept", False), "Vary: Cookie → Cookie, Accept"),
    ],
    ids=lambda value: value.part if isinstance(value, Change) else "",
)
def test_a_change_of_the_response(fold_of: Fold, change: Change, words: str) -> None:
    """Status, object, body, cookie, header."""

    def act(journey: Journey) -> None:
        journey.tell(k.ResponseChanged, changes=(change,))

    assert words in lines_at(fold_of(make("one", acts={"MessageMiddleware.process_response": act})), StopSort.LAYER_OUT)


def lines_at(trace: RequestTrace, sort: StopSort) -> str:
    """What is said at the stop of MessageMiddleware."""
    return lines_at_layer(trace, 5, sort)


def lines_at_layer(trace: RequestTrace, layer: int, sort: StopSort) -> str:
    """What is said at the stop of a layer."""
    stop = next(one for one in trace.stops if one.sort is sort and one.layer == layer)
    return "\n".join(line.words for section in alteration_sections(trace, stop)[:2] for line in section.lines)


def test_what_came_of_it_so_far_is_told(trace_of: Callable[..., RequestTrace]) -> None:
    """Up to the step, and the step itself: what is lazy, what was evaluated since, which status."""
    trace = trace_of("user_evaluated")
    words = lines_at(trace, StopSort.LAYER_IN)
    assert "By now it has: request.session, request.user (evaluated), request.auser" in words
    redirected = trace_of("append_slash")
    assert "By now it has: status 301" in lines_at_layer(redirected, 1, StopSort.LAYER_OUT)


def test_nothing_is_said_plainly(trace_of: Callable[..., RequestTrace]) -> None:
    """Of the request, of the response, and that there is no response yet."""
    trace = trace_of("detail")
    first = [section.lines[0].words for section in alteration_sections(trace, trace.stops[1])[:2]]
    assert first == ["Nothing changed.", "There is no response yet."]
    view = next(stop for stop in trace.stops if stop.sort is StopSort.VIEW)
    assert [section.lines[0].words for section in alteration_sections(trace, view)[:2]] == ["Nothing changed."] * 2


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_stop_of_every_request_has_words(name: str, trace_of: Callable[..., RequestTrace]) -> None:
    """No section is empty, no line has a hole."""
    trace = trace_of(name)
    for stop in (None, *trace.stops):
        for section in alteration_sections(trace, stop):
            assert section.title
            assert section.lines
            assert all(line.words.strip() and "{" not in line.words.replace("{%", "") for line in section.lines)


def test_the_path_is_grouped_by_who_did_it(
    trace_of: Callable[..., RequestTrace], golden: Callable[[str, str], None]
) -> None:
    """The golden file was read."""
    lines = []
    for name in ("user_evaluated", "append_slash", "function_middleware"):
        lines.append(f"== {name}")
        for section in alteration_sections(trace_of(name), None):
            lines.append(section.title)
            lines += [f"   {line.words}{f'  [{line.place}]' if line.place else ''}" for line in section.lines]
    golden("alterations.txt", "\n".join(lines))

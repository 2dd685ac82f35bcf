"""Random middleware stacks: Django does what the model says, traced as untraced, and reqtrace tells just that.

``REQTRACE_PROOFS=2000`` tries that many stacks instead of a few, new ones each time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proofs.stack_model import Loop, Step

from reqtrace.events import kinds as k
from reqtrace.trace.model import RequestTrace, Span

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("REQTRACE_PROOFS", "100"))
MODES = ("wsgi", "asgi")
PAGE = "stack.html"

RAISE = ["raise Boom", "raise Http404", "raise PermissionDenied", "raise SuspiciousOperation"]
ACTS = {
    "process_request": ["pass", "pass", "mark", "respond", *RAISE],
    "process_view": ["pass", "pass", "mark", "respond", "template", *RAISE],
    "process_exception": ["pass", "pass", "mark", "respond", *RAISE],
    "process_template_response": ["pass", "pass", "header", "status", "replace", "none", *RAISE],
    "process_response": ["pass", "pass", "header", "status", "replace", "none", *RAISE],
    "before": ["pass", "pass", "mark", "swap", *RAISE],
    "after": ["pass", "pass", "header", "status", "replace", "none", *RAISE],
}
VIEWS = ["ok", "ok", "ok", "template", "broken template", "stream", "none", "nowhere", *RAISE]
INNER_HOOKS = ("process_view", "process_exception", "process_template_response")
ALL_HOOKS = ("process_request", *INNER_HOOKS, "process_response")
SHAPES = ("mixin", "mixin", "class", "object", "slots", "function", "partial", "unused")


@st.composite
def layers(draw: st.DrawFn) -> dict[str, Any]:
    """One entry of MIDDLEWARE."""
    shape = draw(st.sampled_from(SHAPES))
    names = draw(st.lists(st.sampled_from(ALL_HOOKS if shape == "mixin" else INNER_HOOKS), unique=True))
    return {
        "shape": shape,
        "hooks": {} if shape == "unused" else {name: draw(st.sampled_from(ACTS[name])) for name in names},
        "mode": "sync" if shape == "slots" else draw(st.sampled_from(["sync", "async", "both"])),
        "binding": draw(st.sampled_from(["method", "method", "static", "class"])),
        "async_hooks": shape != "mixin" and draw(st.booleans()),
        "before": draw(st.sampled_from(ACTS["before"])),
        "after": draw(st.sampled_from(ACTS["after"])),
        "calls": draw(st.sampled_from([1, 1, 1, 1, 0, 2])),
    }


STACKS = st.fixed_dictionaries(
    {
        "layers": st.lists(layers(), max_size=6),
        "view": st.fixed_dictionaries({"act": st.sampled_from(VIEWS), "is_async": st.booleans()}),
    }
)


# --- what each side saw, as steps of the model -----------------------------------------------------------------------

SEEN_BY_THE_SITE = {"hook", "hook left", "code left", "view", "view left", "rendering", "part", "mark"}


def site_steps(stack: dict[str, Any], tape: list[Step]) -> list[Step]:
    """The steps in which code of the site runs."""

    def is_seen(step: Step) -> bool:
        if step[0] == "layer":
            return bool(step[1] >= 0 and stack["layers"][step[1]]["shape"] != "mixin")
        return step[0] in SEEN_BY_THE_SITE

    return [step for step in tape if is_seen(step)]


def agent_steps(tape: list[Step]) -> list[Step]:
    """The steps that reqtrace tells by events of their own."""
    return [step for step in tape if step[0] not in ("code left", "rendering", "part", "mark", "header")]


def outcome(event: Any) -> str:
    match event.outcome:
        case k.Outcome.none:
            return "none"
        case k.Outcome.response:
            return f"response {event.status}"
        case k.Outcome.raised:
            return "raise"
    return "other"


def last_name(path: str) -> str:
    return path.rpartition(".")[2]


STEPS: dict[type[k.Event], Callable[[Any], Step]] = {
    k.LayerEntered: lambda event: ("layer", event.layer),
    k.LayerLeft: lambda event: ("layer left", event.layer, outcome(event)),
    k.HookEntered: lambda event: ("hook", event.layer, k.HOOKS[event.hook]),
    k.HookLeft: lambda event: ("hook left", event.layer, k.HOOKS[event.hook], outcome(event)),
    k.UrlconfEntered: lambda event: ("urlconf",),
    k.ViewEntered: lambda event: ("view",),
    k.ViewLeft: lambda event: ("view left", outcome(event)),
    k.TemplateEntered: lambda event: ("template",),
    k.TemplateLeft: lambda event: ("template left", outcome(event)),
    k.ExceptionRaised: lambda event: ("raised", last_name(event.error)),
    k.ExceptionConverted: lambda event: ("converted", event.layer, last_name(event.error), event.status),
    k.RequestEscaped: lambda event: ("escaped", last_name(event.error)),
}


def steps_of(events: list[k.Event]) -> list[Step]:
    """The events of a request as steps, in their order."""
    steps: list[Step] = []
    is_error_page = False
    for event in events:
        if isinstance(event, k.TemplateEntered):
            # Django's own error pages are templates, too; none is rendered inside the page of the site.
            is_error_page = event.name != PAGE
        if type(event) in STEPS and not (is_error_page and isinstance(event, k.TemplateEntered | k.TemplateLeft)):
            steps.append(STEPS[type(event)](event))
    return steps


def mark_of(change: k.Change) -> Step | None:
    """A change that a layer of the site made to be recognized."""
    word, _dash, number = change.name.lower().removeprefix("x-").replace("-", "_").partition("_")
    if word != "mark" or change.op == "-":
        return None
    return ("mark" if change.part == "attribute" else "header", int(number))


def walk(trace: RequestTrace) -> tuple[list[Step], list[tuple[int, Step]]]:
    """The folded spans as steps: what was entered and left, in order. And the marks, with the layer each is told of."""
    steps: list[Step] = []
    marks: list[tuple[int, Step]] = []

    def visit(span: Span) -> None:
        steps.extend(steps_of([span.entered]))
        layer = getattr(span.entered, "layer", k.CORE_LAYER)
        marks.extend((layer, mark) for change in span.changes if (mark := mark_of(change.change)))
        for child in span.children:
            visit(child)
        if span.left is not None:
            steps.extend(steps_of([span.left]))

    for span in trace.root:
        visit(span)
    return steps, sorted(marks)


SPANS = {"layer", "layer left", "hook", "hook left", "urlconf", "view", "view left", "template"}


@pytest.fixture(scope="module")
def sites(watch: Any, start: Callable[..., Any], agent_environment: Callable[..., Any]) -> dict[str, Any]:
    """The same program twice: untraced and traced."""
    return {"bare": start("stack_site.py"), "traced": start("stack_site.py", agent_environment(watch.hub))}


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(stack=STACKS)
def test_django_the_model_and_the_events_agree(stack: dict[str, Any], sites: Any, watch: Any) -> None:
    """Whatever the middleware do, WSGI and ASGI."""
    line = json.dumps(stack)
    for site in sites.values():
        site.ask(line)
    bare, traced = [json.loads(site.answer()) for site in sites.values()]
    requests = watch.take_requests(len(MODES))
    summaries = watch.store.summaries()[-len(MODES) :]
    for number, mode in enumerate(MODES):
        assert traced[number] == bare[number], mode
        loop = Loop(stack["layers"], stack["view"])
        end = loop.run()
        answer = traced[number]
        journal = [tuple(step) for step in answer["journal"]]
        assert journal == site_steps(stack, loop.tape), mode
        if isinstance(end, str):
            assert answer["escaped"] == end, mode
        else:
            assert answer["status"] == end.status, mode
            assert dict(answer["headers"]).get("X-By", "") == end.by, mode
            assert summaries[number].status == end.status
        expected = agent_steps(loop.tape)
        assert steps_of(requests[number]) == expected, mode
        trace = watch.store.trace(summaries[number].key)
        assert trace.is_complete
        spans, marks = walk(trace)
        assert [step for step in spans if step[0] in SPANS] == [step for step in expected if step[0] in SPANS], mode
        assert marks == sorted((step[1], step) for step in loop.tape if step[0] in ("mark", "header")), mode

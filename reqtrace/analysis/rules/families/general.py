"""What holds for any middleware, whoever wrote it, as far as its source tells what it does."""

from __future__ import annotations

from collections.abc import Iterator

from reqtrace.analysis.rules.names import (
    AUTHENTICATION,
    COMMON,
    CORS,
    DEBUG_TOOLBAR,
    LOCALE,
    MAINTENANCE_MODE,
    SECURITY,
    SESSION_PROVIDER,
    USER_PROVIDER,
    WHITENOISE,
    X_FRAME_OPTIONS,
)
from reqtrace.analysis.rules.relations import Above, Judged, Needs, Once
from reqtrace.analysis.rules.rule import Condition, Demand, Fault, Order, Rule, Selector, Severity, named
from reqtrace.analysis.rules.stack import Certainty, Layer, Stack, Trait

__all__ = ["RULES"]

EVERYTHING = named("")
HAVE_RULES = {"user", "session"}
"""Attributes of the request with a rule of their own."""


def takes_what_comes_later(subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
    """A layer takes an attribute of the request that only a layer below it sets."""
    for layer in stack.chain:
        for read in layer.reads:
            if not read.is_on_way_in or read.attribute in HAVE_RULES or read.certainty is Certainty.GUARDED:
                continue
            providers = [other for other in stack.chain if other is not layer and read.attribute in other.sets]
            if providers and read.attribute not in layer.sets:
                is_maybe = read.certainty is Certainty.MAYBE
                yield Order(
                    subject=layer,
                    upper=providers[0],
                    lower=layer,
                    severity=Severity.WARNING if is_maybe else None,
                    read=read,
                )


def listed_twice(subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
    yield from Once().demands(stack.chain, stack)


def preempts_others(subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
    """Exception hooks are asked from the innermost layer outwards; one that always answers ends that."""
    asked = [layer for layer in stack.chain if "process_exception" in layer.hooks]
    always = [layer for layer in asked if Trait.ANSWERS_EVERY_EXCEPTION in layer.traits]
    for layer in always:
        for other in asked:
            if other not in always:
                yield Order(subject=layer, upper=layer, lower=other)


def changes_of_mode(subjects: tuple[Layer, ...], stack: Stack) -> Iterator[Demand]:
    """Under ASGI each stretch of layers that only know sync costs a way into a thread and back."""
    modes = [layer.is_async_capable for layer in stack.chain if layer.is_source_known]
    stretches = [n for n, (mode, before) in enumerate(zip(modes, [True, *modes], strict=False)) if before and not mode]
    sync_only = [layer for layer in stack.chain if layer.is_source_known and not layer.is_async_capable]
    if len(stretches) > 1:
        yield Fault(
            subject=sync_only[0],
            words=f"{len(sync_only)} layers that only know sync stand in {len(stretches)} separate places",
            advice="Group them, or make them async-capable.",
            others=tuple(sync_only[1:]),
        )


RULES = (
    Rule(
        id="gen-user-after-auth",
        severity=Severity.ERROR,
        about=Selector(reads="user", but=(AUTHENTICATION,)),
        relation=Needs(provider=USER_PROVIDER, attribute="user"),
        hook="process_request, or __call__ before get_response",
        consequence="AttributeError: 'WSGIRequest' object has no attribute 'user'.",
        source="Django documentation, ref/middleware; measured",
        evidence=("measured", "issue"),
        is_general=True,
    ),
    Rule(
        id="gen-session-after-session",
        severity=Severity.ERROR,
        about=Selector(reads="session"),
        relation=Needs(provider=SESSION_PROVIDER, attribute="session"),
        hook="process_request, or __call__ before get_response",
        consequence="AttributeError: 'WSGIRequest' object has no attribute 'session'.",
        source="Django documentation, topics/http/sessions",
        evidence=("docs", "measured"),
        is_general=True,
    ),
    Rule(
        id="gen-attribute-order",
        severity=Severity.ERROR,
        about=EVERYTHING,
        relation=Judged(
            words="Whatever reads an attribute of the request on the way in must be below the layer that sets it",
            judge=takes_what_comes_later,
        ),
        hook="process_request, or __call__ before get_response",
        consequence="AttributeError: the request does not have the attribute yet.",
        source="measured; the case of request.htmx in django-htmx, docs/middleware.rst",
        evidence=("measured",),
        is_general=True,
    ),
    Rule(
        id="gen-unique",
        severity=Severity.WARNING,
        about=EVERYTHING,
        relation=Judged(words="No middleware is listed twice", judge=listed_twice),
        hook="all",
        consequence="It is two layers: each of its hooks runs twice for every request.",
        source="measured; https://github.com/codalab/codabench/pull/2449",
        evidence=("measured",),
        is_general=True,
    ),
    Rule(
        id="gen-header-adders-above-shortcircuit",
        severity=Severity.INFO,
        about=named(X_FRAME_OPTIONS),
        relation=Above(
            others=Selector(
                paths=(MAINTENANCE_MODE,),
                but=(SECURITY, COMMON, CORS, WHITENOISE, DEBUG_TOOLBAR),
                traits=frozenset({Trait.ANSWERS}),
            )
        ),
        hook="process_response",
        consequence="What is answered above it never gets its header: those pages can be framed by other sites.",
        source="Django documentation, topics/http/middleware, 'Middleware order and layering'",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="gen-last-resort-exception-top",
        severity=Severity.INFO,
        about=EVERYTHING,
        relation=Judged(
            words="Whatever answers every exception must be above the other layers with process_exception",
            judge=preempts_others,
        ),
        hook="process_exception",
        consequence="Exceptions are offered from the innermost layer outwards: those further out are never asked.",
        source="Django documentation, topics/http/middleware, process_exception",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="gen-sync-only-outermost",
        severity=Severity.INFO,
        about=EVERYTHING,
        relation=Judged(words="Layers that only know sync stand together", judge=changes_of_mode),
        when=Condition(words="the site is served by ASGI", holds=lambda stack: stack.is_asgi),
        hook="load_middleware",
        consequence="Every request changes between the event loop and a thread at each of these places, twice.",
        source="Django documentation, topics/async, 'Performance', and topics/http/middleware, 'Asynchronous support'",
        evidence=("docs", "measured"),
    ),
    Rule(
        id="gen-host-rewriters-first",
        severity=Severity.WARNING,
        about=Selector(sets="urlconf"),
        relation=Above(others=named(COMMON, LOCALE)),
        when=Condition(words="APPEND_SLASH is on", holds=lambda stack: bool(stack.setting("APPEND_SLASH"))),
        hook="process_request",
        consequence=(
            "CommonMiddleware and LocaleMiddleware look URLs up; before request.urlconf is set they use ROOT_URLCONF, "
            "and redirect by the wrong one."
        ),
        source="django/middleware/common.py should_redirect_with_slash; django/middleware/locale.py",
        evidence=("code", "measured"),
    ),
)

"""Watches ``Template._render`` and ``PartialTemplate._render``.

``_render`` and not ``render``: ``{% extends %}`` calls it on the parent. Django's test runner swaps it for
``instrumented_test_render``, so that is watched, too.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from reqtrace.agent.guard import Probe, leave_no_frame
from reqtrace.agent.patches import Patches
from reqtrace.agent.recorder import RequestState, current, number_of
from reqtrace.agent.values import attributes_of, plain_text
from reqtrace.events.kinds import Outcome, TemplateEntered, TemplateLeft
from reqtrace.events.steps import StepCode

ENTERED = number_of(TemplateEntered)
LEFT = StepCode.pack(TemplateLeft)
RAISED = StepCode.pack(TemplateLeft, outcome=Outcome.raised)

probe = Probe("templates")


def install(module: ModuleType, patches: Patches) -> None:
    """Patch the two classes of ``django.template.base``, or the stand-in of ``django.test.utils``."""
    if hasattr(module, "instrumented_test_render"):
        patches.replace(module, "instrumented_test_render", watch_render)
        return
    patches.replace(module.Template, "_render", watch_render)
    if hasattr(module, "PartialTemplate"):
        patches.replace(module.PartialTemplate, "_render", watch_render)


def watch_render(original: Callable[..., Any]) -> Callable[..., Any]:
    def _render(self: Any, context: Any) -> Any:
        state = current.get()
        if state is None:
            try:
                return original(self, context)
            except BaseException as error:
                leave_no_frame(error)
                raise
        probe.attempt(tell_entry, state, self)
        try:
            text = original(self, context)
        except BaseException as error:
            probe.attempt(tell_raised, state, error)
            leave_no_frame(error)
            raise
        probe.attempt(tell_left, state, LEFT)
        return text

    return _render


def tell_entry(state: RequestState, template: object) -> None:
    if not state.has_room():
        return
    attributes = attributes_of(template)
    file = attributes_of(attributes.get("origin")).get("name")
    state.tell(ENTERED, plain_text(attributes.get("name"), "<string>"), plain_text(file))


def tell_left(state: RequestState, code: int) -> None:
    if state.has_room():
        state.step(code)


def tell_raised(state: RequestState, error: BaseException) -> None:
    # Not imported above: templates may be imported before django.http is.
    from reqtrace.agent.probes.outcomes import tell_exception

    tell_exception(state, error)
    tell_left(state, RAISED)

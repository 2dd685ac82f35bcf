"""A chain of middleware as an exhibit: how it was loaded, which hooks it has, the list of the lab."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reqtrace.analysis.lab_draft import Draft
from reqtrace.analysis.loading import loading_steps
from reqtrace.render.canvas import Phrase
from reqtrace.render.exhibit import Exhibit, Look, Step, Steps
from reqtrace.render.framed import framed_exhibit
from reqtrace.render.labels import text
from reqtrace.render.stack_arrows import ArrowLanes
from reqtrace.render.stack_lab import draw_draft
from reqtrace.render.stack_loading import draw_loading
from reqtrace.render.stack_matrix import draw_matrix
from reqtrace.render.stack_words import step_words
from reqtrace.trace.site_model import Chain

__all__ = ["draft_exhibit", "hooks_exhibit", "loading_exhibit"]

ROWS_OF_A_DRAFT = 3
"""Rows of the lab's list beside its lines: the heading, a blank row, and one to spare."""


def loading_exhibit(
    chain: Chain, *, title: str, step: int | None = None, remark: str = "", said: Sequence[Phrase] = ()
) -> Exhibit:
    """The chain after a step of loading, or after the last; a page steps through all of them."""
    return framed_exhibit(
        lambda width: draw_loading(chain, step=step, width=width).canvas,
        name=("stack", "loading"),
        step=None if step is None else step + 1,
        title=title,
        remark=remark,
        said=said,
        walk=lambda look: Steps(steps=steps_of(chain, look), opening=step),
    )


def steps_of(chain: Chain, look: Look) -> Iterator[Step]:
    steps = loading_steps(chain)
    for step in steps:
        canvas = draw_loading(chain, step=step.index, width=look.width, ascii_only=look.ascii_only).canvas
        yield Step(canvas, *step_words(chain, step), text("stack.step", n=step.index + 1, total=len(steps)))


def hooks_exhibit(
    chain: Chain,
    *,
    title: str,
    selected: int | None = None,
    lanes: ArrowLanes | None = None,
    remark: str = "",
    foot: Sequence[Phrase] = (),
    said: Sequence[Phrase] = (),
) -> Exhibit:
    """Which layer has which hook, with what lint has found."""
    return framed_exhibit(
        lambda width: draw_matrix(chain, selected=selected, width=width, lanes=lanes, foot=foot).canvas,
        name=("stack", "hooks"),
        title=title,
        remark=remark,
        said=said,
    )


def draft_exhibit(
    draft: Draft, *, title: str, selected: int, foot: Sequence[Phrase] = (), said: Sequence[Phrase] = ()
) -> Exhibit:
    """The list that is tried in the lab."""
    height = len(draft.layers) + len(foot) + ROWS_OF_A_DRAFT
    return framed_exhibit(
        lambda width: draw_draft(draft, selected=selected, width=width, height=height, foot=foot).canvas,
        name=("stack", "lab"),
        title=title,
        said=said,
    )

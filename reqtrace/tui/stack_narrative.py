"""What is said in the mode Stack: title, remark, and the two lines below the picture."""

from __future__ import annotations

from reqtrace.analysis.loading import LoadSort, LoadStep, loading_steps
from reqtrace.render.canvas import Phrase
from reqtrace.render.lint_words import total_words
from reqtrace.render.roles import INK, Paint
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stack_findings import finding_phrase, findings_about, total_phrase
from reqtrace.render.stack_words import layer_words, step_words
from reqtrace.trace.site_model import Chain
from reqtrace.tui.board import Board
from reqtrace.tui.linting import LintState
from reqtrace.tui.stack_position import ChainPlace
from reqtrace.tui.stop_source import SourceLine
from reqtrace.tui.widgets.notice import NoticeText
from reqtrace.tui.words import word

__all__ = ["chain_title", "foot", "hooks_narrative", "lint_remark", "no_chain_notice", "source_line", "step_narrative"]

STRONG = Paint(bold=True)


def chain_title(place: ChainPlace, number: int, total: int, *, is_loading: bool, is_live: bool) -> str:
    """Which chain of which process, and what of it is shown."""
    kind = "loading" if is_loading else "hooks"
    title = word(f"stack.title.{kind}", handler=sanitize(place.chain.handler), pid=place.process.pid)
    if is_live and not place.process.is_alive:
        title = word("stack.title.ended", title=title)
    return title if total < 2 else word("stack.title.of", title=title, n=number, total=total)


def step_narrative(chain: Chain, step: LoadStep) -> tuple[Phrase, ...]:
    """The two lines about a step of loading."""
    title, why = step_words(chain, step)
    place = word("stack.step", n=step.index + 1, total=len(loading_steps(chain)))
    return ((place, STRONG), ("  ", INK), (title, STRONG)), ((why, INK),)


def hooks_narrative(chain: Chain, layer: int, lint: LintState) -> tuple[Phrase, ...]:
    """The two lines about a layer: what it has, and what is found about it or when it runs."""
    if not chain.layers:
        return (((word("stack.empty"), STRONG),),)
    title, when = layer_words(chain, chain.layers[layer])
    findings = [finding for finding in findings_about(lint.report, layer) if finding.acknowledged is None]
    second: Phrase = finding_phrase(findings[0]) if findings else ((when, INK),)
    return ((title, STRONG),), second


def lint_remark(lint: LintState) -> str:
    """How far lint is, in a few words for the title."""
    if lint.is_running:
        return word("stack.lint.running")
    if lint.report.worst is None:
        return ""
    return total_words(lint.report).rstrip(".") if lint.report.findings else ""


def foot(lint: LintState, *, can_ask: bool) -> tuple[Phrase, ...]:
    """What lint has found, and how it knows, below the hooks."""
    if lint.is_running:
        return (((word("stack.lint.running"), STRONG),),)
    total = total_phrase(lint.report, is_surveyed=lint.is_surveyed)
    if lint.failure:
        failure = word("stack.lint.failed", why=sanitize(lint.failure))
        return total, ((failure, INK),)
    if lint.is_stale:
        return total, ((word("stack.lint.stale"), INK),)
    if can_ask and not lint.is_surveyed:
        return ((*total, ("   ", INK), (word("stack.lint.ask"), STRONG)),)
    return (total,)


def source_line(chain: Chain, layer: int, step: LoadStep | None) -> SourceLine | None:
    """Where the layer is written; at the step that collects a hook, where that hook is."""
    if step is not None and step.layer is None:
        return None
    shown = chain.layers[layer] if step is None and chain.layers else None if step is None else step.layer
    if shown is None or not shown.file:
        return None
    hook = shown.hook(step.hook) if step is not None and step.sort is LoadSort.COLLECT else None
    return SourceLine(hook.file, hook.line) if hook is not None and hook.file else SourceLine(shown.file, shown.line)


def no_chain_notice(board: Board) -> NoticeText:
    """Nothing has been loaded yet, or nothing is in the recording."""
    if not board.is_live:
        return NoticeText(title=word("stack.none.recording", title=sanitize(board.title)))
    lines = (word("stack.none.why"), word("stack.none.when"))
    return NoticeText(title=word("stack.none"), lines=lines, hints=(word("stack.none.hint"),))

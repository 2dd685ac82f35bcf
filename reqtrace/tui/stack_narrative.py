"""What is said in the mode Stack: title, remark, and the two lines below the picture."""

from __future__ import annotations

from reqtrace.analysis.lab_draft import Draft
from reqtrace.analysis.loading import LoadSort, LoadStep, loading_steps
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase
from reqtrace.render.lint_words import advice_words
from reqtrace.render.roles import INK, Paint
from reqtrace.render.sanitize import sanitize
from reqtrace.render.stack_experiment import draft_question
from reqtrace.render.stack_findings import (
    count_words,
    finding_phrase,
    findings_about,
    layers_with_findings,
    total_phrase,
)
from reqtrace.render.stack_lab import draft_words, line_sentence
from reqtrace.render.stack_words import layer_words, step_words
from reqtrace.trace.model import RequestSummary, RequestTrace
from reqtrace.trace.site_model import Chain
from reqtrace.tui.board import Board
from reqtrace.tui.linting import LintState
from reqtrace.tui.stack_position import ChainPlace
from reqtrace.tui.stop_source import SourceLine
from reqtrace.tui.widgets.notice import NoticeText
from reqtrace.tui.words import word

__all__ = [
    "chain_title",
    "foot",
    "hooks_narrative",
    "lab_foot",
    "lab_narrative",
    "lint_remark",
    "no_chain_notice",
    "request_words",
    "source_line",
    "step_narrative",
    "symptoms_of",
]

STRONG = Paint(bold=True)


def chain_title(place: ChainPlace, number: int, total: int, *, picture: str, is_live: bool) -> str:
    """Which chain of which process, and what of it is shown."""
    title = word(f"stack.title.{picture}", handler=sanitize(place.chain.handler), pid=place.process.pid)
    if is_live and not picture.startswith("lab") and not place.process.is_alive:
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
        return ((word("stack.empty"), STRONG),), ((word("stack.empty.hooks"), INK),)
    title, when = layer_words(chain, chain.layers[layer])
    findings = [finding for finding in findings_about(lint.report, layer) if finding.acknowledged is None]
    if not findings:
        return ((title, STRONG),), ((when, INK),)
    advice = advice_words(findings[0])
    if not advice:
        return ((title, STRONG),), finding_phrase(findings[0])
    return finding_phrase(findings[0]), ((f"{symbols.ARROW} {advice[0]}", STRONG),)


def lint_remark(lint: LintState) -> str:
    """How far lint is, in a few words for the title."""
    if lint.is_running:
        return word("stack.lint.running")
    return count_words(lint.report)


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
    if layers_with_findings(lint.report):
        return ((*total, ("   ", INK), (word("stack.lint.go"), STRONG)),)
    return (total,)


def request_words(summary: RequestSummary | None) -> str:
    """What the lab sends: the request that is looked at in the mode Flow."""
    if summary is None:
        return word("stack.lab.sends.home")
    return word("stack.lab.sends", method=sanitize(summary.method), path=sanitize(summary.path), n=summary.ordinal)


def symptoms_of(trace: RequestTrace | None) -> tuple[str, ...]:
    """What the response of a request shows, as the search for causes wants it written."""
    if trace is None:
        return ()
    sent = () if trace.response is None else trace.response.headers
    names = dict.fromkeys(sanitize(name) for name, _ in sent)
    return (f"status {trace.summary.status}", *(f"header {name}" for name in names))


def lab_foot(draft: Draft, request: str, progress: str, verdict: str) -> tuple[Phrase, ...]:
    """What would be sent where, and what came of it last."""
    if progress:
        last: Phrase = ((progress, STRONG),)
    elif verdict:
        last = ((word("stack.lab.verdict", verdict=verdict), STRONG),)
    else:
        last = ((draft_words(draft), INK),)
    return ((request, INK),), ((word("stack.lab.isolated"), INK),), last


def lab_narrative(draft: Draft, line: int) -> tuple[Phrase, ...]:
    """The question that the list asks, and what can be done with the selected line."""
    if not draft.layers:
        return ((word("stack.empty"), STRONG),), ((word("stack.empty.lab"), INK),)
    title = sanitize(draft_question(draft)) if draft.is_changed else word("stack.lab.ask")
    return ((title, STRONG),), ((line_sentence(draft, line), INK),)


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

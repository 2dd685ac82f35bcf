"""What one side of a row says when two requests stand beside each other."""

from __future__ import annotations

from reqtrace.analysis.comparison_model import Comparison, LayerPair, Row, Step
from reqtrace.analysis.surroundings import class_name
from reqtrace.events.kinds import Outcome, TemplateEntered, UrlResolved, ViewEntered
from reqtrace.render import symbols
from reqtrace.render.badges import change_badges
from reqtrace.render.canvas import Phrase, phrase_width
from reqtrace.render.columns import short_name
from reqtrace.render.figures import status_mark, status_role
from reqtrace.render.labels import text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import short_sql
from reqtrace.trace.model import Direction, LayerPass, RequestTrace, Span, StopSort, Way, WayState

__all__ = ["Cells", "step_name"]

BOLD = Paint(bold=True)
QUIET = Paint(Role.SKIP)
BAD = Paint(Role.BAD, bold=True)
PAINTS = {Direction.IN: Paint(Role.DOWN, bold=True), Direction.OUT: Paint(Role.UP, bold=True), Direction.CORE: BOLD}
LAYER_SORTS = (StopSort.LAYER_IN, StopSort.LAYER_OUT)
HOOK_SORTS = {
    StopSort.VIEW_HOOK: "process_view",
    StopSort.EXCEPTION_HOOK: "process_exception",
    StopSort.TEMPLATE_RESPONSE_HOOK: "process_template_response",
}
SILENT_STATES = {
    WayState.NOT_RUN: "comparison.cell.not_run",
    WayState.UNKNOWN: "comparison.cell.unknown",
    WayState.PENDING: "comparison.cell.unknown",
    WayState.RUNNING: "comparison.cell.running",
    WayState.NEVER_REACHED: "comparison.cell.never_reached",
    WayState.SKIPPED: "comparison.cell.not_listed",
}
NO_VARIANTS: tuple[str, ...] = ("",)


class Cells:
    """The phrases of one side, ``a`` or ``b``, in cells of a width."""

    def __init__(self, comparison: Comparison, side: str, width: int) -> None:
        self.comparison = comparison
        self.side = side
        self.width = width
        self.trace: RequestTrace = comparison.a if side == "a" else comparison.b

    def phrase(self, row: Row) -> Phrase:
        """What the side says in a row, in at most ``width`` cells if that can be."""
        step, other = (row.a, row.b) if self.side == "a" else (row.b, row.a)
        if step is not None:
            return self._of_step(step)
        return () if other is None else ((self._absent(other), QUIET),)

    def _fit(self, name: Phrase, variants: tuple[str, ...], paint: Paint, *, short: Phrase = ()) -> Phrase:
        """The name (a short one, if nothing has room beside it), and the longest variant that has room beside it."""
        if short and phrase_width(name) + 2 + phrase_width(((variants[-1], paint),)) > self.width:
            name = short
        room = self.width - phrase_width(name) - 2
        chosen = next((words for words in variants if phrase_width(((words, paint),)) <= room), variants[-1])
        return (*name, (f"  {chosen}", paint)) if chosen else name

    # --- a step that is there ----------------------------------------------------------------------------------

    def _of_step(self, step: Step) -> Phrase:
        sort = step.stop.sort
        if sort in LAYER_SORTS:
            return self._of_layer(step)
        if sort in HOOK_SORTS:
            return self._of_hook(step)
        match sort:
            case StopSort.RECEIVED:
                summary = self.trace.summary
                words = f" {sanitize(summary.method)} {sanitize(summary.path)}"
                return ((text("comparison.cell.received"), BOLD), (words, INK))
            case StopSort.RESOLVED:
                return self._of_match(step.stop.span)
            case StopSort.VIEW:
                return self._of_view(step.stop.span)
            case StopSort.CONVERTED:
                return self._of_conversion(step)
            case StopSort.STARTED:
                status = self.trace.summary.status
                paint = Paint(status_role(status), bold=True)
                return ((f"{text('comparison.cell.sent')} ", BOLD), (status_mark(status), paint))
            case StopSort.BODY:
                return ((text("comparison.cell.body"), BOLD),)
            case StopSort.ESCAPED:
                return ((text("comparison.cell.escaped"), BAD),)
        return self._of_inside(step)

    def _own_pass(self, step: Step) -> LayerPass | None:
        index = step.stop.layer
        return self.trace.passes[index] if index is not None else None

    def _of_layer(self, step: Step) -> Phrase:
        row = self._own_pass(step)
        if row is None:
            return ()
        direction = step.stop.direction
        way = row.way_in if direction is Direction.IN else row.way_out
        name = ((f"{row.layer.index + 1} {short_name(row.layer)}", BOLD),)
        ended = ending_words(way.state is WayState.ANSWERED, way.span, way.status, is_raised=is_raised(way))
        if ended:
            return self._fit(name, ended, BAD)
        if way.state is WayState.NO_HOOK:
            return self._fit(name, (text("comparison.cell.no_hook", hook=way.hook), ""), QUIET)
        if way.state in SILENT_STATES:
            return self._fit(name, (text(SILENT_STATES[way.state]), ""), QUIET)
        badges = change_badges([one for one in way.changes if one.change.op in ("+", "-", "~")])
        if badges:
            return self._fit(name, (*badges, ""), PAINTS[direction])
        return self._fit(
            name, (text("comparison.cell.passed"), "") if direction is Direction.IN else NO_VARIANTS, QUIET
        )

    def _of_hook(self, step: Step) -> Phrase:
        row, span = self._own_pass(step), step.stop.span
        layer = f" {row.layer.index + 1} {short_name(row.layer)}" if row is not None else ""
        name = ((HOOK_SORTS[step.stop.sort], BOLD), (layer, PAINTS[step.stop.direction]))
        if span is None:
            return name
        is_answer = span.outcome in (Outcome.response, Outcome.other)
        is_expected = is_answer and step.stop.sort is StopSort.TEMPLATE_RESPONSE_HOOK
        ended = ending_words(is_answer, span, span.status, is_raised=span.outcome is Outcome.raised)
        if ended and not is_expected:
            return self._fit((*name[:1], (layer, BAD)), ended, BAD, short=((layer.lstrip(), BAD),))
        return self._fit(name, (text("comparison.cell.asked"), ""), QUIET)

    def _of_match(self, span: Span | None) -> Phrase:
        label = (text("comparison.cell.urlconf"), BOLD)
        left = span.left if span is not None else None
        if isinstance(left, UrlResolved):
            return (label, (f" {symbols.MATCH} {sanitize(left.route) or repr('')}", Paint(Role.OK)))
        return (label, (f" {symbols.NO_MATCH} {text('comparison.cell.no_match')}", Paint(Role.BAD)))

    def _of_view(self, span: Span | None) -> Phrase:
        label = (text("comparison.cell.view"), BOLD)
        if span is None or not isinstance(span.entered, ViewEntered):
            return (label,)
        ended = ending_words(False, span, 0, is_raised=span.outcome is Outcome.raised)
        full = sanitize(span.entered.name)
        name = full if not ended else full.rpartition(".")[2]
        return self._fit((label, (f" {name}", BOLD)), ended or NO_VARIANTS, BAD)

    def _of_conversion(self, step: Step) -> Phrase:
        row = self._own_pass(step)
        converted = step.stop.span.converted if step.stop.span is not None else ()
        status = converted[-1].status if converted else 0
        name: Phrase = ((f"{row.layer.index + 1} {short_name(row.layer)}  ", BOLD),) if row is not None else ()
        return (*name, (text("comparison.cell.made", status=status), BAD))

    def _of_inside(self, step: Step) -> Phrase:
        kind = str(step.key[2])
        words = short_sql(step.label) if kind == "query" else sanitize(step.label)
        times = f"{symbols.TIMES}{step.count} " if step.count > 1 else ""
        indent = " " * min(step.stop.depth or 1, 3)
        pieces = ((f"{indent}{text(f'comparison.cell.{kind}')} ", BOLD), (times, Paint(Role.WARN, bold=True)))
        return (*pieces, (words, INK))

    # --- a step that only the other side has -------------------------------------------------------------------

    def _absent(self, step: Step) -> str:
        if step.pair is not None:
            return self._absent_layer(self.comparison.layers[step.pair], step.stop.sort)
        if step.stop.sort in (StopSort.VIEW, StopSort.RESOLVED):
            return text("comparison.cell.not_called")
        return symbols.DOT

    def _absent_layer(self, pair: LayerPair, sort: StopSort) -> str:
        row = pair.a if self.side == "a" else pair.b
        if row is None or row.way_in.state is WayState.SKIPPED:
            return text("comparison.cell.not_listed")
        if sort is StopSort.CONVERTED:
            return symbols.DOT
        if row.way_in.state is WayState.NEVER_REACHED:
            return text("comparison.cell.never_reached")
        if sort in LAYER_SORTS and pair.is_moved:
            return text("comparison.cell.elsewhere", n=row.layer.index + 1)
        return text("comparison.cell.not_run" if sort in LAYER_SORTS else "comparison.cell.not_called")


def ending_words(is_answer: bool, span: Span | None, status: int, *, is_raised: bool) -> tuple[str, ...]:
    """Variants of how it ended, if that was no usual return."""
    if is_answer:
        returned = text("comparison.cell.returned", status=status)
        return (returned if status else text("comparison.cell.returned_other"),)
    if not is_raised:
        return ()
    error, mark = error_of(span), symbols.STATUS_SERVER_ERROR
    return f"{mark} {text('comparison.cell.raised', error=error)}", f"{mark} {error}"


def is_raised(way: Way) -> bool:
    return way.state is WayState.RAISED


def error_of(span: Span | None) -> str:
    """Class name of what left a span."""
    while span is not None:
        if span.raised is not None:
            return sanitize(class_name(span.raised.error))
        if span.converted:
            return sanitize(class_name(span.converted[-1].error))
        span = next((child for child in span.children if child.outcome is Outcome.raised), None)
    return class_name("")


def step_name(comparison: Comparison, step: Step) -> str:
    """Few words for a step, for the ends of a run of equal ones."""
    if step.pair is not None:
        pair = comparison.layers[step.pair]
        known = pair.a or pair.b
        name = short_name(known.layer) if known is not None else ""
        return f"{name}.{HOOK_SORTS[step.stop.sort]}" if step.stop.sort in HOOK_SORTS else name
    entered = step.stop.span.entered if step.stop.span is not None else None
    if isinstance(entered, TemplateEntered):
        return sanitize(entered.name)
    labels = {
        StopSort.RECEIVED: "received",
        StopSort.RESOLVED: "urlconf",
        StopSort.VIEW: "view",
        StopSort.STARTED: "sent",
        StopSort.BODY: "body",
        StopSort.ESCAPED: "escaped",
        StopSort.CONVERTED: "view",
    }
    return text(f"comparison.cell.{labels.get(step.stop.sort) or step.key[2]}")

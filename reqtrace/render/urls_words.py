"""What is said about a pattern, about a step of a walk, and about what became of a path: whole sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reqtrace.analysis.nearest import Almost
from reqtrace.analysis.url_match import StepOutcome, UrlMatch, UrlStep
from reqtrace.analysis.url_tree import Place, UrlNode, UrlTree
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase
from reqtrace.render.labels import count, has, text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.urls_rows import QUIET, STRONG, UrlRow, pattern_text
from reqtrace.render.urls_tree import include_name, inside_text
from reqtrace.render.urls_walk import quoted
from reqtrace.render.why_words import nearest_text, refusal_text

__all__ = ["arguments_text", "node_lines", "step_lines", "verdict_lines"]

GOOD = Paint(Role.OK, bold=True)
BAD = Paint(Role.BAD, bold=True)
HINT = Paint(Role.WARN)
CALLS = {"path": "path", "re_path": "re_path", "i18n": "i18n_patterns"}
SEPARATOR = f"  {symbols.DOT}  "


def arguments_text(arguments: tuple[tuple[str, str], ...]) -> str:
    """``request, slug='dune'``"""
    return ", ".join(["request", *(sanitize(f"{name}={value}" if name else value) for name, value in arguments)])


# --- a pattern ---------------------------------------------------------------------------------------------------


def node_lines(tree: UrlTree, node: UrlNode, counts: Mapping[Place, int]) -> tuple[Phrase, ...]:
    """How it is written and where; what it calls; what else is known."""
    chain = tree.chain(node.place)
    around = chain[-2].target if len(chain) > 1 else tree.urlconf
    where = text("urls.detail.place", urlconf=sanitize(around)) if around and not around.startswith("<") else ""
    first = ((written(node), STRONG), (f"  {where}", QUIET))
    lines = include_lines(tree, node) if node.is_include else view_lines(tree, node)
    facts = [*lines, requests_text(counts.get(node.place, 0))]
    return first, ((facts[0], INK),), ((SEPARATOR.join(facts[1:]), QUIET),)


def written(node: UrlNode) -> str:
    """The call that made the pattern, in short."""
    call = CALLS.get(node.sort, node.sort)
    if node.sort == "i18n":
        return f"{call}({symbols.ELLIPSIS})"
    route = f"'{sanitize(node.text)}'"
    if node.is_include:
        return f"{call}({route}, include({symbols.ELLIPSIS}))"
    name = f", name='{sanitize(node.name)}'" if node.name else ""
    return f"{call}({route}, {symbols.ELLIPSIS}{name})"


def view_lines(tree: UrlTree, node: UrlNode) -> list[str]:
    """The call of the view and its place in the code; then what stands around it."""
    parameters = [sanitize(one.parameter) for around in tree.chain(node.place) for one in around.converters]
    arguments = ", ".join(["request", *dict.fromkeys(parameters)])
    view = sanitize(node.target)
    call = text("urls.detail.view", view=view, arguments=arguments) if view else text("urls.detail.no_view")
    return [call + place_text(node), *about(node)]


def include_lines(tree: UrlTree, node: UrlNode) -> list[str]:
    """Where it leads; then its namespace."""
    inside = inside_text(tree, node)
    key = "urls.detail.i18n" if node.sort == "i18n" else "urls.detail.include"
    lines = [text(key, urlconf=include_name(node), inside=inside, prefix=pattern_text(node)) + place_text(node)]
    if node.namespace:
        lines.append(text("urls.detail.namespace", namespace=sanitize(node.namespace)))
    if node.app_name and node.app_name != node.namespace:
        lines.append(text("urls.detail.application", app_name=sanitize(node.app_name)))
    return lines + about(node)


def about(node: UrlNode) -> list[str]:
    """Converters, decorators, and what is added to the arguments."""
    facts = [
        text(
            "urls.detail.converter",
            parameter=sanitize(one.parameter),
            name=sanitize(one.name.rpartition(".")[2]),
            regex=sanitize(one.regex),
        )
        for one in node.converters
    ]
    if node.decorators:
        facts.append(text("urls.detail.decorators", names=", ".join(map(sanitize, node.decorators))))
    if node.arguments:
        added = ", ".join(sanitize(f"{name}={value}") for name, value in node.arguments)
        facts.append(text("urls.detail.adds", arguments=added))
    return facts


def requests_text(matched: int) -> str:
    return count("urls.detail.matched", matched) if matched else text("urls.detail.never")


def place_text(node: UrlNode) -> str:
    """Where the view, or the included URLconf, is written, by the last three parts of the path."""
    parts = node.file.replace("\\", "/").split("/")[-3:]
    line = f":{node.line}" if node.line else ""
    return f"  {sanitize('/'.join(parts))}{line}" if node.file else ""


# --- what became of a path ---------------------------------------------------------------------------------------


def verdict_lines(match: UrlMatch) -> tuple[Phrase, ...]:
    """Two sentences: what happens to the path, and the call or the pattern that it almost matches."""
    path = sanitize(match.path)
    found, broken = match.matched, match.broken
    if found is not None:
        name = sanitize(match.view_name)
        words = text("urls.verdict.found" if name else "urls.verdict.found.unnamed", path=path, name=name)
        call = text("urls.verdict.calls", view=sanitize(found.node.target), arguments=arguments_text(match.arguments))
        return ((f"{symbols.MATCH} {words}", GOOD),), ((call, INK), (place_text(found.node), QUIET))
    if broken is not None:
        return ((f"{symbols.STATUS_SERVER_ERROR} {broken_text(broken)}", BAD),), language_line(match)
    words = text("urls.verdict.lost", path=path)
    if match.is_cut:
        words = text("urls.verdict.cut", n=len(match.steps))
    return ((f"{symbols.NO_MATCH} {words}", BAD),), almost_line(match) or language_line(match)


def broken_text(step: UrlStep) -> str:
    if step.outcome is StepOutcome.NOT_LOADED:
        return text("urls.verdict.not_loaded", target=include_name(step.node))
    return text("urls.verdict.raised", error=sanitize(step.error), route=pattern_text(step.node))


def almost_line(match: UrlMatch) -> Phrase:
    """The pattern that the path almost matches, if there is one."""
    if match.nearest is not None:
        key = "slash" if match.nearest.almost is Almost.MISSING_SLASH else "almost"
        almost = nearest_text(match.nearest)
        return ((text(f"urls.verdict.{key}", almost=almost[:1].upper() + almost[1:]), HINT),)
    for step in match.steps:
        refused = step.refused_value
        if refused is not None:
            words = text("urls.verdict.refused", route=pattern_text(step.node), error=sanitize(refused.error))
            return ((words[:1].upper() + words[1:], HINT),)
    return ()


def language_line(match: UrlMatch) -> Phrase:
    """Which language the patterns were asked in, if one of them asks for it."""
    if not any(step.node.sort == "i18n" for step in match.steps):
        return ()
    key = f"urls.verdict.language.{'path' if match.language_from == 'path' else 'LANGUAGE_CODE'}"
    return ((text(key, language=sanitize(match.language)), QUIET),)


# --- a step ------------------------------------------------------------------------------------------------------


def step_lines(match: UrlMatch, row: UrlRow) -> tuple[Phrase, ...]:
    """The verdict, and one sentence about the row under the cursor."""
    if row.is_fold:
        return *verdict_lines(match), ((text("urls.step.more"), QUIET),)
    step = next((one for one in match.steps if one.node.place == row.place), None)
    words = "" if step is None else " ".join(step_sentences(step))
    return *verdict_lines(match), ((words, QUIET),)


def step_sentences(step: UrlStep) -> Iterator[str]:
    """What the pattern did, in a sentence."""
    pattern, given, target = pattern_text(step.node), quoted(step.given), include_name(step.node)
    refused = step.refused_value
    if step.outcome is StepOutcome.MISSED and refused is not None:
        yield text("urls.step.refused", parameter=sanitize(refused.parameter), got=quoted(refused.got))
    elif step.outcome is StepOutcome.MISSED:
        why = refusal_text(step.refusal) if step.refusal is not None else text("urls.row.untold")
        yield text("urls.step.missed", pattern=pattern, given=given, why=why)
    else:
        key = f"urls.step.{step.outcome.value.replace(' ', '_')}"
        if has(f"{key}.empty") and not step.node.text:
            key = f"{key}.empty"
        error = sanitize(step.error)
        yield text(key, pattern=pattern, given=given, rest=quoted(step.left), target=target, error=error)

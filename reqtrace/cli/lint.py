"""``reqtrace lint``: says which line of MIDDLEWARE stands in the wrong place, and why."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reqtrace.cli.options import ascii_option, output_option, project_options
from reqtrace.cli.pictures import columns, show_picture
from reqtrace.errors import EXIT_FINDINGS, EXIT_OK, UsageError

if TYPE_CHECKING:
    from reqtrace.analysis.rules.engine import LintReport
    from reqtrace.analysis.rules.rule import Severity
    from reqtrace.hub.project import Project
    from reqtrace.render.canvas import Canvas

__all__ = ["command"]

LEVELS = ("error", "warning", "info", "never")


@click.command("lint")
@click.argument("path", default=".")
@project_options
@click.option("--asgi", "is_asgi", is_flag=True, help="Judge the list as it is served by ASGI.")
@output_option("A page to read, a document (docs/lint-json.md), annotations of GitHub, or SARIF.", "github", "sarif")
@click.option(
    "--fail-on",
    type=click.Choice(LEVELS),
    default="error",
    show_default=True,
    help="The mildest finding that makes the exit code 1.",
)
@click.option("--fix", "is_fix", is_flag=True, help="Print MIDDLEWARE in the right order; no file is changed.")
@click.option("--explain", "rule_id", metavar="RULE", help="Say what a rule demands, why, and who says so.")
@click.option("--prove", "proved_id", metavar="RULE", help="Show it: serve both orders, and draw both paths.")
@ascii_option
def command(
    path: str,
    settings: str | None,
    python: str | None,
    is_asgi: bool,
    form: str,
    fail_on: str,
    is_fix: bool,
    rule_id: str | None,
    proved_id: str | None,
    is_ascii: bool,
) -> int:
    """Say which line of MIDDLEWARE stands in the wrong place in the project at PATH (default: here), and why.

    Starts the project once in its own Python and builds its middleware; starts no server and sends no request. Findings
    that are meant can be acknowledged, with a reason, in [tool.reqtrace.lint]. Exit code 1 if there are errors.

    --prove needs no project: it serves the smallest stack in which a rule shows, with nothing but Django, in the Python
    of the project at PATH or in reqtrace's own. Exit code 1 if the consequence does not come about there.
    """
    from reqtrace.cli import output
    from reqtrace.hub.discover import discover

    is_ascii = is_ascii or not output.is_unicode()
    if rule_id is not None:
        return explain(rule_id, is_ascii=is_ascii)
    if proved_id is not None:
        return prove(proved_id, interpreter_for_proofs(path, python), form=form, is_ascii=is_ascii)
    project = discover(path, settings=settings, python=python, environ=os.environ)
    report, used_settings = examine(project, is_asgi=is_asgi, fix_from=severity_named(fail_on))
    if is_fix:
        show_fix(report)
    else:
        show(report, project=project, settings=used_settings, form=form, is_ascii=is_ascii)
    return exit_code(report, fail_on)


def examine(project: Project, *, is_asgi: bool, fix_from: Severity | None) -> tuple[LintReport, str | None]:
    """Ask the project's own Python for its stack, and hold it against the rules."""
    from reqtrace.analysis.project_lint import lint_project
    from reqtrace.analysis.rules.rule import Severity

    check_acknowledged(dict(project.acknowledged), project)
    examined = lint_project(project, is_asgi=is_asgi, fix_from=min(fix_from or Severity.WARNING, Severity.WARNING))
    return examined.report, examined.settings_module


def check_acknowledged(reasons: Mapping[str, str], project: Project) -> None:
    """Raises ``UsageError`` for an id that no rule has."""
    from reqtrace.analysis.rules.engine import LOAD_IDS
    from reqtrace.analysis.rules.registry import RETIRED, rule_named

    for rule_id in reasons:
        if rule_named(rule_id) is None and rule_id not in LOAD_IDS and rule_id not in RETIRED:
            raise unknown_rule(rule_id, f" acknowledged in {project.config_file}")


def unknown_rule(rule_id: str, where: str = "") -> UsageError:
    from reqtrace.analysis.rules.engine import LOAD_IDS
    from reqtrace.analysis.rules.registry import nearest_ids

    near = nearest_ids(rule_id, LOAD_IDS)
    hint = f"Did you mean {', '.join(near)}?" if near else "`reqtrace lint` names the rule of each finding."
    return UsageError(f"There is no rule {rule_id!r}{where}.", hint=hint)


def severity_named(word: str) -> Severity | None:
    from reqtrace.analysis.rules.rule import Severity

    return None if word == "never" else Severity[word.upper()]


def exit_code(report: LintReport, fail_on: str) -> int:
    limit, worst = severity_named(fail_on), report.worst
    return EXIT_FINDINGS if limit is not None and worst is not None and worst >= limit else EXIT_OK


# --- what is printed ---------------------------------------------------------------------------------------------


def show(report: LintReport, *, project: Project, settings: str | None, form: str, is_ascii: bool) -> None:
    from reqtrace import __version__
    from reqtrace.cli import output
    from reqtrace.render import lint_document

    root = str(project.root)
    if form == "json":
        output.answer_json(lint_document.lint_document(report, project=root, settings=settings))
    elif form == "sarif":
        output.answer_json(lint_document.sarif_document(report, version=__version__, root=root))
    elif form == "github":
        for line in lint_document.github_annotations(report, os.getcwd()):
            output.answer(line)
    else:
        show_page(report, project=project, settings=settings, is_ascii=is_ascii)


def show_page(report: LintReport, *, project: Project, settings: str | None, is_ascii: bool) -> None:
    from reqtrace.render.labels import text
    from reqtrace.render.lint_page import draw_report

    title = (
        text("lint.title", project=project.name, settings=settings)
        if settings
        else text("lint.title.unnamed", project=project.name)
    )
    show_canvas(
        lambda width: draw_report(report, title=title, width=width, root=str(project.root), ascii_only=is_ascii)
    )


def show_canvas(draw: Callable[[int], Canvas]) -> None:
    """Draw as wide as the terminal."""
    width = columns()
    show_picture(draw(width), width)


def show_fix(report: LintReport) -> None:
    """The list as Python, ready to be pasted; what it leaves undone is said on stderr."""
    from reqtrace.analysis.rules.engine import LoadId
    from reqtrace.cli import output
    from reqtrace.render.lint_words import concession_words, finding_words

    for finding in report.findings:
        if finding.id in (LoadId.NO_LIST.value, LoadId.NO_TEXT.value):
            output.warn(f"There is no list to put in order. {' '.join(finding_words(finding))}")
            return
    output.answer("MIDDLEWARE = [")
    for path in report.fixed:
        output.answer(f"    {json.dumps(path, ensure_ascii=False)},")
    output.answer("]")
    is_same = report.fixed == tuple(layer.path for layer in report.stack.layers)
    output.tell("Nothing to move." if is_same else "Only printed; no file was changed.")
    for layer in report.stack.layers:
        if layer.parts:
            output.tell(f"Line {layer.number} stands here as {len(layer.parts)} entries: a comma is missing in it.")
    for concession in report.concessions:
        output.tell(concession_words(concession))


def explain(rule_id: str, *, is_ascii: bool) -> int:
    from reqtrace.analysis.rules.engine import LOAD_WORDS
    from reqtrace.analysis.rules.registry import RETIRED, rule_named
    from reqtrace.cli import output
    from reqtrace.render.lint_explain import draw_rule

    rule = rule_named(rule_id)
    if rule is not None:
        show_canvas(lambda width: draw_rule(rule, width=width, ascii_only=is_ascii))
    elif rule_id in RETIRED:
        output.answer(f"{rule_id} is not a rule here. {RETIRED[rule_id]}")
    elif rule_id in LOAD_WORDS:
        output.answer(f"{rule_id} (error): {LOAD_WORDS[rule_id]}")
    else:
        raise unknown_rule(rule_id)
    return EXIT_OK


def prove(rule_id: str, python: Path | None, *, form: str, is_ascii: bool) -> int:
    """Bring the consequence of a rule about, in a small project of our own."""
    from reqtrace.analysis import proving
    from reqtrace.analysis.rules.engine import LOAD_WORDS
    from reqtrace.analysis.rules.registry import RETIRED, rule_named
    from reqtrace.cli import output
    from reqtrace.render.proof_page import draw_proof, proof_document

    rule = rule_named(rule_id)
    if rule is None and (rule_id in RETIRED or rule_id in LOAD_WORDS):
        raise UsageError(
            f"{rule_id} is about no order that could be proved.", hint=f"reqtrace lint --explain {rule_id}"
        )
    if rule is None:
        raise unknown_rule(rule_id)
    proving.check_provable(rule)
    with proving.proof_lab(python) as lab:
        proved = proving.prove(rule, lab)
    if form == "json":
        output.answer_json(proof_document(proved))
    else:
        width = columns()
        for canvas in draw_proof(proved, width=width, ascii_only=is_ascii):
            show_picture(canvas, width)
    return EXIT_OK if proved.is_proved else EXIT_FINDINGS


def interpreter_for_proofs(path: str, python: str | None) -> Path | None:
    """The Python that is named, or that of a project that is named; else our own will do. Raises ``UsageError``."""
    from reqtrace.hub.discover import discover
    from reqtrace.hub.interpreter import named_interpreter

    if python is not None:
        return named_interpreter(python, "--python", Path.cwd())
    return None if path == "." else discover(path).interpreter

"""``reqtrace doctor``: says what was found in a project and around it, and what is wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from reqtrace.cli.options import ascii_option, output_option, project_options
from reqtrace.errors import EXIT_FINDINGS, EXIT_OK
from reqtrace.events.kinds import HOOKS

if TYPE_CHECKING:
    from rich.console import RenderableType

    from reqtrace.cli.checkup import Examination, Finding, Level
    from reqtrace.hub.preflight import Middleware, Survey
    from reqtrace.hub.project import Project

__all__ = ["SCHEMA_VERSION", "command"]

SCHEMA_VERSION = 1
"""Of ``--output json``: raised when a field changes its meaning or goes; new fields may appear without."""

HOOK_COLUMNS_WIDTH = 72
MARKS = {"ok": ("✓", "+", "green"), "warning": ("!", "!", "yellow"), "problem": ("✗", "x", "bold red")}


@click.command("doctor")
@click.argument("path", default=".")
@project_options
@output_option("A page to read, or one JSON document.")
@ascii_option
def command(path: str, settings: str | None, python: str | None, form: str, is_ascii: bool) -> int:
    """Say what was found in the project at PATH (default: here), and what is wrong.

    Looks at the interpreter, Django, the settings, MIDDLEWARE with its hooks, other programs named reqtrace, the
    terminal, its encoding and the port. Starts the project once and builds its middleware, but sends no request. Exit
    code 1 if something must be put right, else 0.
    """
    from reqtrace.cli import output
    from reqtrace.cli.checkup import Level, Request, examine

    found = examine(Request(path=path, settings=settings, python=python, environ=os.environ))
    if form == "json":
        output.answer_json(document(found))
    else:
        is_ascii = is_ascii or not output.is_unicode()
        output.show(findings_table(found.findings, is_ascii=is_ascii))
        for finding in found.findings:
            show_details(finding)
        if found.survey is not None and found.survey.middleware:
            output.answer()
            output.show(middleware_table(found.survey.middleware, is_ascii=is_ascii))
        output.answer(f"\n{summary(found.findings)}")
    return EXIT_FINDINGS if count(found.findings, Level.PROBLEM) else EXIT_OK


def document(found: Examination) -> dict[str, Any]:
    """The examination as the versioned JSON document."""
    return {
        "reqtrace_doctor": SCHEMA_VERSION,
        "findings": [describe_finding(finding) for finding in found.findings],
        "project": describe_project(found.project) if found.project else None,
        "django": describe_survey(found.survey) if found.survey else None,
    }


def describe_finding(finding: Finding) -> dict[str, Any]:
    return {
        "subject": finding.subject,
        "level": finding.level.value,
        "text": finding.text,
        "hint": finding.hint,
        "details": list(finding.details),
    }


def describe_project(project: Project) -> dict[str, Any]:
    return {
        "root": str(project.root),
        "kind": project.kind.value,
        "manage_py": str(project.manage_py) if project.manage_py else None,
        "interpreter": str(project.interpreter),
        "interpreter_source": project.interpreter_source,
        "settings": project.settings,
        "settings_source": project.settings_source,
        "config_file": str(project.config_file) if project.config_file else None,
        "prepare": list(project.prepare),
    }


def describe_survey(survey: Survey) -> dict[str, Any]:
    return {
        "python": survey.python,
        "version": survey.django or None,
        "settings_module": survey.settings_module,
        "root_urlconf": survey.root_urlconf or None,
        "debug": survey.debug,
        "runserver": survey.runserver or None,
        "middleware": [
            {
                "path": entry.path,
                "is_class": entry.is_class,
                "hooks": list(entry.hooks),
                "error": entry.failure.message if entry.failure else None,
            }
            for entry in survey.middleware
        ],
    }


def findings_table(findings: Sequence[Finding], *, is_ascii: bool) -> RenderableType:
    """Mark and word, subject, text with its hint below."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        symbol, ascii_symbol, style = MARKS[finding.level.value]
        word = "" if finding.level.value == "ok" else f" {finding.level.value}"
        mark = Text(f"{ascii_symbol if is_ascii else symbol}{word}", style=style)
        table.add_row(mark, Text(finding.subject), body(finding))
    return table


def middleware_table(middleware: Sequence[Middleware], *, is_ascii: bool) -> RenderableType:
    """MIDDLEWARE in order, outermost first, with the hooks of each entry; dotted paths where there is room."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    has_room = Console().width >= max(len(entry.path) for entry in middleware) + HOOK_COLUMNS_WIDTH
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", justify="right")
    table.add_column("MIDDLEWARE", overflow="fold")
    for hook in HOOKS:
        name = hook.removeprefix("process_")
        table.add_column(name if has_room else name.removesuffix("_response"), no_wrap=True)
    for number, entry in enumerate(middleware, start=1):
        name = entry.path if has_room else entry.path.rpartition(".")[2]
        marks = [("x" if is_ascii else "✓") if hook in entry.hooks else "" for hook in HOOKS]
        table.add_row(str(number), Text.assemble(name, (remark(entry), "dim")), *marks)
    return table


def remark(entry: Middleware) -> str:
    """What a row without hooks is."""
    if entry.failure is not None:
        return " (does not load)"
    if entry.hooks:
        return ""
    return " (__call__)" if entry.is_class else " (function)"


def show_details(finding: Finding) -> None:
    """A traceback, as wide as it is."""
    from reqtrace.cli import output

    if finding.details:
        output.answer(f"\n{finding.subject}:")
    for line in finding.details:
        output.answer(f"  {line}")


def body(finding: Finding) -> RenderableType:
    from rich.text import Text

    text = Text(finding.text)
    if finding.hint:
        text.append(f"\nwhat to do: {finding.hint}", style="bold")
    return text


def summary(findings: Sequence[Finding]) -> str:
    from reqtrace.cli.checkup import Level

    problems, warnings = count(findings, Level.PROBLEM), count(findings, Level.WARNING)
    if not problems and not warnings:
        return "Nothing is wrong."
    parts = [plural(problems, "problem"), plural(warnings, "warning")]
    return f"{' and '.join(part for part in parts if part)}."


def count(findings: Sequence[Finding], level: Level) -> int:
    return sum(finding.level is level for finding in findings)


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}" if number else ""

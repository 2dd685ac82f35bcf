"""The findings of ``reqtrace doctor``: one check a function, each says what it found and what is wrong with it."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from reqtrace import __version__
from reqtrace.analysis.rules.engine import lint
from reqtrace.analysis.rules.rule import Severity
from reqtrace.analysis.rules.stack import DEFAULTS, read_stack
from reqtrace.cli import output
from reqtrace.errors import HubError, ProjectError, ReqtraceError
from reqtrace.hub.discover import discover
from reqtrace.hub.ports import free_port
from reqtrace.hub.preflight import Survey, survey
from reqtrace.hub.project import Project
from reqtrace.render.lint_words import advice_words, finding_words

__all__ = ["Examination", "Finding", "Level", "Request", "examine"]

NAMESAKES = ("reqtrace", "reqtrace-py")
SMALLEST_TERMINAL = (60, 18)
COMFORTABLE_TERMINAL = (80, 24)
DEFAULT_PORT = 8000
STACK = {"settings": list(DEFAULTS), "is_asgi": False, "is_built": True}
"""What lint wants to know of MIDDLEWARE."""
TESTED_DJANGO = ("5.2", "6.0", "6.1")


class Level(Enum):
    """How bad a finding is."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    level: Level
    text: str
    hint: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person wants examined."""

    path: str
    settings: str | None
    python: str | None
    environ: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """All that was found."""

    findings: tuple[Finding, ...]
    project: Project | None
    """``None`` if there is none at the path."""
    survey: Survey | None
    """``None`` if the project's Python could not be asked."""


def ok(subject: str, text: str) -> Finding:
    return Finding(subject=subject, level=Level.OK, text=text)


def warning(subject: str, text: str, hint: str = "") -> Finding:
    return Finding(subject=subject, level=Level.WARNING, text=text, hint=hint)


def problem(subject: str, error: ReqtraceError) -> Finding:
    """An error as a finding; the project's own traceback becomes its details."""
    own_words = str(getattr(error, "output", ""))
    details = tuple(own_words.rstrip().splitlines())
    return Finding(subject=subject, level=Level.PROBLEM, text=error.message, hint=error.hint, details=details)


def examine(request: Request) -> Examination:
    """Look at everything, in the order in which it matters."""
    findings = [*check_reqtrace(), check_terminal(request.environ), check_encoding()]
    project: Project | None = None
    surveyed: Survey | None = None
    try:
        project = discover(request.path, settings=request.settings, python=request.python, environ=request.environ)
        findings += [check_port(project.port or DEFAULT_PORT), *check_project(project)]
        project.check_obstacle()
        surveyed = survey(project, stack=STACK, environ=request.environ)
        findings += check_survey(surveyed, project)
    except ReqtraceError as error:
        findings.append(problem("start" if project else "project", error))
    return Examination(findings=tuple(findings), project=project, survey=surveyed)


# --- our own side ------------------------------------------------------------------------------------------------


def check_reqtrace() -> Iterator[Finding]:
    yield ok("reqtrace", f"{__version__} on Python {sys.version.split()[0]} ({sys.executable})")
    for name in NAMESAKES:
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        yield name_clash(f"{name} {version}", "reqtrace's own environment", sys.executable)


def name_clash(distribution: str, where: str, python: str) -> Finding:
    return Finding(
        subject="name clash",
        level=Level.PROBLEM,
        text=f"{distribution} in {where} is another program with the same import name, reqtrace: one hides the other.",
        hint=f"Remove it: {python} -m pip uninstall {distribution.split()[0]}",
    )


def check_terminal(environ: Mapping[str, str]) -> Finding:
    if not (sys.stdout.isatty() and sys.stdin.isatty()):
        return ok("terminal", "none here: reqtrace serve prints plain lines, one block a request")
    columns, rows = shutil.get_terminal_size()
    terminal = environ.get("TERM", "") or "no TERM"
    text = f"{columns} columns, {rows} rows, {terminal}, {'no colour' if environ.get('NO_COLOR') else 'colour'}"
    if terminal in ("dumb", "no TERM") and os.name == "posix":
        return warning("terminal", text, "This terminal cannot be drawn on; use reqtrace serve --plain.")
    if columns < SMALLEST_TERMINAL[0] or rows < SMALLEST_TERMINAL[1]:
        return warning("terminal", text, "The screen needs 60 columns and 18 rows: enlarge the window.")
    if columns < COMFORTABLE_TERMINAL[0] or rows < COMFORTABLE_TERMINAL[1]:
        return warning("terminal", text, "It works, but 80 columns and 24 rows show a whole request.")
    return ok("terminal", text)


def check_encoding() -> Finding:
    encoding = sys.stdout.encoding or "none"
    if output.is_unicode():
        return ok("encoding", encoding)
    return warning("encoding", f"{encoding} cannot carry the symbols, so ASCII ones are used", "Set PYTHONUTF8=1.")


def check_port(port: int) -> Finding:
    try:
        free = free_port("127.0.0.1", port)
    except HubError as error:
        return problem("port", error)
    if free == port:
        return ok("port", f"{port} is free")
    return warning("port", f"{port} is taken; reqtrace serve would take {free}", "Name another one with --port.")


# --- the project, from outside -----------------------------------------------------------------------------------


def check_project(project: Project) -> Iterator[Finding]:
    yield ok("project", f"{project.manage_py or project.root} ({project.kind.value})")
    if project.config_file is not None:
        prepare = ", ".join(project.prepare) or "nothing"
        yield ok("configuration", f"{project.config_file}; prepares {prepare}")
    yield ok("interpreter", f"{project.interpreter}: {project.interpreter_source}")
    yield ok("settings", f"{project.settings or 'not known yet'}, from {project.settings_source}")
    for note in project.notes:
        yield warning("note", note)
    for remark in project.remarks:
        yield ok("note", remark)


# --- the project, from inside ------------------------------------------------------------------------------------


def check_survey(surveyed: Survey, project: Project) -> Iterator[Finding]:
    yield ok("Python", surveyed.python)
    for distribution in surveyed.namesakes if surveyed.executable != sys.executable else ():
        yield name_clash(distribution, "the project's environment", surveyed.executable)
    if surveyed.django:
        yield check_django(surveyed)
    if surveyed.failure is not None:
        yield problem("start", surveyed.failure)
        return
    yield from check_settings(surveyed, project)
    yield from check_middleware(surveyed, project)
    if surveyed.patches:
        yield Finding(
            subject="patches",
            level=Level.WARNING,
            text="Another tool has replaced parts of Django; what it adds to the path is not shown as a step.",
            hint="If something looks odd, try without that tool.",
            details=surveyed.patches,
        )


def check_django(surveyed: Survey) -> Finding:
    text = f"{surveyed.django} in {surveyed.django_path}"
    if ".".join(surveyed.django.split(".")[:2]) in TESTED_DJANGO:
        return ok("Django", text)
    return warning("Django", text, f"reqtrace is tested with Django {', '.join(TESTED_DJANGO)}.")


def check_settings(surveyed: Survey, project: Project) -> Iterator[Finding]:
    if surveyed.settings_module != project.settings:
        yield ok("settings in use", surveyed.settings_module or "settings.configure()")
    yield ok("DEBUG", str(surveyed.debug))
    yield ok("ROOT_URLCONF", surveyed.root_urlconf or "none")
    yield ok("runserver", describe_runserver(surveyed.runserver))
    if surveyed.middleware_type != "list":
        yield problem("MIDDLEWARE", not_a_list(surveyed.middleware_type))
        return
    count = len(surveyed.middleware)
    yield ok("MIDDLEWARE", "empty" if not count else "1 entry" if count == 1 else f"{count} entries")


def check_middleware(surveyed: Survey, project: Project) -> Iterator[Finding]:
    """What lint calls an error; of the rest only how much it is."""
    if surveyed.stack is None or surveyed.middleware_type != "list":
        return
    stack = read_stack(surveyed.stack, django=surveyed.django, is_asgi=False)
    report = lint(stack, acknowledged=dict(project.acknowledged))
    for finding in report.findings:
        if finding.severity is Severity.ERROR and finding.acknowledged is None:
            yield Finding(
                subject=f"line {finding.layer.number}" if finding.layer is not None else "MIDDLEWARE",
                level=Level.PROBLEM,
                text=" ".join(finding_words(finding, str(project.root))),
                hint=" ".join(advice_words(finding)),
                details=tuple(finding.traceback.rstrip().splitlines()),
            )
    milder = report.count(Severity.WARNING) + report.count(Severity.INFO)
    if milder:
        yield ok("order", f"{'1 remark' if milder == 1 else f'{milder} remarks'}, which `reqtrace lint` tells")


def not_a_list(type_name: str) -> ProjectError:
    return ProjectError(
        f"MIDDLEWARE is of type {type_name}, not a list.",
        hint="Write it as a list of dotted paths, with a comma after each of them.",
    )


def describe_runserver(app: str) -> str:
    match app.partition(".")[0]:
        case "django":
            return f"{app}: WSGI, one thread a connection"
        case "daphne":
            return f"{app}: ASGI, so there is no WSGI server part to see"
    return f"{app}: its own variant"

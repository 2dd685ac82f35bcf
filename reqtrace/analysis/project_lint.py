"""Holds a project's MIDDLEWARE against the rules: its own Python is asked, no server is started."""

from __future__ import annotations

from typing import NamedTuple

from reqtrace.analysis.rules.engine import LintReport, lint
from reqtrace.analysis.rules.rule import Severity
from reqtrace.analysis.rules.stack import DEFAULTS, read_stack
from reqtrace.hub.preflight import survey
from reqtrace.hub.project import Project

__all__ = ["ProjectReport", "lint_project"]


class ProjectReport(NamedTuple):
    """What was found, and in which settings."""

    report: LintReport
    settings_module: str | None


def lint_project(project: Project, *, is_asgi: bool, fix_from: Severity = Severity.WARNING) -> ProjectReport:
    """Ask the project's own Python for its stack, and judge it. Raises ``ProjectError`` if the project does not load.

    The middleware is built as when a server starts, so what their ``__init__`` does, happens. This takes as long as the
    project takes to import.
    """
    surveyed = survey(project, stack={"settings": list(DEFAULTS), "is_asgi": is_asgi, "is_built": True})
    if surveyed.failure is not None:
        raise surveyed.failure
    assert surveyed.stack is not None
    stack = read_stack(surveyed.stack, django=surveyed.django, is_asgi=is_asgi)
    report = lint(stack, acknowledged=dict(project.acknowledged), fix_from=fix_from)
    return ProjectReport(report, surveyed.settings_module)

"""Runs one of the agent's programs in a project's own Python and returns its answer."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import reqtrace
from reqtrace.errors import ProjectBroken, ProjectError
from reqtrace.hub.child import end_tree, start_watchdog
from reqtrace.hub.project import Project, ProjectKind

__all__ = ["ProgramAnswer", "describe_project", "run_program", "start_program"]

GRACE = 0.5
"""Seconds between asking and killing."""
LAUNCHER = Path(reqtrace.__file__).parent / "agent" / "launch.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramAnswer:
    """What a program answered, and what the project printed meanwhile."""

    facts: Mapping[str, Any]
    output: str


def describe_project(project: Project) -> dict[str, Any]:
    """The project as ``reqtrace.agent.entering.enter`` wants it."""
    runs_script = project.manage_py is not None and project.kind is not ProjectKind.PACKAGE
    return {
        "root": str(project.root),
        "script": str(project.manage_py) if runs_script else "",
        "package": project.package,
        "settings": project.settings if project.exports_settings else "",
        "python_path": str(project.python_path or ""),
    }


def run_program(
    name: str, project: Project, request: Mapping[str, Any], *, environ: Mapping[str, str], timeout: float
) -> ProgramAnswer:
    """Run ``reqtrace.agent.NAME`` with the request. Raises ``ProjectError`` if there is no answer."""
    child = start_program(name, project, environ)
    with child, ended_with_us(child.pid):
        try:
            answer, story = child.communicate(json.dumps({**describe_project(project), **request}).encode(), timeout)
        except subprocess.TimeoutExpired:
            raise ProjectError(
                f"{project.name} did not come to an end within {timeout:.0f} seconds.",
                hint="Something it does at import, or the view itself, waits: a network, a lock, an endless stream.",
            ) from None
    return read_answer(answer, story.decode("utf-8", "backslashreplace"), project, child.returncode)


def start_program(name: str, project: Project, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start ``reqtrace.agent.NAME``, with pipes to and from it. Raises ``ProjectError``."""
    command = [str(project.interpreter), str(LAUNCHER), name]
    try:
        return subprocess.Popen(
            command,
            cwd=project.root,
            env={**environ, **project.environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise cannot_start_interpreter(project, error) from error


def cannot_start_interpreter(project: Project, error: OSError) -> ProjectError:
    if not project.root.is_dir():
        return ProjectError(f"The directory {project.root} does not exist any more.")
    return ProjectError(
        f"{project.interpreter} cannot be started: {error.strerror or error}.",
        hint="Name the project's interpreter with --python.",
    )


@contextmanager
def ended_with_us(group: int) -> Iterator[None]:
    """Leave nothing behind of a child and what it started, however the block, or reqtrace itself, comes to its end."""
    watchdog = start_watchdog(group)
    try:
        yield
    finally:
        end_tree(group, GRACE)
        if watchdog is not None:
            watchdog.communicate(b".")


def read_answer(answer: bytes, output: str, project: Project, exit_code: int) -> ProgramAnswer:
    try:
        facts = json.loads(answer)
    except ValueError:
        raise ProjectBroken(
            f"{project.name} ended Python with exit code {exit_code} while it was being loaded.",
            hint="What it printed is above.",
            output=output,
        ) from None
    return ProgramAnswer(facts=facts, output=output)

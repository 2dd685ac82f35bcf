"""Asks a project's own Python whether the project can start, and what it is made of."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reqtrace.errors import ProjectBroken, ProjectError
from reqtrace.hub.program import run_program
from reqtrace.hub.project import Project

__all__ = ["Middleware", "Survey", "explain_failure", "preflight", "survey"]

TIMEOUT = 60.0
"""Seconds: some projects import for a long time."""
OLDEST_PYTHON = "3.11"
OLDEST_DJANGO = "4.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Middleware:
    """One entry of MIDDLEWARE, imported but not built."""

    path: str
    hooks: tuple[str, ...]
    is_class: bool
    failure: ProjectError | None
    """Why it cannot be imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What was found out by bringing the project up; empty where it did not come so far."""

    failure: ProjectError | None
    """Why the project does not start."""
    python: str
    executable: str
    django: str = ""
    django_path: str = ""
    namesakes: tuple[str, ...] = ()
    """Foreign distributions that own the import name ``reqtrace`` in the project's environment."""
    settings_module: str | None = None
    root_urlconf: str = ""
    wsgi_application: str | None = None
    asgi_application: str | None = None
    debug: bool | None = None
    allowed_hosts: tuple[str, ...] = ()
    middleware_type: str = "list"
    """``list``, which tuples are, too; else the type of what is no list at all."""
    middleware: tuple[Middleware, ...] = ()
    runserver: str = ""
    """The app whose ``runserver`` is used."""
    patches: tuple[str, ...] = ()
    """Functions of Django that somebody else has replaced."""
    output: str = ""
    """What the project printed meanwhile."""
    stack: Mapping[str, Any] | None = None
    """What was asked for with ``stack``, as ``reqtrace.agent.stack_facts`` tells it."""


def preflight(project: Project, *, environ: Mapping[str, str] = os.environ, timeout: float = TIMEOUT) -> Survey:
    """The survey of a project that starts. Raises ``ProjectError`` (``ProjectBroken`` with its traceback)."""
    surveyed = survey(project, environ=environ, timeout=timeout)
    if surveyed.failure is not None:
        raise surveyed.failure
    return surveyed


def survey(
    project: Project,
    *,
    stack: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] = os.environ,
    timeout: float = TIMEOUT,
) -> Survey:
    """What can be found out, whether the project starts or not. Raises ``ProjectError`` if its Python does not.

    ``stack`` asks for more about MIDDLEWARE (``reqtrace.agent.stack_facts``): the names of ``settings`` to tell,
    whether it ``is_asgi``, and whether the layers are to be built (``is_built``).
    """
    request = {} if stack is None else {"stack": dict(stack)}
    answer = run_program("survey", project, request, environ=environ, timeout=timeout)
    facts = answer.facts
    known: dict[str, Any] = {name: facts[name] for name in PLAIN_FACTS if name in facts}
    known.update((name, tuple(facts[name])) for name in LIST_FACTS if name in facts)
    return Survey(
        failure=explain_failure(facts.get("failure"), facts, project),
        middleware=tuple(read_middleware(entry, facts, project) for entry in facts.get("middleware", ())),
        output=answer.output,
        **known,
    )


PLAIN_FACTS = (
    *("python", "executable", "django", "django_path", "settings_module", "root_urlconf"),
    *("wsgi_application", "asgi_application", "debug", "runserver", "stack", "middleware_type"),
)
LIST_FACTS = ("namesakes", "allowed_hosts", "patches")


def read_middleware(entry: Mapping[str, Any], facts: Mapping[str, Any], project: Project) -> Middleware:
    failure = entry["failure"]
    if failure is not None:
        failure = {**failure, "stage": "middleware"}
    return Middleware(
        path=entry["path"],
        hooks=tuple(entry["hooks"]),
        is_class=entry["is_class"],
        failure=explain_failure(failure, facts, project),
    )


# --- one sentence about what is wrong ----------------------------------------------------------------------------

SUBJECTS = {
    "django": "Django itself does not load",
    "script": "{script} does not run",
    "settings": "The settings {settings} do not load",
    "setup": "The apps of {project} do not load",
    "middleware": "This middleware does not load",
    "prepare": "The prepare commands of {project} fail",
    "visitor": "A session for the request cannot be made",
    "handler": "The application of {project} does not load",
    "layers": "This list of middleware does not load",
    "isolation": "The databases of {project} cannot be kept as they are",
}


def explain_failure(
    failure: Mapping[str, Any] | None, facts: Mapping[str, Any], project: Project
) -> ProjectError | None:
    """What happened, to what, and what to do; ``None`` if nothing failed."""
    if failure is None:
        return None
    stage = failure["stage"]
    if stage == "python":
        return ProjectError(
            f"{project.interpreter} is Python {facts['python']}; reqtrace needs {OLDEST_PYTHON} or newer.",
            hint="Name a newer Python that has the project's requirements: --python PATH",
        )
    if stage == "no django":
        return ProjectError(
            f"Django is not installed in {project.interpreter} ({project.interpreter_source}).",
            hint=requirements_hint(project),
        )
    if stage == "old django":
        return ProjectError(
            f"{project.interpreter} has Django {failure['version']}; reqtrace needs {OLDEST_DJANGO} or newer.",
            hint="Update Django there, or name another environment: --python PATH",
        )
    subject = SUBJECTS[stage].format(
        script=project.manage_py or project.package, settings=project.settings or "", project=project.name
    )
    return ProjectBroken(
        f"{' '.join(subject.split())}: {cause_of(failure, project)}.",
        hint=remedy_for(failure, project),
        output=failure["traceback"],
    )


def cause_of(failure: Mapping[str, Any], project: Project) -> str:
    """The cause in the words of the exception, or better ones where they are known; without a full stop."""
    place = f" ({shortened(failure['file'], project)}, line {failure['line']})" if failure["file"] else ""
    message = failure["message"].strip().partition("\n")[0].rstrip(".")
    if failure["variable"]:
        return f"the environment variable {failure['variable']} is not set{place}"
    if missing := failure["module"]:
        return f"there is no module {missing} in {project.interpreter}{place}"
    if failure["error"] in ("SyntaxError", "IndentationError", "TabError"):
        return f"syntax error, {message}{place}"
    return f"{failure['error']}: {message}{place}" if message else f"{failure['error']}{place}"


def remedy_for(failure: Mapping[str, Any], project: Project) -> str:
    if variable := failure["variable"]:
        return f"Set it before you start reqtrace: {variable}=… reqtrace …"
    missing = failure["module"]
    if missing and project.settings and (project.settings + ".").startswith(missing + "."):
        return f"Check the name, which comes from {project.settings_source}, or give another one with --settings."
    if missing:
        return requirements_hint(project)
    if failure["stage"] == "handler":
        return "The project's own words say more, and `reqtrace lint` whether something is wrong with MIDDLEWARE."
    return "The project's own words say more; it does not start without reqtrace either."


def requirements_hint(project: Project) -> str:
    """What to do if something is not installed, with what made us doubt the interpreter in the first place."""
    hint = "Install the project's requirements there, or name the right Python: --python PATH"
    return "\n".join((hint, *project.interpreter_notes))


def shortened(file: str, project: Project) -> str:
    """A file by its path within the project."""
    try:
        return os.path.relpath(file, project.root) if file.startswith(str(project.root) + os.sep) else file
    except ValueError:  # another drive
        return file

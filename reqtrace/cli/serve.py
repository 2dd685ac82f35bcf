"""``reqtrace serve``: starts a Django project's own runserver and shows its requests live."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import click

from reqtrace.cli import output
from reqtrace.cli.options import level_option, project_options, record_option, viewer_options
from reqtrace.cli.session import watch
from reqtrace.cli.viewers import choose_viewer
from reqtrace.errors import EXIT_OK, ProjectBroken, ProjectError, UsageError
from reqtrace.hub.arrival import SitePhase, SiteState
from reqtrace.hub.discover import discover
from reqtrace.hub.preflight import survey
from reqtrace.hub.project import Project
from reqtrace.hub.site import Launch

__all__ = ["command"]

DEFAULT_PORT = 8000
EXPLAINING_TIMEOUT = 10.0


@click.command(short_help="Start a Django project and watch its requests live.")
@click.argument("path", default=None, required=False, type=click.Path(path_type=Path))
@click.option("--sample", is_flag=True, help="Serve the bookshop that comes with reqtrace.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port for the site; if taken, the next free one. [8000]")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address for the site.")
@project_options
@click.option("--noreload", is_flag=True, help="Run runserver without its autoreloader.")
@viewer_options
@level_option
@record_option
def command(
    path: Path | None,
    sample: bool,
    port: int | None,
    host: str,
    settings: str | None,
    python: str | None,
    noreload: bool,
    plain: bool,
    is_ascii: bool,
    level: str,
    record: Path | None,
) -> int:
    """Start the Django project at PATH (here, if not given) and watch its requests live.

    The project's own Python runs its own runserver. Nothing is installed in the project and nothing of it is changed.
    """
    project = discover(choose_path(path, sample=sample), settings=settings, python=python)
    for note in (*project.notes, *project.remarks):
        output.tell(f"reqtrace: {note}")
    options = ["--noreload"] if noreload else []
    wanted = next(number for number in (port, project.port, DEFAULT_PORT) if number is not None)
    # Whatever Django says against it is said before a screen opens.
    project.runserver_command(host, wanted)
    environment = {**os.environ, **project.environment()}
    launch = Launch(
        title=project.name,
        cwd=project.root,
        command=lambda free: project.runserver_command(host, free, *options),
        environment=environment,
        prepare=project.prepare_commands(),
        explain=lambda: explain(project, environment),
        host=host,
        port=wanted,
        inherits_stdin=plain,
        project=project,
    )
    viewer = choose_viewer(plain=plain, ascii_only=is_ascii)
    exit_code, last = watch(launch, viewer, record=record, level=level)
    return verdict(last, is_read=viewer.keeps_output) if exit_code is None else exit_code


def choose_path(path: Path | None, *, sample: bool) -> Path:
    """Where the project is. Raises ``UsageError``."""
    if not sample:
        return path or Path()
    if path is not None:
        raise UsageError("--sample and a PATH were given.", hint="Leave one of them out.")
    from reqtrace.cli.sample import sample_directory

    return sample_directory()


def explain(project: Project, environment: Mapping[str, str]) -> ProjectError | None:
    """Why a project did not start, if bringing it up shows it."""
    try:
        return survey(project, environ=environment, timeout=EXPLAINING_TIMEOUT).failure
    except ProjectError as error:
        return error


def verdict(last: SiteState, *, is_read: bool) -> int:
    """The exit code after the viewer has closed. Raises ``ProjectBroken`` if the site had ended badly by itself.

    ``is_read`` says that its last words need not be repeated.
    """
    if last.phase is SitePhase.EXITED and last.exit_code:
        how = f"exit code {last.exit_code}" if last.exit_code > 0 else f"signal {-last.exit_code}"
        raise ProjectBroken(
            f"The site ended by itself with {how}.",
            hint="What it said last is above.",
            output="" if is_read else last.detail,
        )
    return EXIT_OK

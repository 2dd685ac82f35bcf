"""``reqtrace run -- COMMAND``: any command that runs Django, under the agent."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from reqtrace.cli.options import level_option, record_option, viewer_options
from reqtrace.cli.session import watch
from reqtrace.cli.viewers import choose_viewer
from reqtrace.errors import EXIT_OK, ReqtraceError
from reqtrace.hub.arrival import SitePhase, SiteState
from reqtrace.hub.discover import discover
from reqtrace.hub.project import Project
from reqtrace.hub.site import Launch

__all__ = ["command"]


@click.command(
    short_help="Watch any command that runs Django: gunicorn, uvicorn, tests.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@viewer_options
@level_option
@record_option
@click.argument("words", metavar="-- COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED)
def command(words: tuple[str, ...], plain: bool, is_ascii: bool, level: str, record: Path | None) -> int:
    """Watch COMMAND and every Python process it starts: gunicorn, uvicorn, daphne, manage.py test.

    With --plain the exit code is the command's own, it may read stdin, and both its outputs go to stderr.

    Example: reqtrace run -- gunicorn --workers 2 shop.wsgi
    """
    launch = Launch(
        title=" ".join((Path(words[0]).name, *words[1:])),
        cwd=Path.cwd(),
        command=lambda port: words,
        environment=dict(os.environ),
        inherits_stdin=plain,
        project=None if plain else project_here(words[0]),
    )
    viewer = choose_viewer(plain=plain, ascii_only=is_ascii)
    exit_code, last = watch(launch, viewer, record=record, level=level)
    return exit_code_of(last) if exit_code is None else exit_code


def project_here(program: str) -> Project | None:
    """The project in this directory, in the Python whose program is run: what the screen asks beside the site."""
    found = shutil.which(program)
    python = Path(found).parent / "python" if found else None
    try:
        return discover(python=str(python) if python is not None and python.exists() else None)
    except ReqtraceError:
        return None


def exit_code_of(last: SiteState) -> int:
    """The command's own exit code as a shell would report it; 0 if it was still running when the viewer closed."""
    if last.phase is not SitePhase.EXITED or last.exit_code is None:
        return EXIT_OK
    return last.exit_code if last.exit_code >= 0 else 128 - last.exit_code

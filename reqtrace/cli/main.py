"""The command line: finds the command, and turns whatever comes of it into an exit code.

Nothing a command needs is imported before that command is chosen, so ``reqtrace --help`` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, cast

import click

from reqtrace import __version__
from reqtrace.cli import output
from reqtrace.cli.language import language_option
from reqtrace.errors import EXIT_INTERRUPTED, EXIT_OK, ReqtraceError, UsageError

__all__ = ["COMMANDS", "main"]

EXIT_READER_GONE = 141
"""What a shell reports for a program that SIGPIPE ended."""


class CommandEntry(NamedTuple):
    """Where a command lives, and what the list of commands says about it without importing it."""

    module: str
    summary: str


COMMANDS = {
    "serve": CommandEntry("reqtrace.cli.serve", "Start a Django project and watch its requests live."),
    "request": CommandEntry("reqtrace.cli.request", "Send one request through a project and show its path."),
    "run": CommandEntry("reqtrace.cli.run", "Watch any command that runs Django: gunicorn, uvicorn, tests."),
    "replay": CommandEntry("reqtrace.cli.replay", "Open a recording and step through it."),
    "diff": CommandEntry("reqtrace.cli.diff", "Say what two requests, or recordings, differ in, and where first."),
    "export": CommandEntry("reqtrace.cli.export", "Write a recorded request as SVG, PNG, HTML, Mermaid, text or JSON."),
    "lint": CommandEntry("reqtrace.cli.lint", "Say which line of MIDDLEWARE stands in the wrong place, and why."),
    "whatif": CommandEntry("reqtrace.cli.whatif", "Try another order of MIDDLEWARE on one request, isolated."),
    "config": CommandEntry(
        "reqtrace.cli.config", "Say where your preferences are, and what can be set, keys included."
    ),
    "doctor": CommandEntry("reqtrace.cli.doctor", "Say what was found in a project, and what is wrong."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called; each module exposes ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        return cast("click.Command", import_module(entry.module).command) if entry else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            raise UsageError(f"There is no command {name!r}.", hint=_nearest_hint(name))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


def _nearest_hint(name: str) -> str:
    if matches := get_close_matches(name, COMMANDS, n=1):
        return f"Did you mean `reqtrace {matches[0]}`?"
    if Path(name).exists():
        return f"To watch the project there: `reqtrace serve {name}`"
    return f"The commands are {', '.join(COMMANDS)}; `reqtrace --help` says what they do."


def _print_versions(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from importlib.metadata import PackageNotFoundError, version

    output.answer(f"reqtrace {__version__}")
    output.answer(f"Python {sys.version.split()[0]} ({sys.executable})")
    for name in ("Django", "Textual", "Rich"):
        try:
            output.answer(f"{name} {version(name)}")
        except PackageNotFoundError:
            output.answer(f"{name} is not installed beside reqtrace")
    ctx.exit()


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="`reqtrace COMMAND --help` explains a command. Begin with `reqtrace serve --sample`.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_versions,
    help="Show the versions of reqtrace and of what it runs on.",
)
@language_option(envvar="REQTRACE_LANG")
@click.pass_context
def program(ctx: click.Context) -> None:
    """Watch a request travel through Django: middleware, URLconf, view, SQL, templates and back."""
    if ctx.invoked_subcommand is None:
        output.answer(ctx.get_help())


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; what a command returns is its exit code, ``None`` being 0."""
    output.prepare_streams()
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except ReqtraceError as error:
        return _reported(error)
    except (KeyboardInterrupt, click.Abort):
        output.tell("\nInterrupted.")
        return EXIT_INTERRUPTED
    except Exception as bug:
        if isinstance(bug, BrokenPipeError) and output.close_broken_streams():
            return EXIT_READER_GONE
        if full := output.without_room(bug):
            return _reported(full)
        from reqtrace.cli.crash import describe_crash

        return _reported(describe_crash(bug))


def _run(arguments: list[str]) -> int:
    try:
        with program.make_context("reqtrace", arguments) as ctx:
            outcome: Any = program.invoke(ctx)
    except click.exceptions.Exit as exit_request:
        outcome = exit_request.exit_code
    except click.ClickException as error:
        raise _as_usage_error(error) from error
    return outcome if isinstance(outcome, int) else EXIT_OK


def _reported(error: ReqtraceError) -> int:
    try:
        output.report(error)
    except OSError:  # nobody reads stderr, or it has no room; the exit code still says it
        output.close_broken_streams()
    return error.exit_code


def _as_usage_error(error: click.ClickException) -> UsageError:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "reqtrace"
    return UsageError(error.format_message(), hint=f"`{path} --help` lists what it takes.")

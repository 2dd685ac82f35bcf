"""``reqtrace request``: sends one request through a project's handler and shows the path it took."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from reqtrace.cli.options import output_option
from reqtrace.cli.visiting import (
    MIN_WIDTH,
    drawing_options,
    project_named,
    project_or_sample_options,
    visit_named,
    visit_options,
)
from reqtrace.errors import EXIT_FINDINGS, EXIT_OK

if TYPE_CHECKING:
    from reqtrace.cli.exchange import Exchange
    from reqtrace.trace.model import RequestTrace

__all__ = ["command"]


@click.command("request")
@click.argument("words", nargs=-1, metavar="[PATH] [METHOD] URL")
@visit_options
@project_or_sample_options
@output_option("The picture, or the whole trace (docs/trace-json.md).")
@click.option("--body", "wants_body", is_flag=True, help="Show the body of the response, too.")
@drawing_options
def command(words: tuple[str, ...], **options: Any) -> int:
    """Send one request through a project and show its path, without a server.

    URL is the last argument: a path such as /about/, or a full http:// or https:// URL, whose host and scheme the
    project then sees. Before it may stand the project's PATH (default: here) and the METHOD (default: GET, or POST
    with data):

    \b
        reqtrace request /about/
        reqtrace request path/to/project POST /contact/ --csrf --data name=Ada
        reqtrace request GET /account/ --as ada --output json

    It is a real request: it changes the database like any other, and a POST without --csrf is refused where the
    site protects itself. The Host is the first usable of ALLOWED_HOSTS. --as makes a session and removes it again.
    Exit code 1 if the response is a server error, 3 if the project does not start.
    """
    from reqtrace.cli.exchange import exchange
    from reqtrace.cli.target import read_target

    target = read_target(words)
    visit = visit_named(target, options)
    project = project_named(target.path, options)
    exchanged = exchange(project, visit, timeout=options["timeout"], level=options["level"])
    show(exchanged, form=options["form"], is_ascii=options["is_ascii"], width=options["width"])
    if options["wants_body"] and options["form"] == "text":
        show_body(exchanged)
    hint_at_csrf(visit.method, exchanged, has_token=options["csrf"])
    return EXIT_FINDINGS if exchanged.is_server_error else EXIT_OK


# --- what is shown -----------------------------------------------------------------------------------------------


def show(exchanged: Exchange, *, form: str, is_ascii: bool, width: int | None) -> None:
    """The path of the request on stdout, the project's own output on stderr."""
    from reqtrace.cli import output

    if exchanged.output.strip():
        output.tell(exchanged.output.rstrip("\n"))
    if form == "json":
        from reqtrace.render.document import trace_document

        output.answer_json(trace_document(exchanged.trace))
    else:
        show_funnel(exchanged.trace, is_ascii=is_ascii or not output.is_unicode(), width=width)


def show_funnel(trace: RequestTrace, *, is_ascii: bool, width: int | None) -> None:
    from rich.console import Console

    from reqtrace.cli import output
    from reqtrace.render.plain import request_block
    from reqtrace.render.roles import DEFAULT_THEME
    from reqtrace.render.styles import MONOCHROME, canvas_text

    columns = width or max(MIN_WIDTH, Console().width)
    theme = DEFAULT_THEME if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else MONOCHROME
    picture = canvas_text(request_block(trace, width=columns, ascii_only=is_ascii), theme)
    picture.end = "\n"
    output.show(picture, width=columns)


def show_body(exchanged: Exchange) -> None:
    from reqtrace.cli import output

    output.answer()
    output.answer(exchanged.body.decode("utf-8", "backslashreplace"))
    if exchanged.size > len(exchanged.body):
        output.tell(f"The body has {exchanged.size} bytes; the first {len(exchanged.body)} are shown.")


def hint_at_csrf(method: str, exchanged: Exchange, *, has_token: bool) -> None:
    """A 403 of CsrfViewMiddleware surprises whoever is used to the test client, which has no CSRF checks."""
    from reqtrace.cli import output
    from reqtrace.hub.visit import UNSAFE_METHODS

    stop = exchanged.trace.short_circuit
    if has_token or method not in UNSAFE_METHODS or exchanged.status != 403 or stop is None or stop.layer is None:
        return
    if "Csrf" in exchanged.trace.passes[stop.layer].layer.name:
        output.warn("CsrfViewMiddleware refused it, as it would any client without the token. Add --csrf to send one.")

"""``reqtrace request``: sends one request through a project's handler and shows the path it took."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from reqtrace.cli.options import level_option
from reqtrace.errors import EXIT_FINDINGS, EXIT_OK, UsageError

if TYPE_CHECKING:
    from reqtrace.cli.exchange import Exchange
    from reqtrace.trace.model import RequestTrace

__all__ = ["command"]

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MIN_WIDTH = 40


@click.command("request")
@click.argument("words", nargs=-1, metavar="[PATH] [METHOD] URL")
@click.option("--data", "-d", multiple=True, metavar="NAME=VALUE", help="Form data; repeat for more. Means POST.")
@click.option("--json", "json_text", metavar="JSON", help="A JSON body. Means POST.")
@click.option("--header", "-H", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; repeat for more.")
@click.option("--as", "username", metavar="USER", help="Send it as this user, logged in for this one request.")
@click.option("--csrf", is_flag=True, help="Send a valid CSRF cookie and token, as a page of the site would.")
@click.option("--asgi", is_flag=True, help="Through the ASGI handler instead of the WSGI one.")
@level_option
@click.option("--settings", metavar="MODULE", help="Settings module to use instead of the project's own choice.")
@click.option("--python", metavar="PATH", help="Python, or virtual environment, of the project.")
@click.option("--sample", is_flag=True, help="Use the bookshop that comes with reqtrace instead of PATH.")
@click.option(
    "--output",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The picture, or the whole trace (docs/trace-json.md).",
)
@click.option("--body", "wants_body", is_flag=True, help="Show the body of the response, too.")
@click.option("--ascii", "is_ascii", is_flag=True, help="Draw with ASCII characters only.")
@click.option("--width", type=click.IntRange(MIN_WIDTH), help="Columns to draw in (default: the terminal's).")
@click.option(
    "--timeout",
    type=click.FloatRange(0.1),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long the project may take.",
)
def command(words: tuple[str, ...], username: str | None, sample: bool, **options: Any) -> int:
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
    from reqtrace.cli.sample import sample_directory
    from reqtrace.cli.target import read_target
    from reqtrace.hub.discover import discover
    from reqtrace.hub.visit import Visit

    target = read_target(words)
    body, content_type = read_body(options["data"], options["json_text"])
    if sample and target.path != ".":
        raise UsageError("--sample and PATH name two projects.", hint="Leave out one of them.")
    visit = Visit(
        method=target.method or ("POST" if content_type else "GET"),
        url=target.url,
        headers=read_headers(options["headers"]),
        body=body,
        content_type=content_type,
        username=username,
        wants_csrf=options["csrf"],
        is_asgi=options["asgi"],
    )
    place = sample_directory() if sample else target.path
    project = discover(place, settings=options["settings"], python=options["python"])
    exchanged = exchange(project, visit, timeout=options["timeout"], level=options["level"])
    show(exchanged, form=options["form"], is_ascii=options["is_ascii"], width=options["width"])
    if options["wants_body"] and options["form"] == "text":
        show_body(exchanged)
    hint_at_csrf(visit.method, exchanged, has_token=options["csrf"])
    return EXIT_FINDINGS if exchanged.is_server_error else EXIT_OK


# --- what is asked -----------------------------------------------------------------------------------------------


def read_body(data: Sequence[str], json_text: str | None) -> tuple[str, str]:
    """The body and its content type. Raises ``UsageError``."""
    if json_text is None:
        return ("&".join(data), FORM) if data else ("", "")
    if data:
        raise UsageError("--data and --json are two bodies for one request.", hint="Leave out one of them.")
    try:
        json.loads(json_text)
    except ValueError as error:
        raise UsageError(f"--json is no JSON: {error}.", hint="""Quote it for the shell: --json '{"a": 1}'""") from None
    return json_text, JSON


def read_headers(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """``NAME: VALUE`` of each. Raises ``UsageError``."""
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        name, value = name.strip(), value.strip()
        if not colon or not name.isascii() or not name.replace("-", "").replace("_", "").isalnum():
            raise UsageError(f"--header {line!r} is not NAME: VALUE.", hint="For example: --header 'Accept: text/html'")
        if any(character in value for character in "\r\n\0"):
            raise UsageError(f"The value of the header {name} has a line break.")
        headers.append((name, value))
    return tuple(headers)


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

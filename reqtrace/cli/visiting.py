"""The options of commands that send a request themselves (``request``, ``whatif``), and what they make of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from reqtrace.cli.options import all_of, ascii_option, level_option, project_options, width_option
from reqtrace.errors import UsageError

if TYPE_CHECKING:
    from reqtrace.cli.target import Target
    from reqtrace.hub.project import Project
    from reqtrace.hub.visit import Visit

__all__ = ["MIN_WIDTH", "drawing_options", "project_named", "project_or_sample_options", "visit_named", "visit_options"]

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MIN_WIDTH = 40


visit_options = all_of(
    click.option("--data", "-d", multiple=True, metavar="NAME=VALUE", help="Form data; repeat for more. Means POST."),
    click.option("--json", "json_text", metavar="JSON", help="A JSON body. Means POST."),
    click.option(
        "--header", "-H", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; repeat for more."
    ),
    click.option("--as", "username", metavar="USER", help="Send it as this user, logged in for this one request."),
    click.option("--csrf", is_flag=True, help="Send a valid CSRF cookie and token, as a page of the site would."),
    click.option("--asgi", is_flag=True, help="Through the ASGI handler instead of the WSGI one."),
    level_option,
)
project_or_sample_options = all_of(
    project_options,
    click.option("--sample", is_flag=True, help="Use the bookshop that comes with reqtrace instead of PATH."),
)
drawing_options = all_of(
    ascii_option,
    width_option(MIN_WIDTH),
    click.option(
        "--timeout",
        type=click.FloatRange(0.1),
        default=60.0,
        show_default=True,
        metavar="SECONDS",
        help="How long the project may take.",
    ),
)


def visit_named(target: Target, options: Mapping[str, Any]) -> Visit:
    """The request that ``visit_options`` describe. Raises ``UsageError``."""
    from reqtrace.hub.visit import Visit

    body, content_type = read_body(options["data"], options["json_text"])
    return Visit(
        method=target.method or ("POST" if content_type else "GET"),
        url=target.url,
        headers=read_headers(options["headers"]),
        body=body,
        content_type=content_type,
        username=options["username"],
        wants_csrf=options["csrf"],
        is_asgi=options["asgi"],
    )


def project_named(path: str, options: Mapping[str, Any]) -> Project:
    """The project that ``project_or_sample_options`` describe. Raises ``UsageError`` and what ``discover`` raises."""
    from reqtrace.cli.sample import sample_directory
    from reqtrace.hub.discover import discover

    if options["sample"] and path != ".":
        raise UsageError("--sample and PATH name two projects.", hint="Leave out one of them.")
    place = sample_directory() if options["sample"] else path
    return discover(place, settings=options["settings"], python=options["python"])


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

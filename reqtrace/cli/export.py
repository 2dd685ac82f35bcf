"""``reqtrace export``: writes one request of a recording as a picture, a page or data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reqtrace.cli.options import ascii_option
from reqtrace.errors import UsageError

if TYPE_CHECKING:
    from reqtrace.cli.recorded import Recorded
    from reqtrace.trace.model import RequestTrace

__all__ = ["command"]

FORM_NAMES = ("svg", "png", "text", "mermaid", "html", "json")
PICTURE_NAMES = ("funnel", "onion", "waterfall")
THEME_NAMES = ("dark", "projector", "cvd")
STDOUT = "-"
NARROWEST = 40


@click.command("export")
@click.argument("file", metavar="FILE")
@click.option("--request", "-n", "number", type=click.IntRange(1), metavar="N", help="Number of the request in FILE.")
@click.option(
    "--as",
    "form",
    type=click.Choice(FORM_NAMES),
    help="The format (default: what the name after -o ends in, else svg).",
)
@click.option(
    "--out",
    "-o",
    metavar="PATH",
    help="File to write, - for stdout (default: a name made of the request, here). Nothing is overwritten.",
)
@click.option(
    "--picture", type=click.Choice(PICTURE_NAMES), default="funnel", show_default=True, help="Which picture of it."
)
@click.option("--step", type=click.IntRange(1), metavar="N", help="Light this step (default: the whole request).")
@click.option("--theme", type=click.Choice(THEME_NAMES), default="dark", show_default=True, help="Colours of SVG, PNG.")
@click.option("--width", type=click.IntRange(NARROWEST), default=100, show_default=True, help="Columns to draw in.")
@ascii_option
def command(
    file: str,
    number: int | None,
    form: str | None,
    out: str | None,
    picture: str,
    step: int | None,
    theme: str,
    width: int,
    is_ascii: bool,
) -> None:
    """Write a request of the recording FILE (or FILE:N) as a file for papers, slides, Markdown or a browser.

    \b
        reqtrace export lesson.reqtrace:7                            # reqtrace-7-get-books.svg
        reqtrace export lesson.reqtrace -n 7 --as html -o books.html # steps through it in any browser
        reqtrace export lesson.reqtrace -n 7 --as mermaid -o -

    A PNG is drawn by chromium, google-chrome, rsvg-convert or inkscape, whichever is installed.
    """
    from reqtrace.cli import output
    from reqtrace.cli.recorded import read_recorded, read_selection
    from reqtrace.render.exports import View, export, file_name, save

    path, named = read_selection(file)
    if number is not None and named is not None:
        raise UsageError("FILE:N and --request both say which request is meant.", hint="Leave out one of them.")
    recorded = read_recorded(path)
    for remark in recorded.remarks:
        output.warn(remark)
    trace = chosen(recorded, number or named)
    chosen_form = form or form_of(out)
    view = View(picture=picture, stop=stop_of(trace, step), width=width, theme=f"rt-{theme}", ascii_only=is_ascii)
    content = export(trace, chosen_form, view)
    if out == STDOUT:
        write_to_stdout(content, chosen_form)
        return
    target = Path(out) if out is not None else Path(file_name(trace, chosen_form))
    output.tell(f"Written: {save(content, target, is_exact=out is not None)}")


def chosen(recorded: Recorded, number: int | None) -> RequestTrace:
    """The request of that number, or the only one. Raises ``UsageError``."""
    if number is None:
        if len(recorded.summaries) > 1:
            first, last = recorded.summaries[0].ordinal, recorded.summaries[-1].ordinal
            raise UsageError(
                f"{recorded.path} has requests {first} to {last}.", hint="Choose one with --request N, or FILE:N."
            )
        number = recorded.summaries[0].ordinal
    return recorded.trace(number)


def form_of(out: str | None) -> str:
    """What the name of the file says. Raises ``UsageError`` if it says nothing we know."""
    from reqtrace.render.exports import FORMS

    if out is None or out == STDOUT:
        return FORM_NAMES[0]
    suffix = Path(out).suffix.lower()
    known = {form.suffix: name for name, form in FORMS.items()} | {".htm": "html", ".mermaid": "mermaid"}
    if suffix not in known:
        raise UsageError(f"{out} does not say which format is meant.", hint=f"Add --as {'|'.join(FORM_NAMES)}.")
    return known[suffix]


def stop_of(trace: RequestTrace, step: int | None) -> int | None:
    """The index of a step counted from 1. Raises ``UsageError``."""
    if step is not None and step > len(trace.stops):
        raise UsageError(f"Request {trace.summary.ordinal} has {len(trace.stops)} steps, and no step {step}.")
    return None if step is None else step - 1


def write_to_stdout(content: bytes, form: str) -> None:
    """Text as the answer; raises ``UsageError`` for what is none."""
    from reqtrace.cli import output
    from reqtrace.render.exports import FORMS

    if not FORMS[form].is_text:
        raise UsageError(f"{form} is no text to print.", hint="Name a file with -o.")
    output.answer(content.decode("utf-8").rstrip("\n"))

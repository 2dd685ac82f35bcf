"""``reqtrace export``: writes a picture of a recording as a file for papers, a page for browsers, or data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reqtrace.cli.exhibits import REQUEST_PICTURES, SITE_PICTURES
from reqtrace.cli.options import ascii_option
from reqtrace.errors import UsageError

if TYPE_CHECKING:
    from reqtrace.cli.recorded import Recorded, Selection
    from reqtrace.render.exhibit import Exhibit
    from reqtrace.trace.model import RequestTrace

__all__ = ["command"]

FORM_NAMES = ("svg", "png", "text", "mermaid", "html", "json")
PICTURE_NAMES = (*REQUEST_PICTURES, *SITE_PICTURES)
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
    help="File to write, directory to write into, or - for stdout (default: a name made of the picture, here).",
)
@click.option("--force", is_flag=True, help="Replace the file named by -o if there is one.")
@click.option(
    "--picture",
    type=click.Choice(PICTURE_NAMES),
    help=f"Of a request (default: {REQUEST_PICTURES[0]}), or, from loading on, of the whole recording.",
)
@click.option(
    "--with", "other", metavar="[FILE:]N", help="Compare with another request, side by side, instead of --picture."
)
@click.option("--step", type=click.IntRange(1), metavar="N", help="Light this step (default: the whole, at its end).")
@click.option("--theme", type=click.Choice(THEME_NAMES), default="dark", show_default=True, help="Colours of SVG, PNG.")
@click.option("--width", type=click.IntRange(NARROWEST), default=100, show_default=True, help="Columns to draw in.")
@ascii_option
def command(
    file: str,
    number: int | None,
    form: str | None,
    out: str | None,
    force: bool,
    picture: str | None,
    other: str | None,
    step: int | None,
    theme: str,
    width: int,
    is_ascii: bool,
) -> None:
    """Write a picture of the recording FILE for papers, slides, Markdown or a browser.

    Which request is meant is said by FILE:N or --request:

    \b
        reqtrace export lesson.reqtrace:7                            # reqtrace-7-get-books.svg
        reqtrace export lesson.reqtrace:7 --picture sql -o sql.txt
        reqtrace export lesson.reqtrace:7 --as html -o books.html    # steps through it in any browser
        reqtrace export lesson.reqtrace:7 --as mermaid -o -          # a sequence diagram for Markdown
        reqtrace export lesson.reqtrace:7 --with 9 -o compared.svg
        reqtrace export lesson.reqtrace --picture hooks --theme projector

    Every picture can be written as svg, png, text and html; a request as mermaid and json, too, a comparison as json.
    A PNG is drawn by chromium, google-chrome, rsvg-convert or inkscape, whichever is installed.

    A file that is there is left alone: without -o the new one gets a number, with -o it takes --force.
    """
    from reqtrace.cli import output
    from reqtrace.cli.recorded import read_recorded, read_selection
    from reqtrace.render.exhibit import Look
    from reqtrace.render.exports import export, file_name, save

    chosen_form = form or form_of(out)
    selection = read_selection(file)
    if number is not None and selection.number is not None:
        raise UsageError("FILE:N and --request both say which request is meant.", hint="Leave out one of them.")
    recorded = read_recorded(selection.path)
    for remark in recorded.remarks:
        output.warn(remark)
    selection = selection._replace(number=number or selection.number)
    exhibit = exhibit_of(recorded, selection, picture, other, step)
    is_ascii = is_ascii or (out == STDOUT and chosen_form == "text" and not output.is_unicode())
    content = export(exhibit, chosen_form, Look(width=width, theme=f"rt-{theme}", ascii_only=is_ascii))
    if out == STDOUT:
        write_to_stdout(content, chosen_form)
        return
    target, is_exact = target_of(out, file_name(exhibit, chosen_form))
    output.tell(f"Written: {save(content, target, is_exact=is_exact, may_replace=force and is_exact)}")


# --- what is asked -----------------------------------------------------------------------------------------------


def exhibit_of(
    recorded: Recorded, selection: Selection, picture: str | None, other: str | None, step: int | None
) -> Exhibit:
    """The picture that is meant. Raises ``UsageError``."""
    from reqtrace.cli.exhibits import compared, of_request, of_site, refuse_step

    if other is not None:
        if picture is not None:
            raise UsageError("--with and --picture each say what to draw.", hint="Leave out one of them.")
        refuse_step("of a comparison", step)
        trace = chosen(recorded, selection.number)
        counterpart, name = counterpart_of(recorded, other)
        return compared(trace, counterpart, (name_of(recorded, trace), name))
    if picture in SITE_PICTURES:
        if selection.number is not None:
            raise UsageError(f"{picture} is a picture of the whole recording.", hint="Name no request.")
        return of_site(recorded, picture, step)
    return of_request(chosen(recorded, selection.number), picture or REQUEST_PICTURES[0], step)


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


def counterpart_of(recorded: Recorded, other: str) -> tuple[RequestTrace, str]:
    """The request to compare with, of this recording or another, and its name. Raises ``UsageError``."""
    from reqtrace.cli.recorded import read_recorded, read_selection

    if other.isdecimal() and other.isascii():
        trace = recorded.trace(int(other))
        return trace, name_of(recorded, trace)
    selection = read_selection(other)
    elsewhere = read_recorded(selection.path)
    trace = chosen(elsewhere, selection.number)
    return trace, name_of(elsewhere, trace)


def name_of(recorded: Recorded, trace: RequestTrace) -> str:
    return f"{recorded.path.name}:{trace.summary.ordinal}"


def form_of(out: str | None) -> str:
    """What the name of the file says. Raises ``UsageError`` if it says nothing we know."""
    from reqtrace.render.exports import FORMS

    if out is None or out == STDOUT or Path(out).is_dir():
        return FORM_NAMES[0]
    suffix = Path(out).suffix.lower()
    known = {form.suffix: name for name, form in FORMS.items()} | {".htm": "html", ".mermaid": "mermaid"}
    if suffix not in known:
        raise UsageError(f"{out} does not say which format is meant.", hint=f"Add --as {'|'.join(FORM_NAMES)}.")
    return known[suffix]


# --- where it goes -----------------------------------------------------------------------------------------------


def target_of(out: str | None, name: str) -> tuple[Path, bool]:
    """The file, and whether it may have no other name."""
    if out is None or Path(out).is_dir():
        return Path(out or "") / name, False
    return Path(out), True


def write_to_stdout(content: bytes, form: str) -> None:
    """The answer; raises ``UsageError`` for pixels on a terminal."""
    import sys

    from reqtrace.cli import output
    from reqtrace.render.exports import FORMS

    is_terminal = sys.stdout.isatty()
    if is_terminal and not FORMS[form].is_text:
        raise UsageError(f"{form} is no text to print.", hint="Name a file with -o, or pipe it on.")
    if is_terminal or form == "text":
        output.answer(content.decode("utf-8").rstrip("\n"))
    else:
        output.answer_bytes(content)  # as it would be in a file, whatever the locale

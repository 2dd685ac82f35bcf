"""``reqtrace diff``: compares two requests, or the requests of two recordings."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reqtrace.cli.options import ascii_option, output_option, width_option
from reqtrace.errors import EXIT_FINDINGS, EXIT_OK, UsageError

if TYPE_CHECKING:
    from reqtrace.cli.recorded import Recorded, Selection
    from reqtrace.render.canvas import Canvas
    from reqtrace.render.comparison_list import RequestPair
    from reqtrace.trace.model import RequestSummary, RequestTrace

__all__ = ["command"]

MIN_WIDTH = 60


@click.command("diff")
@click.argument("first", metavar="A")
@click.argument("second", metavar="[B]", required=False)
@click.option(
    "--request",
    "-n",
    "numbers",
    type=click.IntRange(1),
    multiple=True,
    metavar="N",
    help="Number of the request in its recording; twice if it is another one in B.",
)
@click.option("--whole", is_flag=True, help="Draw the steps that are the same, too.")
@output_option("The picture, or everything found (docs/comparison-json.md).")
@ascii_option
@width_option(MIN_WIDTH)
def command(
    first: str,
    second: str | None,
    numbers: tuple[int, ...],
    whole: bool,
    form: str,
    is_ascii: bool,
    width: int | None,
) -> int:
    """Compare two requests: their paths layer by layer, and what came of them.

    A and B are recordings made with --record, or FILE:N, the request number N of one:

    \b
        reqtrace diff before.reqtrace after.reqtrace
        reqtrace diff before.reqtrace:3 after.reqtrace:5
        reqtrace diff site.reqtrace --request 3 --request 7

    If no request is named and there are several, they are matched by method and path, in order, and listed.
    Never a difference: times, dates, tokens, addresses of objects, the site's own host, parameters of SQL, bodies.
    What the two were not given alike (the version of Django, WSGI or ASGI, settings, headers) is told apart.
    Exit code 0 if they are the same, 1 if something differs.
    """
    from reqtrace.cli import output
    from reqtrace.cli.recorded import read_recorded

    a, b = selections(first, second, numbers)
    recorded_a = read_recorded(a.path)
    recorded_b = recorded_a if b.path == a.path else read_recorded(b.path)
    for remark in dict.fromkeys((*recorded_a.remarks, *recorded_b.remarks)):
        output.warn(remark)
    is_ascii = is_ascii or not output.is_unicode()
    if (only := single_requests(a, b, recorded_a, recorded_b)) is not None:
        return compare_requests(*only, whole=whole, form=form, is_ascii=is_ascii, width=width)
    return compare_recordings(recorded_a, recorded_b, form=form, is_ascii=is_ascii, width=width)


# --- what is asked -----------------------------------------------------------------------------------------------


def selections(first: str, second: str | None, numbers: tuple[int, ...]) -> tuple[Selection, Selection]:
    """Both files, and the numbers of their requests if any are named. Raises ``UsageError``."""
    from reqtrace.cli.recorded import Selection, read_selection

    a = read_selection(first)
    b = read_selection(second) if second is not None else Selection(a.path, None)
    if numbers and (a.number is not None or b.number is not None):
        raise UsageError("FILE:N and --request both say which request is meant.", hint="Leave out one of them.")
    if len(numbers) > 2:
        raise UsageError(f"--request is given {len(numbers)} times, and two requests are compared.")
    if numbers:
        a, b = Selection(a.path, numbers[0]), Selection(b.path, numbers[-1])
    if second is None and (a.number is None or b.number in (None, a.number)):
        raise UsageError(
            f"With what shall {first} be compared?", hint="Name a second recording, or --request N --request M."
        )
    if (a.number is None) is not (b.number is None):
        number = a.number if a.number is not None else b.number
        a, b = Selection(a.path, number), Selection(b.path, number)
    return a, b


def single_requests(
    a: Selection, b: Selection, recorded_a: Recorded, recorded_b: Recorded
) -> tuple[RequestTrace, RequestTrace] | None:
    """The two requests that are meant; ``None`` if all are. Raises ``UsageError``."""
    if a.number is not None and b.number is not None:
        return recorded_a.trace(a.number), recorded_b.trace(b.number)
    if len(recorded_a.summaries) == len(recorded_b.summaries) == 1:
        return recorded_a.trace(recorded_a.summaries[0].ordinal), recorded_b.trace(recorded_b.summaries[0].ordinal)
    return None


# --- what is answered --------------------------------------------------------------------------------------------


def compare_requests(
    a: RequestTrace, b: RequestTrace, *, whole: bool, form: str, is_ascii: bool, width: int | None
) -> int:
    from reqtrace.analysis.comparison import compare
    from reqtrace.cli import output

    comparison = compare(a, b)
    if form == "json":
        from reqtrace.render.comparison_document import comparison_document

        output.answer_json(comparison_document(comparison))
    else:
        from reqtrace.render.comparison_page import draw_comparison

        columns = columns_for(width)
        show(draw_comparison(comparison, width=columns, is_whole=whole, ascii_only=is_ascii).canvas, columns)
    return EXIT_OK if comparison.is_same else EXIT_FINDINGS


def compare_recordings(a: Recorded, b: Recorded, *, form: str, is_ascii: bool, width: int | None) -> int:
    """All requests of both, each with its twin."""
    from reqtrace.cli import output

    pairs = pair_requests(a, b)
    is_same = all(pair.is_same for pair in pairs)
    if form == "json":
        output.answer_json(pairs_document(a, b, pairs))
        return EXIT_OK if is_same else EXIT_FINDINGS
    from reqtrace.render.comparison_list import draw_pairs

    columns = columns_for(width)
    show(draw_pairs(pairs, files=(str(a.path), str(b.path)), width=columns, ascii_only=is_ascii), columns)
    differing = next((pair for pair in pairs if pair.comparison is not None and not pair.is_same), None)
    if differing is not None and differing.a is not None and differing.b is not None:
        first, second = (f"{file.path}:{one.ordinal}" for file, one in ((a, differing.a), (b, differing.b)))
        output.tell(f"`reqtrace diff {first} {second}` shows the first of them.")
    return EXIT_OK if is_same else EXIT_FINDINGS


def pair_requests(a: Recorded, b: Recorded) -> list[RequestPair]:
    """By method and path, in order."""
    from reqtrace.analysis.comparison import compare
    from reqtrace.analysis.comparison_align import aligned
    from reqtrace.render.comparison_list import RequestPair

    pairs = []
    for i, j in aligned([key_of(one) for one in a.summaries], [key_of(one) for one in b.summaries]):
        of_a = a.summaries[i] if i is not None else None
        of_b = b.summaries[j] if j is not None else None
        comparison = None
        if of_a is not None and of_b is not None:
            comparison = compare(a.trace(of_a.ordinal), b.trace(of_b.ordinal))
        pairs.append(RequestPair(a=of_a, b=of_b, comparison=comparison))
    return pairs


def key_of(summary: RequestSummary) -> tuple[str, str]:
    return summary.method, summary.path


def pairs_document(a: Recorded, b: Recorded, pairs: list[RequestPair]) -> dict[str, object]:
    from reqtrace.render.comparison_document import COMPARISON_VERSION, comparison_document, request_document

    def request(recorded: Recorded, summary: RequestSummary | None) -> object:
        return None if summary is None else request_document(recorded.trace(summary.ordinal))

    return {
        "reqtrace_comparisons": COMPARISON_VERSION,
        "a": {"file": str(a.path), "requests": len(a.summaries)},
        "b": {"file": str(b.path), "requests": len(b.summaries)},
        "is_same": all(pair.is_same for pair in pairs),
        "pairs": [
            {
                "a": request(a, pair.a),
                "b": request(b, pair.b),
                "comparison": comparison_document(pair.comparison, is_brief=True) if pair.comparison else None,
            }
            for pair in pairs
        ],
    }


def columns_for(width: int | None) -> int:
    from rich.console import Console

    return width or max(MIN_WIDTH, Console().width)


def show(canvas: Canvas, columns: int) -> None:
    """The picture on stdout, coloured if that is a terminal."""
    import os
    import sys

    from reqtrace.cli import output
    from reqtrace.render.roles import DEFAULT_THEME
    from reqtrace.render.styles import MONOCHROME, canvas_text

    theme = DEFAULT_THEME if sys.stdout.isatty() and not os.environ.get("NO_COLOR") else MONOCHROME
    picture = canvas_text(canvas, theme)
    picture.end = "\n"
    output.show(picture, width=columns)

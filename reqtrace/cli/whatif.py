"""``reqtrace whatif``: sends a request through a changed list of middleware, beside the one as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reqtrace.cli.options import output_option
from reqtrace.cli.visiting import drawing_options, project_named, project_or_sample_options, visit_named, visit_options
from reqtrace.cli.whatif_changes import InOrder, change_options, changes_asked_for
from reqtrace.errors import EXIT_FINDINGS, EXIT_OK, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reqtrace.analysis.experiment_changes import Change
    from reqtrace.analysis.experiment_symptoms import Symptom
    from reqtrace.analysis.experiments import Attempt, Experiment, Remark
    from reqtrace.analysis.lab import Lab
    from reqtrace.hub.visit import Visit
    from reqtrace.render.canvas import Canvas

__all__ = ["command"]

Answer = TypeVar("Answer")


@click.command("whatif", cls=InOrder)
@click.argument("words", nargs=-1, metavar="[PATH] [METHOD] URL")
@change_options
@click.option("--middleware", "list_text", metavar="A,B,C", help="Another list altogether, outermost layer first.")
@click.option("--every-position", "slid", metavar="LAYER", help="Try this layer at every position of the list.")
@click.option(
    "--bisect", "symptom", metavar="SYMPTOM", help="Find the layers that cause it: 'header X-Foo', 'status 403'."
)
@click.option(
    "--recording", type=click.Path(path_type=Path), metavar="FILE", help="Take the request from a recording …"
)
@click.option("--request", "ordinal", type=click.IntRange(1), metavar="N", help="… this one of it, in place of URL.")
@click.option("--yes", "is_agreed", is_flag=True, help="Do not ask before unsafe methods and what cannot be undone.")
@visit_options
@project_or_sample_options
@output_option("Pages to read, or a document with both traces (docs/whatif-json.md).")
@drawing_options
def command(words: tuple[str, ...], **options: Any) -> int:
    """Send one request through a changed MIDDLEWARE and show, side by side, what is different.

    \b
        reqtrace whatif /about/ --move Session --below Authentication
        reqtrace whatif path/to/project /about/ --off Csrf --first GZip
        reqtrace whatif /about/ --every-position LocaleMiddleware
        reqtrace whatif /about/ --bisect 'header Vary'

    A layer is named by its class, by its dotted path or by its number in MIDDLEWARE. PATH, METHOD and URL are as in
    `reqtrace request`. No file is changed and no running site is touched: a process of its own builds handlers with
    both lists, and undoes what the request does. Databases are rolled back, caches are empty ones in memory, e-mails
    and connections do not go out; what cannot be undone is said. Exit code 1 if the changed list ends in a server
    error, or if no cause is found.
    """
    from reqtrace.analysis.experiment_symptoms import read_symptom
    from reqtrace.analysis.lab import Lab

    changes = changes_asked_for(click.get_current_context())
    check_asked(changes, options)
    symptom = read_symptom(options["symptom"]) if options["symptom"] else None
    path, visit = read_request(words, options)
    project = project_named(path, options)
    with Lab(project, timeout=options["timeout"], level=options["level"]) as lab:
        if options["slid"]:
            return slide(lab, visit, options)
        if symptom is not None:
            return search(lab, visit, symptom, options)
        return experiment(lab, visit, changes, options)


def check_asked(changes: Sequence[Change], options: dict[str, Any]) -> None:
    """Raises ``UsageError`` unless one kind of experiment is asked for."""
    kinds = {
        "a changed list": bool(changes or options["list_text"] is not None),
        "--every-position": bool(options["slid"]),
        "--bisect": bool(options["symptom"]),
    }
    asked = [name for name, is_asked in kinds.items() if is_asked]
    if not asked:
        raise UsageError(
            "Nothing is to be changed.",
            hint="For example --move X --above Y, --off X, --add PATH, --every-position X, --bisect 'status 403'.",
        )
    if len(asked) > 1:
        raise UsageError(f"{' and '.join(asked)} are {len(asked)} experiments.", hint="Make them one after the other.")
    if (options["recording"] is None) is not (options["ordinal"] is None):
        raise UsageError("--recording and --request belong together.", hint="--recording FILE --request 3")


# --- which request -----------------------------------------------------------------------------------------------


def read_request(words: Sequence[str], options: dict[str, Any]) -> tuple[str, Visit]:
    """The path of the project and the request, from the command line or a recording. Raises ``UsageError``."""
    from reqtrace.cli.target import Target, read_target

    if options["recording"] is None:
        target = read_target(words)
        return target.path, visit_named(target, options)
    if len(words) > 1:
        raise UsageError("With --recording only the PATH of the project is expected.")
    path = words[0] if words else "."
    given = visit_named(Target(path=path, method=None, url="/"), options)
    return path, recorded_visit(options["recording"], options["ordinal"], given)


def recorded_visit(file: Path, ordinal: int, given: Visit) -> Visit:
    """Request ``ordinal`` of a recording. Raises ``UsageError`` and ``RecordingError``."""
    from reqtrace.analysis.experiment_requests import visit_of_trace
    from reqtrace.cli import output
    from reqtrace.hub.recording import read_recording
    from reqtrace.render.labels import count
    from reqtrace.trace.feed import Feed
    from reqtrace.trace.store import TraceStore

    store = TraceStore(keep=ordinal)
    feed = Feed(store)
    for arrival in read_recording(file):
        feed.take(arrival)
        if store.total > ordinal:
            store.keep += 1
    summary = next((one for one in store.summaries() if one.ordinal == ordinal), None)
    trace = store.trace(summary.key) if summary is not None else None
    if trace is None:
        raise UsageError(f"{file} has no request {ordinal}.", hint=f"It has {store.total}: `reqtrace replay {file}`.")
    visit, hidden = visit_of_trace(trace, given)
    if hidden:
        output.tell(count("lab.hidden_headers", len(hidden), names=", ".join(hidden)))
    return visit


# --- the three experiments ---------------------------------------------------------------------------------------


def experiment(lab: Lab, visit: Visit, changes: Sequence[Change], options: dict[str, Any]) -> int:
    """The original list and the changed one."""
    from reqtrace.analysis.experiment_changes import apply_changes, moved_layers, read_list
    from reqtrace.cli import output
    from reqtrace.render.experiment_document import experiment_document
    from reqtrace.render.experiment_page import draw_list
    from reqtrace.render.experiment_words import question_words

    layers = lab.facts.middleware
    list_text = options["list_text"]
    start = layers if list_text is None else read_list(layers, filter(None, list_text.split(",")))
    changed = apply_changes(start, changes)
    made = with_consent(lambda agreed: lab.run(visit, changed, has_consent=agreed), options["is_agreed"])
    tell_output([made.changed])
    if options["form"] == "json":
        output.answer_json(experiment_document(made, lab.facts.remarks))
    else:
        with page(options) as show:
            question = question_words(changes, start)
            moved = moved_layers(start, changes)
            show(lambda **size: draw_list(question, layers, changed, moved=moved, **size))
            show_experiment(made, moved, show)
            show_remarks((*lab.facts.remarks, *made.original.remarks, *made.changed.remarks), show)
    return EXIT_FINDINGS if made.changed.is_server_error else EXIT_OK


def slide(lab: Lab, visit: Visit, options: dict[str, Any]) -> int:
    """One layer at every position."""
    from reqtrace.analysis.experiment_series import try_every_position
    from reqtrace.cli import output
    from reqtrace.render.experiment_document import positions_document
    from reqtrace.render.experiment_page import draw_positions

    def slid(is_agreed: bool) -> Any:
        return try_every_position(lab, visit, lab.facts.middleware, options["slid"], has_consent=is_agreed)

    table = with_consent(slid, options["is_agreed"])
    remarks = (*lab.facts.remarks, *(remark for group in table.groups for remark in group.attempt.remarks))
    if options["form"] == "json":
        output.answer_json(positions_document(table, lab.facts.remarks))
    else:
        with page(options) as show:
            show(lambda **size: draw_positions(table, **size))
            show_remarks(remarks, show)
    return EXIT_OK


def search(lab: Lab, visit: Visit, symptom: Symptom, options: dict[str, Any]) -> int:
    """The layers that cause a symptom."""
    from reqtrace.analysis.experiment_bisect import bisect
    from reqtrace.cli import output
    from reqtrace.render.experiment_document import bisection_document
    from reqtrace.render.experiment_page import draw_bisection
    from reqtrace.render.labels import text

    def searched(is_agreed: bool) -> Any:
        return bisect(lab, visit, lab.facts.middleware, symptom, has_consent=is_agreed)

    output.tell(text("lab.bisect.working"))
    found = with_consent(searched, options["is_agreed"])
    if options["form"] == "json":
        output.answer_json(bisection_document(found, lab.facts.remarks))
    else:
        with page(options) as show:
            show(lambda **size: draw_bisection(found, **size))
            show_remarks((*lab.facts.remarks, *found.original.remarks), show)
    return EXIT_OK if found.causes or found.is_elsewhere else EXIT_FINDINGS


def with_consent(act: Callable[[bool], Answer], is_agreed: bool) -> Answer:
    """Do it, having asked where that is needed and somebody is there to ask. Raises ``NeedsConsent``."""
    from reqtrace.analysis.lab import NeedsConsent
    from reqtrace.cli import output

    try:
        return act(is_agreed)
    except NeedsConsent as needed:
        if not output.can_ask() or not output.ask(f"{needed.question} Send it in the lab all the same?"):
            raise
    return act(True)


# --- what is shown -----------------------------------------------------------------------------------------------

Show = Callable[[Callable[..., "Canvas"]], None]


@contextmanager
def page(options: dict[str, Any]) -> Iterator[Show]:
    """Shows canvases one under the other, each as wide as the terminal."""
    from reqtrace.cli import output
    from reqtrace.cli.pictures import columns, show_picture

    width = options["width"] or columns()
    is_ascii = options["is_ascii"] or not output.is_unicode()
    shown = 0

    def show(draw: Callable[..., Canvas]) -> None:
        nonlocal shown
        if shown:
            output.answer()
        show_picture(draw(width=width, ascii_only=is_ascii), width)
        shown += 1

    yield show


def show_experiment(made: Experiment, moved: frozenset[str], show: Show) -> None:
    from reqtrace.analysis.comparison import compare
    from reqtrace.render.comparison_page import draw_comparison
    from reqtrace.render.experiment_page import draw_sentence
    from reqtrace.render.experiment_words import verdict_words
    from reqtrace.render.labels import text

    a, b = made.original.trace, made.changed.trace
    if a is not None and b is not None:
        names = (text("lab.original"), text("lab.changed"))
        show(lambda **size: draw_comparison(compare(a, b, moved), names=names, **size).canvas)
    for sentence in verdict_words(made):
        show(partial(draw_sentence, sentence))


def show_remarks(remarks: Sequence[Remark], show: Show) -> None:
    from reqtrace.render.experiment_page import draw_remarks

    show(lambda **size: draw_remarks(remarks, **size))


def tell_output(attempts: Sequence[Attempt]) -> None:
    """What the project printed, on stderr."""
    from reqtrace.cli import output

    for attempt in attempts:
        if words := (attempt.output + attempt.escaped).strip():
            output.tell(words)

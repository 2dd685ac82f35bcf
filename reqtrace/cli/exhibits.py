"""What of a recording can be exported: a picture of one request, of two, or of the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reqtrace.errors import UsageError

if TYPE_CHECKING:
    from reqtrace.cli.recorded import Recorded
    from reqtrace.render.exhibit import Exhibit
    from reqtrace.trace.model import RequestTrace
    from reqtrace.trace.site_model import Chain, ProcessFacts

__all__ = ["REQUEST_PICTURES", "SITE_PICTURES", "compared", "of_request", "of_site"]

REQUEST_PICTURES = ("funnel", "onion", "waterfall", "sql")
SITE_PICTURES = ("loading", "hooks", "urls", "layers", "views", "log", "settings")
STEPPED = ("funnel", "onion", "waterfall")


def of_request(trace: RequestTrace, picture: str, step: int | None) -> Exhibit:
    """One of ``REQUEST_PICTURES``. Raises ``UsageError`` for a step there is not."""
    if picture == "sql":
        refuse_step(picture, step)
        return statements_of(trace)
    from reqtrace.render.exhibit_request import request_exhibit

    stop = checked_step(step, len(trace.stops), f"Request {trace.summary.ordinal}")
    return request_exhibit(trace, picture, stop)


def statements_of(trace: RequestTrace) -> Exhibit:
    from reqtrace.analysis.statements import statements
    from reqtrace.render.exhibit_tables import table_exhibit
    from reqtrace.render.labels import text
    from reqtrace.render.time_tables import draw_statements
    from reqtrace.render.time_words import sql_total

    rows, summary = statements(trace), trace.summary
    return table_exhibit(
        rows,
        draw_statements,
        name=(summary.ordinal, "sql"),
        title=text("time.title.sql", n=summary.ordinal),
        remark=sql_total(rows, summary.duration) if rows else "",
        empty="time.sql.none",
        selected=0,
    )


def compared(a: RequestTrace, b: RequestTrace, names: tuple[str, str]) -> Exhibit:
    """Two requests side by side."""
    from reqtrace.analysis.comparison import compare
    from reqtrace.render.exhibit_comparison import comparison_exhibit
    from reqtrace.render.labels import text

    title = text("export.compared", a=names[0], b=names[1])
    return comparison_exhibit(compare(a, b), title=title, names=names)


# --- of the site -------------------------------------------------------------------------------------------------


def of_site(recorded: Recorded, picture: str, step: int | None) -> Exhibit:
    """One of ``SITE_PICTURES``. Raises ``UsageError`` for a step there is not."""
    if picture == "loading":
        return loading_of(recorded, step)
    refuse_step(picture, step)
    if picture in ("layers", "views"):
        return times_of(recorded, picture)
    makers = {"hooks": hooks_of, "urls": urls_of, "log": log_of, "settings": settings_of}
    return makers[picture](recorded)


def newest_chain(recorded: Recorded) -> tuple[ProcessFacts, Chain]:
    """Of the process that told of one last. Raises ``UsageError`` if none did."""
    chains = [(process, chain) for process in recorded.store.processes() for chain in process.chains]
    if not chains:
        raise UsageError(
            f"{recorded.path} has no chain of middleware.", hint="It was recorded after the site had loaded."
        )
    return chains[-1]


def chain_title(picture: str, process: ProcessFacts, chain: Chain) -> str:
    from reqtrace.render.labels import text
    from reqtrace.render.sanitize import sanitize

    return text(f"stack.title.{picture}", handler=sanitize(chain.handler), pid=process.pid)


def loading_of(recorded: Recorded, step: int | None) -> Exhibit:
    from reqtrace.analysis.loading import loading_steps
    from reqtrace.render.exhibit_stack import loading_exhibit

    process, chain = newest_chain(recorded)
    index = checked_step(step, len(loading_steps(chain)), "Loading")
    return loading_exhibit(chain, title=chain_title("loading", process, chain), step=index)


def hooks_of(recorded: Recorded) -> Exhibit:
    from reqtrace.render.exhibit_stack import hooks_exhibit

    process, chain = newest_chain(recorded)
    return hooks_exhibit(chain, title=chain_title("hooks", process, chain))


def urls_of(recorded: Recorded) -> Exhibit:
    from reqtrace.analysis.url_tree import matches_of, seen_tree
    from reqtrace.render.exhibit_tables import urls_exhibit
    from reqtrace.render.labels import count, text
    from reqtrace.render.urls_tree import all_includes, tree_rows

    sightings = recorded.store.url_sightings()
    tree = seen_tree(sightings)
    total = sum(1 for node in tree.nodes() if not node.is_include)
    rows = tree_rows(tree, all_includes(tree), matches_of(tree, sightings), None)
    return urls_exhibit(rows, title=text("urls.title.seen"), remark=count("urls.patterns.seen", total))


def times_of(recorded: Recorded, picture: str) -> Exhibit:
    """Layers or views of all requests, the slowest first."""
    from reqtrace.analysis.timing import Timing
    from reqtrace.render.exhibit_tables import table_exhibit
    from reqtrace.render.labels import count
    from reqtrace.render.time_tables import draw_layers, draw_views
    from reqtrace.trace.timing import read_times

    timing = Timing()
    for request in recorded.store.closed((), len(recorded.summaries)):
        timing.add(read_times(request.events, request.summary, request.chain))
    title = count(f"time.title.{picture}", timing.requests)
    name = ("slowest", picture)
    if picture == "layers":
        return table_exhibit(timing.layers(), draw_layers, name=name, title=title, empty="time.none")
    return table_exhibit(timing.views(), draw_views, name=name, title=title, empty="time.none")


def log_of(recorded: Recorded) -> Exhibit:
    from reqtrace.analysis.output_entries import OutputReader
    from reqtrace.render.exhibit_log import log_exhibit

    reader = OutputReader()
    reader.take(recorded.store.output)
    return log_exhibit(reader.entries)


def settings_of(recorded: Recorded) -> Exhibit:
    from reqtrace.render.settings_page import settings_exhibit

    known = [process for process in recorded.store.processes() if process.settings]
    return settings_exhibit(known[-1] if known else None)


# --- steps -------------------------------------------------------------------------------------------------------


def checked_step(step: int | None, total: int, subject: str) -> int | None:
    """The index of a step counted from 1. Raises ``UsageError``."""
    if step is not None and step > total:
        raise UsageError(f"{subject} has {total} steps, and no step {step}.")
    return None if step is None else step - 1


def refuse_step(picture: str, step: int | None) -> None:
    if step is not None:
        raise UsageError(
            f"The picture {picture} has no steps.", hint=f"These have: {', '.join((*STEPPED, 'loading'))}."
        )

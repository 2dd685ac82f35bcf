"""What is said about the chosen row of the mode Time, in two lines that can be read aloud."""

from __future__ import annotations

from collections.abc import Sequence

from reqtrace.analysis.findings import FindingId
from reqtrace.analysis.statements import Statement
from reqtrace.analysis.timing import LayerTotal, ViewTotal
from reqtrace.render.canvas import Phrase
from reqtrace.render.figures import format_duration
from reqtrace.render.labels import count, text
from reqtrace.render.roles import INK, Paint
from reqtrace.render.sanitize import sanitize
from reqtrace.render.sql_text import statement_name
from reqtrace.render.time_tables import layer_label, share_words, view_label

__all__ = ["layer_narrative", "sql_total", "statement_narrative", "view_narrative"]

_STRONG = Paint(bold=True)


def statement_narrative(row: Statement) -> tuple[Phrase, ...]:
    """How often it ran and how long, and what to do if it repeats."""
    times = count("time.say.ran", row.times, name=statement_name(row.sql), total=format_duration(row.duration))
    share = text("time.say.share", share=share_words(row.share))
    key = {FindingId.N_PLUS_ONE: "time.say.n_plus_one", FindingId.SAME_QUERY: "time.say.same_query"}.get(
        row.suspicion or FindingId.CORE_HOPS, "time.say.once"
    )
    words = text("time.say.failed", error=sanitize(row.error)) if row.error else text(key)
    return ((times, _STRONG), (f"  {share}", INK)), ((words, INK),)


def layer_narrative(row: LayerTotal, ordinal: int) -> tuple[Phrase, ...]:
    """Its share of all time, and where it took longest."""
    title = text("time.say.layer", layer=layer_label(row), own=format_duration(row.own), share=share_words(row.share))
    times = {"mean": format_duration(row.mean), "time": format_duration(row.longest.time)}
    return ((title, _STRONG),), ((count("time.say.calls", row.calls, ordinal=ordinal, **times), INK),)


def view_narrative(row: ViewTotal, ordinal: int) -> tuple[Phrase, ...]:
    """Its share of all time, and its slowest request."""
    title = text("time.say.view", view=view_label(row), total=format_duration(row.time), share=share_words(row.share))
    times = {"mean": format_duration(row.mean), "time": format_duration(row.longest.time)}
    return ((title, _STRONG),), ((count("time.say.requests", row.requests, ordinal=ordinal, **times), INK),)


def sql_total(rows: Sequence[Statement], duration: int | None) -> str:
    """All statements of a request together; nothing if there are none."""
    total = sum(row.duration for row in rows)
    if not rows:
        return ""
    share = share_words(total / max(duration or total, 1))
    return text("time.sql.total", n=sum(row.times for row in rows), total=format_duration(total), share=share)

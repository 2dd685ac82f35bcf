"""A request as one HTML page that steps through it in a browser, without network.

Everything a request said is data: it is escaped for HTML, escaped again inside the script element that holds the steps,
and put on the page as text nodes. A strict Content-Security-Policy (``default-src 'none'``, the one style and the one
script by their hashes) would stop whatever got through.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from reqtrace import __version__
from reqtrace.analysis.explain import narrate
from reqtrace.render import symbols
from reqtrace.render.canvas import Canvas
from reqtrace.render.figures import format_duration, status_mark
from reqtrace.render.labels import text
from reqtrace.render.narration import message_text
from reqtrace.render.pictures import PICTURES
from reqtrace.render.roles import THEMES, Paint
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.model import Direction, RequestTrace

__all__ = ["MOST_STEPS", "html_page"]

MOST_STEPS = 400
"""Steps that the page has; one of thousands would not open."""
FEWEST_PICTURES = 60
WORK = 30_000
"""Steps times pictures that are drawn at most: a picture of many steps takes long."""
LIGHT, DARK = "rt-projector", "rt-dark"
DIRECTIONS = {
    Direction.IN: f"IN {symbols.REQUEST}",
    Direction.CORE: "CORE",
    Direction.OUT: f"OUT {symbols.RESPONSE}",
}
CONTROLS = (("first", "Home"), ("back", "←"), ("next", "→"), ("last", "End"), ("play", "Space"))


def html_page(trace: RequestTrace, *, picture: str = "funnel", width: int = 100, stop: int | None = None) -> str:
    """The whole page; it opens at ``stop``, or at the end of the request."""
    frames = Frames()
    draw = PICTURES[picture]
    drawn = steps_with_pictures(trace)
    steps: list[dict[str, Any]] = []
    for one, words in zip(trace.stops[:MOST_STEPS], told_steps(trace), strict=False):
        if one.index in drawn or not steps:
            rows = frames.rows_of(draw(trace, stop=one.index, width=width, height=None).canvas)
        steps.append({"rows": rows, "words": words})
    end = draw(trace, stop=None, width=width, height=None).canvas
    steps.append({"rows": frames.rows_of(end), "words": [outcome_words(trace), text("export.end")]})
    opening = len(steps) - 1 if stop is None else min(stop, len(steps) - 1)
    document = {"paints": frames.names, "rows": frames.rows, "steps": steps, "opening": opening}
    style = f"{asset('export_page.css')}\n{paint_rules(frames.paints)}"
    return page(trace, document, style=style, script=asset("export_page.js"))


# --- what is shown -----------------------------------------------------------------------------------------------


@dataclass
class Frames:
    """The pictures of all steps: most of their rows are the same, so each is kept once."""

    rows: list[list[Any]] = field(default_factory=list)
    """Each as ``text, number of its paint, text, …``."""
    paints: dict[Paint, int] = field(default_factory=dict)
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """The class of each paint."""
        return [f"p{number}" for number in self.paints.values()]

    def rows_of(self, canvas: Canvas) -> list[int]:
        """Numbers of the rows of a picture."""
        return [self._number(canvas, y) for y in range(canvas.height)]

    def _number(self, canvas: Canvas, y: int) -> int:
        row: list[Any] = []
        for run in canvas.runs(y):
            row += [run.text, self.paints.setdefault(run.paint, len(self.paints))]
        number = self._known.setdefault(tuple(row), len(self.rows))
        if number == len(self.rows):
            self.rows.append(row)
        return number


def steps_with_pictures(trace: RequestTrace) -> set[int]:
    """All of them, or of very many those of Django's loop first; the others show the picture before them."""
    most = max(FEWEST_PICTURES, WORK // max(len(trace.stops), 1))
    inward = sorted(trace.stops[:MOST_STEPS], key=lambda stop: (stop.depth, stop.index))
    return {stop.index for stop in inward[:most]}


def told_steps(trace: RequestTrace) -> Iterable[list[str]]:
    """Two lines a step."""
    total = len(trace.stops)
    for stop in trace.stops:
        narration = narrate(trace, stop)
        place = text("narration.step", n=stop.index + 1, total=total)
        yield [f"{place}  {DIRECTIONS[stop.direction]}  {message_text(narration.title)}", message_text(narration.why)]


def outcome_words(trace: RequestTrace) -> str:
    summary = trace.summary
    return f"{status_mark(summary.status)}  {format_duration(summary.duration)}  {request_words(trace)}"


def request_words(trace: RequestTrace) -> str:
    summary = trace.summary
    query = f"?{summary.query}" if summary.query else ""
    return sanitize(f"{summary.method} {summary.path}{query}")


# --- the page ----------------------------------------------------------------------------------------------------


def page(trace: RequestTrace, document: dict[str, Any], *, style: str, script: str) -> str:
    """The template filled in; only what is made here from escaped parts is put in as it is."""
    policy = ("default-src 'none'", f"style-src {digest(style)}", f"script-src {digest(script)}")
    steps, process = document["steps"], trace.process
    versions = {"version": __version__, "django": sanitize(process.django), "python": sanitize(process.python)}
    texts = {
        "language": "en",
        "title": f"{request_words(trace)} {status_mark(trace.summary.status)}",
        "said_title": steps[-1]["words"][0],
        "said_why": steps[-1]["words"][1],
        "last": str(len(steps) - 1),
        "opening": str(document["opening"]),
        "picture_label": text("export.picture"),
        "steps_label": text("export.steps"),
        "place_label": text("export.place"),
        "noscript": text("export.noscript"),
        "made": text("export.made", **versions),
    }
    markup = {
        "policy": "; ".join((*policy, "base-uri 'none'", "form-action 'none'")),
        "style": style,
        "script": script,
        "document": embedded(document),
        "picture": static_picture(document),
        "controls": "\n".join(control(name, key) for name, key in CONTROLS),
        "steps": "\n".join(f'<li><button type="button">{html.escape(one["words"][0])}</button></li>' for one in steps),
    }
    escaped = {name: html.escape(words) for name, words in texts.items()}
    return Template(asset("export_page.html")).substitute(escaped | markup) + "\n"


def control(name: str, key: str) -> str:
    """A button and its key."""
    words, shown = html.escape(text(f"export.{name}")), html.escape(key)
    shortcut = {"←": "ArrowLeft", "→": "ArrowRight"}.get(key, key)
    return f'<button type="button" id="{name}" aria-keyshortcuts="{shortcut}">{words} <kbd>{shown}</kbd></button>'


def static_picture(document: dict[str, Any]) -> str:
    """The finished request, for a browser without scripts."""
    lines = []
    for number in document["steps"][-1]["rows"]:
        row = document["rows"][number]
        pairs = zip(row[::2], row[1::2], strict=True)
        lines.append("".join(f'<span class="p{paint}">{html.escape(words)}</span>' for words, paint in pairs))
    return "\n".join(lines)


def embedded(document: dict[str, Any]) -> str:
    """JSON that cannot end its script element, or begin a comment in it."""
    return (
        json.dumps(document, separators=(",", ":"))
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .replace("&", "\\u0026")
    )


def digest(source: str) -> str:
    """As a Content-Security-Policy names an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


@cache
def asset(name: str) -> str:
    """A file that lies beside this one."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8").strip()


def paint_rules(paints: Iterable[Paint]) -> str:
    """A class for each paint that is used, in the light and in the dark theme."""
    used = list(paints)
    light = "\n".join(paint_rule(number, paint, LIGHT) for number, paint in enumerate(used))
    dark = "\n".join(paint_rule(number, paint, DARK) for number, paint in enumerate(used))
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}"


def paint_rule(number: int, paint: Paint, theme: str) -> str:
    ink, ground = THEMES[theme].colours(paint)
    told = f"color:{ink};background:{ground}"
    told += ";font-weight:bold" if paint.bold else ""
    told += ";font-style:italic" if paint.italic else ""
    told += ";text-decoration:line-through" if paint.strike else ""
    return f".p{number}{{{told}}}"

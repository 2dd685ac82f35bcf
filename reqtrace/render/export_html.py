"""Pictures as one HTML page, which steps through them in a browser, without network.

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

from reqtrace.render.canvas import Canvas
from reqtrace.render.exhibit import Exhibit, Look, Step, Steps
from reqtrace.render.labels import language, text
from reqtrace.render.roles import THEMES, Paint, Role

__all__ = ["html_page"]

LIGHT, DARK = "rt-projector", "rt-dark"
CONTROLS = (("first", "Home"), ("back", "←"), ("next", "→"), ("last", "End"), ("play", "Space"))
SHORTCUTS = {"←": "ArrowLeft", "→": "ArrowRight"}


def html_page(exhibit: Exhibit, look: Look) -> str:
    """The whole page: the picture, or its steps, and then it opens at the one that is shown."""
    if exhibit.walk is None:
        return page(exhibit.title, Steps(steps=[Step(exhibit.draw(look), "")]))
    return page(exhibit.title, exhibit.walk(look))


# --- what is shown -----------------------------------------------------------------------------------------------


@dataclass
class Frames:
    """The pictures of all steps: most of their rows are the same, so each is kept once, and so is each picture."""

    pictures: list[list[int]] = field(default_factory=list)
    """Each as the numbers of its rows."""
    rows: list[list[Any]] = field(default_factory=list)
    """Each as ``text, number of its paint, text, …``."""
    paints: dict[Paint, int] = field(default_factory=dict)
    _known: dict[tuple[Any, ...], int] = field(default_factory=dict)
    _last: Canvas | None = None

    @property
    def names(self) -> list[str]:
        """The class of each paint."""
        return [f"p{number}" for number in self.paints.values()]

    @property
    def lit(self) -> list[str]:
        """The classes of what is at a step, which a long picture is scrolled to."""
        return [f"p{number}" for paint, number in self.paints.items() if paint.reverse and paint.role is Role.TOKEN]

    def number_of(self, canvas: Canvas) -> int:
        """The number of a picture."""
        if self._last is not canvas:
            self._last = canvas
            self.pictures.append([self._number(canvas, y) for y in range(canvas.height)])
        return len(self.pictures) - 1

    def _number(self, canvas: Canvas, y: int) -> int:
        row: list[Any] = []
        for run in canvas.runs(y):
            row += [run.text, self.paints.setdefault(run.paint, len(self.paints))]
        number = self._known.setdefault(tuple(row), len(self.rows))
        if number == len(self.rows):
            self.rows.append(row)
        return number


# --- the page ----------------------------------------------------------------------------------------------------


def page(title: str, shown: Steps) -> str:
    """The template filled in; only what is made here from escaped parts is put in as it is."""
    frames = Frames()
    titles, steps = [], list[dict[str, Any]]()
    for step in shown.steps:
        titles.append(step.title)
        words = ["  ".join(filter(None, (step.place, step.title))), step.why]
        steps.append({"picture": frames.number_of(step.canvas), "words": words})
    last = len(steps) - 1
    opening = last if shown.opening is None else min(shown.opening, last)
    style = f"{asset('export_page.css')}\n{paint_rules(frames.paints)}"
    script = asset("export_page.js") if last else ""
    markup = {
        "language": html.escape(language()),
        "policy": policy(style, script),
        "title": html.escape(title),
        "style": style,
        "picture_label": html.escape(text("export.picture")),
        "picture": static_picture(frames, frames.pictures[-1]),
        "walk": "",
        "script": "",
        "made": f"<footer>{html.escape(shown.made)}</footer>" if shown.made else "",
    }
    if last:
        document = {
            "paints": frames.names,
            "lit": frames.lit,
            "rows": frames.rows,
            "pictures": frames.pictures,
            "steps": steps,
            "opening": opening,
        }
        markup["walk"] = walk(titles, steps[last]["words"], opening)
        data = f'<script type="application/json" id="trace">{embedded(document)}</script>'
        markup["script"] = f"{data}\n<script>{script}</script>"
    return Template(asset("export_page.html")).substitute(markup) + "\n"


def policy(style: str, script: str) -> str:
    """Nothing but the style and the script that are on the page."""
    allowed = f"script-src {digest(script)}; " if script else ""
    return f"default-src 'none'; style-src {digest(style)}; {allowed}base-uri 'none'; form-action 'none'"


def walk(titles: list[str], said: list[str], opening: int) -> str:
    """What is said of the last step, the controls, and the list of all steps."""
    texts = {
        "said_title": said[0],
        "said_why": said[1],
        "last": str(len(titles) - 1),
        "opening": str(opening),
        "steps_label": text("export.steps"),
        "place_label": text("export.place"),
        "noscript": text("export.noscript"),
    }
    markup = {
        "controls": "\n".join(control(name, key) for name, key in CONTROLS),
        "steps": "\n".join(f'<li><button type="button">{html.escape(title)}</button></li>' for title in titles),
    }
    escaped = {name: html.escape(shown) for name, shown in texts.items()}
    return Template(asset("export_walk.html")).substitute(escaped | markup)


def control(name: str, key: str) -> str:
    """A button and its key."""
    words, shown = html.escape(text(f"export.{name}")), html.escape(key)
    return (
        f'<button type="button" id="{name}" aria-keyshortcuts="{SHORTCUTS.get(key, key)}">'
        f'{words} <kbd aria-hidden="true">{shown}</kbd></button>'
    )


def static_picture(frames: Frames, numbers: Iterable[int]) -> str:
    """The last picture, for a browser without scripts."""
    lines = []
    for number in numbers:
        row = frames.rows[number]
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
    """A class for each paint that is used, in the light and in the dark theme; paper is light."""
    used = list(paints)
    light = "\n".join(paint_rule(number, paint, LIGHT) for number, paint in enumerate(used))
    dark = "\n".join(paint_rule(number, paint, DARK) for number, paint in enumerate(used))
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"


def paint_rule(number: int, paint: Paint, theme: str) -> str:
    ink, ground = THEMES[theme].colours(paint)
    told = f"color:{ink};background:{ground}"
    told += ";font-weight:bold" if paint.bold else ""
    told += ";font-style:italic" if paint.italic else ""
    told += ";text-decoration:line-through" if paint.strike else ""
    return f".p{number}{{{told}}}"

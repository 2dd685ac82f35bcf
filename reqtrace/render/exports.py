"""The formats a request can be exported in, and how their files are named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reqtrace.errors import ExportError
from reqtrace.render.canvas import Canvas
from reqtrace.render.document import trace_document
from reqtrace.render.export_html import html_page, request_words
from reqtrace.render.export_mermaid import mermaid
from reqtrace.render.export_svg import canvas_svg, svg_size
from reqtrace.render.figures import status_mark
from reqtrace.render.pictures import PICTURES
from reqtrace.render.rasteriser import rasterise
from reqtrace.render.roles import DEFAULT_THEME
from reqtrace.trace.model import RequestTrace

__all__ = ["FORMS", "View", "export", "file_name", "save"]

WIDTH = 100
LONGEST_NAME = 60
MOST_NAMES = 1_000
NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which picture of a request, and how it is drawn."""

    picture: str = "funnel"
    stop: int | None = None
    """Index of the step that is lit; ``None`` for the whole request."""
    width: int = WIDTH
    theme: str = DEFAULT_THEME
    ascii_only: bool = False

    def canvas(self, trace: RequestTrace) -> Canvas:
        """The picture."""
        draw = PICTURES[self.picture]
        return draw(trace, stop=self.stop, width=self.width, height=None, ascii_only=self.ascii_only).canvas


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One format."""

    suffix: str
    make: Callable[[RequestTrace, View], bytes]
    is_text: bool = True


def svg(trace: RequestTrace, view: View) -> str:
    return canvas_svg(view.canvas(trace), title=title_of(trace), theme=view.theme)


def png(trace: RequestTrace, view: View) -> bytes:
    return rasterise(svg(trace, view), svg_size(view.canvas(trace)))


def text(trace: RequestTrace, view: View) -> str:
    return view.canvas(trace).plain() + "\n"


def page(trace: RequestTrace, view: View) -> str:
    return html_page(trace, picture=view.picture, width=view.width, stop=view.stop)


def document(trace: RequestTrace, _view: View) -> str:
    return json.dumps(trace_document(trace), indent=2) + "\n"


def encoded(make: Callable[[RequestTrace, View], str]) -> Callable[[RequestTrace, View], bytes]:
    return lambda trace, view: make(trace, view).encode("utf-8", "backslashreplace")


FORMS: Mapping[str, Form] = {
    "svg": Form(suffix=".svg", make=encoded(svg)),
    "png": Form(suffix=".png", make=png, is_text=False),
    "text": Form(suffix=".txt", make=encoded(text)),
    "mermaid": Form(suffix=".mmd", make=encoded(lambda trace, _view: mermaid(trace))),
    "html": Form(suffix=".html", make=encoded(page)),
    "json": Form(suffix=".json", make=encoded(document)),
}
"""By the name a person asks for."""


def export(trace: RequestTrace, form: str, view: View) -> bytes:
    """The content of the file. Raises ``ExportError`` where a program is needed and missing (``png``)."""
    return FORMS[form].make(trace, view)


def title_of(trace: RequestTrace) -> str:
    return f"{request_words(trace)} {status_mark(trace.summary.status)}"


# --- files -------------------------------------------------------------------------------------------------------


def file_name(trace: RequestTrace, form: str) -> str:
    """``reqtrace-7-get-books-3.svg``: the request's number, method and path; nothing in it can be a path."""
    summary = trace.summary
    words = NOT_IN_NAMES.sub("-", f"{summary.method} {summary.path}".lower()).strip("-")[:LONGEST_NAME].strip("-")
    return "-".join(filter(None, ("reqtrace", str(summary.ordinal), words))) + FORMS[form].suffix


def save(content: bytes, path: Path, *, is_exact: bool = False) -> Path:
    """Write a new file: under this name, or with a number if there is one already, unless the name is exact.

    Returns where it is. Raises ``ExportError``; nothing is ever overwritten.
    """
    for number in range(1, MOST_NAMES):
        target = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        try:
            with target.open("xb") as file:
                file.write(content)
        except FileExistsError:
            if is_exact:
                break
            continue
        except OSError as error:
            raise ExportError(f"{target} cannot be written: {error.strerror or error}.") from error
        return target
    raise ExportError(f"{path} exists already, and reqtrace overwrites nothing.", hint="Choose another name.")

"""The formats pictures can be exported in, and how their files are named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reqtrace.errors import ExportError
from reqtrace.render.exhibit import DRAWN, Exhibit, Look
from reqtrace.render.export_html import html_page
from reqtrace.render.export_svg import canvas_svg, svg_size
from reqtrace.render.rasteriser import rasterise

__all__ = ["FORMS", "export", "file_name", "save"]

LONGEST_NAME = 60
MOST_NAMES = 1_000
NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One format."""

    suffix: str
    make: Callable[[Exhibit, Look], bytes]
    is_text: bool = True


def svg(exhibit: Exhibit, look: Look) -> str:
    return canvas_svg(exhibit.draw(look), title=exhibit.title, theme=look.theme)


def png(exhibit: Exhibit, look: Look) -> bytes:
    canvas = exhibit.draw(look)
    return rasterise(canvas_svg(canvas, title=exhibit.title, theme=look.theme), svg_size(canvas))


def text(exhibit: Exhibit, look: Look) -> str:
    return exhibit.draw(look).plain() + "\n"


def encoded(make: Callable[[Exhibit, Look], str]) -> Callable[[Exhibit, Look], bytes]:
    return lambda exhibit, look: make(exhibit, look).encode("utf-8", "backslashreplace")


def document(name: str) -> Callable[[Exhibit, Look], bytes]:
    return encoded(lambda exhibit, _look: exhibit.documents[name]())


FORMS: Mapping[str, Form] = {
    "svg": Form(suffix=".svg", make=encoded(svg)),
    "png": Form(suffix=".png", make=png, is_text=False),
    "text": Form(suffix=".txt", make=encoded(text)),
    "mermaid": Form(suffix=".mmd", make=document("mermaid")),
    "html": Form(suffix=".html", make=encoded(html_page)),
    "json": Form(suffix=".json", make=document("json")),
}
"""By the name a person asks for."""


def export(exhibit: Exhibit, form: str, look: Look) -> bytes:
    """The content of the file, in one of ``exhibit.forms``.

    Raises ``ExportError`` for any other, and where a program is needed and missing (``png``).
    """
    if form not in exhibit.forms:
        known = ", ".join(name for name in FORMS if name in exhibit.forms)
        raise ExportError(f"This picture cannot be written as {form}.", hint=f"It can as {known}.")
    return FORMS[form].make(exhibit, look)


# --- files -------------------------------------------------------------------------------------------------------


def file_name(exhibit: Exhibit, form: str) -> str:
    """``reqtrace-7-get-books-3-onion-step-4.svg``: what it is of, and what of it; nothing in it can be a path."""
    part: tuple[object, ...] = exhibit.part if form in DRAWN else ()
    has_one_step = form in DRAWN and (form != "html" or exhibit.walk is None)
    if exhibit.step is not None and has_one_step:
        part = (*part, "step", exhibit.step)
    end = hyphened(part, LONGEST_NAME)
    start = hyphened(exhibit.name, LONGEST_NAME - len(end))
    return "-".join(filter(None, ("reqtrace", start, end))) + FORMS[form].suffix


def hyphened(words: Iterable[object], longest: int) -> str:
    return NOT_IN_NAMES.sub("-", " ".join(map(str, words)).lower()).strip("-")[:longest].strip("-")


def save(content: bytes, path: Path, *, is_exact: bool = False, may_replace: bool = False) -> Path:
    """Write a new file: under this name, or with a number if there is one already, unless the name is exact.

    Returns where it is. Raises ``ExportError``; a file that is there is replaced only if that is asked for.
    """
    for number in range(1, MOST_NAMES):
        target = path if number == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
        try:
            with target.open("wb" if may_replace else "xb") as file:
                file.write(content)
        except FileExistsError:
            if is_exact:
                break
            continue
        except OSError as error:
            raise ExportError(f"{target} cannot be written: {error.strerror or error}.") from error
        return target
    raise ExportError(f"{path} exists already.", hint="Choose another name, or replace it with --force.")

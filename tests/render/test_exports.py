"""Exports: every format, hostile text in each, and files that are never overwritten."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reqtrace.errors import ExportError
from reqtrace.events.kinds import ResponseStarted
from reqtrace.render import exhibit_request, labels, rasteriser
from reqtrace.render.canvas import Canvas
from reqtrace.render.exhibit import Look
from reqtrace.render.exhibit_request import request_exhibit
from reqtrace.render.export_html import html_page
from reqtrace.render.export_svg import canvas_svg, svg_size
from reqtrace.render.exports import export, file_name, save
from reqtrace.render.pictures import PICTURES
from reqtrace.trace.model import RequestTrace, StopSort

TraceOf = Callable[..., RequestTrace]
HOSTILE = "/</script><script>alert(1)</script><!--\x1b[31m\u202e\"'&;%%{init}\nend 文章#35;"
HOSTILE_HEADER = '"><img src=x onerror=alert(1)></pre><script>alert(2)</script>'
LOOK = Look()
TEXTS = ["svg", "text", "mermaid", "html", "json"]


def hostile(trace: RequestTrace) -> RequestTrace:
    """Whatever a client can say says something bad."""
    assert isinstance(trace.response, ResponseStarted)
    assert trace.started is not None
    headers = (("X-Evil", HOSTILE_HEADER), ("Location", HOSTILE))
    return replace(
        trace,
        summary=replace(trace.summary, path=HOSTILE, query=HOSTILE_HEADER, method="GET<b>"),
        started=replace(trace.started, path=HOSTILE, query=HOSTILE_HEADER, headers=headers),
        response=replace(trace.response, headers=headers, reason=HOSTILE_HEADER),
    )


def html_of(trace: RequestTrace, picture: str = "funnel", stop: int | None = None) -> str:
    return html_page(request_exhibit(trace, picture, stop), LOOK)


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Mapping[str, str | None]]] = []
        self.scripts: list[str] = []
        self._is_script = False
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._is_script = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._is_script = False

    def handle_data(self, data: str) -> None:
        if self._is_script:
            self.scripts.append(data)

    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}


# --- every format ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", TEXTS)
def test_hostile_text_is_only_text_in_every_format(trace_of: TraceOf, form: str) -> None:
    """Nothing that acts on a terminal, a browser or Mermaid is in the file as it came."""
    content = export(request_exhibit(hostile(trace_of("detail"))), form, LOOK).decode()
    assert "\x1b" not in content
    assert "\u202e" not in content
    if form != "json":  # JSON in a file of its own may contain any letter
        assert "<script>alert" not in content or form == "text"
        assert "<img" not in content or form == "text"
    if form == "json":
        json.loads(content)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("name", ["detail", "csrf_403", "static", "refused_line", "cjk_path"])
def test_every_picture_can_be_exported(trace_of: TraceOf, picture: str, name: str) -> None:
    """At a step and as a whole."""
    trace = trace_of(name)
    for stop in (None, 0):
        exhibit = request_exhibit(trace, picture, stop)
        ElementTree.fromstring(export(exhibit, "svg", LOOK))
        assert export(exhibit, "text", LOOK).decode().strip()
    assert html_of(trace, picture).startswith("<!DOCTYPE html>")


# --- SVG ---------------------------------------------------------------------------------------------------------


def test_the_svg_has_every_character_in_its_cell() -> None:
    """Double-width characters take two, blanks are left out, and every piece has its length."""
    canvas = Canvas(20)
    canvas.put(0, 0, "ab 文 c")
    texts = [
        (float(element.get("x", "")), element.text, float(element.get("textLength", "")))
        for element in ElementTree.fromstring(canvas_svg(canvas, title="x")).iter("{http://www.w3.org/2000/svg}text")
    ]
    first = texts[0][0]
    assert [(round((x - first) / 8.4), text, round(length / 8.4)) for x, text, length in texts] == [
        (0, "ab", 2),
        (3, "文", 2),
        (6, "c", 1),
    ]


def test_the_svg_fetches_and_runs_nothing(trace_of: TraceOf) -> None:
    """No link, no script, no style sheet."""
    svg = export(request_exhibit(hostile(trace_of("view_raises_500"))), "svg", LOOK).decode()
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(svg).iter()}
    assert tags <= {"svg", "title", "g", "rect", "text"}
    attributes = {pair for element in ElementTree.fromstring(svg).iter() for pair in element.attrib.items()}
    assert not {name for name, _ in attributes if name.startswith("on") or name in ("href", "src")}
    assert {value for name, value in attributes if name == "style"} == {"font-variant-ligatures:none"}
    assert svg.count("http") == 1  # the name space


# --- HTML --------------------------------------------------------------------------------------------------------


def test_the_page_contains_what_we_wrote_and_nothing_else(trace_of: TraceOf) -> None:
    """The elements of a page about a hostile request are those of any other page."""
    usual, bad = Page(html_of(trace_of("detail"))), Page(html_of(hostile(trace_of("detail"))))
    assert bad.tags() == usual.tags()
    assert len(bad.scripts) == 2
    assert [name for _, attributes in bad.elements for name in attributes if name.startswith("on")] == []
    assert not any({"src", "href", "style", "action"} & attributes.keys() for _, attributes in bad.elements)


def test_the_page_may_run_its_own_script_only(trace_of: TraceOf) -> None:
    """Everything is forbidden but the one style and the one script, by their hashes."""
    page = Page(html_of(trace_of("detail")))
    policy = next(attributes["content"] for tag, attributes in page.elements if "http-equiv" in attributes)
    assert policy is not None
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+'; "
        r"base-uri 'none'; form-action 'none'",
        policy,
    )


def test_the_page_has_every_step_and_its_words(trace_of: TraceOf) -> None:
    """A picture a step, most rows kept once, and the whole request at the end."""
    trace = trace_of("detail")
    data = json.loads(Page(html_of(trace, stop=3)).scripts[0])
    assert len(data["steps"]) == len(trace.stops) + 1
    assert data["opening"] == 3
    assert data["steps"][2]["words"][0].startswith("step 3/25  IN ▼  2 SessionMiddleware")
    frames = sum(len(data["pictures"][step["picture"]]) for step in data["steps"])
    assert len(data["rows"]) < frames / 2
    assert all(0 <= number < len(data["rows"]) for picture in data["pictures"] for number in picture)
    for row in data["rows"]:
        assert all(paint < len(data["paints"]) for paint in row[1::2])


def test_the_page_speaks_the_language_of_the_screens(trace_of: TraceOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word of it is in the table, and its language is named."""
    strange = {key: words.translate(str.maketrans("ENO", "ÉÑÓ")) for key, words in labels.LANGUAGES["en"].items()}
    monkeypatch.setattr(labels, "LANGUAGES", {**labels.LANGUAGES, "xx": strange})
    monkeypatch.setattr(labels, "_table", strange)
    source = html_of(trace_of("detail"))
    assert '<html lang="xx">' in source
    assert "IÑ ▼" in source
    assert "CÓRÉ" in source
    assert "ÓUT ▲" in source


def test_a_picture_without_steps_is_a_page_without_a_script(trace_of: TraceOf) -> None:
    """And its policy allows none."""
    exhibit = replace(request_exhibit(trace_of("detail")), walk=None)
    page = Page(html_page(exhibit, LOOK))
    assert page.scripts == []
    policy = next(attributes["content"] for tag, attributes in page.elements if "http-equiv" in attributes)
    assert "script-src" not in (policy or "")
    assert {"main", "h1", "pre"} <= page.tags()


@pytest.mark.slow
def test_a_page_of_very_many_steps_is_cut(trace_of: TraceOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has to open, and soon: some steps have a picture of their own, the others say of which step theirs is.

    What is left out ran innermost, so every layer, hook and view is there, on the way out, too, and so is the step
    one looks at.
    """
    trace = trace_of("home")
    view = next(stop for stop in trace.stops if stop.sort is StopSort.VIEW)
    inner = [replace(view, sort=StopSort.TEMPLATE, span=trace.stops[view.index + 1].span, depth=1)] * 300
    path = [*trace.stops[: view.index + 1], *inner, *trace.stops[view.index + 1 :]]
    many = replace(trace, stops=tuple(replace(stop, index=index) for index, stop in enumerate(path)))
    monkeypatch.setattr(exhibit_request, "FEWEST_PICTURES", 24)
    monkeypatch.setattr(exhibit_request, "WORK", 0)
    monkeypatch.setattr(exhibit_request, "MOST_STEPS", 100)
    data = json.loads(Page(html_page(request_exhibit(many, stop=250), LOOK)).scripts[0])
    words = [step["words"][0] for step in data["steps"]]
    assert len(words) == 101
    assert len(data["pictures"]) <= 25
    outer = [stop for stop in many.stops if stop.depth == 0]
    assert all(any(f"step {stop.index + 1}/{len(path)}" in one for one in words) for stop in outer)
    assert words[data["opening"]].startswith("step 251/")
    assert "not drawn" not in words[data["opening"]]
    assert any(f"/{len(path)}, not drawn by itself: the picture is that of step" in one for one in words)
    assert "100 have a place here" in data["steps"][-1]["words"][1]


# --- PNG and files -----------------------------------------------------------------------------------------------


def test_without_a_rasteriser_a_png_is_refused_by_name(trace_of: TraceOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is looked for, and what works."""
    monkeypatch.setattr(rasteriser.shutil, "which", lambda name: None)
    assert rasteriser.find_rasteriser() is None
    with pytest.raises(ExportError, match="none is installed") as refused:
        export(request_exhibit(trace_of("home")), "png", LOOK)
    assert all(name in refused.value.hint for name in ("chromium", "rsvg-convert", "inkscape", "svg"))


def test_the_rasteriser_gets_the_svg_and_its_failure_is_told(
    trace_of: TraceOf, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Any program of that name; its last words stand in the message."""
    program = tmp_path / "rsvg-convert"
    program.write_text('#!/bin/sh\nhead -c 4 "$5" > "$4"\n')
    program.chmod(0o755)
    monkeypatch.setattr(rasteriser.shutil, "which", lambda name: str(program) if name == "rsvg-convert" else None)
    assert export(request_exhibit(trace_of("home")), "png", LOOK) == b"<svg"
    program.write_text("#!/bin/sh\necho no fonts >&2; exit 3\n")
    with pytest.raises(ExportError, match="no fonts"):
        export(request_exhibit(trace_of("home")), "png", LOOK)


def test_a_very_high_picture_is_drawn_smaller_or_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A browser would take minutes for a log of thousands of lines."""
    program = tmp_path / "rsvg-convert"
    program.write_text('#!/bin/sh\necho "$2" > "$4"\n')
    program.chmod(0o755)
    monkeypatch.setattr(rasteriser.shutil, "which", lambda name: str(program) if name == "rsvg-convert" else None)
    scales = [rasteriser.rasterise("<svg/>", (864, height)) for height in (1_000, 8_192, 8_193, 16_384)]
    assert scales == [b"2\n", b"2\n", b"1\n", b"1\n"]
    with pytest.raises(ExportError, match="too high for a PNG: 16385 pixels"):
        rasteriser.rasterise("<svg/>", (864, 16_385))


@pytest.mark.slow
@pytest.mark.skipif(rasteriser.find_rasteriser() is None, reason="no rasteriser")
def test_a_png_is_a_png(trace_of: TraceOf) -> None:
    """Twice the size of the SVG."""
    exhibit = request_exhibit(trace_of("home"))
    content = export(exhibit, "png", LOOK)
    assert content.startswith(b"\x89PNG\r\n")
    width, height = svg_size(exhibit.draw(LOOK))
    assert int.from_bytes(content[16:20]) == 2 * width
    assert int.from_bytes(content[20:24]) == 2 * height


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/books/3/", "reqtrace-1-get-books-3"),
        ("/", "reqtrace-1-get"),
        ("/../../etc/passwd", "reqtrace-1-get-etc-passwd"),
    ],
)
def test_files_are_named_after_the_request(trace_of: TraceOf, path: str, name: str) -> None:
    """And nothing in a path can lead elsewhere."""
    trace = trace_of("home")
    named = replace(trace, summary=replace(trace.summary, path=path, method="GET"))
    for form, suffix in (("svg", ".svg"), ("text", ".txt"), ("mermaid", ".mmd"), ("html", ".html"), ("png", ".png")):
        assert file_name(request_exhibit(named), form) == name + suffix
    evil = file_name(request_exhibit(hostile(trace)), "svg")
    assert Path(evil).name == evil


@pytest.mark.parametrize(
    ("picture", "stop", "path", "names"),
    [
        ("funnel", 2, "/", {"svg": "1-get-step-3.svg", "html": "1-get.html", "json": "1-get.json"}),
        ("onion", None, "/a", {"png": "1-get-a-onion.png", "html": "1-get-a-onion.html", "mermaid": "1-get-a.mmd"}),
        ("waterfall", 0, "/x" * 90, {"text": f"1-get{'-x' * 19}-waterfall-step-1.txt"}),
    ],
)
def test_files_say_what_is_in_them(
    trace_of: TraceOf, picture: str, stop: int | None, path: str, names: dict[str, str]
) -> None:
    """The picture and its step; a page has all steps, a document no picture. A long path loses its end, not these."""
    trace = trace_of("home")
    named = replace(trace, summary=replace(trace.summary, path=path, method="GET"))
    exhibit = request_exhibit(named, picture, stop)
    assert {form: file_name(exhibit, form) for form in names} == {
        form: f"reqtrace-{name}" for form, name in names.items()
    }


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """The next file gets a number; an exact name is refused, unless it shall be replaced."""
    path = tmp_path / "a.svg"
    assert [save(text, path).name for text in (b"1", b"2", b"3")] == ["a.svg", "a-2.svg", "a-3.svg"]
    assert path.read_bytes() == b"1"
    with pytest.raises(ExportError, match="exists already"):
        save(b"4", path, is_exact=True)
    assert save(b"4", path, is_exact=True, may_replace=True).read_bytes() == b"4"
    with pytest.raises(ExportError, match="cannot be written"):
        save(b"5", tmp_path / "missing" / "a.svg")

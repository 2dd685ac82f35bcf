"""The moving picture of the README: frames taken from the real application, put into one SVG that needs no script.

A row that stays the same from frame to frame is written once, so that twenty frames weigh little more than three.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from pictures import Picture, Visit, first, select, settle
from svg import SVG

from reqtrace.trace.model import StopSort
from reqtrace.tui.app import ReqtraceApp

ROW_HEIGHT = 24.4
"""In the units of Rich's SVG template."""
STYLE = re.compile(r"\.[\w-]+-(r\d+) \{ (.*?) \}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is pressed before a frame is taken, and how long it stays."""

    keys: tuple[str, ...] = ()
    seconds: float = 1.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """One file: where it begins, and its scenes."""

    name: str
    opening: Picture
    scenes: tuple[Scene, ...]


FILM = Film(
    name="tour",
    opening=Picture(name="tour", path="/books/emma/", stop=first(StopSort.RECEIVED)),
    scenes=(
        Scene(seconds=2.5),
        *(Scene(keys=("right",), seconds=0.7) for _ in range(8)),
        Scene(keys=("right", "right", "right", "right", "right"), seconds=0.7),
        *(Scene(keys=("right", "right"), seconds=0.7) for _ in range(6)),
        Scene(keys=("e",), seconds=6),
        Scene(keys=("escape", "end"), seconds=3),
        Scene(keys=("v",), seconds=4),
        Scene(keys=("v",), seconds=4),
        Scene(keys=("v", "2"), seconds=4),
        Scene(keys=("v",), seconds=4),
    ),
)


class Element(NamedTuple):
    """A background or a text of one row, with the style of its class written out."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    style: str
    text: str


Frame = dict[int, tuple[Element, ...]]
"""By row."""


async def shoot(film: Film) -> str:
    """The film as SVG."""
    app = ReqtraceApp(Visit())
    shots: list[str] = []
    async with app.run_test(size=film.opening.size, notifications=True) as pilot:
        await settle(app, pilot)
        await select(app, pilot, film.opening)
        for scene in film.scenes:
            for key in scene.keys:
                await pilot.press(key)
                await pilot.pause()
            shots.append(await settle(app, pilot))
    return animate(shots, [scene.seconds for scene in film.scenes])


def animate(shots: Sequence[str], seconds: Sequence[float]) -> str:
    """One SVG that shows the pictures one after the other, each for its time, over and over."""
    frames = [read_frame(shot) for shot in shots]
    total = sum(seconds)
    begins = [sum(seconds[:number]) / total for number in range(len(seconds) + 1)]
    shown: dict[tuple[int, tuple[Element, ...]], list[int]] = defaultdict(list)
    for number, frame in enumerate(frames):
        for row, elements in frame.items():
            shown[row, elements].append(number)
    times = {tuple(numbers): f"t{place}" for place, numbers in enumerate(dict.fromkeys(map(tuple, shown.values())))}
    styles = {style: f"s{place}" for place, style in enumerate(dict.fromkeys(all_styles(shown)))}
    groups = [
        f'<g class="{times[tuple(numbers)]}">{"".join(element_text(element, styles) for element in elements)}</g>'
        for (_, elements), numbers in sorted(shown.items(), key=lambda item: item[0][0])
    ]
    rules = [
        *(f".{name} {{ {style} }}" for style, name in styles.items()),
        *(time_rule(numbers, begins, total, name) for numbers, name in times.items() if len(numbers) < len(frames)),
    ]
    return page(ElementTree.fromstring(shots[0]), rules, groups)


def all_styles(shown: Mapping[tuple[int, tuple[Element, ...]], object]) -> list[str]:
    return [element.style for _, elements in shown for element in elements if element.style]


def read_frame(svg: str) -> Frame:
    """The rows of a picture of Rich's."""
    styles = dict(STYLE.findall(svg))
    rows: dict[int, list[Element]] = defaultdict(list)
    for element in ElementTree.fromstring(svg).iter():
        is_text = element.tag == f"{SVG}text" and "textLength" in element.attrib
        if is_text or (element.tag == f"{SVG}rect" and "shape-rendering" in element.attrib):
            wanted = ("x", "y", "textLength") if is_text else ("fill", "x", "y", "width", "height")
            rows[int(float(element.attrib["y"]) // ROW_HEIGHT)].append(
                Element(
                    tag="text" if is_text else "rect",
                    attributes=tuple((name, element.attrib[name]) for name in wanted),
                    style=styles.get(element.attrib.get("class", "").rpartition("-")[2], ""),
                    text=element.text or "" if is_text else "",
                )
            )
    return {row: tuple(elements) for row, elements in rows.items()}


def element_text(element: Element, styles: Mapping[str, str]) -> str:
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.attributes)
    if element.tag == "rect":
        return f'<rect{attributes} shape-rendering="crispEdges"/>'
    classes = f' class="{styles[element.style]}"' if element.style else ""
    return f"<text{classes}{attributes}>{escape(element.text)}</text>"


def time_rule(numbers: Sequence[int], begins: Sequence[float], total: float, name: str) -> str:
    """Seen in these frames, and in no other."""
    shown = set(numbers)
    stops = [
        f"{begins[number] * 100:.3f}% {{ visibility: {'visible' if number in shown else 'hidden'} }}"
        for number in range(len(begins) - 1)
        if number == 0 or (number in shown) != (number - 1 in shown)
    ]
    # With steps each state lasts until the next one begins.
    return f".{name} {{ animation: {name} {total:g}s step-end infinite }} @keyframes {name} {{ {' '.join(stops)} }}"


def page(first_shot: ElementTree.Element, rules: Sequence[str], groups: Sequence[str]) -> str:
    """The frames in the window that Rich draws around its pictures."""
    window = next(element for element in first_shot.iter(f"{SVG}rect") if "rx" in element.attrib)
    matrix = next(element for element in first_shot.iter(f"{SVG}g") if element.get("class", "").endswith("-matrix"))
    outer = next(element for element in first_shot.iter(f"{SVG}g") if matrix in list(element))
    around = " ".join(f"{name}={quoteattr(value)}" for name, value in window.attrib.items())
    lines = [
        f'<svg viewBox={quoteattr(first_shot.attrib["viewBox"])} xmlns="{SVG.strip("{}")}">',
        "<style>",
        "text { font: 20px Fira Code, monospace; white-space: pre; font-variant-ligatures: none; }",
        "@media (prefers-reduced-motion: reduce) { g { animation-play-state: paused !important } }",
        *rules,
        "</style>",
        f"<rect {around}/>",
        f"<g transform={quoteattr(outer.attrib['transform'])}>",
        *groups,
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines) + "\n"

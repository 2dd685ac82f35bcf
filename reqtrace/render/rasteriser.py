"""Finds a program on this machine that makes a PNG of an SVG, and runs it. Nothing of reqtrace depends on one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reqtrace.errors import ExportError
from reqtrace.render.png_rows import first_rows

__all__ = ["LOOKED_FOR", "Rasteriser", "find_rasteriser", "rasterise"]

PATIENCE = 60.0
"""Seconds a program may take."""
SCALE = 2
"""Pixels a unit of the SVG; one, if that would make a picture higher than ``HIGHEST``."""
HIGHEST = 16_384
"""Pixels: higher ones take minutes, and many programs cannot open them."""
LOWEST = 240
"""Units: of a window that is lower Chromium paints the upper part only, and what it paints too much is cut off."""
LAST_WORDS = 300

Arguments = Callable[[Path, Path, tuple[int, int], int], list[str]]


def chromium_arguments(svg: Path, png: Path, size: tuple[int, int], scale: int) -> list[str]:
    width, height = size
    sandbox = [] if not hasattr(os, "geteuid") or os.geteuid() else ["--no-sandbox"]  # it refuses to start as root
    return [
        "--headless",
        "--disable-gpu",
        "--hide-scrollbars",
        "--no-first-run",
        "--default-background-color=00000000",
        f"--user-data-dir={svg.parent / 'profile'}",
        f"--force-device-scale-factor={scale}",
        f"--window-size={width},{max(height, LOWEST)}",
        f"--screenshot={png}",
        *sandbox,
        svg.as_uri(),
    ]


def rsvg_arguments(svg: Path, png: Path, _size: tuple[int, int], scale: int) -> list[str]:
    return ["--zoom", str(scale), "--output", str(png), str(svg)]


def inkscape_arguments(svg: Path, png: Path, _size: tuple[int, int], scale: int) -> list[str]:
    return ["--export-type=png", f"--export-filename={png}", f"--export-dpi={96 * scale}", str(svg)]


PROGRAMS: dict[str, Arguments] = {
    "chromium": chromium_arguments,
    "chromium-browser": chromium_arguments,
    "google-chrome": chromium_arguments,
    "chrome": chromium_arguments,
    "rsvg-convert": rsvg_arguments,
    "inkscape": inkscape_arguments,
}
"""In the order in which they are looked for: browsers draw every script, the others know fewer fonts."""
LOOKED_FOR: Sequence[str] = ("chromium", "rsvg-convert", "inkscape")
"""What a person is told to install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rasteriser:
    """A program that was found."""

    name: str
    path: str


def find_rasteriser() -> Rasteriser | None:
    """The first one that is installed."""
    for name in PROGRAMS:
        path = shutil.which(name)
        if path is not None:
            return Rasteriser(name=name, path=path)
    return None


def rasterise(svg: str, size: tuple[int, int]) -> bytes:
    """The PNG. Raises ``ExportError`` if no program is there, if it fails, or if the picture is too high."""
    rasteriser = find_rasteriser()
    if rasteriser is None:
        raise ExportError(
            "A PNG needs a program that draws SVG, and none is installed.",
            hint=f"Install one of {', '.join(LOOKED_FOR)}, or export as svg.",
        )
    if size[1] > HIGHEST:
        raise ExportError(
            f"The picture is too high for a PNG: {size[1]} pixels, and {HIGHEST} is the most.",
            hint="Export as svg, html or text instead.",
        )
    scale = SCALE if size[1] * SCALE <= HIGHEST else 1
    with tempfile.TemporaryDirectory(prefix="reqtrace-", ignore_cleanup_errors=True) as directory:
        source, target = Path(directory, "picture.svg"), Path(directory, "picture.png")
        source.write_text(svg, encoding="utf-8")
        run(rasteriser, PROGRAMS[rasteriser.name](source, target, size, scale))
        if not target.exists():
            raise ExportError(f"{rasteriser.name} made no PNG.", hint="Export as svg instead.")
        content = target.read_bytes()
        return first_rows(content, size[1] * scale) if size[1] < LOWEST else content


def run(rasteriser: Rasteriser, arguments: Sequence[str]) -> None:
    try:
        ended = subprocess.run(
            [rasteriser.path, *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ExportError(
            f"{rasteriser.name} could not draw the PNG: {error}.", hint="Export as svg instead."
        ) from error
    if ended.returncode:
        words = ended.stderr.decode("utf-8", "backslashreplace").strip()[-LAST_WORDS:]
        raise ExportError(f"{rasteriser.name} could not draw the PNG: {words}", hint="Export as svg instead.")

"""Draws the pictures in this directory from a recording, through the real application; none is made by hand.

    python screenshots/make.py            draw all pictures
    python screenshots/make.py --check    fail if one is stale (continuous integration does this)
    python screenshots/make.py --record   record the sample site again, then draw

The recording is tests/recordings/bookshop.reqtrace. The check compares the characters on the screen, row by row, and
not the SVG itself, which differs between versions of Textual.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
# Textual reads these when it is imported; the times in the list of requests are local times.
os.environ.update(TEXTUAL_ANIMATIONS="none", COLORTERM="truecolor", TERM="xterm-256color", TZ="UTC")
os.environ.pop("NO_COLOR", None)
time.tzset()

from animation import FILM, Film, shoot  # noqa: E402
from bookshop import record_bookshop  # noqa: E402
from pictures import PICTURES, Picture, draw  # noqa: E402
from svg import rows_of  # noqa: E402

WANTED: dict[str, Film | Picture] = {each.name: each for each in (FILM, *PICTURES)}
"""By name; the film takes longest and is begun first."""


def draw_all(names: Sequence[str]) -> dict[Path, str]:
    """The SVG text of each picture, by its file; a process waits for its screen to come to rest half of its time."""
    with ProcessPoolExecutor(2 * (os.cpu_count() or 1)) as pool:
        return dict(zip([HERE / f"{name}.svg" for name in names], pool.map(draw_one, names), strict=True))


def draw_one(name: str) -> str:
    """The SVG text of one, in this process."""
    wanted = WANTED[name]
    return asyncio.run(shoot(wanted) if isinstance(wanted, Film) else draw(wanted))


def stale(drawn: dict[Path, str]) -> list[str]:
    """What differs from the files that are there, one line for each picture."""
    complaints = [f"{path.name}: no picture is drawn under this name any more" for path in extra_files(drawn)]
    for path, svg in drawn.items():
        if not path.exists():
            complaints.append(f"{path.name}: missing")
            continue
        before, after = rows_of(path.read_text(encoding="utf-8")), rows_of(svg)
        if before != after:
            complaints.append(f"{path.name}: {first_difference(before, after)}")
    return complaints


def extra_files(drawn: dict[Path, str]) -> list[Path]:
    return [path for path in sorted(HERE.glob("*.svg")) if path not in drawn]


def first_difference(before: Sequence[str], after: Sequence[str]) -> str:
    """The first row that differs, as it is in the file and as it would be drawn."""
    if len(before) != len(after):
        return f"{len(before)} rows in the file, {len(after)} now"
    row = next(number for number, (old, new) in enumerate(zip(before, after, strict=True)) if old != new)
    return f"row {row + 1}\n  in the file: {before[row]}\n  now:         {after[row]}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="draw only these pictures")
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--check", action="store_true", help="compare instead of writing")
    task.add_argument("--record", action="store_true", help="record the sample site first")
    choice = parser.parse_args()
    if choice.record:
        record_bookshop()
    drawn = draw_all([name for name in WANTED if not choice.names or name in choice.names])
    if choice.check:
        complaints = stale(drawn)
        sys.stdout.writelines(f"{complaint}\n" for complaint in complaints)
        sys.stdout.write(f"{len(complaints)} of {len(drawn)} pictures are stale: python screenshots/make.py\n")
        return int(bool(complaints))
    for path, svg in drawn.items():
        path.write_text(svg, encoding="utf-8")
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

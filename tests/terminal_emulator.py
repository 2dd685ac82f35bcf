"""A small terminal, for tests and benchmarks that want to know what stands on it."""

from __future__ import annotations

import re

from rich.cells import cell_len

__all__ = ["Emulator"]

SEQUENCE = re.compile(
    r"\x1b\[([?>=<])?([\d;]*)\$?([A-Za-z])|\x1bM|\r?\n|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|[^\x1b\r\n]+"
)

Cell = tuple[str, frozenset[str], str, str]


class Emulator:
    """A small terminal: the cursor, colours, scrolling regions, wide characters."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.cells: list[list[Cell]] = [[(" ", frozenset(), "", "")] * width for _ in range(height)]
        self.x = self.y = 0
        self.attributes: set[str] = set()
        self.colours = ["", ""]
        self.region = (0, self.height - 1)

    @property
    def text(self) -> str:
        """What can be read, row by row."""
        return "\n".join("".join(cell[0] for cell in row).rstrip() for row in self.cells)

    def feed(self, written: str) -> None:
        """What a program writes."""
        end = 0
        for found in SEQUENCE.finditer(written):
            assert found.start() == end, written[end:]
            end = found.end()
            if found[3]:
                self._control(found[3], [int(part or 0) for part in found[2].split(";")] if not found[1] else [])
            elif found[0] == "\x1bM":
                self._scroll(-1)
            elif found[0].endswith("\n"):
                self._feed_line()
            elif not found[0].startswith("\x1b"):
                self._print(found[0])

    def _control(self, name: str, numbers: list[int]) -> None:
        match name:
            case "H":
                self.y, self.x = numbers[0] - 1, numbers[1] - 1
            case "C":
                self.x += numbers[0]
            case "r":
                self.region = (numbers[0] - 1, numbers[1] - 1) if len(numbers) > 1 else (0, self.height - 1)
                self.x = self.y = 0
            case "m":
                self._colour(numbers)
            case "h" | "l" | "u" | "n" | "q" | "p":
                pass
            case _:
                raise AssertionError(f"the terminal does not know {name!r}")

    def _colour(self, numbers: list[int]) -> None:
        ends = {22: {"1", "2"}, 23: {"3"}, 24: {"4"}, 25: {"5"}, 27: {"7"}, 28: {"8"}, 29: {"9"}}
        rest = list(numbers)
        while rest:
            match rest.pop(0):
                case 0:
                    self.attributes, self.colours = set(), ["", ""]
                case 38 | 48 as ground:
                    length = 4 if rest[0] == 2 else 2
                    self.colours[ground == 48] = str(rest[:length])
                    del rest[:length]
                case (39 | 49) as ground:
                    self.colours[ground == 49] = ""
                case number if number in ends:
                    self.attributes -= ends[number]
                case number if 30 <= number < 38 or 90 <= number < 98:
                    self.colours[0] = str(number)
                case number if 40 <= number < 48 or 100 <= number < 108:
                    self.colours[1] = str(number)
                case number:
                    self.attributes.add(str(number))

    def _feed_line(self) -> None:
        if self.y == self.region[1]:
            self._scroll(1)
        else:
            self.y += 1

    def _scroll(self, distance: int) -> None:
        first, last = self.region
        rubbish: list[Cell] = [("?", frozenset(), "", "")] * self.width
        if distance > 0:
            self.cells[first : last + 1] = [*self.cells[first + 1 : last + 1], rubbish[:]]
        else:
            self.cells[first : last + 1] = [rubbish[:], *self.cells[first:last]]

    def _print(self, text: str) -> None:
        for character in text:
            width = cell_len(character)
            ink = "" if character == " " and not self.attributes & {"4", "7", "53"} else self.colours[0]
            seen = self.attributes if ink or character != " " else self.attributes - {"1", "2", "3"}
            cell = (character, frozenset(seen), ink, self.colours[1])
            if not width:
                before = self.cells[self.y][self.x - 1]
                self.cells[self.y][self.x - 1] = (before[0] + character, *before[1:])
            for place in range(width):
                self.cells[self.y][self.x + place] = cell if not place else ("", *cell[1:])
            self.x += width

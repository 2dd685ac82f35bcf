"""The ASCII table covers every glyph, one cell for one cell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.cells import cell_len

import reqtrace
from reqtrace.render import ascii as ascii_table
from reqtrace.render import symbols

ROOT = Path(reqtrace.__file__).parent
FOR_TEXTUAL = ROOT / "tui" / "terminal.py"
"""Borders and scrollbars of Textual's, which are translated there."""


def texts_of(file: Path) -> Iterator[tuple[int, str]]:
    """Every text in a module that is not a docstring, if there is anything in it that is not ASCII."""
    source = file.read_text(encoding="utf-8")
    if source.isascii():
        return
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def test_every_symbol_is_in_the_table() -> None:
    """There is no glyph without an ASCII form."""
    glyphs = {value for name, value in vars(symbols).items() if name.isupper()}
    assert {glyph for glyph in glyphs if not glyph.isascii()} <= ascii_table.GLYPHS.keys()


def test_nothing_moves() -> None:
    """A glyph of one cell becomes one character of one cell."""
    for glyph, replacement in ascii_table.GLYPHS.items():
        assert cell_len(glyph) == len(replacement) == 1
        assert replacement.isascii()


def test_glyphs_that_stand_for_opposites_stay_different() -> None:
    """Done, here and later, and a match and a failure, are told apart in ASCII, too."""
    for one, other in [
        (symbols.NODE_DONE, symbols.NODE_HERE),
        (symbols.NODE_DONE, symbols.NODE_LATER),
        (symbols.NODE_HERE, symbols.NODE_LATER),
        (symbols.LANE_DONE, symbols.LANE_LATER),
        (symbols.STUB_DONE, symbols.STUB_LATER),
        (symbols.MATCH, symbols.NO_MATCH),
        (symbols.REQUEST, symbols.RESPONSE),
    ]:
        assert ascii_table.GLYPHS[one] != ascii_table.GLYPHS[other]


@pytest.mark.slow
def test_no_text_of_ours_has_a_character_without_an_ascii_form() -> None:
    """Wherever it is written: words, glyphs, marks, error messages, what the agent puts into values."""
    left = [
        f"{file.relative_to(ROOT)}:{line}: {ascii_table.translate(words)!r}"
        for file in sorted(ROOT.rglob("*.py"))
        if file != FOR_TEXTUAL
        for line, words in texts_of(file)
        if words.isprintable() and not ascii_table.translate(words).isascii()
    ]
    assert left == []

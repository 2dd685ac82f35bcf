"""The ASCII table covers every glyph, one cell for one cell."""

from __future__ import annotations

from rich.cells import cell_len

from reqtrace.render import ascii as ascii_table
from reqtrace.render import symbols


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

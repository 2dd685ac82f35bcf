"""The hook matrix says of every layer which hooks it has and when they run, without colour, at every width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len
from scenarios import SCENARIOS

from reqtrace.analysis.chain_lint import lint_chain
from reqtrace.render import ascii as ascii_table
from reqtrace.render.labels_en_stack import STACK
from reqtrace.render.stack_arrows import arrow_lanes
from reqtrace.render.stack_findings import draw_findings, finding_phrase, findings_about, total_phrase
from reqtrace.render.stack_matrix import draw_matrix
from reqtrace.render.stack_words import layer_words
from reqtrace.trace.site_model import Chain

Golden = Callable[[str, str], None]
NAMES = ["detail", "not_used", "function_middleware", "asgi", "thirty_layers", "process_exception_passes"]


def in_order(chain: Chain, *order: int) -> Chain:
    """The chain with its layers in another order."""
    layers = tuple(replace(chain.layers[old], index=new) for new, old in enumerate(order))
    return replace(chain, layers=layers, is_loaded=False)


@pytest.fixture
def swapped() -> Chain:
    """Authentication above Session, which breaks every request."""
    return in_order(SCENARIOS["detail"].chain, 0, 4, 2, 3, 1, 5, 6)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", NAMES)
def test_matrices(name: str, width: int, golden: Golden) -> None:
    """Rows in the order of MIDDLEWARE, the place in the order of running in each cell."""
    drawing = draw_matrix(SCENARIOS[name].chain, selected=1, width=width, height=19 if width == 80 else 30)
    golden(f"stack_hooks_{name}_{width}.txt", drawing.canvas.plain())


@pytest.mark.parametrize("name", ["function_middleware", "asgi"])
def test_the_smallest_screen_has_all_of_it(name: str, golden: Golden) -> None:
    """At 60 columns the names of layers and hooks can still be read."""
    drawn = draw_matrix(SCENARIOS[name].chain, selected=1, width=60, height=14).canvas.plain()
    golden(f"stack_hooks_{name}_60.txt", drawn)
    assert "Authenticat" in drawn


def test_findings_stand_on_their_rows(swapped: Chain, golden: Golden) -> None:
    """A line in the wrong place has a mark, and an arrow to the place where it belongs."""
    report = lint_chain(swapped, SCENARIOS["detail"].process().facts())
    foot = (total_phrase(report, is_surveyed=False),)
    drawing = draw_matrix(swapped, selected=1, width=80, height=19, lanes=arrow_lanes(report), foot=foot)
    golden("stack_hooks_findings_80.txt", drawing.canvas.plain())
    golden("stack_hooks_findings_ascii.txt", drawing.canvas.to_ascii(strict=True).plain())


def test_details_of_a_finding(swapped: Chain, golden: Golden) -> None:
    """What is wrong, what comes of it, and which line to move."""
    report = lint_chain(swapped, SCENARIOS["detail"].process().facts())
    index = findings_about(report, None)[0].layer
    assert index is not None
    drawn = draw_findings(report, index.index, remark="By the names of the layers.", width=76)
    golden("stack_findings.txt", drawn.plain())
    assert "error" in "".join(words for words, _ in finding_phrase(findings_about(report, None)[0]))


def test_a_layer_without_findings_says_so(swapped: Chain) -> None:
    """Enter on a layer that is right gives an answer, too."""
    report = lint_chain(swapped, SCENARIOS["detail"].process().facts())
    assert "Nothing is found about 7" in draw_findings(report, 6, remark="", width=76).plain()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), [(60, 13), (80, 19), (118, 30), (140, None)])
def test_every_matrix_fits(name: str, width: int, height: int | None) -> None:
    """The picture has its size whichever row is selected, and that row is in it."""
    chain = SCENARIOS[name].chain
    for layer in chain.layers:
        drawing = draw_matrix(chain, selected=layer.index, width=width, height=height)
        canvas = drawing.canvas
        assert height is None or canvas.height == height
        assert {cell_len(canvas.line(y)) for y in range(canvas.height)} == {width}
        assert layer.index in drawing.rows
        assert drawing.layer_at(drawing.rows[layer.index]) == layer.index


@pytest.mark.parametrize("name", NAMES)
def test_every_glyph_has_an_ascii_form(name: str) -> None:
    """Marks and words are complete without colour and beyond ASCII."""
    chain = SCENARIOS[name].chain
    words = [words for layer in chain.layers for words in layer_words(chain, layer)]
    drawn = draw_matrix(chain, selected=0, width=120).canvas.plain()
    assert ascii_table.translate(drawn + "".join(words)).isascii()


@pytest.mark.parametrize("name", NAMES)
def test_sentences_about_layers(name: str, golden: Golden) -> None:
    """Each row has two sentences that can be read aloud."""
    chain = SCENARIOS[name].chain
    if name != "thirty_layers":
        golden(f"stack_hooks_said_{name}.txt", "\n".join(" | ".join(layer_words(chain, la)) for la in chain.layers))
    assert all(cell_len(layer_words(chain, layer)[1]) <= 77 for layer in chain.layers)


def test_help_fits_a_small_screen() -> None:
    """No line of the help of this mode, and no tip of its keys, is cut at 80 columns."""
    for key, words in STACK.items():
        if key.startswith("help."):
            assert cell_len(words) <= 76, key
        if key.endswith(".tip"):
            assert cell_len(words) <= 65, key

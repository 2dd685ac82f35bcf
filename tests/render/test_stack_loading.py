"""The picture of loading shows what is built, in Django's order, and fits wherever it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.cells import cell_len
from scenarios import SCENARIOS

from reqtrace.analysis.loading import LoadSort, loading_steps
from reqtrace.render import ascii as ascii_table
from reqtrace.render.canvas import Canvas
from reqtrace.render.roles import Role
from reqtrace.render.stack_loading import draw_loading
from reqtrace.render.stack_window import window
from reqtrace.render.stack_words import step_words
from reqtrace.trace.site_model import Chain, LayerState

Golden = Callable[[str, str], None]
NAMES = ["detail", "not_used", "function_middleware", "asgi", "thirty_layers"]


def failed(chain: Chain, index: int, reason: str) -> Chain:
    layers = tuple(
        replace(layer, state=LayerState.FAILED, reason=reason, hooks=())
        if layer.index == index
        else replace(layer, state=LayerState.UNKNOWN, hooks=())
        if layer.index < index
        else layer
        for layer in chain.layers
    )
    return replace(chain, layers=layers, is_loaded=False, error=reason)


def is_lit(canvas: Canvas, y: int) -> bool:
    return any(run.paint.role is Role.TOKEN for run in canvas.runs(y))


@pytest.mark.parametrize("step", [0, 1, 2, 12, 13, 23])
def test_pictures_while_loading(step: int, golden: Golden) -> None:
    """Django's usual seven, from the empty nest to the whole chain."""
    drawing = draw_loading(SCENARIOS["detail"].chain, step=step, width=80, height=19)
    golden(f"stack_detail_step_{step:02}.txt", drawing.canvas.plain())


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", ["not_used", "asgi", "function_middleware"])
def test_finished_pictures(name: str, width: int, golden: Golden) -> None:
    """A chain that is loaded, with what was left out and what was adapted."""
    golden(
        f"stack_{name}_{width}.txt",
        draw_loading(SCENARIOS[name].chain, step=None, width=width, height=19).canvas.plain(),
    )


def test_a_failing_layer_is_drawn_with_its_reason(golden: Golden) -> None:
    """What was built before it stays in the picture, what stands above it was never tried."""
    chain = failed(SCENARIOS["detail"].chain, 2, "builtins.ModuleNotFoundError: No module named 'shop.middlewares'")
    step = len(loading_steps(chain)) - 2
    golden("stack_failed_80.txt", draw_loading(chain, step=step, width=80, height=19).canvas.plain())


@pytest.mark.parametrize("step", [0, 40, 92])
def test_thirty_layers_are_seen_through_a_window(step: int, golden: Golden) -> None:
    """The layer of the step is always in the window, and the rows outside are counted."""
    drawing = draw_loading(SCENARIOS["thirty_layers"].chain, step=step, width=80, height=19)
    golden(f"stack_thirty_step_{step:02}.txt", drawing.canvas.plain())


def test_ascii_picture(golden: Golden) -> None:
    """The same picture without a single character beyond ASCII."""
    drawing = draw_loading(SCENARIOS["detail"].chain, step=12, width=80, height=19, ascii_only=True)
    assert drawing.canvas.plain().isascii()
    golden("stack_detail_ascii.txt", drawing.canvas.plain())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("width", "height"), [(60, 13), (80, 19), (118, 23), (140, None)])
def test_every_step_fits_and_is_lit(name: str, width: int, height: int | None) -> None:
    """At every step the picture has its size, and the layer of the step is in it and lit."""
    chain = SCENARIOS[name].chain
    for step in loading_steps(chain):
        drawing = draw_loading(chain, step=step.index, width=width, height=height)
        canvas = drawing.canvas
        assert height is None or canvas.height == height
        assert {cell_len(canvas.line(y)) for y in range(canvas.height)} == {width}
        if step.layer is not None:
            assert is_lit(canvas, drawing.rows[step.layer.index])
        if step.sort is LoadSort.BEGIN:
            assert any(is_lit(canvas, y) for y in range(canvas.height))


@pytest.mark.parametrize("name", NAMES)
def test_stepping_moves_no_name(name: str) -> None:
    """A row that is in the picture keeps its column, built or not."""
    chain = SCENARIOS[name].chain
    starts: dict[int, set[int]] = {}
    for step in loading_steps(chain):
        drawing = draw_loading(chain, step=step.index, width=100)
        for index, y in drawing.rows.items():
            words = chain.layers[index].name.removesuffix("Middleware")
            starts.setdefault(index, set()).add(drawing.canvas.line(y).find(words))
    assert all(len(columns) == 1 for columns in starts.values())


@pytest.mark.parametrize("name", NAMES)
def test_lanes_grow_from_the_inside(name: str) -> None:
    """As many lanes run into ``_get_response`` as layers are wrapped, where each has a lane of its own."""
    chain = SCENARIOS[name].chain
    for step in loading_steps(chain):
        plain = draw_loading(chain, step=step.index, width=140).canvas.plain().splitlines()
        core = next(line for line in plain if " _get_response" in line and "handler" not in line)
        assert core.count("┃") == len(step.handler)


@pytest.mark.parametrize("name", NAMES)
def test_every_glyph_has_an_ascii_form(name: str) -> None:
    """What the picture and its words are made of is in the ASCII table."""
    chain = SCENARIOS[name].chain
    for step in loading_steps(chain):
        drawn = draw_loading(chain, step=step.index, width=120).canvas.plain()
        assert ascii_table.translate(drawn + "".join(step_words(chain, step))).isascii()


def test_a_name_cannot_act_on_the_terminal() -> None:
    """A path or a reason with control characters is shown, not sent."""
    chain = failed(SCENARIOS["detail"].chain, 2, "x.Error: \x1b[31m\x07")
    chain = replace(chain, layers=(replace(chain.layers[0], name="\x1b]0;x\x07"), *chain.layers[1:]))
    step = len(loading_steps(chain)) - 2
    drawn = draw_loading(chain, step=step, width=120).canvas.plain()
    assert "\x1b" not in drawn
    assert "\\x1b" in drawn


# --- what is said ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["detail", "not_used", "asgi", "process_exception_passes"])
def test_sentences_of_a_loading(name: str, golden: Golden) -> None:
    """Each step has two sentences that can be read aloud."""
    chain = SCENARIOS[name].chain
    said = [" | ".join(step_words(chain, step)) for step in loading_steps(chain)]
    golden(f"stack_said_{name}.txt", "\n".join(said))


@pytest.mark.parametrize("name", NAMES)
def test_second_sentences_fit_the_narrowest_usual_screen(name: str) -> None:
    """At 80 columns nothing of why is cut; of the first line only a long reason of the project may be."""
    chain = SCENARIOS[name].chain
    for step in loading_steps(chain):
        title, why = step_words(chain, step)
        assert cell_len(why) <= 77, why
        assert cell_len(title.replace("Middleware", "")) <= 62, title
        assert why.endswith(".")


@pytest.mark.parametrize(
    ("count", "at", "room"),
    [(n, at, room) for n in (0, 1, 7, 30) for at in range(0, max(n, 1), 3) for room in (1, 3, 9)],
)
def test_a_window_fits_and_contains_what_it_is_for(count: int, at: int, room: int) -> None:
    """A window has at most as many rows as there is room, with one for each side that is left out."""
    shown = window(count, at, room)
    assert count == 0 or shown.start <= at < shown.end
    assert shown.above == shown.start
    assert shown.below == count - shown.end
    rows = shown.end - shown.start + (shown.above > 0) + (shown.below > 0)
    assert rows <= max(room, 3)

"""What a key may need later is made while nobody does anything, a little at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reqtrace.tui.modes import MODES, import_all
from reqtrace.tui.themes import css_variables, textual_themes

if TYPE_CHECKING:
    from reqtrace.tui.app import ReqtraceApp

__all__ = ["preparations"]


def preparations(app: ReqtraceApp) -> Iterator[bool]:
    """All there is to prepare, each step in some milliseconds; whether another one can follow at once."""
    importing = app.run_worker(import_all, thread=True)
    while not importing.is_finished:
        yield False
    for mode in MODES:
        if mode.name not in app._screen_stacks:
            # Textual 8.2 would do so when it is entered: its widgets are made, have their styles and their places.
            app._init_mode(mode.name)
            yield False
    for mode in MODES:
        # Every kind of widget that has come since brought styles of its own.
        app.look_up_styles(mode.name)
        yield True
    for theme in textual_themes():
        if theme.name != app.theme:
            for _ in app.stylesheet.read_ahead(css_variables(theme)):
                yield True

"""Keys of a comparison, which lies over a mode."""

from __future__ import annotations

from reqtrace.tui.keys.binding import SCROLL, bind

__all__ = ["COMPARISON_KEYS"]

COMPARISON_KEYS = [
    bind("escape,equals_sign,q", "close", "compare.close", display="Esc"),
    bind("up", "scroll(-1)", "compare.up", display="↑", group=SCROLL),
    bind("down", "scroll(1)", "compare.down", display="↓", group=SCROLL),
    bind("n", "difference(1)", "compare.next"),
    bind("N", "difference(-1)", "compare.previous", display="N", show=False),
    bind("a", "whole", "compare.whole"),
    bind("x", "app.export", "compare.export"),
    bind("pageup", "page(-1)", "compare.page_up", display="PgUp", show=False),
    bind("pagedown", "page(1)", "compare.page_down", display="PgDn", show=False),
]

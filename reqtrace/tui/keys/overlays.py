"""Keys of what lies over a mode."""

from __future__ import annotations

from reqtrace.tui.keys.binding import CHOICE, SCROLL, bind

__all__ = ["GLOSSARY_KEYS", "HELP_KEYS", "PALETTE_KEYS", "SMALL_KEYS", "WHY_KEYS"]

HELP_KEYS = [
    bind("escape,question_mark,q", "close", "help.close", display="Esc"),
    bind("up", "scroll(-1)", "help.up", display="↑", group=SCROLL),
    bind("down", "scroll(1)", "help.down", display="↓", group=SCROLL),
    bind("x", "app.export", "help.export"),
    bind("pageup", "page(-1)", "help.page_up", display="PgUp", show=False),
    bind("pagedown", "page(1)", "help.page_down", display="PgDn", show=False),
]

WHY_KEYS = [
    bind("escape,w,q", "close", "why.close", display="Esc"),
    bind("up", "scroll(-1)", "why.up", display="↑", group=SCROLL),
    bind("down", "scroll(1)", "why.down", display="↓", group=SCROLL),
    bind("x", "app.export", "why.export"),
    bind("pageup", "page(-1)", "why.page_up", display="PgUp", show=False),
    bind("pagedown", "page(1)", "why.page_down", display="PgDn", show=False),
]

GLOSSARY_KEYS = [
    # An input takes the arrow keys and Enter unless they come before it.
    bind("escape,enter", "close", "glossary.close", display="Esc", priority=True),
    bind("up", "scroll(-1)", "glossary.up", display="↑", group=SCROLL, priority=True),
    bind("down", "scroll(1)", "glossary.down", display="↓", group=SCROLL, priority=True),
    # Letters are typed.
    bind("ctrl+x", "app.export", "glossary.export", display="Ctrl+X", priority=True),
    bind("pageup", "page(-1)", "glossary.page_up", display="PgUp", show=False, priority=True),
    bind("pagedown", "page(1)", "glossary.page_down", display="PgDn", show=False, priority=True),
]

PALETTE_KEYS = [
    bind("escape", "close", "palette.close", display="Esc", priority=True),
    bind("enter", "run", "palette.run", display="Enter", priority=True),
    bind("up", "move(-1)", "palette.up", display="↑", group=CHOICE, priority=True),
    bind("down", "move(1)", "palette.down", display="↓", group=CHOICE, priority=True),
    bind("pageup", "page(-1)", "palette.page_up", display="PgUp", show=False, priority=True),
    bind("pagedown", "page(1)", "palette.page_down", display="PgDn", show=False, priority=True),
]

SMALL_KEYS = [
    bind("q", "app.quit", "small.quit"),
]

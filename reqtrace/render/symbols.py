"""Every glyph the pictures are drawn with, by what it stands for."""

from __future__ import annotations

__all__: list[str] = []

REQUEST = "▼"
RESPONSE = "▲"

NODE_DONE = "●"
NODE_HERE = "◉"
NODE_LATER = "○"

LANE_DONE = "┃"
LANE_LATER = "╎"
STUB_DONE = "━"
STUB_LATER = "╌"
TURN_IN_DONE = "┗"
NEST_BEGINS = "┏"
TURN_IN_LATER = "╰"
TURN_OUT_DONE = "┛"
TURN_OUT_LATER = "╯"
ARROW_IN = "▶"
ARROW_IN_LATER = "▸"

TREE_FORK = "├"
TREE_LAST = "└"
TREE_PAST = "│"

TRIED_LATER = "·"
NO_MATCH = "✗"
MATCH = "✓"
INCLUDE = "▸"
NEXT_CORE = "▾"
FOLD_ABOVE = "▴"
FOLD_BELOW = "▾"
HERE = "◂"

ELLIPSIS = "…"
ARROW = "→"
DOT = "·"
TIMES = "×"
HOP = "⇄"
DIFFERS = "≠"
LIVE = "●"

STATUS_OK = "✓"
STATUS_REDIRECT = "→"
STATUS_CLIENT_ERROR = "!"
STATUS_SERVER_ERROR = "✖"
STATUS_NONE = "…"

BAR_FULL = "█"
BAR_LEFT = "▌"
BAR_RIGHT = "▐"
TOO_SHORT = "▪"

BOX_LEFT = "╭"
BOX_RIGHT = "╮"
BOX_LEFT_HERE = "┏"
BOX_RIGHT_HERE = "┓"
RULE = "─"
DASH = "—"
TO = "–"
"""Between the ends of a range."""
THEN = "›"
"""Between things in their order."""
MICRO = "µ"

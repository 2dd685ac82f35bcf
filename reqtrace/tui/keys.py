"""Every key: one binding an action, each with an id, so a user keymap can replace it, and a tooltip for the help."""

from __future__ import annotations

from textual.binding import Binding

__all__ = ["APP_KEYS", "FLOW_KEYS", "HELP_KEYS", "LOG_KEYS", "SMALL_KEYS", "WHY_KEYS", "rank"]

STEP = Binding.Group("Step", compact=True)
REQUEST = Binding.Group("Request", compact=True)
SCROLL = Binding.Group("Scroll", compact=True)

APP_KEYS = [
    Binding("question_mark", "help", "Help", key_display="?", id="help", tooltip="What you see here, and every key"),
    Binding("space", "pause", "Pause", key_display="Space", id="pause", tooltip="Freeze the screen; capture goes on"),
    Binding("1", "mode('flow')", "Flow", id="mode.flow", tooltip="The path of a request, step by step"),
    Binding("5", "mode('log')", "Log", id="mode.log", tooltip="What the site prints, and the settings that matter"),
    Binding("S", "restart", "Start again", key_display="S", id="restart", tooltip="Start the site that ended again"),
    Binding("t", "theme", "Theme", id="theme", tooltip="Dark, projector (light), or for colour-blind eyes"),
    Binding(
        "L", "level", "Level", key_display="L", id="level", tooltip="Watch deep: tags, filters, signals, logs, calls"
    ),
    Binding("q", "quit", "Quit", id="quit", tooltip="End reqtrace, and the site it started"),
    Binding("ctrl+c", "quit", "Quit", id="quit.interrupt", show=False, priority=True, tooltip="The same as q"),
    Binding("ctrl+z", "suspend_process", "Suspend", id="suspend", show=False, tooltip="Back to the shell; fg returns"),
    Binding(
        "colon,ctrl+p", "command_palette", "Commands", id="palette", show=False, tooltip="Search everything by name"
    ),
]

FLOW_KEYS = [
    Binding("left", "step(-1)", "Step back", key_display="←", id="step.back", group=STEP, tooltip="One step back"),
    Binding("right", "step(1)", "Step on", key_display="→", id="step.on", group=STEP, tooltip="One step on"),
    Binding("home", "first_step", "First step", key_display="Home", id="step.first", show=False, tooltip="First step"),
    Binding(
        "end",
        "last_step",
        "Last step",
        key_display="End",
        id="step.last",
        show=False,
        tooltip="Last step; pressed there, the newest request again",
    ),
    Binding(
        "up",
        "request(-1)",
        "Request above",
        key_display="↑",
        id="request.up",
        group=REQUEST,
        tooltip="The request before",
    ),
    Binding(
        "down",
        "request(1)",
        "Request below",
        key_display="↓",
        id="request.down",
        group=REQUEST,
        tooltip="The request after",
    ),
    Binding("G", "follow", "Newest", key_display="G", id="follow", tooltip="The newest request, and follow"),
    Binding(
        "n",
        "interesting(1)",
        "Next interesting",
        id="interesting.next",
        tooltip="Next request with a short circuit, an exception or a warning",
    ),
    Binding(
        "N",
        "interesting(-1)",
        "Previous interesting",
        key_display="N",
        id="interesting.previous",
        show=False,
        tooltip="The same, backwards",
    ),
    Binding("slash", "filter", "Filter", key_display="/", id="filter", tooltip="Only requests with these words"),
    Binding("s", "source", "Source", id="source", tooltip="The source of this step, at its line"),
    Binding("w", "why", "Why", id="why", tooltip="What did not run at this step and in this request, and why"),
    Binding("b", "hold", "Hold", id="hold", tooltip="Hold live requests at this step; again to lift it"),
    Binding("o", "step_held", "One step", id="hold.step", tooltip="Let the held request do one step"),
    Binding("c", "let_go", "Go on", id="hold.go", tooltip="Let the held request go on"),
    Binding("enter", "open", "List", key_display="Enter", id="open", show=False, tooltip="All requests as a list"),
    Binding("escape", "back", "Back", key_display="Esc", id="back", show=False, tooltip="Close, or clear the filter"),
    Binding(
        "pagedown", "scroll(1)", "Scroll on", key_display="PgDn", id="scroll.down", show=False, tooltip="Scroll on"
    ),
    Binding(
        "pageup", "scroll(-1)", "Scroll back", key_display="PgUp", id="scroll.up", show=False, tooltip="Scroll back"
    ),
    Binding(
        "shift+down",
        "scroll_source(1)",
        "Scroll source on",
        key_display="Shift+↓",
        id="source.down",
        show=False,
        tooltip="Scroll the source on",
    ),
    Binding(
        "shift+up",
        "scroll_source(-1)",
        "Scroll source back",
        key_display="Shift+↑",
        id="source.up",
        show=False,
        tooltip="Scroll the source back",
    ),
]

LOG_KEYS = [
    Binding("up", "scroll(-1)", "Scroll up", key_display="↑", id="log.up", group=SCROLL, tooltip="One line up"),
    Binding("down", "scroll(1)", "Scroll down", key_display="↓", id="log.down", group=SCROLL, tooltip="One line down"),
    Binding("left", "shift(-1)", "Left", key_display="←", id="log.left", show=False, tooltip="Long lines: back"),
    Binding("right", "shift(1)", "Right", key_display="→", id="log.right", show=False, tooltip="Long lines: on"),
    Binding("pageup", "page(-1)", "Page up", key_display="PgUp", id="log.page_up", show=False, tooltip="One page up"),
    Binding(
        "pagedown", "page(1)", "Page down", key_display="PgDn", id="log.page_down", show=False, tooltip="One page down"
    ),
    Binding("home", "top", "Oldest", key_display="Home", id="log.top", show=False, tooltip="The oldest line kept"),
    Binding("end,G", "follow", "Newest", key_display="End", id="log.follow", tooltip="The newest line, and follow"),
    Binding("s", "settings", "Settings", id="log.settings", tooltip="The settings in full, or the output"),
]

HELP_KEYS = [
    Binding("escape,question_mark,q", "close", "Close", key_display="Esc", id="help.close", tooltip="Back"),
    Binding("up", "scroll(-1)", "Scroll up", key_display="↑", id="help.up", group=SCROLL, tooltip="One line up"),
    Binding("down", "scroll(1)", "Scroll down", key_display="↓", id="help.down", group=SCROLL, tooltip="One line down"),
    Binding("pageup", "page(-1)", "Page up", key_display="PgUp", id="help.page_up", show=False, tooltip="One page up"),
    Binding(
        "pagedown", "page(1)", "Page down", key_display="PgDn", id="help.page_down", show=False, tooltip="A page down"
    ),
]

WHY_KEYS = [
    Binding("escape,w,q", "close", "Close", key_display="Esc", id="why.close", tooltip="Back"),
    Binding("up", "scroll(-1)", "Scroll up", key_display="↑", id="why.up", group=SCROLL, tooltip="One line up"),
    Binding("down", "scroll(1)", "Scroll down", key_display="↓", id="why.down", group=SCROLL, tooltip="One line down"),
    Binding("pageup", "page(-1)", "Page up", key_display="PgUp", id="why.page_up", show=False, tooltip="One page up"),
    Binding(
        "pagedown", "page(1)", "Page down", key_display="PgDn", id="why.page_down", show=False, tooltip="A page down"
    ),
]

SMALL_KEYS = [Binding("q", "app.quit", "Quit", id="small.quit", tooltip="End reqtrace, and the site it started")]

IMPORTANCE = (
    "help",
    "help.close",
    "why.close",
    "step.back",
    "step.on",
    "step.first",
    "step.last",
    "request.up",
    "request.down",
    "log.up",
    "log.down",
    "help.up",
    "help.down",
    "why.up",
    "why.down",
    "restart",
    "hold.step",
    "hold.go",
    "pause",
    "filter",
    "source",
    "why",
    "hold",
    "log.settings",
    "log.follow",
    "follow",
    "mode.flow",
    "mode.log",
    "interesting.next",
    "interesting.previous",
    "theme",
    "quit",
)
"""Ids, the most needed first: what does not fit at the bottom is only in the help."""


def rank(binding: Binding) -> int:
    """Its place among the keys."""
    return IMPORTANCE.index(binding.id) if binding.id in IMPORTANCE else len(IMPORTANCE)
